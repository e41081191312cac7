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
import org.jspecify.annotations.Nullable;

/** The partitions of a table whose content is replaced: those of the settings, else those it has of which the columns stay. */
final class PlannedPartitions {

    private PlannedPartitions() {}

    /** @param partitionBy null if the settings say nothing of it */
    static PartitionSpec of(TableMetadata now, String table, Schema schema, @Nullable List<String> partitionBy)
            throws UnwritableException {
        if (partitionBy != null) {
            return numbered(
                    now, schema, PartitionBy.spec(table, schema, partitionBy).fields());
        }
        List<PartitionField> kept = now.spec().fields().stream()
                .filter(field -> !field.transform().isVoid() && schema.findField(field.sourceId()) != null)
                .collect(Collectors.toList());
        try {
            return numbered(now, schema, kept);
        } catch (ValidationException | IllegalArgumentException e) {
            throw new UnwritableException(
                    "Iceberg table " + table + " cannot stay partitioned by " + kept + ": " + e.getMessage());
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
