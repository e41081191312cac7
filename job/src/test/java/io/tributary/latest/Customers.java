package io.tributary.latest;

import io.tributary.change.Change;
import io.tributary.change.Column;
import io.tributary.change.Operation;
import io.tributary.change.Position;
import io.tributary.change.Schema;
import java.util.List;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.runtime.typeutils.RowDataSerializer;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.IntType;
import org.apache.flink.table.types.logical.VarCharType;
import org.jspecify.annotations.Nullable;

/** Changes of a table with a key, a city and a note that a change may leave out. */
final class Customers {

    static final Schema SCHEMA = Schema.of(
            "customers",
            List.of(
                    Column.of("id", new BigIntType(false)),
                    Column.of("city", new VarCharType(VarCharType.MAX_LENGTH)),
                    Column.omissible("note", new VarCharType(VarCharType.MAX_LENGTH))),
            List.of("id"));

    /** After ADD COLUMN age. */
    static final Schema WITH_AGE = Schema.of(
            "customers",
            List.of(
                    SCHEMA.columns().get(0),
                    SCHEMA.columns().get(1),
                    SCHEMA.columns().get(2),
                    Column.of("age", new BigIntType())),
            List.of("id"));

    /** After DROP COLUMN city. */
    static final Schema WITHOUT_CITY = Schema.of(
            "customers", List.of(SCHEMA.columns().get(0), SCHEMA.columns().get(2)), List.of("id"));

    /** After ALTER COLUMN note TYPE bigint. */
    static final Schema WITH_NUMERIC_NOTE = Schema.of(
            "customers",
            List.of(SCHEMA.columns().get(0), SCHEMA.columns().get(1), Column.omissible("note", new BigIntType())),
            List.of("id"));

    /** With a key of another type. */
    static final Schema WITH_INT_KEY = Schema.of(
            "customers",
            List.of(
                    Column.of("id", new IntType(false)),
                    SCHEMA.columns().get(1),
                    SCHEMA.columns().get(2)),
            List.of("id"));

    private static final int[] NOTE = {2};

    private Customers() {}

    static BinaryRowData key(long id) {
        return binary(Schema.of("customers", List.of(SCHEMA.columns().get(0)), List.of("id")), id);
    }

    static BinaryRowData row(long id, @Nullable String city, @Nullable String note) {
        return binary(SCHEMA, id, city, note);
    }

    static BinaryRowData binary(Schema schema, @Nullable Object... values) {
        GenericRowData row = new GenericRowData(values.length);
        for (int i = 0; i < values.length; i++) {
            row.setField(i, values[i] instanceof String ? StringData.fromString((String) values[i]) : values[i]);
        }
        return new RowDataSerializer(schema.rowType()).toBinaryRow(row).copy();
    }

    static Change read(long at, long id, String city, String note) {
        return Change.upsert(Operation.READ, SCHEMA, Position.of(at, 0), at, key(id), row(id, city, note));
    }

    static Change full(long at, long id, String city, String note) {
        return Change.upsert(Operation.UPDATE, SCHEMA, Position.of(at, 1), at, key(id), row(id, city, note));
    }

    static Change partial(long at, long id, String city) {
        return Change.partial(Operation.UPDATE, SCHEMA, Position.of(at, 1), at, key(id), row(id, city, null), NOTE);
    }

    static Change delete(long at, long id) {
        return Change.delete(SCHEMA, Position.of(at, 1), at, key(id));
    }

    static Change truncate(long at) {
        return Change.truncate(SCHEMA, Position.of(at, 1), at);
    }

    static Change snapshotBegan(long at) {
        return Change.snapshotBegan(SCHEMA, Position.of(at, 0), at);
    }

    static Change snapshotEnded(long at) {
        return Change.snapshotEnded(SCHEMA, Position.of(at, 0), at);
    }

    static Change unreadable(long at, long id, int... missing) {
        return Change.unreadable(SCHEMA, Position.of(at, 1), at, key(id), missing);
    }
}
