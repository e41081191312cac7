package io.tributary.latest;

import io.tributary.change.Projection;
import io.tributary.change.Schema;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.jspecify.annotations.Nullable;

/** The dictionary of schemas of one subtask, and what is worked out for each once. Not safe for several threads. */
final class Shapes {

    private final Retention retention;
    private final Map<Long, Shape> byFingerprint = new HashMap<>();
    private final Map<Long, Map<Long, Projection>> projections = new HashMap<>();
    private @Nullable Shape last;

    Shapes(Retention retention) {
        this.retention = retention;
    }

    Shape of(Schema schema) {
        Shape hit = last;
        if (hit != null && hit.schema().fingerprint() == schema.fingerprint()) {
            return hit;
        }
        hit = byFingerprint.computeIfAbsent(schema.fingerprint(), unknown -> new Shape(schema, retention));
        last = hit;
        return hit;
    }

    /** Of a row in state; the dictionary is kept beside the rows, so it is there. */
    Shape of(LatestRow row) {
        Shape hit = last;
        if (hit != null && hit.schema().fingerprint() == row.fingerprint()) {
            return hit;
        }
        hit = byFingerprint.get(row.fingerprint());
        if (hit == null) {
            throw new IllegalStateException(
                    "The state has a row of schema " + Long.toHexString(row.fingerprint()) + " but not the schema");
        }
        return hit;
    }

    Projection between(Schema from, Schema to) {
        return projections
                .computeIfAbsent(from.fingerprint(), unknown -> new HashMap<>())
                .computeIfAbsent(to.fingerprint(), unknown -> Projection.of(from, to));
    }

    /** The state's row in all the columns of a schema; what the state does not keep is null. */
    BinaryRowData expanded(LatestRow row, BinaryRowData key, Schema schema) {
        Shape shape = of(row);
        BinaryRowData expanded = shape.expanded(row, key);
        return shape.schema().fingerprint() == schema.fingerprint()
                ? expanded
                : between(shape.schema(), schema).apply(expanded);
    }

    Collection<Shape> all() {
        return Collections.unmodifiableCollection(byFingerprint.values());
    }
}
