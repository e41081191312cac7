package io.tributary.sink.iceberg;

import io.tributary.change.ChangelogRow;
import io.tributary.change.Column;
import io.tributary.change.Position;
import io.tributary.change.Schema;
import io.tributary.settings.Given;
import io.tributary.settings.Problems;
import io.tributary.settings.Secrets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.runtime.typeutils.RowDataSerializer;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.IntType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.VarCharType;
import org.apache.flink.types.RowKind;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.MetadataColumns;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Types;

/** A local warehouse, a few shapes of one table, and what is in it as a reader sees it. */
public final class Fixture {

    static final LogicalType ID = new BigIntType(false);
    static final LogicalType TEXT = new VarCharType(VarCharType.MAX_LENGTH);

    /** id, name */
    static final Schema NARROW =
            Schema.of("people", List.of(Column.of("id", ID), Column.of("name", TEXT)), List.of("id"));

    /** id, name, age */
    static final Schema WIDE = Schema.of(
            "people",
            List.of(Column.of("id", ID), Column.of("name", TEXT), Column.of("age", new IntType())),
            List.of("id"));

    /** id, name that became a number */
    static final Schema CONFLICTING =
            Schema.of("people", List.of(Column.of("id", ID), Column.of("name", new IntType())), List.of("id"));

    private static final AtomicLong POSITIONS = new AtomicLong();

    private Fixture() {}

    public static IcebergSettings settings(Path warehouse, String... more) {
        Configuration configuration = new Configuration();
        configuration.setString("iceberg.catalog.type", "hadoop");
        configuration.setString("iceberg.catalog.warehouse", warehouse.toUri().toString());
        configuration.setString("iceberg.namespace", "shop");
        for (int i = 0; i < more.length; i += 2) {
            configuration.setString(more[i], more[i + 1]);
        }
        return settings(configuration);
    }

    static IcebergSettings settings(Deletes deletes, Path warehouse, String... more) {
        String[] all = Arrays.copyOf(more, more.length + 2);
        all[more.length] = "iceberg.deletes";
        all[more.length + 1] = deletes.toString();
        return settings(warehouse, all);
    }

    static IcebergSettings settings(Configuration configuration) {
        Problems problems = new Problems();
        IcebergSettings settings = IcebergSettings.from(Given.of(
                configuration,
                new Secrets(Map.of("PASSWORD", "s3cret", "USER_NAME", "local")::get, name -> null),
                problems));
        problems.throwIfAny();
        return settings;
    }

    static ChangelogRow insert(Schema schema, Object... values) {
        return row(RowKind.INSERT, schema, values);
    }

    static ChangelogRow before(Schema schema, Object... values) {
        return row(RowKind.UPDATE_BEFORE, schema, values);
    }

    /** At the position of the row that was made before. */
    static ChangelogRow after(Schema schema, Object... values) {
        return row(RowKind.UPDATE_AFTER, POSITIONS.get(), schema, values);
    }

    static ChangelogRow delete(Schema schema, Object... values) {
        return row(RowKind.DELETE, schema, values);
    }

    /** Missing values are null. */
    static ChangelogRow row(RowKind kind, Schema schema, Object... values) {
        return row(kind, POSITIONS.incrementAndGet(), schema, values);
    }

    private static ChangelogRow row(RowKind kind, long position, Schema schema, Object... values) {
        return ChangelogRow.of(kind, schema, Position.of(position, 0), position * 10, binary(schema, values));
    }

    static BinaryRowData binary(Schema schema, Object... values) {
        GenericRowData row = new GenericRowData(schema.arity());
        for (int i = 0; i < values.length; i++) {
            row.setField(i, values[i] instanceof String text ? StringData.fromString(text) : values[i]);
        }
        return new RowDataSerializer(schema.rowType()).toBinaryRow(row).copy();
    }

    public static void drop(IcebergSettings settings, String table) throws Exception {
        try (Warehouse warehouse = Warehouse.open(settings)) {
            warehouse.drop(table);
        }
    }

    /** What somebody else does to a table. */
    public interface Change {
        void to(Table table) throws Exception;
    }

    public static void change(IcebergSettings settings, String table, Change change) throws Exception {
        try (Warehouse warehouse = Warehouse.open(settings)) {
            change.to(warehouse.load(table));
        }
    }

    /** The rows a reader sees, deletes applied: all columns of each as text, in order. */
    public static List<String> read(IcebergSettings settings, String table) throws Exception {
        try (Warehouse warehouse = Warehouse.open(settings)) {
            return read(warehouse.load(table));
        }
    }

    /** The rows a reader sees, in order: of each these columns as text, with lines between. */
    public static List<String> read(IcebergSettings settings, String table, List<String> columns) throws Exception {
        List<String> rows = new ArrayList<>();
        try (Warehouse warehouse = Warehouse.open(settings)) {
            try (CloseableIterable<Record> records =
                    IcebergGenerics.read(warehouse.load(table)).build()) {
                for (Record record : records) {
                    rows.add(columns.stream()
                            .map(column -> record.struct().field(column) == null
                                    ? "absent"
                                    : String.valueOf(record.getField(column)))
                            .collect(Collectors.joining("|")));
                }
            }
        }
        return rows.stream().sorted().toList();
    }

    /** The names of the partition fields by which the files that there are were written. */
    public static Set<String> partitions(IcebergSettings settings, String table) throws Exception {
        Set<String> names = new TreeSet<>();
        try (Warehouse warehouse = Warehouse.open(settings)) {
            Table found = warehouse.load(table);
            try (CloseableIterable<FileScanTask> files = found.newScan().planFiles()) {
                for (FileScanTask file : files) {
                    names.add(file.spec().fields().stream()
                            .map(PartitionField::name)
                            .collect(Collectors.joining(",")));
                }
            }
        }
        return names;
    }

    /** What each snapshot of the table holds, the oldest first. */
    public static List<String> contents(IcebergSettings settings, String table) throws Exception {
        List<String> contents = new ArrayList<>();
        try (Warehouse warehouse = Warehouse.open(settings)) {
            Table found = warehouse.load(table);
            for (Snapshot snapshot : found.snapshots()) {
                contents.add(read(IcebergGenerics.read(found).useSnapshot(snapshot.snapshotId()))
                        .toString());
            }
        }
        return contents;
    }

    static List<String> read(Table table) throws Exception {
        return read(IcebergGenerics.read(table));
    }

    private static List<String> read(IcebergGenerics.ScanBuilder scan) throws Exception {
        List<String> rows = new ArrayList<>();
        try (CloseableIterable<Record> records = scan.build()) {
            for (Record record : records) {
                Map<String, Object> byName = new TreeMap<>();
                record.struct().fields().stream()
                        .map(Types.NestedField::name)
                        .filter(name -> !MetadataColumns.isMetadataColumn(name))
                        .forEach(name -> byName.put(name, record.getField(name)));
                rows.add(byName.toString());
            }
        }
        rows.sort(null);
        return rows;
    }

    /** The summaries' counts of added rows in equality-delete files, of all snapshots that are there. */
    static long equalityDeletes(IcebergSettings settings, String table) throws Exception {
        return total(settings, table, SnapshotSummary.ADDED_EQ_DELETES_PROP);
    }

    public static int countSnapshots(IcebergSettings settings, String table) throws Exception {
        try (Warehouse warehouse = Warehouse.open(settings)) {
            return snapshots(warehouse.load(table)).size();
        }
    }

    /** What the summaries of all its snapshots say of one thing, in all. */
    public static long total(IcebergSettings settings, String table, String property) throws Exception {
        try (Warehouse warehouse = Warehouse.open(settings)) {
            return snapshots(warehouse.load(table)).stream()
                    .mapToLong(snapshot -> Long.parseLong(snapshot.summary().getOrDefault(property, "0")))
                    .sum();
        }
    }

    static List<Snapshot> snapshots(Table table) {
        List<Snapshot> snapshots = new ArrayList<>();
        table.snapshots().forEach(snapshots::add);
        return snapshots;
    }

    /** All delete files that were ever added. */
    static List<DeleteFile> deleteFiles(Table table) {
        List<DeleteFile> files = new ArrayList<>();
        table.snapshots()
                .forEach(snapshot -> snapshot.addedDeleteFiles(table.io()).forEach(files::add));
        return files;
    }
}
