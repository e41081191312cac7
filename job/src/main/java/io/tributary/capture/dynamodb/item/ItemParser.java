package io.tributary.capture.dynamodb.item;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.tributary.capture.Unreadable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads items as DynamoDB writes them in JSON: <code>{"name":{"S":"Ann"},"tags":{"SS":["a","b"]}}</code>. As a stream, without a
 * tree of the JSON.
 *
 * <p>What is not such an item is refused, with the attribute it is about. Not safe for use by several threads.
 */
public final class ItemParser {

    /** Names may be data, so there may be any number of them. DynamoDB allows 64 KB for one. */
    private static final JsonFactory JSON = JsonFactory.builder()
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(JsonFactory.Feature.FAIL_ON_SYMBOL_HASH_OVERFLOW)
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNameLength(1 << 20).build())
            .build();

    /** DynamoDB's own limit is 32. */
    private static final int DEEPEST = 100;

    private static final int FEW = 16;

    /** A parser to hand to {@link #read}, or to walk through what is around an item with. */
    public static JsonParser open(byte[] json) throws IOException {
        return JSON.createParser(json);
    }

    /** The same for JSON that is a part of a buffer, which stays as it is until the parser is closed. */
    public static JsonParser open(byte[] buffer, int offset, int length) throws IOException {
        return JSON.createParser(buffer, offset, length);
    }

    /** The item that is all there is in the JSON. */
    public Item read(byte[] json) throws Unreadable {
        try (JsonParser parser = open(json)) {
            parser.nextToken();
            Item item = read(parser);
            if (parser.nextToken() != null) {
                throw new Unreadable("Something follows the item");
            }
            return item;
        } catch (IOException e) {
            throw notJson(e);
        }
    }

    /** The item at whose <code>{</code> the parser stands; it stands at its <code>}</code> afterwards. */
    public Item read(JsonParser parser) throws IOException, Unreadable {
        return readMap(parser, null, 0);
    }

    /** A parser's own message, without the record: that is in the dead letter as it came. */
    public static Unreadable notJson(IOException e) {
        String message = String.valueOf(e.getMessage());
        int end = message.indexOf('\n');
        return new Unreadable("It is not JSON: " + (end < 0 ? message : message.substring(0, end)));
    }

    private Item readMap(JsonParser parser, @Nullable String attribute, int depth) throws IOException, Unreadable {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw malformed(attribute, "is not a JSON object of names and values");
        }
        Item item = new Item();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = wellFormed(parser.currentName(), attribute);
            parser.nextToken();
            item.add(name, readValue(parser, attribute == null ? name : attribute, depth));
        }
        String twice = repeated(item);
        if (twice != null) {
            throw malformed(attribute, "has the name " + twice + " twice");
        }
        return item;
    }

    private static @Nullable String repeated(Item item) {
        if (item.size() > FEW) {
            Set<String> seen = new HashSet<>();
            for (int i = 0; i < item.size(); i++) {
                if (!seen.add(item.name(i))) {
                    return item.name(i);
                }
            }
            return null;
        }
        for (int i = 1; i < item.size(); i++) {
            if (item.indexOf(item.name(i)) < i) {
                return item.name(i);
            }
        }
        return null;
    }

    private Value readValue(JsonParser parser, String attribute, int depth) throws IOException, Unreadable {
        if (depth > DEEPEST) {
            throw malformed(attribute, "is nested deeper than DynamoDB allows");
        }
        if (parser.currentToken() != JsonToken.START_OBJECT || parser.nextToken() != JsonToken.FIELD_NAME) {
            throw malformed(attribute, "is not a JSON object of a type and a value");
        }
        String descriptor = parser.currentName();
        Kind kind = Kind.ofDescriptor(descriptor);
        if (kind == null) {
            throw malformed(attribute, "has the type " + descriptor + ", which is not a type of DynamoDB");
        }
        JsonToken token = parser.nextToken();
        Value value = readValue(parser, token, kind, descriptor, attribute, depth);
        if (parser.nextToken() != JsonToken.END_OBJECT) {
            throw malformed(attribute, "has more than one type");
        }
        return value;
    }

    private Value readValue(
            JsonParser parser, JsonToken token, Kind kind, String descriptor, String attribute, int depth)
            throws IOException, Unreadable {
        switch (kind) {
            case NULL:
                expect(token == JsonToken.VALUE_TRUE, attribute, descriptor);
                return Value.NULL;
            case BOOLEAN:
                expect(token == JsonToken.VALUE_TRUE || token == JsonToken.VALUE_FALSE, attribute, descriptor);
                return Value.of(token == JsonToken.VALUE_TRUE);
            case MAP:
                return Value.map(readMap(parser, attribute, depth + 1));
            case LIST:
                return Value.list(readList(parser, token, attribute, depth));
            case SET:
                return Value.set(readSet(parser, token, descriptor, attribute));
            case INTEGER:
            case DECIMAL:
            case TEXT:
            case BINARY:
            default:
                return readScalar(parser, token, kind, descriptor, attribute);
        }
    }

    private Value readScalar(JsonParser parser, JsonToken token, Kind kind, String descriptor, String attribute)
            throws IOException, Unreadable {
        boolean isNumber = kind == Kind.INTEGER;
        expect(token == JsonToken.VALUE_STRING || (isNumber && token.isNumeric()), attribute, descriptor);
        if (kind == Kind.TEXT) {
            return Value.of(wellFormed(parser.getText(), attribute));
        }
        if (!isNumber) {
            return Value.of(base64(parser, attribute));
        }
        try {
            return Numbers.read(parser.getTextCharacters(), parser.getTextOffset(), parser.getTextLength());
        } catch (Unreadable e) {
            throw new Unreadable("In attribute " + attribute + " " + e.reason());
        }
    }

    private static byte[] base64(JsonParser parser, String attribute) throws IOException, Unreadable {
        try {
            return java.util.Base64.getDecoder().decode(parser.getText());
        } catch (IllegalArgumentException e) {
            throw malformed(attribute, "has bytes that are not in base64");
        }
    }

    private List<Value> readList(JsonParser parser, JsonToken token, String attribute, int depth)
            throws IOException, Unreadable {
        expect(token == JsonToken.START_ARRAY, attribute, "L");
        List<Value> elements = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            elements.add(readValue(parser, attribute, depth + 1));
        }
        return elements;
    }

    private List<Value> readSet(JsonParser parser, JsonToken token, String descriptor, String attribute)
            throws IOException, Unreadable {
        expect(token == JsonToken.START_ARRAY, attribute, descriptor);
        Kind kind = descriptor.equals("SS") ? Kind.TEXT : descriptor.equals("NS") ? Kind.INTEGER : Kind.BINARY;
        List<Value> elements = new ArrayList<>();
        for (JsonToken next = parser.nextToken(); next != JsonToken.END_ARRAY; next = parser.nextToken()) {
            elements.add(readScalar(parser, next, kind, descriptor, attribute));
        }
        elements.sort(order(kind));
        return elements;
    }

    private static Comparator<Value> order(Kind kind) {
        if (kind == Kind.INTEGER) {
            return Comparator.comparing(Value::decimal);
        }
        return kind == Kind.TEXT
                ? Comparator.comparing(Value::text)
                : (one, other) -> Arrays.compareUnsigned(one.bytes(), other.bytes());
    }

    /** JSON can write half of a character, which no UTF-8 can. */
    private static String wellFormed(String text, @Nullable String attribute) throws Unreadable {
        boolean inPair = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (inPair != Character.isLowSurrogate(c)) {
                throw malformed(attribute, "has a text or a name with half of a surrogate pair");
            }
            inPair = Character.isHighSurrogate(c);
        }
        if (inPair) {
            throw malformed(attribute, "has a text or a name with half of a surrogate pair");
        }
        return text;
    }

    private static void expect(boolean holds, String attribute, String descriptor) throws Unreadable {
        if (!holds) {
            throw malformed(attribute, "is not what the type " + descriptor + " stands for");
        }
    }

    private static Unreadable malformed(@Nullable String attribute, String what) {
        return new Unreadable((attribute == null ? "The item " : "Attribute " + attribute + " ") + what);
    }
}
