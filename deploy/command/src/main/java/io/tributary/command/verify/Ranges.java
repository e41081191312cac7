package io.tributary.command.verify;

import java.util.BitSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Some of the ranges that keys are in. */
final class Ranges {

    private final RowForm form;
    private final BitSet numbers;

    Ranges(RowForm form) {
        this(form, new BitSet(RowForm.RANGES));
    }

    private Ranges(RowForm form, BitSet numbers) {
        this.form = form;
        this.numbers = numbers;
    }

    void add(int range) {
        numbers.set(range);
    }

    void addAll(Ranges others) {
        numbers.or(others.numbers);
    }

    void removeAll(Ranges others) {
        numbers.andNot(others.numbers);
    }

    boolean isEmpty() {
        return numbers.isEmpty();
    }

    int count() {
        return numbers.cardinality();
    }

    boolean have(@Nullable String[] values) {
        return numbers.get(form.range(values));
    }

    /** As many of the first ones as have so many rows at most on the side that has more, and at least one. */
    Ranges first(long most, Checksums... sides) {
        BitSet first = new BitSet(RowForm.RANGES);
        long rows = 0;
        for (int range = numbers.nextSetBit(0); range >= 0; range = numbers.nextSetBit(range + 1)) {
            long more = 0;
            for (Checksums side : sides) {
                more = Math.max(more, side.count(range));
            }
            if (rows > 0 && rows + more > most) {
                break;
            }
            rows += more;
            first.set(range);
        }
        return new Ranges(form, first);
    }

    /** As a list of SQL. */
    String list() {
        return numbers.stream().mapToObj(Integer::toString).collect(Collectors.joining(", "));
    }
}
