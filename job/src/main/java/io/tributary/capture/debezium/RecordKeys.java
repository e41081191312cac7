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
    private List<String> names = List.of();
    private @Nullable ConnectType type;

    RecordKeys(Payloads keys) {
        this.keys = keys;
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
            List<String> newNames = newType == null
                    ? found(table)
                    : List.copyOf(newType.fields().keySet());
            if (newNames.isEmpty()) {
                throw noKey(table);
            }
            names = newNames.equals(names) ? names : newNames;
            type = newType;
        }
        return names;
    }

    private static void checkIsNoText(byte[] key, String table) throws Unreadable {
        KeyText text = KeyText.of(key);
        if (text != null) {
            throw new Unreadable(text.reason(table));
        }
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
        if (record.key() == null) {
            throw new Unreadable(
                    "It has no key, and its table's changes are ordered by their offsets: records without a"
                            + " key are spread over the topic's partitions, so their order is not known: give the topic one"
                            + " partition");
        }
        KeyText text = KeyText.of(record.key());
        List<String> key = text == null ? names(table, record) : text.columns();
        if (key == null) {
            throw new Unreadable("Its key does not say which columns it is made of, and its table's changes are ordered by"
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
            return Found.columns(parser, keyNames);
        }
    }
}
