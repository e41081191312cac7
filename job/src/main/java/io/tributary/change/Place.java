package io.tributary.change;

import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.jspecify.annotations.Nullable;

/**
 * Where a target wrote a row: which of its files, and which row of it, counted from 0. A file is the one with a number of a slot, which
 * is one writer's of one table, drawn at random when it begins: so no two writers, attempts or jobs have one in common.
 */
public final class Place {

    private final long slot;
    private final int file;
    private final long row;

    private Place(long slot, int file, long row) {
        this.slot = slot;
        this.file = file;
        this.row = row;
    }

    public static Place of(long slot, int file, long row) {
        if (file < 0 || row < 0) {
            throw new IllegalArgumentException("There is no row " + row + " of file " + file);
        }
        return new Place(slot, file, row);
    }

    public long slot() {
        return slot;
    }

    public int file() {
        return file;
    }

    public long row() {
        return row;
    }

    /** 8 bytes and, with few files and rows, 2 to 6 more. */
    public void write(DataOutputView out) throws IOException {
        out.writeLong(slot);
        Varints.write(file, out);
        Varints.write(row, out);
    }

    public static Place read(DataInputView in) throws IOException {
        return new Place(in.readLong(), (int) Varints.read(in), Varints.read(in));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        if (!(other instanceof Place)) {
            return false;
        }
        Place that = (Place) other;
        return slot == that.slot && file == that.file && row == that.row;
    }

    @Override
    public int hashCode() {
        return Long.hashCode((slot * 31 + file) * 31 + row);
    }

    @Override
    public String toString() {
        return "row " + row + " of file " + file + " of " + Long.toHexString(slot);
    }
}
