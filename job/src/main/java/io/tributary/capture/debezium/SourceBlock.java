package io.tributary.capture.debezium;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.tributary.capture.Unreadable;
import java.io.IOException;
import java.util.Arrays;

/** The {@code source} block of an event: which table it is of, and where it stands in the log. One object serves event after event. */
final class SourceBlock {

    static final long ABSENT = -1;

    private static final int CONNECTOR = 0;
    private static final int DATABASE = 1;
    private static final int SCHEMA = 2;
    private static final int TABLE = 3;
    private static final int SNAPSHOT = 4;
    private static final int FILE = 5;
    private static final int GTID = 6;
    private static final int SERVER = 7;
    private static final int TEXTS = 8;

    private static final String LAST_ENDS = "\"]";
    private static final int MOST_DIGITS = 18;

    private final String[] texts = new String[TEXTS];
    /** The last texts that there were: mostly they are the same, and no other object is made then. */
    private final String[] recent = new String[TEXTS];

    private long lsn;
    private long sequenceLsn;
    private long place;
    private long row;
    private long timestamp;

    SourceBlock() {
        Arrays.fill(recent, "");
        clear();
    }

    void clear() {
        Arrays.fill(texts, "");
        lsn = ABSENT;
        sequenceLsn = ABSENT;
        place = ABSENT;
        row = 0;
        timestamp = ABSENT;
    }

    /** The parser stands at the start of the block. */
    void read(JsonParser parser) throws IOException, Unreadable {
        if (!parser.hasToken(JsonToken.START_OBJECT)) {
            throw new Unreadable("Its source is not an object");
        }
        for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            JsonToken token = parser.nextToken();
            switch (name) {
                case "connector":
                    text(parser, CONNECTOR);
                    break;
                case "name":
                    text(parser, SERVER);
                    break;
                case "db":
                    text(parser, DATABASE);
                    break;
                case "schema":
                    text(parser, SCHEMA);
                    break;
                case "table":
                case "collection":
                    text(parser, TABLE);
                    break;
                case "snapshot":
                    text(parser, SNAPSHOT);
                    break;
                case "file":
                    text(parser, FILE);
                    break;
                case "gtid":
                    text(parser, GTID);
                    break;
                case "lsn":
                    lsn = number(parser);
                    break;
                case "sequence":
                    sequenceLsn = lastNumber(parser);
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

    private void text(JsonParser parser, int number) throws IOException {
        if (parser.currentToken().isStructStart()) {
            parser.skipChildren();
            return;
        }
        if (parser.hasToken(JsonToken.VALUE_NULL)) {
            return;
        }
        if (!Tokens.is(parser, recent[number])) {
            recent[number] = parser.getText();
        }
        texts[number] = recent[number];
    }

    /** What is no whole number counts as absent. */
    private static long number(JsonParser parser) throws IOException {
        if (parser.currentToken().isStructStart()) {
            parser.skipChildren();
            return ABSENT;
        }
        return parser.hasToken(JsonToken.VALUE_NUMBER_INT) ? parser.getLongValue() : ABSENT;
    }

    /** In a text that is a JSON array of texts, as ["100","120"]: the last of them. No text is made, since each event has another. */
    private static long lastNumber(JsonParser parser) throws IOException {
        if (parser.currentToken().isStructStart()) {
            parser.skipChildren();
            return ABSENT;
        }
        if (!parser.hasToken(JsonToken.VALUE_STRING)) {
            return ABSENT;
        }
        char[] characters = parser.getTextCharacters();
        int start = parser.getTextOffset();
        int end = start + parser.getTextLength() - LAST_ENDS.length();
        if (end < start || characters[end] != LAST_ENDS.charAt(0) || characters[end + 1] != LAST_ENDS.charAt(1)) {
            return ABSENT;
        }
        int from = end;
        while (from > start && characters[from - 1] >= '0' && characters[from - 1] <= '9') {
            from--;
        }
        int digits = end - from;
        if (digits == 0 || digits > MOST_DIGITS) {
            return ABSENT;
        }
        long number = 0;
        for (int i = from; i < end; i++) {
            number = number * 10 + characters[i] - '0';
        }
        return number;
    }

    String connector() {
        return texts[CONNECTOR];
    }

    String database() {
        return texts[DATABASE];
    }

    String schema() {
        return texts[SCHEMA];
    }

    String table() {
        return texts[TABLE];
    }

    /** The table as the connector's settings name it: in its schema, or in its database where there are no schemas. */
    String qualifiedTable() {
        String space = schema().isEmpty() ? database() : schema();
        return space.isEmpty() ? table() : space + "." + table();
    }

    /** The table with its database, where that is not all of its name. */
    String fullTable() {
        return schema().isEmpty() || database().isEmpty() ? qualifiedTable() : database() + "." + qualifiedTable();
    }

    /** The connector's own name, its {@code topic.prefix}: one a server. */
    String server() {
        return texts[SERVER];
    }

    /** Whether it is of a snapshot that the connector took as a whole, and not of one that runs beside the stream. */
    boolean isOfWholeSnapshot() {
        String snapshot = texts[SNAPSHOT];
        return !snapshot.isEmpty() && !snapshot.equals("false") && !snapshot.equals("incremental");
    }

    /** PostgreSQL: of the change, or of the snapshot it is part of. Debezium leaves it out of incremental snapshots. */
    long lsn() {
        return lsn;
    }

    /** PostgreSQL: what the connector had read, incremental snapshots included; {@link #ABSENT} if it is not said. */
    long sequenceLsn() {
        return sequenceLsn;
    }

    /** MySQL: of the binary log, such as mysql-bin.000007. */
    String file() {
        return texts[FILE];
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
        return texts[GTID];
    }

    /** When it was committed; {@link #ABSENT} if it is not said. */
    long timestamp() {
        return timestamp;
    }
}
