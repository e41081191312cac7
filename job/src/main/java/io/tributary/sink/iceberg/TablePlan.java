package io.tributary.sink.iceberg;

import io.tributary.change.Schema;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.PartitionSpecParser;
import org.apache.iceberg.SchemaParser;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.mapping.MappingUtil;
import org.apache.iceberg.mapping.NameMappingParser;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.util.JsonUtil;
import org.jspecify.annotations.Nullable;

/**
 * The columns, key and partitions that a table gets with the commit that replaces its content, while its readers still see the
 * old ones.
 *
 * <p>All writers have to mean the same fields by the same ids, which nobody else may take meanwhile. So the plan is made once, by
 * whoever comes first: its schema is added to those that the table's metadata knows, without becoming the current one, and
 * the property {@link #PROPERTY} says what is planned. The commit takes the property out.
 */
final class TablePlan {

    static final String PROPERTY = "tributary.planned";

    private static final int ATTEMPTS = 20;

    private final org.apache.iceberg.Schema schema;
    private final PartitionSpec spec;
    private final @Nullable ColumnIds columns;

    private TablePlan(org.apache.iceberg.Schema schema, PartitionSpec spec, @Nullable ColumnIds columns) {
        this.schema = schema;
        this.spec = spec;
        this.columns = columns;
    }

    /** What the table is to become if its content is replaced by rows of the schema; null if it is like that already. */
    static @Nullable TablePlan make(Table table, Schema rows, IcebergSettings settings) throws UnwritableException {
        for (int attempt = 1; ; attempt++) {
            table.refresh();
            TableOperations operations = ((HasTableOperations) table).operations();
            TableMetadata now = operations.current();
            TablePlan plan = wanted(now, rows, settings);
            if (plan.isIn(now)) {
                return null;
            }
            if (plan.isPending(now)) {
                return plan;
            }
            try {
                operations.commit(
                        now,
                        TableMetadata.buildFrom(now)
                                .addSchema(plan.schema)
                                .setProperties(Map.of(PROPERTY, plan.toText()))
                                .build());
                table.refresh();
                return plan;
            } catch (CommitFailedException e) {
                if (attempt == ATTEMPTS) {
                    throw e;
                }
                TableShape.pause(attempt);
            }
        }
    }

    /** The plan that was made for the table, if it is to hold rows of the schema then, as settings have them now; else null. */
    static @Nullable TablePlan pending(Table table, Schema rows, IcebergSettings settings) throws UnwritableException {
        if (!table.properties().containsKey(PROPERTY)) {
            return null;
        }
        TablePlan plan = foreseen(table, rows, settings);
        return plan.isPending(((HasTableOperations) table).operations().current()) ? plan : null;
    }

    /** What {@link #make} would plan, whether the table is like that or not. Throws if no table can be like that. */
    static TablePlan foreseen(Table table, Schema rows, IcebergSettings settings) throws UnwritableException {
        return wanted(((HasTableOperations) table).operations().current(), rows, settings);
    }

    /** What the table says is planned for it; null if nothing is. */
    static @Nullable TablePlan of(Table table) {
        String text = table.properties().get(PROPERTY);
        return text == null ? null : parse(text);
    }

    private static TablePlan wanted(TableMetadata now, Schema rows, IcebergSettings settings)
            throws UnwritableException {
        List<Types.NestedField> fields = new ArrayList<>();
        Set<Integer> key = new HashSet<>();
        SortedMap<Integer, Integer> numbers = new TreeMap<>();
        PlannedFields planned = new PlannedFields(now, rows, pending(now));
        List<Types.NestedField> wanted = TypeMapping.schema(rows).columns();
        for (int i = 0; i < rows.arity(); i++) {
            Types.NestedField field = planned.take(rows.columns().get(i), wanted.get(i));
            fields.add(field);
            numbers.put(rows.columns().get(i).number(), field.fieldId());
            if (rows.isKey(i)) {
                key.add(field.fieldId());
            }
        }
        PlannedPartitions.checkNames(now, rows.table(), fields);
        List<Integer> ofRows = fields.stream().map(Types.NestedField::fieldId).collect(Collectors.toList());
        fields.addAll(planned.ofEarlierPartitions());
        org.apache.iceberg.Schema schema = new org.apache.iceberg.Schema(fields, key);
        PartitionSpec spec =
                PlannedPartitions.of(now, rows.table(), schema, ofRows, settings.partitionBy(rows.table()));
        PartitionBy.checkDeclared(rows, spec);
        return new TablePlan(schema, spec, rows.relation() == 0 ? null : ColumnIds.of(rows, numbers, key));
    }

    /** The schema that was planned for the table, if one was. */
    private static org.apache.iceberg.@Nullable Schema pending(TableMetadata now) {
        String text = now.properties().get(PROPERTY);
        return text == null ? null : parse(text).schema;
    }

    private boolean isPending(TableMetadata now) {
        String text = now.properties().get(PROPERTY);
        return text != null && text.equals(toText());
    }

    /** Whether the table is like that; the order of its columns does not count. */
    private boolean isIn(TableMetadata now) {
        return hasSchema(now) && now.spec().compatibleWith(spec);
    }

    private boolean hasSchema(TableMetadata now) {
        return new HashSet<>(now.schema().columns()).equals(new HashSet<>(schema.columns()))
                && now.schema().identifierFieldIds().equals(schema.identifierFieldIds());
    }

    /** The table as it will be. */
    Table planned(Table table) {
        return AlteredOperations.table(table, this::applyTo);
    }

    TableMetadata applyTo(TableMetadata now) {
        TableMetadata.Builder builder = TableMetadata.buildFrom(now).removeProperties(Set.of(PROPERTY));
        if (!hasSchema(now)) {
            builder.setCurrentSchema(schema, Math.max(now.lastColumnId(), schema.highestFieldId()));
            if (now.properties().containsKey(TableProperties.DEFAULT_NAME_MAPPING)) {
                String names = NameMappingParser.toJson(MappingUtil.create(schema));
                builder.setProperties(Map.of(TableProperties.DEFAULT_NAME_MAPPING, names));
            }
        }
        if (now.sortOrder().fields().stream().anyMatch(field -> schema.findField(field.sourceId()) == null)) {
            builder.setDefaultSortOrder(SortOrder.unsorted());
        }
        builder.setDefaultPartitionSpec(spec);
        if (columns == null) {
            builder.removeProperties(Set.of(ColumnIds.PROPERTY));
        } else {
            builder.setProperties(Map.of(ColumnIds.PROPERTY, columns.toText()));
        }
        return builder.build();
    }

    PartitionSpec spec() {
        return spec;
    }

    /** Whether the table has all of the columns, so that it has become as planned, and has gone on since. */
    boolean isHeldBy(Table table) {
        return schema.columns().stream().allMatch(field -> table.schema().findField(field.fieldId()) != null);
    }

    String toText() {
        return "{\"schema\":" + SchemaParser.toJson(schema) + ",\"spec\":" + PartitionSpecParser.toJson(spec)
                + (columns == null ? "" : ",\"columns\":\"" + columns.toText() + "\"") + "}";
    }

    /** The inverse of {@link #toText}. */
    static TablePlan parse(String text) {
        return JsonUtil.parse(text, json -> {
            org.apache.iceberg.Schema schema = SchemaParser.fromJson(json.get("schema"));
            return new TablePlan(
                    schema,
                    PartitionSpecParser.fromJson(schema, json.get("spec")),
                    json.has("columns") ? ColumnIds.parse(json.get("columns").asText()) : null);
        });
    }

    @Override
    public String toString() {
        return toText();
    }
}
