package io.tributary.sink.iceberg;

import io.tributary.change.Change;
import io.tributary.change.Schema;
import io.tributary.change.WireType;
import io.tributary.settings.Problems;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.flink.FlinkSchemaUtil;
import org.apache.iceberg.flink.source.IcebergSource;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * The keys that tables have, each of the snapshot that was the newest when this was made.
 *
 * <p>They are read by Iceberg's own source, once, beside all that the job does.
 */
public final class HeldKeys {

    /** In place of a field's id. */
    private static final int NO_VERSION = -1;

    private final IcebergSettings settings;
    private final List<Held> tables;

    private HeldKeys(IcebergSettings settings, List<Held> tables) {
        this.settings = settings;
        this.tables = tables;
    }

    /**
     * Looks at the tables, and adds a problem for each whose rows cannot be found by the key of its schema.
     *
     * @param filled there is a table of each, which has rows
     * @param versioned the names of those of which the versions of rows are needed, too
     */
    public static HeldKeys of(
            IcebergSettings settings, Collection<Schema> filled, Set<String> versioned, Problems problems)
            throws Exception {
        List<Held> tables = new ArrayList<>();
        if (filled.isEmpty()) {
            return new HeldKeys(settings, tables);
        }
        try (Warehouse warehouse = Warehouse.open(settings)) {
            for (Schema schema : filled) {
                Table table = warehouse.load(schema.table());
                Snapshot snapshot = table.snapshot(settings.branch());
                List<Types.NestedField> key = key(table, schema);
                Types.NestedField version =
                        versioned.contains(schema.table()) ? version(settings, table, problems) : null;
                if (key.size() < schema.keyArity()) {
                    problems.add("Iceberg table " + settings.namespace() + "." + schema.table()
                            + " has rows that are known by " + names(table) + ", and the key is " + schema.keyNames()
                            + " now, so they cannot be compared with those of the source, as start-from says: empty the"
                            + " table first: DELETE FROM " + settings.namespace() + "." + schema.table());
                } else if (snapshot != null) {
                    tables.add(new Held(
                            schema,
                            snapshot.snapshotId(),
                            key.stream().map(Types.NestedField::fieldId).collect(Collectors.toList()),
                            version == null ? NO_VERSION : version.fieldId()));
                }
            }
        }
        return new HeldKeys(settings, tables);
    }

    /** The fields of the key's columns, in its order; fewer if rows of the table are known by others, or have them in other types. */
    private static List<Types.NestedField> key(Table table, Schema schema) throws UnwritableException {
        TableShape shape = schema.relation() > 0 ? TableShape.foreseen(table, schema) : null;
        List<Types.NestedField> fields = new ArrayList<>();
        for (int column : schema.key()) {
            String name = schema.columns().get(column).name();
            int index = shape == null ? -1 : shape.rows().indexOf(name);
            int id = shape == null || index < 0
                    ? -1
                    : shape.files().columns().get(index).fieldId();
            Types.NestedField field = shape == null
                    ? table.schema().asStruct().field(name)
                    : id < 0 ? null : table.schema().findField(id);
            if (field != null && KeyValue.fits(field.type(), schema.columns().get(column))) {
                fields.add(field);
            }
        }
        Set<Integer> found = fields.stream().map(Types.NestedField::fieldId).collect(Collectors.toSet());
        return found.equals(ids(table)) ? fields : List.of();
    }

    private static Types.@Nullable NestedField version(IcebergSettings settings, Table table, Problems problems) {
        String name = settings.versionColumn();
        Types.NestedField field =
                name == null ? null : table.schema().asStruct().field(name);
        if (field == null || !field.type().equals(Types.StringType.get())) {
            problems.add("Iceberg table " + table.name() + " has no column " + name
                    + " of the versions of its rows, so what start-from says cannot be done: have the job that fills it"
                    + " write them, by " + IcebergSettings.VERSION_COLUMN.key() + ", or empty the table first");
            return null;
        }
        return field;
    }

    private static Set<Integer> ids(Table table) {
        ColumnIds known = ColumnIds.of(table);
        return known == null ? table.schema().identifierFieldIds() : known.key();
    }

    private static Set<String> names(Table table) {
        return ids(table).stream().map(table.schema()::findColumnName).collect(Collectors.toCollection(TreeSet::new));
    }

    /** Whether there is nothing to read. */
    public boolean isEmpty() {
        return tables.isEmpty();
    }

    /**
     * One operator a table, and one that takes the keys of all, so that their way to others is one, however many tables there are.
     * That one is another one for other tables: in the state it may have finished, and Flink lets nothing go on in front of that.
     *
     * @param uid in front of those of the operators
     */
    public DataStream<Change> open(StreamExecutionEnvironment environment, String uid) {
        DataStream<Change> all = null;
        for (Held table : tables) {
            DataStream<Change> keys = open(table, environment, uid);
            all = all == null ? keys : all.union(keys);
        }
        if (all == null) {
            throw new IllegalStateException("No table has rows");
        }
        return all.map(key -> key)
                .returns(WireType.CHANGE)
                .uid(uid + "-of-" + Long.toHexString(Schema.tableId(names())))
                .name("keys that the targets have");
    }

    private String names() {
        return tables.stream().map(table -> table.schema.table()).sorted().collect(Collectors.joining("\n"));
    }

    private DataStream<Change> open(Held held, StreamExecutionEnvironment environment, String uid) {
        String name = held.schema.table();
        return environment
                .fromSource(source(held), WatermarkStrategy.noWatermarks(), "Iceberg: keys of " + name, WireType.CHANGE)
                .uid(uid + "-" + name);
    }

    private IcebergSource<Change> source(Held held) {
        CatalogTable loader = new CatalogTable(settings, held.schema.table());
        try (CatalogTable opened = new CatalogTable(settings, held.schema.table())) {
            opened.open();
            Table table = opened.loadTable();
            Set<Integer> read = new HashSet<>(held.key);
            if (held.version != NO_VERSION) {
                read.add(held.version);
            }
            org.apache.iceberg.Schema columns = TypeUtil.select(table.schema(), read);
            int[] order = held.key.stream()
                    .mapToInt(id -> columns.columns().indexOf(columns.findField(id)))
                    .toArray();
            return IcebergSource.forOutputType(new HeldKey(
                            held.schema,
                            FlinkSchemaUtil.convert(columns),
                            order,
                            columns.columns().indexOf(columns.findField(held.version))))
                    .tableLoader(loader)
                    .useSnapshotId(held.snapshot)
                    .project(columns)
                    .streaming(false)
                    .exposeLocality(false)
                    .build();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class Held {
        private final Schema schema;
        private final long snapshot;
        private final List<Integer> key;
        private final int version;

        /**
         * @param key ids of the fields that have the key's columns, in its order
         * @param version that of the field that has the row's version
         */
        private Held(Schema schema, long snapshot, List<Integer> key, int version) {
            this.schema = schema;
            this.snapshot = snapshot;
            this.key = key;
            this.version = version;
        }
    }
}
