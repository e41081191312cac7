package io.tributary.capture.dynamodb.stream;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.tributary.capture.Unreadable;
import io.tributary.capture.dynamodb.item.Item;
import io.tributary.capture.dynamodb.item.ItemParser;
import java.io.IOException;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * What a record of Kinesis Data Streams for DynamoDB says
 * (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/kds.html). What it does not say is null; whether it may be so
 * is for {@link RecordDecoder}.
 *
 * <p>The old image is passed over: what a row was is known where it is needed.
 */
final class StreamRecord {

    /** How much of a record is read: less, where the rest cannot be read. */
    enum Part {
        ALL,
        /** The item's key, and what is around the images. */
        KEYS,
        /** What is around the item. */
        ENVELOPE
    }

    private static final int LONGEST_TIME = 40;

    @Nullable
    String eventSource;

    @Nullable
    String eventName;

    @Nullable
    String tableName;

    @Nullable
    String precision;

    @Nullable
    String principal;

    @Nullable
    BigDecimal time;

    @Nullable
    Item keys;

    @Nullable
    Item newImage;

    private StreamRecord() {}

    static StreamRecord read(byte[] json, ItemParser items, Part part) throws Unreadable {
        try (JsonParser parser = ItemParser.open(json)) {
            StreamRecord record = new StreamRecord();
            if (parser.nextToken() == null) {
                throw new Unreadable("It is empty");
            }
            record.read(parser, items, part);
            if (parser.nextToken() != null) {
                throw new Unreadable("It is more than one JSON value");
            }
            return record;
        } catch (IOException e) {
            throw ItemParser.notJson(e);
        }
    }

    private void read(JsonParser parser, ItemParser items, Part part) throws IOException, Unreadable {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            parser.skipChildren();
            return;
        }
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            JsonToken token = parser.nextToken();
            switch (name) {
                case "eventSource":
                    eventSource = text(parser, token);
                    break;
                case "eventName":
                    eventName = text(parser, token);
                    break;
                case "tableName":
                    tableName = text(parser, token);
                    break;
                case "userIdentity":
                    readIdentity(parser, token);
                    break;
                case "dynamodb":
                    readItem(parser, token, items, part);
                    break;
                default:
                    parser.skipChildren();
            }
        }
    }

    private void readIdentity(JsonParser parser, JsonToken token) throws IOException {
        if (token != JsonToken.START_OBJECT) {
            parser.skipChildren();
            return;
        }
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            // The API of DynamoDB Streams and its SDKs differ in the first letter's case.
            if (name.equalsIgnoreCase("principalId")) {
                principal = text(parser, value);
            } else {
                parser.skipChildren();
            }
        }
    }

    private void readItem(JsonParser parser, JsonToken token, ItemParser items, Part part)
            throws IOException, Unreadable {
        if (token != JsonToken.START_OBJECT) {
            parser.skipChildren();
            return;
        }
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            switch (name) {
                case "ApproximateCreationDateTime":
                    time = number(parser, value);
                    break;
                case "ApproximateCreationDateTimePrecision":
                    precision = text(parser, value);
                    break;
                case "Keys":
                    keys = item(parser, value, items, part != Part.ENVELOPE);
                    break;
                case "NewImage":
                    newImage = item(parser, value, items, part == Part.ALL);
                    break;
                default:
                    parser.skipChildren();
            }
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

    private static @Nullable String text(JsonParser parser, JsonToken token) throws IOException {
        if (token == JsonToken.VALUE_STRING) {
            return parser.getText();
        }
        parser.skipChildren();
        return null;
    }

    private static @Nullable BigDecimal number(JsonParser parser, JsonToken token) throws IOException {
        if (token.isNumeric() && parser.getTextLength() <= LONGEST_TIME) {
            return parser.getDecimalValue();
        }
        parser.skipChildren();
        return null;
    }
}
