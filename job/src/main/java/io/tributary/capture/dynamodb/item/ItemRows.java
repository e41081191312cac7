package io.tributary.capture.dynamodb.item;

import static java.util.Objects.requireNonNull;

import io.tributary.capture.ColumnRules;
import io.tributary.capture.KeyedHash;
import io.tributary.capture.Treatment;
import io.tributary.capture.Unreadable;
import io.tributary.change.Column;
import io.tributary.change.RecordFields;
import io.tributary.change.Schema;
import io.tributary.change.SchemaConflictException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.data.writer.BinaryRowWriter;
import org.apache.flink.table.types.logical.LogicalType;
import org.jspecify.annotations.Nullable;

/**
 * Items of one table as rows, in columns that are as wide as what has come so far: an attribute that is new gets a column, and
 * one whose value its column cannot hold widens it. The key and the declared columns stay as they are.
 *
 * <p>Names that differ in case only are told apart by DynamoDB and by hardly any reader of the targets, so an item that would
 * make such a column is refused. Not safe for use by several threads.
 */
final class ItemRows {

    private final ItemTable table;
    private final ColumnRules rules;
    private final @Nullable KeyedHash hash;
    private Schema schema;

    private Map<String, Integer> indexes = Map.of();
    private Map<String, String> spellings = Map.of();
    private ColumnForm[] forms = {};
    private LogicalType[] types = {};
    private boolean[] isDeclared = {};
    private @Nullable Value[] values = {};
    private BinaryRowData row = new BinaryRowData(0);
    private BinaryRowWriter writer = new BinaryRowWriter(row);

    private final String[] keyNames;
    private final ColumnForm[] keyForms;
    private final LogicalType[] keyTypes;
    private final BinaryRowData key;
    private final BinaryRowWriter keyWriter;

    ItemRows(ItemTable table) {
        this.table = table;
        this.rules = table.rules();
        this.hash = rules.isHashing() ? rules.hash() : null;
        this.schema = table.schema();
        int[] keyColumns = schema.key();
        this.keyNames = schema.keyNames().toArray(new String[0]);
        this.keyForms = new ColumnForm[keyColumns.length];
        this.keyTypes = new LogicalType[keyColumns.length];
        for (int i = 0; i < keyColumns.length; i++) {
            Column column = schema.columns().get(keyColumns[i]);
            keyForms[i] = ColumnForm.of(column);
            keyTypes[i] = column.type();
        }
        this.key = new BinaryRowData(keyColumns.length);
        this.keyWriter = new BinaryRowWriter(key);
        compile();
    }

    ItemTable table() {
        return table;
    }

    /** That of the rows from now on. */
    Schema schema() {
        return schema;
    }

    /**
     * Widens the columns to those that another subtask, or this one before a restart, had found.
     *
     * @throws SchemaConflictException if a column that is declared does not hold them
     */
    void widen(Schema found) throws SchemaConflictException {
        for (int i = 0; i < keyNames.length; i++) {
            int index = found.indexOf(keyNames[i]);
            LogicalType before =
                    index < 0 ? keyTypes[i] : found.columns().get(index).type();
            if (!before.copy(true).equals(keyTypes[i].copy(true))) {
                throw new SchemaConflictException("Key column " + keyNames[i] + " of table " + table.name() + " was "
                        + before.asSummaryString() + " and is now " + keyTypes[i].asSummaryString()
                        + "; a key cannot change while the table's state is kept");
            }
        }
        table.schema().checkHolds(found);
        Schema merged = schema.merge(found);
        if (!merged.equals(schema)) {
            schema = merged;
            compile();
        }
    }

    private void compile() {
        int arity = schema.arity();
        indexes = new HashMap<>();
        spellings = new HashMap<>();
        forms = new ColumnForm[arity];
        types = new LogicalType[arity];
        isDeclared = new boolean[arity];
        values = new Value[arity];
        for (int i = 0; i < arity; i++) {
            Column column = schema.columns().get(i);
            indexes.put(column.name(), i);
            spellings.put(column.name().toLowerCase(Locale.ROOT), column.name());
            // A column that is declared now may have been found before: then it is marked so, and stays as it is all
            // the same.
            int declared = table.schema().indexOf(column.name());
            isDeclared[i] = declared >= 0;
            forms[i] = ColumnForm.of(isDeclared[i] ? table.schema().columns().get(declared) : column);
            types[i] = column.type();
        }
        row = new BinaryRowData(arity);
        writer = new BinaryRowWriter(row);
    }

    /** The key of an item, given whole or its key alone. */
    BinaryRowData key(Item item) throws Unreadable {
        keyWriter.reset();
        for (int i = 0; i < keyNames.length; i++) {
            Value value = keyValue(item, keyNames[i]);
            value = value == null ? null : treated(value, rules.of(keyNames[i]));
            if (value == null || value.kind() == Kind.NULL) {
                throw new Unreadable("The key attribute " + keyNames[i] + " is missing");
            }
            if (!keyForms[i].fits(value, keyTypes[i])) {
                throw misfit(keyNames[i], value, keyTypes[i]);
            }
            keyForms[i].write(value, keyTypes[i], keyWriter, i);
        }
        keyWriter.complete();
        return key.copy();
    }

    private @Nullable Value keyValue(Item item, String name) {
        for (int i = 0; i < item.size(); i++) {
            if (table.column(item.name(i)).equals(name)) {
                return item.value(i);
            }
        }
        return null;
    }

    /** The item in the columns of {@link #schema()}, which may be wider after it than before. */
    BinaryRowData row(Item item) throws Unreadable {
        Map<String, Column> found = place(item);
        if (!found.isEmpty()) {
            widen(found);
            place(item);
        }
        writer.reset();
        for (int i = 0; i < values.length; i++) {
            Value value = values[i];
            if (value != null && value.kind() != Kind.NULL) {
                forms[i].write(value, types[i], writer, i);
                continue;
            }
            if (!types[i].isNullable()) {
                throw new Unreadable(
                        "The key attribute " + schema.columns().get(i).name() + " is missing");
            }
            writer.setNullAt(i);
        }
        writer.complete();
        return row.copy();
    }

    /** Puts each value to its column; what the columns have no place for is given back. */
    private Map<String, Column> place(Item item) throws Unreadable {
        Arrays.fill(values, null);
        Map<String, Column> found = Map.of();
        for (int i = 0; i < item.size(); i++) {
            String attribute = item.name(i);
            Value value = item.value(i);
            String whole = table.column(attribute);
            Treatment ofWhole = rules.of(whole);
            boolean isFlattened = value.kind() == Kind.MAP
                    && value.entries().size() > 0
                    && ofWhole != Treatment.HASHED
                    && table.isFlattened(attribute);
            if (!isFlattened) {
                found = place(whole, value, ofWhole, found);
                continue;
            }
            Item entries = value.entries();
            for (int j = 0; j < entries.size(); j++) {
                String column = table.column(attribute + "_" + entries.name(j));
                found = place(column, entries.value(j), rules.ofPart(column, whole), found);
            }
        }
        return found;
    }

    private Map<String, Column> place(String name, Value value, Treatment treatment, Map<String, Column> found)
            throws Unreadable {
        return treatment == Treatment.LEFT_OUT ? found : place(name, treated(value, treatment), found);
    }

    private Value treated(Value value, Treatment treatment) {
        if (treatment != Treatment.HASHED || value.kind() == Kind.NULL) {
            return value;
        }
        byte[] text = value.text().getBytes(StandardCharsets.UTF_8);
        return Value.of(new String(requireNonNull(hash).of(text), StandardCharsets.US_ASCII));
    }

    private Map<String, Column> place(String name, Value value, Map<String, Column> found) throws Unreadable {
        Integer index = indexes.get(name);
        if (index == null) {
            return value.kind() == Kind.NULL ? found : with(found, spelled(name), value);
        }
        if (values[index] != null) {
            throw clash(name);
        }
        values[index] = value;
        if (value.kind() == Kind.NULL || forms[index].fits(value, types[index])) {
            return found;
        }
        if (isDeclared[index]) {
            throw misfit(name, value, types[index]);
        }
        return with(found, name, value);
    }

    private static Map<String, Column> with(Map<String, Column> found, String name, Value value) throws Unreadable {
        Map<String, Column> all = found.isEmpty() ? new LinkedHashMap<>() : found;
        if (all.put(name, ColumnForm.found(name, value)) != null) {
            throw clash(name);
        }
        return all;
    }

    private String spelled(String name) throws Unreadable {
        if (name.isBlank() || name.indexOf('\0') >= 0 || RecordFields.isTooLong(name)) {
            throw new Unreadable("The attribute '" + (name.length() > 60 ? name.substring(0, 60) + "..." : name)
                    + "' has no name for a column, which has up to " + RecordFields.LONGEST_NAME
                    + " bytes, not only spaces and no NUL: give it another with " + table.key("rename")
                    + ", or keep it in a map");
        }
        if (RecordFields.isReserved(name)) {
            throw new Unreadable("The attribute " + name + " has the name of a field of Kinesis records: set "
                    + table.key("rename." + name) + " to another name");
        }
        String spelling = spellings.get(name.toLowerCase(Locale.ROOT));
        if (spelling != null) {
            throw new Unreadable(
                    "Attribute " + name + " and column " + spelling + " differ in upper and lower case only,"
                            + " which most readers of the targets cannot tell apart: rename the attribute in DynamoDB, or set "
                            + table.key("lower-case-names") + " to true");
        }
        return name;
    }

    private void widen(Map<String, Column> found) throws Unreadable {
        List<Column> columns = new ArrayList<>();
        for (int index : table.schema().key()) {
            columns.add(table.schema().columns().get(index));
        }
        Map<String, String> lower = new HashMap<>();
        for (String name : found.keySet()) {
            String other = lower.put(name.toLowerCase(Locale.ROOT), name);
            if (other != null) {
                throw new Unreadable(
                        "The attributes " + other + " and " + name + " of one item differ in upper and lower"
                                + " case only, which most readers of the targets cannot tell apart: rename one of them");
            }
        }
        columns.addAll(found.values());
        Schema wider;
        try {
            wider = schema.merge(Schema.of(table.name(), columns, schema.keyNames()));
        } catch (SchemaConflictException e) {
            throw new Unreadable(String.valueOf(e.getMessage()));
        }
        if (wider.arity() > table.maxColumns() && wider.arity() > schema.arity()) {
            throw new Unreadable("With the attributes " + found.keySet() + " table " + table.name() + " would have "
                    + wider.arity() + " columns and " + table.key("max-columns") + " is " + table.maxColumns()
                    + ": raise it, or keep names that are data in a map");
        }
        schema = wider;
        compile();
    }

    private static Unreadable clash(String name) {
        return new Unreadable("Two attributes of one item go to the column " + name + ": rename one of them, or do not"
                + " flatten the map");
    }

    private Unreadable misfit(String name, Value value, LogicalType type) {
        return new Unreadable("Attribute " + name + " is " + value + ", which its column of the type "
                + type.copy(true).asSummaryString() + " does not take: declare another type as "
                + table.key("columns." + name));
    }
}
