package io.tributary.sink.iceberg;

import io.tributary.change.Column;
import io.tributary.change.Schema;
import io.tributary.settings.NamedKey;
import io.tributary.settings.Problems;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.types.Types;

/** What keeps one output from being written into its table, whether the table is there or is to be made. */
final class TableChecks {

    private TableChecks() {}

    static void checkNames(Schema output, Problems problems) {
        Map<String, String> byLower = new HashMap<>();
        for (Column column : output.columns()) {
            String other = byLower.put(column.name().toLowerCase(Locale.ROOT), column.name());
            if (other != null) {
                problems.add("Columns " + other + " and " + column.name() + " of table " + output.table()
                        + " differ in case only, which most readers of Iceberg cannot tell apart:"
                        + " rename one in a SQL file");
            }
        }
    }

    /** What is wrong with the settings or the schema, whether the table exists or not. */
    static void checkNew(IcebergSettings settings, Schema output) throws UnwritableException {
        String version = settings.tableProperties(output.table()).get(TableProperties.FORMAT_VERSION);
        if (version != null && !version.equals("2")) {
            throw new UnwritableException("Table property format-version of table " + output.table() + " is set to "
                    + version + ": only 2 is written, leave it out");
        }
        org.apache.iceberg.Schema columns = TypeMapping.schema(output);
        List<String> partitionBy = settings.partitionBy(output.table());
        if (partitionBy != null) {
            PartitionBy.checkDeclared(output, PartitionBy.spec(output.table(), columns, partitionBy));
        }
    }

    static void checkFormat(IcebergSettings settings, Table table, Schema output, Problems problems) {
        String name = settings.namespace() + "." + output.table();
        int version = ((HasTableOperations) table).operations().current().formatVersion();
        if (version != 2 && !(version == 3 && settings.keepsPlaces())) {
            problems.add("Iceberg table " + name + " has format version " + version + ", and 2 is needed: "
                    + (version < 2
                            ? "ALTER TABLE " + name + " SET TBLPROPERTIES ('format-version'='2')"
                            : "set " + IcebergSettings.DELETES.key()
                                    + " to positions or vectors, drop it, or name another iceberg.namespace"));
        }
    }

    static void checkTable(IcebergSettings settings, Table table, Schema output, Problems problems)
            throws UnwritableException {
        String name = settings.namespace() + "." + output.table();
        if (output.relation() > 0 && ColumnIds.of(table) != null) {
            // What the key is and what is required follows the source.
            checkPartitions(settings, table, name, output, problems);
            TableShape.differs(table, output);
            return;
        }
        Set<String> key = new TreeSet<>(output.keyNames());
        Set<String> identifiers = new TreeSet<>(table.schema().identifierFieldNames());
        if (!identifiers.equals(key)) {
            problems.add(
                    "Iceberg table " + name + " has the identifier fields " + identifiers + ", and the key is " + key
                            + ": ALTER TABLE " + name + " SET IDENTIFIER FIELDS " + String.join(", ", key)
                            + ", if its rows are unique by that, else drop it");
        }
        for (Types.NestedField field : table.schema().columns()) {
            if (field.isRequired() && !key.contains(field.name())) {
                problems.add("Column " + field.name() + " of Iceberg table " + name
                        + " is required, which columns outside the key cannot be: ALTER TABLE " + name
                        + " ALTER COLUMN " + field.name() + " DROP NOT NULL");
            }
        }
        checkPartitions(settings, table, name, output, problems);
        TableShape.differs(table, output);
    }

    static void checkPartitions(IcebergSettings settings, Table table, String name, Schema output, Problems problems)
            throws UnwritableException {
        PartitionBy.checkDeclared(output, table.spec());
        List<String> partitionBy = settings.partitionBy(output.table());
        if (partitionBy != null && missing(table, output, partitionBy)) {
            problems.add("Iceberg table " + name + " is partitioned by "
                    + table.spec().fields()
                    + ", and " + NamedKey.ofTable(output.table(), "iceberg.partition-by") + " says " + partitionBy
                    + ": take the setting out, or drop the table");
        }
        Snapshot snapshot = table.snapshot(settings.branch());
        if (snapshot == null) {
            return;
        }
        for (ManifestFile manifest : snapshot.dataManifests(table.io())) {
            boolean hasFiles = manifest.hasAddedFiles() || manifest.hasExistingFiles();
            if (hasFiles && manifest.partitionSpecId() != table.spec().specId()) {
                problems.add("Iceberg table " + name
                        + " has files of an earlier partitioning, on which deletes of the present one have no"
                        + " effect: CALL <catalog>.system.rewrite_data_files(table => '" + name
                        + "', options => map('rewrite-all','true'))");
                return;
            }
        }
    }

    private static boolean missing(Table table, Schema output, List<String> partitionBy) throws UnwritableException {
        try {
            if (output.relation() == 0) {
                return !table.spec().compatibleWith(PartitionBy.spec(output.table(), table.schema(), partitionBy));
            }
            // Partitions keep the names that their columns had.
            org.apache.iceberg.Schema columns =
                    TableShape.foreseen(table, output).files();
            return !sourcesAndTransforms(table.spec())
                    .equals(sourcesAndTransforms(PartitionBy.spec(output.table(), columns, partitionBy)));
        } catch (UnwritableException e) {
            return true; // the column is to be added, so the table is not partitioned by it
        }
    }

    private static List<String> sourcesAndTransforms(PartitionSpec spec) {
        return spec.fields().stream()
                .map(field -> field.sourceId() + " " + field.transform())
                .collect(Collectors.toList());
    }
}
