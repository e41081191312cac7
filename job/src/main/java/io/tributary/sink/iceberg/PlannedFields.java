package io.tributary.sink.iceberg;

import io.tributary.change.Column;
import io.tributary.change.Schema;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * The fields that take the columns of a table whose content is replaced: a column keeps its field, found by its number or its name, if
 * the field's type can become that of the column. All others get new ones.
 */
final class PlannedFields {

    private final TableMetadata now;
    private final @Nullable ColumnIds known;
    private final Schema rows;
    private final org.apache.iceberg.@Nullable Schema pending;
    private final Set<Integer> taken = new HashSet<>();
    private int lastId;

    /** @param pending what was planned before: its new fields are not made once more */
    PlannedFields(TableMetadata now, Schema rows, org.apache.iceberg.@Nullable Schema pending) {
        this.now = now;
        String ids = now.properties().get(ColumnIds.PROPERTY);
        this.known = ids == null ? null : ColumnIds.parse(ids);
        this.rows = rows;
        this.pending = pending;
        this.lastId = now.lastColumnId();
    }

    /** @param wanted as a new table would have it; its ids mean nothing */
    Types.NestedField take(Column column, Types.NestedField wanted) {
        Types.NestedField own = own(column);
        if (own != null && fits(own, wanted) && taken.add(own.fieldId())) {
            return field(own.fieldId(), wanted, own, own.name().equals(wanted.name()) ? own.doc() : null);
        }
        Types.NestedField planned = pending == null ? null : pending.asStruct().field(column.name());
        if (planned != null && same(planned, wanted) && taken.add(planned.fieldId())) {
            return field(planned.fieldId(), wanted, planned, planned.doc());
        }
        int id = ++lastId;
        Type type = wanted.type().isListType()
                ? Types.ListType.ofOptional(++lastId, wanted.type().asListType().elementType())
                : wanted.type();
        return Types.NestedField.builder()
                .withId(id)
                .withName(wanted.name())
                .isOptional(wanted.isOptional())
                .ofType(type)
                .build();
    }

    /**
     * Fields that no column takes and by which earlier files are partitioned. Readers with an older Iceberg may refuse a table that
     * lacks one, so they stay, empty, and under another name if theirs is taken.
     */
    List<Types.NestedField> ofEarlierPartitions() {
        Set<String> names = new HashSet<>();
        rows.columns().forEach(column -> names.add(column.name().toLowerCase(Locale.ROOT)));
        List<Types.NestedField> kept = new ArrayList<>();
        for (PartitionSpec spec : now.specs()) {
            for (PartitionField partition : spec.fields()) {
                Types.NestedField field = now.schema().findField(partition.sourceId());
                if (field == null || !taken.add(field.fieldId())) {
                    continue;
                }
                String name = field.name();
                for (int i = 1; !names.add(name.toLowerCase(Locale.ROOT)); i++) {
                    name = field.name() + "__dropped" + (i == 1 ? "" : "_" + i);
                }
                kept.add(Types.NestedField.from(field)
                        .withName(name)
                        .asOptional()
                        .build());
            }
        }
        return kept;
    }

    private Types.@Nullable NestedField own(Column column) {
        if (known == null || !known.isOf(rows.relation())) {
            return now.schema().asStruct().field(column.name());
        }
        Integer id = known.ids().get(column.number());
        return id == null ? null : now.schema().findField(id);
    }

    private static boolean fits(Types.NestedField field, Types.NestedField wanted) {
        return same(field, wanted)
                || (wanted.type().isPrimitiveType() && TypeMapping.isPromotion(field.type(), wanted.type()));
    }

    private static boolean same(Types.NestedField field, Types.NestedField wanted) {
        return TypeMapping.same(field.type(), wanted.type());
    }

    /** As wanted, with the ids inside the type that the field has. */
    private static Types.NestedField field(
            int id, Types.NestedField wanted, Types.NestedField own, @Nullable String doc) {
        Types.NestedField.Builder builder = Types.NestedField.builder()
                .withId(id)
                .withName(wanted.name())
                .isOptional(wanted.isOptional())
                .ofType(same(own, wanted) ? own.type() : wanted.type());
        return doc == null ? builder.build() : builder.withDoc(doc).build();
    }
}
