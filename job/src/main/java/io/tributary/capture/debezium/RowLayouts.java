package io.tributary.capture.debezium;

import io.tributary.capture.ColumnRules;
import io.tributary.capture.Treatment;
import io.tributary.capture.Unreadable;
import io.tributary.change.Column;
import io.tributary.change.InferredType;
import io.tributary.change.RawRecord;
import io.tributary.change.Schema;
import io.tributary.change.SchemaConflictException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How the rows of each table are read, and with that the tables' shapes: by the events' schemas, or, where these have none, by
 * what was declared, and found so far.
 *
 * <p>Assumes that the event was read from the value that its topic has open; it is read again where its layout asks for that.
 */
final class RowLayouts {

    private static final int MOST_WIDENINGS = 3;

    private final TopicTables tables;
    private final Placeholder placeholder;
    private final Event event;
    private final Map<String, Schema> planned;
    private final Map<String, Schema> known;
    /** Of the tables whose events have no schema. */
    private final Map<String, RowLayout> open = new HashMap<>();

    /**
     * @param event the one in hand
     * @param known the shapes as far as they are known; the keys' columns are read in the types that they have there
     */
    RowLayouts(TopicTables tables, Placeholder placeholder, Event event, Map<String, Schema> known) {
        this.tables = tables;
        this.placeholder = placeholder;
        this.event = event;
        this.planned = Map.copyOf(known);
        this.known = new TreeMap<>(known);
    }

    /** Null if nothing is known of the table. */
    @Nullable
    Schema schema(String table) {
        return known.get(table);
    }

    Map<String, Schema> schemas() {
        return new TreeMap<>(known);
    }

    /** The event, which was read in the guessed layout, is read in the one that is returned. */
    RowLayout read(Topic topic, Sender sender, String table, RawRecord record, @Nullable RowLayout guess)
            throws IOException, Unreadable {
        RowLayout layout = layout(topic, sender, table, record, guess);
        if (layout != guess) {
            event.read(topic.values(), layout, null);
        }
        return grown(topic, layout);
    }

    private RowLayout layout(Topic topic, Sender sender, String table, RawRecord record, @Nullable RowLayout guess)
            throws IOException, Unreadable {
        List<String> declared = tables.key(table);
        List<String> key = declared == null ? topic.keys().names(table, record) : declared;
        ConnectType type = topic.values().type();
        if (type == null) {
            return openLayout(topic, table, key, record);
        }
        RowLayout last = sender.layouts().get(type);
        if (last != null && last.schema().keyNames().equals(key)) {
            return last;
        }
        if (guess != null && tables.shardColumn(table) != null && isOf(guess.schema(), table, key)) {
            // The tables that are merged have one schema, and their rows come by turns.
            sender.layouts().put(type, guess);
            return guess;
        }
        ConnectType rows = type.field("after");
        if (rows == null) {
            throw new Unreadable("Its schema has no after: it is not a change event of Debezium");
        }
        String shardColumn = tables.shardColumn(table);
        ColumnRules rules = tables.rules(table);
        Placeholder sign = leavesOut() ? placeholder : null;
        RowColumns columns = RowColumns.of(table, rows, key, shardColumn, rules, planned.get(table), sign);
        RowLayout layout = new RowLayout(columns, shardColumn, sign, rules, false);
        sender.layouts().put(type, layout);
        known.put(table, layout.schema());
        return layout;
    }

    private static boolean isOf(Schema schema, String table, List<String> key) {
        return schema.table().equals(table) && schema.keyNames().equals(key);
    }

    /** Without a schema: what was declared, and found so far. */
    private RowLayout openLayout(Topic topic, String table, List<String> key, RawRecord record)
            throws IOException, Unreadable {
        RowLayout layout = open.get(table);
        if (layout != null && layout.schema().keyNames().equals(key)) {
            return layout;
        }
        ColumnRules rules = tables.rules(table);
        List<String> problems = rules.problems(table, key);
        if (!problems.isEmpty()) {
            throw new Unreadable(problems.get(0));
        }
        List<String> hashed = new ArrayList<>(key);
        hashed.removeIf(name -> rules.of(name) != Treatment.HASHED);
        List<String> others = new ArrayList<>(key);
        others.removeAll(hashed);
        event.read(topic.values(), null, others);
        Map<String, ValueType> declared = tables.columns(table);
        Map<String, Column> columns = DeclaredSchemas.columns(declared, key, leavesOut());
        event.columns().forEach(column -> columns.putIfAbsent(column.name(), column));
        // Of whichever type they are, their hashes are of one.
        hashed.forEach(name -> columns.put(name, Column.of(name, InferredType.TEXT)));
        byte[] bytes = record.key();
        if (bytes != null && !columns.keySet().containsAll(key)) {
            // A delete without its row.
            topic.keys().columns(table, bytes, others).forEach(column -> columns.putIfAbsent(column.name(), column));
        }
        Map<String, Column> treated = RowColumns.treated(columns, key, rules, leavesOut());
        Schema schema = RowColumns.schema(table, new ArrayList<>(treated.values()), key);
        Schema before = known.get(table);
        if (before != null && before.keyNames().equals(key)) {
            try {
                schema = before.merge(schema);
            } catch (SchemaConflictException e) {
                throw new Unreadable(String.valueOf(e.getMessage()));
            }
        }
        return opened(schema, declared);
    }

    private RowLayout opened(Schema schema, Map<String, ValueType> declared) {
        RowLayout layout = new RowLayout(
                RowColumns.open(schema, declared),
                tables.shardColumn(schema.table()),
                leavesOut() ? placeholder : null,
                tables.rules(schema.table()),
                true);
        open.put(schema.table(), layout);
        known.put(schema.table(), schema);
        return layout;
    }

    /** The layout with room for every column of the event, which is read again where there was none. */
    private RowLayout grown(Topic topic, RowLayout layout) throws IOException, Unreadable {
        RowLayout wider = layout;
        // A value may need a wider type, and be one that stands for a value left out.
        for (int i = 0; i < MOST_WIDENINGS && !wider.grown().isEmpty(); i++) {
            wider = opened(
                    wider.with(wider.grown()), tables.columns(wider.schema().table()));
            event.read(topic.values(), wider, null);
        }
        if (!wider.grown().isEmpty()) {
            throw new Unreadable("No type holds its values of " + wider.grown());
        }
        return wider;
    }

    /** Whether the source leaves out large values that did not change. */
    private boolean leavesOut() {
        String connector = event.source().connector();
        return connector.equals("postgresql") || connector.equals("oracle");
    }
}
