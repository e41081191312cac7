package io.tributary.capture.dynamodb.export.read;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.tributary.capture.Unreadable;
import io.tributary.capture.dynamodb.item.Item;
import io.tributary.capture.dynamodb.item.ItemParser;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What a line of a data file says: an item, or the last write of one. The old image is passed over: what a row was is known where
 * it is needed.
 */
final class ItemLine {

    /** Until the year 5138. */
    private static final long MOST_MICROS = 100_000_000_000_000_000L;

    private static final int LONGEST_TIME = 17;

    @Nullable
    Item item;

    @Nullable
    Item keys;

    @Nullable
    Item newImage;

    boolean hasOldImage;

    /** When the item was written; 0 where the line does not say. */
    long micros;

    private ItemLine() {}

    /**
     * @param isWhole whether the images are read too, or only what is around them
     */
    static ItemLine read(byte[] bytes, int offset, int length, ItemParser items, boolean isWhole) throws Unreadable {
        try (JsonParser parser = ItemParser.open(bytes, offset, length)) {
            ItemLine line = new ItemLine();
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new Unreadable("It is not a JSON object");
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                line.field(parser, items, isWhole);
            }
            if (parser.nextToken() != null) {
                throw new Unreadable("It is more than one JSON value");
            }
            return line;
        } catch (IOException e) {
            throw ItemParser.notJson(e);
        }
    }

    private void field(JsonParser parser, ItemParser items, boolean isWhole) throws IOException, Unreadable {
        String name = parser.currentName();
        JsonToken token = parser.nextToken();
        switch (name) {
            case "Item":
                item = item(parser, token, items, isWhole);
                return;
            case "Keys":
                keys = item(parser, token, items, true);
                return;
            case "NewImage":
                newImage = item(parser, token, items, isWhole);
                return;
            case "OldImage":
                hasOldImage = token == JsonToken.START_OBJECT;
                parser.skipChildren();
                return;
            case "Metadata":
                metadata(parser, token);
                return;
            default:
                parser.skipChildren();
        }
    }

    private static @Nullable Item item(JsonParser parser, JsonToken token, ItemParser items, boolean isRead)
            throws IOException, Unreadable {
        if (isRead && token != JsonToken.VALUE_NULL) {
            return items.read(parser);
        }
        parser.skipChildren();
        return null;
    }

    private void metadata(JsonParser parser, JsonToken token) throws IOException, Unreadable {
        if (token != JsonToken.START_OBJECT) {
            parser.skipChildren();
            return;
        }
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            if (name.equals("WriteTimestampMicros")) {
                time(parser, value);
            } else {
                parser.skipChildren();
            }
        }
    }

    /** As an attribute of the type N, or as a number. */
    private void time(JsonParser parser, JsonToken token) throws IOException, Unreadable {
        if (token != JsonToken.START_OBJECT) {
            micros = micros(parser);
            return;
        }
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            boolean isNumber = parser.currentName().equals("N");
            parser.nextToken();
            if (isNumber) {
                micros = micros(parser);
            } else {
                parser.skipChildren();
            }
        }
    }

    private static long micros(JsonParser parser) throws IOException, Unreadable {
        String text = parser.currentToken().isScalarValue() ? parser.getText() : "";
        try {
            long micros = text.length() > LONGEST_TIME ? 0 : Long.parseLong(text);
            if (micros > 0 && micros < MOST_MICROS) {
                return micros;
            }
        } catch (NumberFormatException e) {
            // The same is to be said as of a number that is not a time.
        }
        throw new Unreadable("Metadata.WriteTimestampMicros is not a time in microseconds");
    }
}
