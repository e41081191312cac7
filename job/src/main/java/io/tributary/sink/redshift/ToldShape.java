package io.tributary.sink.redshift;

import io.tributary.change.Schema;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** A shape that the stream told of, and the number by which records say that they are in it. */
final class ToldShape {

    /** From the oldest on. */
    static final Comparator<ToldShape> BY_REVISION = Comparator.comparing(
                    (ToldShape shape) -> shape.schema.revision(), Long::compareUnsigned)
            .thenComparingLong(ToldShape::number);

    private final long number;
    private final Schema schema;

    /** @param schema its names in lower case */
    ToldShape(long number, Schema schema) {
        this.number = number;
        this.schema = schema;
    }

    long number() {
        return number;
    }

    Schema schema() {
        return schema;
    }

    static List<ToldShape> byRevision(List<ToldShape> shapes) {
        List<ToldShape> sorted = new ArrayList<>(shapes);
        sorted.sort(BY_REVISION);
        return sorted;
    }
}
