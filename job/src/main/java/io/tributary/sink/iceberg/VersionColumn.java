package io.tributary.sink.iceberg;

import io.tributary.change.ChangelogRow;
import io.tributary.change.Column;
import io.tributary.change.Position;
import io.tributary.change.Schema;
import io.tributary.settings.Problems;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.runtime.typeutils.RowDataSerializer;
import org.apache.flink.table.types.logical.VarCharType;
import org.jspecify.annotations.Nullable;

/**
 * The column, if there is to be one, that has the version of each row, as {@link Position#toHex} writes it. The pipeline's rows do
 * not have it; it is the last column of what is written.
 *
 * <p>One thread of a subtask uses an instance.
 */
final class VersionColumn implements Serializable {

    private static final long serialVersionUID = 1L;

    /** Among those of a relation: more than PostgreSQL's tables have, and below those that stand for partitions. */
    private static final int NUMBER = 49_999;

    private final @Nullable String name;
    private transient @Nullable Map<Long, Extended> known;

    private VersionColumn(@Nullable String name) {
        this.name = name;
    }

    static VersionColumn of(IcebergSettings settings) {
        return new VersionColumn(settings.versionColumn());
    }

    static VersionColumn none() {
        return new VersionColumn(null);
    }

    /** What of the table is written: with the column, unless it has one of that name. */
    Schema in(Schema schema) {
        if (name == null || schema.indexOf(name) >= 0) {
            return schema;
        }
        List<Column> columns = new ArrayList<>(schema.columns());
        Column own = Column.of(name, new VarCharType(VarCharType.MAX_LENGTH));
        columns.add(schema.relation() > 0 ? own.numbered(NUMBER) : own);
        Schema extended = Schema.of(schema.table(), columns, schema.keyNames());
        return schema.relation() > 0 ? extended.ofRelation(schema.relation(), schema.revision()) : extended;
    }

    List<Schema> in(Collection<Schema> schemas) {
        return schemas.stream().map(this::in).collect(Collectors.toList());
    }

    ChangelogRow in(ChangelogRow entry) {
        if (name == null) {
            return entry;
        }
        Map<Long, Extended> extended = known == null ? new HashMap<>() : known;
        known = extended;
        Schema schema = entry.schema();
        return extended.computeIfAbsent(schema.fingerprint(), first -> new Extended(schema, in(schema)))
                .of(entry);
    }

    /** Says which of the tables have such a column of their own. */
    void check(Collection<Schema> outputs, Problems problems) {
        for (Schema output : outputs) {
            if (name != null
                    && output.columns().stream()
                            .anyMatch(column -> column.name().equalsIgnoreCase(name))) {
                problems.add(IcebergSettings.VERSION_COLUMN.key() + " is " + name + ", and table " + output.table()
                        + " has a column of that name: choose another");
            }
        }
    }

    private static final class Extended {
        private final Schema schema;
        private final RowData.FieldGetter[] getters;
        private final RowDataSerializer serializer;

        private Extended(Schema from, Schema schema) {
            this.schema = schema;
            this.getters = schema.arity() == from.arity()
                    ? new RowData.FieldGetter[0]
                    : IntStream.range(0, from.arity())
                            .mapToObj(i -> RowData.createFieldGetter(
                                    from.columns().get(i).type().copy(true), i))
                            .toArray(RowData.FieldGetter[]::new);
            this.serializer = new RowDataSerializer(schema.rowType());
        }

        private ChangelogRow of(ChangelogRow entry) {
            if (getters.length == 0) {
                return entry;
            }
            GenericRowData row = new GenericRowData(entry.row().getRowKind(), getters.length + 1);
            for (int i = 0; i < getters.length; i++) {
                row.setField(i, getters[i].getFieldOrNull(entry.row()));
            }
            row.setField(getters.length, StringData.fromString(entry.version().toHex()));
            BinaryRowData binary = serializer.toBinaryRow(row).copy();
            return entry.in(schema, binary);
        }
    }
}
