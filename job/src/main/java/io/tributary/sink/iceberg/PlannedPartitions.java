package io.tributary.sink.iceberg;

import io.tributary.change.JsonText;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.PartitionSpecParser;
import org.apache.iceberg.Schema;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** The partitions of a table whose content is replaced: those of the settings, else those it has of which the columns stay. */
final class PlannedPartitions {

    private PlannedPartitions() {}

    /**
     * @param ofRows the ids of fields in which rows have values
     * @param partitionBy null if the settings say nothing of it
     */
    static PartitionSpec of(
            TableMetadata now, String table, Schema schema, List<Integer> ofRows, @Nullable List<String> partitionBy)
            throws UnwritableException {
        if (partitionBy != null) {
            return numbered(
                    now, schema, PartitionBy.spec(table, schema, partitionBy).fields());
        }
        List<PartitionField> kept = now.spec().fields().stream()
                .filter(field -> !field.transform().isVoid() && ofRows.contains(field.sourceId()))
                .collect(Collectors.toList());
        try {
            return numbered(now, schema, kept);
        } catch (ValidationException | IllegalArgumentException e) {
            throw new UnwritableException(
                    "Iceberg table " + table + " cannot stay partitioned by " + kept + ": " + e.getMessage());
        }
    }

    /** Iceberg keeps all specs that a table ever had, and refuses a column that has the name of a partition of another one. */
    static void checkNames(TableMetadata now, String table, List<Types.NestedField> fields) throws UnwritableException {
        for (PartitionSpec spec : now.specs()) {
            for (PartitionField partition : spec.fields()) {
                for (Types.NestedField field : fields) {
                    if (field.name().equals(partition.name()) && field.fieldId() != partition.sourceId()) {
                        throw new UnwritableException(
                                "Column " + field.name() + " of Iceberg table " + table + " is to be "
                                        + field.type()
                                        + ", and the table is or was partitioned by another of this name: give it"
                                        + " another name in a SQL file, or drop the table");
                    }
                }
            }
        }
    }

    /**
     * With the numbers that a spec of the table has which is the same, and else with free ones. Fields that other specs have are
     * the same fields.
     */
    private static PartitionSpec numbered(TableMetadata now, Schema schema, List<PartitionField> fields) {
        int id = now.specs().stream().mapToInt(PartitionSpec::specId).max().orElse(-1) + 1;
        int lastId = now.lastAssignedPartitionId();
        StringBuilder json = new StringBuilder();
        for (PartitionField field : fields) {
            PartitionField same = same(now, field);
            json.append(json.length() == 0 ? "" : ",")
                    .append("{\"name\":")
                    .append(JsonText.quoted(field.name()))
                    .append(",\"transform\":")
                    .append(JsonText.quoted(field.transform().toString()))
                    .append(",\"source-id\":")
                    .append(field.sourceId())
                    .append(",\"field-id\":")
                    .append(same == null ? ++lastId : same.fieldId())
                    .append('}');
        }
        PartitionSpec spec = spec(schema, id, "[" + json + "]");
        for (PartitionSpec known : now.specs()) {
            if (known.compatibleWith(spec)) {
                return spec(schema, known.specId(), "[" + json + "]");
            }
        }
        return spec;
    }

    private static @Nullable PartitionField same(TableMetadata now, PartitionField field) {
        return now.specs().stream()
                .flatMap(spec -> spec.fields().stream())
                .filter(known -> known.sourceId() == field.sourceId()
                        && known.transform().toString().equals(field.transform().toString()))
                .findFirst()
                .orElse(null);
    }

    private static PartitionSpec spec(Schema schema, int id, String fields) {
        return PartitionSpecParser.fromJson(schema, "{\"spec-id\":" + id + ",\"fields\":" + fields + "}");
    }
}
