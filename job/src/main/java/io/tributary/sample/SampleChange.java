package io.tributary.sample;

import io.tributary.change.BinaryRows;
import io.tributary.change.Change;
import io.tributary.change.Operation;
import io.tributary.change.Position;
import io.tributary.change.Schema;
import java.io.Serializable;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.jspecify.annotations.Nullable;

/** A change of a sample row, on its way to the operator that makes changes of it. */
final class SampleChange implements Serializable {

    private static final long serialVersionUID = 1L;

    private final Schema schema;
    private final Operation operation;
    private final byte[] key;
    private final byte @Nullable [] row;

    private SampleChange(Schema schema, Operation operation, byte[] key, byte @Nullable [] row) {
        this.schema = schema;
        this.operation = operation;
        this.key = key;
        this.row = row;
    }

    static SampleChange upsert(Schema schema, Operation operation, BinaryRowData key, BinaryRowData row) {
        return new SampleChange(schema, operation, BinaryRows.bytes(key), BinaryRows.bytes(row));
    }

    static SampleChange delete(Schema schema, BinaryRowData key) {
        return new SampleChange(schema, Operation.DELETE, BinaryRows.bytes(key), null);
    }

    Change at(long place) {
        BinaryRowData changed = BinaryRows.of(schema.keyArity(), key);
        Position position = Position.of(place, 0);
        return row == null
                ? Change.delete(schema, position, 0, changed)
                : Change.upsert(operation, schema, position, 0, changed, BinaryRows.of(schema.arity(), row));
    }
}
