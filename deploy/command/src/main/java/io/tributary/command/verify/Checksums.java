package io.tributary.command.verify;

import org.jspecify.annotations.Nullable;

/** Of each range of keys, how many rows there are, and the sum of their checksums: as much memory for any number of rows. */
final class Checksums {

    private final RowForm form;
    private final long[] rows = new long[RowForm.RANGES];
    private final long[] sums = new long[RowForm.RANGES];

    Checksums(RowForm form) {
        this.form = form;
    }

    static Checksums of(RowForm form, Side side) throws Exception {
        Checksums checksums = new Checksums(form);
        side.addTo(checksums);
        return checksums;
    }

    RowForm form() {
        return form;
    }

    void add(@Nullable String[] values) {
        add(form.range(values), 1, form.checksum(values));
    }

    /** @param sum of which the lowest 64 bits count */
    void add(int range, long count, long sum) {
        rows[range] += count;
        sums[range] += sum;
    }

    long count() {
        long count = 0;
        for (long of : rows) {
            count += of;
        }
        return count;
    }

    long count(int range) {
        return rows[range];
    }

    /** In which ranges the other side has other rows. */
    Ranges differing(Checksums other) {
        Ranges ranges = new Ranges(form);
        for (int i = 0; i < RowForm.RANGES; i++) {
            if (rows[i] != other.rows[i] || sums[i] != other.sums[i]) {
                ranges.add(i);
            }
        }
        return ranges;
    }
}
