package io.tributary.capture.debezium;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The {@code source} block of an event: which table it is of, and where it stands in the log. One object serves event after event. */
final class Source {

    static final long ABSENT = -1;

    private String connector = "";
    private String database = "";
    private String schema = "";
    private String table = "";
    private String snapshot = "";
    private String file = "";
    private String gtid = "";
    private long lsn;
    private long place;
    private long row;
    private long timestamp;

    void clear() {
        connector = "";
        database = "";
        schema = "";
        table = "";
        snapshot = "";
        file = "";
        gtid = "";
        lsn = ABSENT;
        place = ABSENT;
        row = 0;
        timestamp = ABSENT;
    }

    /** The parser stands at the start of the block. */
    void read(JsonParser parser) throws IOException, Unreadable {
        if (!parser.hasToken(JsonToken.START_OBJECT)) {
            throw new Unreadable("Its source is no object");
        }
        for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            JsonToken token = parser.nextToken();
            switch (name) {
                case "connector":
                    connector = text(parser, connector);
                    break;
                case "db":
                    database = text(parser, database);
                    break;
                case "schema":
                    schema = text(parser, schema);
                    break;
                case "table":
                case "collection":
                    table = text(parser, table);
                    break;
                case "snapshot":
                    snapshot = text(parser, snapshot);
                    break;
                case "file":
                    file = text(parser, file);
                    break;
                case "gtid":
                    gtid = text(parser, gtid);
                    break;
                case "lsn":
                    lsn = number(parser);
                    break;
                case "pos":
                    place = number(parser);
                    break;
                case "row":
                    row = Math.max(number(parser), 0);
                    break;
                case "ts_ms":
                    timestamp = number(parser);
                    break;
                default:
                    if (token.isStructStart()) {
                        parser.skipChildren();
                    }
            }
        }
    }

    /** The same String again, where it is the same text: there are few of them. */
    private static String text(JsonParser parser, String before) throws IOException {
        if (parser.currentToken().isStructStart()) {
            parser.skipChildren();
            return "";
        }
        if (parser.hasToken(JsonToken.VALUE_NULL)) {
            return "";
        }
        return Tokens.is(parser, before) ? before : parser.getText();
    }

    /** What is no whole number counts as absent. */
    private static long number(JsonParser parser) throws IOException {
        if (parser.currentToken().isStructStart()) {
            parser.skipChildren();
            return ABSENT;
        }
        return parser.hasToken(JsonToken.VALUE_NUMBER_INT) ? parser.getLongValue() : ABSENT;
    }

    String connector() {
        return connector;
    }

    String database() {
        return database;
    }

    String schema() {
        return schema;
    }

    String table() {
        return table;
    }

    /** The table as the connector's settings name it: in its schema, or in its database where there are no schemas. */
    String qualifiedTable() {
        String space = schema.isEmpty() ? database : schema;
        return space.isEmpty() ? table : space + "." + table;
    }

    /** Whether it is of a snapshot that the connector took as a whole, and not of one that runs beside the stream. */
    boolean isOfWholeSnapshot() {
        return !snapshot.isEmpty() && !snapshot.equals("false") && !snapshot.equals("incremental");
    }

    /** PostgreSQL: of the change, or of the snapshot it is part of. */
    long lsn() {
        return lsn;
    }

    /** MySQL: of the binary log, such as mysql-bin.000007. */
    String file() {
        return file;
    }

    /** MySQL: in the file. */
    long place() {
        return place;
    }

    /** MySQL: in the event at that place. */
    long row() {
        return row;
    }

    /** Empty if there is none. */
    String gtid() {
        return gtid;
    }

    /** When it was committed; {@link #ABSENT} if it is not said. */
    long timestamp() {
        return timestamp;
    }

    boolean isOf(@Nullable String otherConnector) {
        return connector.equals(otherConnector);
    }
}
