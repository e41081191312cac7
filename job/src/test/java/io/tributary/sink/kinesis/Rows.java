package io.tributary.sink.kinesis;

import io.tributary.change.ChangelogRow;
import io.tributary.change.Column;
import io.tributary.change.Position;
import io.tributary.change.Schema;
import java.util.List;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.runtime.typeutils.RowDataSerializer;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.VarCharType;
import org.apache.flink.types.RowKind;
import org.jspecify.annotations.Nullable;

/** Rows for the tests of this folder. */
final class Rows {

    static final LogicalType TEXT = new VarCharType(VarCharType.MAX_LENGTH);
    static final Schema CUSTOMERS = Schema.of(
            "customers", List.of(Column.of("ID", new BigIntType(false)), Column.of("name", TEXT)), List.of("ID"));

    private Rows() {}

    static BinaryRowData binary(Schema schema, @Nullable Object... values) {
        return new RowDataSerializer(schema.rowType())
                .toBinaryRow(GenericRowData.of(values))
                .copy();
    }

    static ChangelogRow row(RowKind kind, long version, Schema schema, @Nullable Object... values) {
        return ChangelogRow.of(kind, schema, Position.of(version, 1), 1_700_000_000_123L, binary(schema, values));
    }

    static ChangelogRow customer(RowKind kind, long version, long id, String name) {
        return row(kind, version, CUSTOMERS, id, StringData.fromString(name));
    }
}
