package io.tributary.capture.debezium;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.util.TokenBuffer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What Debezium sends in place of a large value that an UPDATE did not change ({@code unavailable.value.placeholder}): the text itself,
 * its bytes in whichever form bytes are sent, an array of either, the text's bytes as an array of numbers, or a UUID made of it.
 */
final class Placeholder {

    private final byte[] bytes;
    private final List<String> texts;
    private final List<String> json;
    private final String uuid;

    private Placeholder(byte[] bytes, List<String> texts, String uuid) {
        this.bytes = bytes;
        this.texts = texts;
        this.uuid = uuid;
        String numbers = IntStream.range(0, bytes.length)
                .mapToObj(i -> Byte.toString(bytes[i]))
                .collect(Collectors.joining(","));
        json = new ArrayList<>(List.of(texts.get(texts.size() - 1), "[" + numbers + "]", "[\"" + uuid + "\"]"));
        texts.forEach(text -> json.add("[\"" + text + "\"]"));
    }

    static Placeholder of(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        StringBuilder hex = new StringBuilder();
        for (byte b : bytes) {
            hex.append(Character.forDigit(b >> 4 & 15, 16)).append(Character.forDigit(b & 15, 16));
        }
        List<String> texts = List.of(
                text,
                Base64.getEncoder().encodeToString(bytes),
                Base64.getUrlEncoder().encodeToString(bytes),
                hex.toString(),
                // A map, as text.
                "{\"" + text + "\":\"" + text + "\"}");
        return new Placeholder(bytes, texts, UUID.nameUUIDFromBytes(bytes).toString());
    }

    /** Whether an array or a map is it, as JSON without blanks. */
    boolean isJson(String text) {
        return json.contains(text);
    }

    /** Whether the value at which the parser stands is it, where that is no array. */
    boolean is(JsonParser value) throws IOException {
        if (value.hasToken(JsonToken.VALUE_EMBEDDED_OBJECT)) {
            return Arrays.equals(value.getBinaryValue(), bytes);
        }
        if (!value.hasToken(JsonToken.VALUE_STRING)) {
            return false;
        }
        for (String text : texts) {
            if (Tokens.is(value, text)) {
                return true;
            }
        }
        return false;
    }

    /** @param size the number of elements in the array that the buffer holds */
    boolean isArray(TokenBuffer array, int size) throws IOException {
        try (JsonParser parser = array.asParser()) {
            parser.nextToken();
            if (size == 1) {
                parser.nextToken();
                return is(parser) || (parser.hasToken(JsonToken.VALUE_STRING) && Tokens.is(parser, uuid));
            }
            if (size != bytes.length) {
                return false;
            }
            for (byte b : bytes) {
                if (parser.nextToken() != JsonToken.VALUE_NUMBER_INT || parser.getLongValue() != b) {
                    return false;
                }
            }
            return true;
        }
    }
}
