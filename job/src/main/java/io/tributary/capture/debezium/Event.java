package io.tributary.capture.debezium;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.tributary.capture.Unreadable;
import io.tributary.change.Column;
import io.tributary.change.Operation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.jspecify.annotations.Nullable;

/**
 * What one event says. It is read in one go, and its rows in the layout that the topic's event before had; where that was not
 * this event's, which is known only behind the rows, it is read again. One object serves event after event.
 */
final class Event {

    private static final Set<String> ENVELOPE = Set.of("before", "after", "source");

    private final SourceBlock source = new SourceBlock();
    /** Debezium's letter. */
    private @Nullable String operation;

    private @Nullable BinaryRowData keyBefore;
    private List<Column> columns = new ArrayList<>();
    private boolean isEmpty;
    private boolean isEnvelope;
    private boolean hasAfter;
    private long timestamp;
    private @Nullable String shard;

    /** Which of several tables the rows of the next event are of, where one is merged of them; else null. */
    void ofShard(@Nullable String newShard) {
        shard = newShard;
    }

    /**
     * @param layout null to pass over the rows
     * @param key if not null, and there is no layout, {@link #columns} are looked for, of which these are the key
     */
    void read(Payloads payloads, @Nullable RowLayout layout, @Nullable List<String> key)
            throws IOException, Unreadable {
        source.clear();
        operation = null;
        keyBefore = null;
        columns = new ArrayList<>();
        hasAfter = false;
        isEnvelope = false;
        timestamp = SourceBlock.ABSENT;
        if (layout != null) {
            layout.clear();
            layout.ofShard(shard);
        }
        try (JsonParser parser = payloads.parser()) {
            JsonToken first = parser.nextToken();
            isEmpty = first == JsonToken.VALUE_NULL;
            if (isEmpty) {
                return;
            }
            if (first != JsonToken.START_OBJECT) {
                throw new Unreadable("It is not a JSON object");
            }
            for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
                JsonToken token = parser.nextToken();
                isEnvelope = isEnvelope || ENVELOPE.contains(name);
                if (token != JsonToken.VALUE_NULL) {
                    field(name, parser, layout, key);
                }
            }
            payloads.checkEnd(parser);
        }
    }

    private void field(String name, JsonParser parser, @Nullable RowLayout layout, @Nullable List<String> key)
            throws IOException, Unreadable {
        switch (name) {
            case "op":
                operation = Tokens.text(parser);
                return;
            case "ts_ms":
                timestamp = Tokens.whole(parser);
                return;
            case "source":
                source.read(parser);
                return;
            case "before":
                if (layout != null) {
                    keyBefore = layout.readKey(parser);
                    return;
                }
                break;
            case "after":
                hasAfter = true;
                if (layout != null) {
                    layout.read(parser);
                    return;
                }
                break;
            default:
                break;
        }
        if (key != null && (name.equals("before") || name.equals("after"))) {
            columns = Found.columns(parser, key);
            return;
        }
        parser.skipChildren();
    }

    /** Whether there is no event at all. */
    boolean isEmpty() {
        return isEmpty;
    }

    /** Null if it says nothing of a row or a table. */
    @Nullable
    Operation operation() throws Unreadable {
        if (operation == null || !isEnvelope) {
            throw new Unreadable(
                    "It has no op, or nothing beside it: it is not a change event of Debezium. Take the topic"
                            + " out of kafka.topics if it is of no table, and see which transforms the connector has");
        }
        switch (operation) {
            case "r":
                return Operation.READ;
            case "c":
                return Operation.INSERT;
            case "u":
                return Operation.UPDATE;
            case "d":
                return Operation.DELETE;
            case "t":
                return Operation.TRUNCATE;
            case "m":
                return null;
            default:
                throw new Unreadable("Its op '" + operation + "' is none that this reader knows");
        }
    }

    @Nullable
    String shard() {
        return shard;
    }

    SourceBlock source() {
        return source;
    }

    boolean hasAfter() {
        return hasAfter;
    }

    /** Null if there is none. */
    @Nullable
    BinaryRowData keyBefore() {
        return keyBefore;
    }

    /** Of the rows, if they were looked for. */
    List<Column> columns() {
        return columns;
    }

    /** When it was committed, or else when the connector read it; {@link SourceBlock#ABSENT} if neither is said. */
    long timestamp() {
        return source.timestamp() == SourceBlock.ABSENT ? timestamp : source.timestamp();
    }
}
