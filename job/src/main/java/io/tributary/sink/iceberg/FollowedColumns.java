package io.tributary.sink.iceberg;

import io.tributary.change.Column;
import io.tributary.change.Schema;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.Table;
import org.apache.iceberg.UpdateSchema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a table that take the columns of a schema with a {@link Schema#relation() relation}: by number where the table
 * says it has columns of that relation ({@link ColumnIds}, {@link NextRelation}), else by name.
 *
 * <p>A column without a field gets one at once, under a name that is free; so does one whose field cannot become its type. They
 * get their names with the commit of the first file ({@link FollowedNames}). Rows of a revision older than the table's
 * change nothing: what has no field, or one of another type, is left out.
 */
final class FollowedColumns {

    /** What the comment of such a column begins with. */
    static final String PENDING = "Gets its name with the next commit";

    /** Columns that the source never had are numbered above this, which is more than PostgreSQL's tables have. */
    private static final int MOST_NUMBER = 50_000;

    private final Table table;
    private final Schema wanted;
    private final @Nullable ColumnIds known;
    /** Of the wanted relation. */
    private final @Nullable ColumnIds own;

    private final boolean isLate;
    private final Types.StructType struct;
    private final UpdateSchema update;
    private final Set<String> taken = new HashSet<>();

    private final List<Column> columns = new ArrayList<>();
    private final List<Types.NestedField> fields = new ArrayList<>();
    private boolean changes;
    /** So many columns are of the source; those after them are there for the partitions. */
    private int ofSource;

    private FollowedColumns(Table table, Schema wanted) {
        this.table = table;
        this.wanted = wanted;
        this.known = ColumnIds.of(table);
        this.own = NextRelation.find(table, wanted.relation());
        this.isLate = known != null && Long.compareUnsigned(wanted.revision(), known.revision()) < 0;
        this.struct = table.schema().asStruct();
        this.update = table.updateSchema();
        struct.fields().forEach(field -> taken.add(lower(field.name())));
        table.specs().values().forEach(spec -> spec.fields().forEach(field -> taken.add(lower(field.name()))));
    }

    /** Throws if no change makes the table hold the schema. */
    static FollowedColumns of(Table table, Schema wanted) throws UnwritableException {
        FollowedColumns followed = new FollowedColumns(table, wanted);
        for (int i = 0; i < wanted.arity(); i++) {
            if (wanted.columns().get(i).number() < MOST_NUMBER) {
                followed.follow(wanted.columns().get(i), wanted.isKey(i));
            }
        }
        followed.ofSource = followed.columns.size();
        followed.addPartitions();
        followed.checkKey();
        return followed;
    }

    /**
     * Of what a source says that was just asked. The rows of a running job may have a higher revision than the source knows of, since a
     * reading raises it; what the source says is no older for that.
     */
    static FollowedColumns foreseen(Table table, Schema wanted) throws UnwritableException {
        ColumnIds known = ColumnIds.of(table);
        if (known == null || Long.compareUnsigned(wanted.revision(), known.revision()) >= 0) {
            return of(table, wanted);
        }
        return of(table, wanted.ofRelation(wanted.relation(), known.revision()));
    }

    /** Whether {@link #update} has to be committed first, and this to be found again. */
    boolean changes() {
        return changes;
    }

    UpdateSchema update() {
        return update;
    }

    /** The columns that have fields, each as wide as its field. */
    Schema rows() {
        return Schema.of(wanted.table(), columns, wanted.keyNames()).ofRelation(wanted.relation(), wanted.revision());
    }

    /** Field by field as {@link #rows}. */
    List<Types.NestedField> fields() {
        return fields;
    }

    ColumnIds ids() {
        SortedMap<Integer, Integer> ids = new TreeMap<>();
        List<Integer> key = new ArrayList<>();
        for (int i = 0; i < ofSource; i++) {
            ids.put(columns.get(i).number(), fields.get(i).fieldId());
            if (wanted.keyNames().contains(columns.get(i).name())) {
                key.add(fields.get(i).fieldId());
            }
        }
        return ColumnIds.of(wanted, ids, key);
    }

    private void follow(Column column, boolean isKey) throws UnwritableException {
        Type type = TypeMapping.type(wanted.table(), column);
        Types.NestedField field = field(column);
        if (field == null || field.type().equals(type) || TypeMapping.same(field.type(), type)) {
            take(column, isKey, field == null ? pending(column, type) : field, type, column.name());
            return;
        }
        LogicalType wide =
                ReplacedColumn.flinkType(field.type()).copy(column.type().isNullable());
        if (TypeMapping.isPromotion(field.type(), type)) {
            promote(field.name(), field.type(), type);
            take(column, isKey, field, type, column.name());
        } else if (column.typed(wide).holds(column)) {
            take(column.typed(wide), isKey, field, field.type(), column.name());
        } else if (!isLate) {
            checkNotPartition(field, type);
            take(column, isKey, pending(column, type), type, column.name());
        } else if (isKey) {
            throw late("the key column " + column.name() + " had another type then");
        }
    }

    /** The column's field, which may be of another type; null if it has none yet. */
    private Types.@Nullable NestedField field(Column column) {
        if (own == null) {
            return struct.field(column.name());
        }
        Integer id = own.ids().get(column.number());
        return id == null ? null : table.schema().findField(id);
    }

    /** @param field where the column's values go; null if it is to be made */
    private void take(Column column, boolean isKey, Types.@Nullable NestedField field, Type type, String name)
            throws UnwritableException {
        if (field == null) {
            if (isLate) {
                if (isKey) {
                    throw late("there is no field for the key column " + name);
                }
                return;
            }
            String free = isTaken(name) ? free(name + "__new") : name;
            taken.add(lower(free));
            update.addColumn(null, free, type, comment(column));
            changes = true;
        }
        columns.add(column);
        fields.add(Types.NestedField.builder()
                .withId(field == null ? -columns.size() : field.fieldId())
                .withName(name)
                .isOptional(!isKey)
                .ofType(field == null || !TypeMapping.same(field.type(), type) ? type : field.type())
                .build());
    }

    private boolean isTaken(String name) {
        return taken.contains(lower(name));
    }

    private String free(String name) {
        String free = name;
        for (int i = 2; isTaken(free); i++) {
            free = name + "_" + i;
        }
        return free;
    }

    /** The field that another writer made for the column, or one that can become it. */
    private Types.@Nullable NestedField pending(Column column, Type type) {
        Types.NestedField narrower = null;
        for (Types.NestedField field : struct.fields()) {
            if (!comment(column).equals(field.doc())) {
                continue;
            }
            if (TypeMapping.same(field.type(), type)) {
                return field;
            }
            narrower = TypeMapping.isPromotion(field.type(), type) ? field : narrower;
        }
        if (narrower != null) {
            promote(narrower.name(), narrower.type(), type);
        }
        return narrower;
    }

    private void promote(String name, Type from, Type to) {
        if (from.isListType()) {
            promote(
                    name + ".element",
                    from.asListType().elementType(),
                    to.asListType().elementType());
            return;
        }
        update.updateColumn(name, to.asPrimitiveType());
        changes = true;
    }

    private String comment(Column column) {
        return comment(wanted.relation(), column.number());
    }

    static String comment(long relation, int number) {
        return PENDING + ": column " + number + " of relation " + relation;
    }

    private void checkNotPartition(Types.NestedField field, Type type) throws UnwritableException {
        for (PartitionField partition : table.spec().fields()) {
            if (partition.sourceId() == field.fieldId()
                    && !partition.transform().isVoid()) {
                throw new UnwritableException("Column " + field.name() + " of Iceberg table " + wanted.table() + " is "
                        + field.type() + " and cannot become " + type
                        + ", and the table is partitioned by it: drop the table, or cast the column in a SQL file");
            }
        }
    }

    /** Columns that the source has not any more, by which the table is still partitioned. */
    private void addPartitions() {
        for (PartitionField partition : table.spec().fields()) {
            Types.NestedField source = table.schema().findField(partition.sourceId());
            boolean isThere = fields.stream().anyMatch(field -> field.fieldId() == source.fieldId());
            if (partition.transform().isVoid() || isThere) {
                continue;
            }
            int number = own == null ? 0 : own.number(source.fieldId());
            if (number == 0) {
                number = MOST_NUMBER + fields.size();
            }
            String name = source.name();
            for (int i = 2; hasColumn(name); i++) {
                name = source.name() + "_" + i;
            }
            columns.add(Column.of(name, ReplacedColumn.flinkType(source.type())).numbered(number));
            fields.add(Types.NestedField.builder()
                    .withId(source.fieldId())
                    .withName(name)
                    .isOptional(true)
                    .ofType(source.type())
                    .build());
        }
    }

    /** Equality deletes by an earlier key would delete rows of the present one. */
    private void checkKey() throws UnwritableException {
        if (known != null && isLate && !known.key().equals(ids().key())) {
            throw late("its rows were found by another key then");
        }
    }

    private UnwritableException late(String reason) {
        return new UnwritableException("A row of table " + wanted.table() + " is of revision "
                + Long.toUnsignedString(wanted.revision()) + " of its columns, which comes late, and " + reason);
    }

    private static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    private boolean hasColumn(String name) {
        return columns.stream().anyMatch(column -> column.name().equals(name));
    }
}
