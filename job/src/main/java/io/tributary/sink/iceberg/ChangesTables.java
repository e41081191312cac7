package io.tributary.sink.iceberg;

import io.tributary.change.ChangelogRow;
import io.tributary.change.Column;
import io.tributary.change.Schema;
import io.tributary.settings.NamedKey;
import io.tributary.settings.Problems;
import io.tributary.settings.Suggestions;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.runtime.typeutils.RowDataSerializer;
import org.apache.flink.table.types.logical.LocalZonedTimestampType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.VarCharType;
import org.apache.flink.types.RowKind;
import org.jspecify.annotations.Nullable;

/**
 * Makes of each entry of a table's changelog a row of its table of changes, which is only ever appended to: what happened, at which
 * position, when the source committed it, and the row.
 *
 * <p>Its columns are found by their names, and all but the key's are nullable. One thread of a subtask uses an instance.
 */
final class ChangesTables implements Serializable {

    private static final long serialVersionUID = 1L;

    static final String OPERATION = "_operation";
    static final String POSITION = "_position";
    static final String COMMITTED = "_committed_at";

    private static final List<String> OWN = List.of(OPERATION, POSITION, COMMITTED);
    private static final LogicalType TEXT = new VarCharType(false, VarCharType.MAX_LENGTH);

    private final HashSet<String> tables;
    private final HashSet<String> whole;
    private transient @Nullable Map<Long, Shape> known;

    private ChangesTables(Collection<String> tables, Collection<String> whole) {
        this.tables = new HashSet<>(tables);
        this.whole = new HashSet<>(whole);
    }

    /** @param whole the tables of which rows that are gone are known in all their columns */
    static ChangesTables of(IcebergSettings settings, Set<String> whole) {
        return new ChangesTables(settings.tablesWithChanges(), whole);
    }

    static ChangesTables none() {
        return new ChangesTables(List.of(), List.of());
    }

    boolean areKept(String table) {
        return tables.contains(table);
    }

    /**
     * Says which cannot be kept.
     *
     * @param passThrough the outputs whose changes may be kept
     * @param outputs all
     */
    static void check(
            IcebergSettings settings,
            Map<String, Schema> passThrough,
            Collection<String> outputs,
            String deadLetters,
            Problems problems) {
        for (String table : settings.tablesWithChanges()) {
            String key = NamedKey.ofTable(table, "iceberg.keep-changes");
            Schema schema = passThrough.get(table);
            if (schema == null) {
                problems.add(key + ": "
                        + (outputs.contains(table)
                                ? table
                                        + " is made by a SQL file, and only changes of tables that pass through are kept"
                                : "no table " + table + " passes through"
                                        + Suggestions.near(table, passThrough.keySet())));
                continue;
            }
            String name = IcebergSettings.changesOf(table);
            if (outputs.contains(name) || name.equals(deadLetters)) {
                problems.add(key + ": there is a table " + name
                        + " already, which is what the changes' table would be called: give it another name");
            }
            Set<String> taken = new TreeSet<>(OWN);
            taken.retainAll(schema.columns().stream().map(Column::name).collect(Collectors.toSet()));
            if (!taken.isEmpty()) {
                problems.add(key + ": table " + table + " has columns " + taken
                        + ", which the table of its changes has of its own: rename them in a SQL file");
            }
        }
    }

    /**
     * The rows to be appended.
     *
     * @param before the UPDATE_BEFORE of an UPDATE_AFTER
     */
    List<ChangelogRow> of(@Nullable ChangelogRow before, ChangelogRow row) {
        String operation = row.kind() == RowKind.DELETE ? "delete" : "insert";
        if (row.kind() == RowKind.UPDATE_AFTER && !(row.isSnapshot() && row.isBlind())) {
            operation = "update";
        } else if (row.isSnapshot() && row.kind() != RowKind.DELETE) {
            operation = "read";
        }
        ChangelogRow change = shape(row.schema()).row(operation, row);
        if (before == null || before.isBlind() || !whole.contains(before.table())) {
            return List.of(change);
        }
        return List.of(shape(before.schema()).row("update_before", before), change);
    }

    private Shape shape(Schema schema) {
        Map<Long, Shape> shapes = known == null ? new HashMap<>() : known;
        known = shapes;
        return shapes.computeIfAbsent(schema.fingerprint(), first -> new Shape(schema));
    }

    /** Of rows of one schema. */
    private static final class Shape {
        private final Schema schema;
        private final RowData.FieldGetter[] getters;
        private final RowDataSerializer serializer;

        private Shape(Schema of) {
            List<Column> columns = new ArrayList<>(List.of(
                    Column.of(OPERATION, TEXT),
                    Column.of(POSITION, TEXT),
                    Column.of(COMMITTED, new LocalZonedTimestampType(false, 6))));
            for (int i = 0; i < of.arity(); i++) {
                Column column = of.columns().get(i);
                LogicalType type = column.type().copy(!of.isKey(i));
                columns.add(column.isInferred() ? column : Column.of(column.name(), type));
            }
            // Nothing is ever deleted by it. Within a file two rows of one key would be one.
            List<String> key = new ArrayList<>(of.keyNames());
            key.add(OPERATION);
            key.add(POSITION);
            schema = Schema.of(IcebergSettings.changesOf(of.table()), columns, key);
            getters = IntStream.range(0, of.arity())
                    .mapToObj(i ->
                            RowData.createFieldGetter(of.columns().get(i).type().copy(true), i))
                    .toArray(RowData.FieldGetter[]::new);
            serializer = new RowDataSerializer(schema.rowType());
        }

        private ChangelogRow row(String operation, ChangelogRow entry) {
            GenericRowData row = new GenericRowData(OWN.size() + getters.length);
            row.setField(0, StringData.fromString(operation));
            row.setField(1, StringData.fromString(entry.version().toHex()));
            row.setField(2, TimestampData.fromEpochMillis(entry.timestamp()));
            for (int i = 0; i < getters.length; i++) {
                row.setField(OWN.size() + i, getters[i].getFieldOrNull(entry.row()));
            }
            return ChangelogRow.of(
                    RowKind.INSERT,
                    schema,
                    entry.version(),
                    entry.timestamp(),
                    serializer.toBinaryRow(row).copy());
        }
    }
}
