package io.tributary.capture.debezium;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.tributary.capture.Unreadable;
import io.tributary.change.Column;
import io.tributary.change.RawRecord;
import io.tributary.settings.NamedKey;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.jspecify.annotations.Nullable;

/** The keys that the records of one topic have. */
final class RecordKeys {

    private final Payloads keys;
    private final TopicTables tables;
    private List<String> names = List.of();
    private @Nullable ConnectType type;

    RecordKeys(Payloads keys, TopicTables tables) {
        this.keys = keys;
        this.tables = tables;
    }

    /** The columns of the record's own key. */
    List<String> names(String table, RawRecord record) throws IOException, Unreadable {
        byte[] bytes = record.key();
        if (bytes == null) {
            throw new Unreadable(
                    "It has no key: set " + NamedKey.ofTable(table, "key") + " to the columns that identify a row");
        }
        checkIsNoText(bytes, table);
        keys.open(bytes);
        ConnectType newType = keys.type();
        if (newType == null || newType != type) {
            List<String> newNames = ofRows(
                    newType == null
                            ? found(table)
                            : List.copyOf(newType.fields().keySet()),
                    table);
            if (newNames.isEmpty()) {
                throw noKey(table);
            }
            names = newNames.equals(names) ? names : newNames;
            type = newType;
        }
        return names;
    }

    private void checkIsNoText(byte[] key, String table) throws Unreadable {
        KeyText text = KeyText.of(key);
        if (text != null) {
            throw new Unreadable(text.reason(table, !tables.rules(table).isAny()));
        }
    }

    /** Without what only says which table a row is of, where the source blocks say it. */
    private List<String> ofRows(List<String> all, String table) throws Unreadable {
        if (!all.contains(TopicTables.ROUTED_FROM) || TopicTables.ROUTED_FROM.equals(tables.shardColumn(table))) {
            return all;
        }
        if (tables.areTopics()) {
            throw new Unreadable(
                    "Its key has " + TopicTables.ROUTED_FROM + ", by which ByLogicalTableRouter tells apart the"
                            + " tables of a topic: name these in kafka.tables to have a table of each, or set "
                            + NamedKey.ofTable(table, "kafka.shard-column") + " to " + TopicTables.ROUTED_FROM
                            + " to have one table of all");
        }
        List<String> rest = new ArrayList<>(all);
        rest.remove(TopicTables.ROUTED_FROM);
        return rest;
    }

    /** The value of this field, if the record has a key with such a field. */
    @Nullable
    String text(String field, RawRecord record) throws IOException, Unreadable {
        byte[] bytes = record.key();
        if (bytes == null || KeyText.of(bytes) != null) {
            return null;
        }
        keys.open(bytes);
        String text = null;
        try (JsonParser parser = keys.parser()) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return null;
            }
            for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
                JsonToken token = parser.nextToken();
                if (name.equals(field) && token.isScalarValue() && token != JsonToken.VALUE_NULL) {
                    text = parser.getText();
                }
                parser.skipChildren();
            }
            keys.checkEnd(parser);
        }
        return text;
    }

    private List<String> found(String table) throws IOException, Unreadable {
        List<String> found = new ArrayList<>();
        try (JsonParser parser = keys.parser()) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw noKey(table);
            }
            for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
                found.add(name);
                parser.nextToken();
                parser.skipChildren();
            }
            keys.checkEnd(parser);
        }
        return found;
    }

    private static Unreadable noKey(String table) {
        return new Unreadable("Its key names no columns: set " + NamedKey.ofTable(table, "key")
                + " to the columns that identify a row");
    }

    /**
     * Offsets order the changes of a row only if these are all in one partition.
     *
     * @param declared the table's key; null if it is the one that the records have
     */
    void checkOrder(String table, @Nullable List<String> declared, RawRecord record) throws IOException, Unreadable {
        if (declared == null) {
            return;
        }
        byte[] bytes = record.key();
        if (bytes == null) {
            throw new Unreadable(
                    "It has no key, and its table's changes are ordered by their offsets: records without a"
                            + " key are spread over the topic's partitions, so their order is not known: give the topic one"
                            + " partition");
        }
        KeyText text = KeyText.of(bytes);
        List<String> key = text == null ? names(table, record) : text.columns();
        if (key == null) {
            throw new Unreadable(
                    "Its key does not say which columns it is made of, and its table's changes are ordered by"
                            + " their offsets: changes of a row may be spread over the topic's partitions, so their order is not"
                            + " known: let the connector write keys of columns (key.converter), or give the topic one partition");
        }
        if (!declared.containsAll(key)) {
            throw new Unreadable(
                    "Its key has the columns " + key + ", and " + NamedKey.ofTable(table, "key") + " has " + declared
                            + ": changes of a row are spread over the topic's partitions, and are ordered by their offsets, so"
                            + " their order is not known: give the topic one partition");
        }
    }

    /** The key as rows of the layout have it; null if a column of it is NULL or cannot be read. */
    @Nullable
    BinaryRowData row(byte[] key, RowLayout layout) throws IOException, Unreadable {
        checkIsNoText(key, layout.schema().table());
        keys.open(key);
        try (JsonParser parser = keys.parser()) {
            parser.nextToken();
            BinaryRowData row = layout.readKey(parser);
            keys.checkEnd(parser);
            return row;
        }
    }

    /** Those of a key without a schema. */
    List<Column> columns(String table, byte[] key, List<String> keyNames) throws IOException, Unreadable {
        checkIsNoText(key, table);
        keys.open(key);
        try (JsonParser parser = keys.parser()) {
            parser.nextToken();
            List<Column> columns = Found.columns(parser, keyNames);
            columns.removeIf(column -> !keyNames.contains(column.name()));
            return columns;
        }
    }
}
