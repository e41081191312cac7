package io.tributary.capture.postgres.value;

import io.tributary.change.BinaryRows;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.apache.flink.table.data.binary.BinaryArrayData;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.types.logical.LogicalType;

/**
 * Lays out rows as {@link BinaryRowData} has them, and arrays in them as {@link BinaryArrayData}, straight into bytes. Flink's own
 * BinaryRowWriter wants objects for strings, decimals, timestamps and arrays. The bytes are the same: rows are compared and
 * hashed by them.
 *
 * <p>A row is a byte for its kind, a bit for each NULL, and 8 bytes for each column; an array is its size, the bits, and 1 to 8
 * bytes for each element. What needs more than that follows behind, in whole words, and its place and size stand in the 8 bytes.
 * Strings and bytes of up to 7 bytes stand in the 8 bytes themselves.
 *
 * <p>One object serves row after row; a finished row has bytes of its own.
 */
public final class RowWriter {

    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.nativeOrder());
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.nativeOrder());
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final int WORD = 8;
    private static final int INLINE = 7;
    private static final int INLINE_MARK = 0x80;
    private static final int KEPT = 1 << 20;

    private final Text scratch = new Text();
    private byte[] bytes = new byte[512];
    private int cursor;
    private int arity;

    /** Of the row or the array that is written: where it starts, its bits, its slots, and how wide a slot is. */
    private int base;

    private int nulls;
    private int slots;
    private int width;

    /** The arrays that are open: for each the four numbers of what it is in, and its column there. */
    private int[] outer = new int[10];

    private int depth;

    public void start(int columns) {
        arity = columns;
        depth = 0;
        cursor = 0;
        open(1, BinaryRowData.calculateBitSetWidthInBytes(columns), columns, WORD);
    }

    /** The row that was written since {@link #start}. */
    public BinaryRowData row() {
        BinaryRowData row = BinaryRows.of(arity, Arrays.copyOf(bytes, cursor));
        if (bytes.length > KEPT) {
            bytes = new byte[512];
        }
        return row;
    }

    public void setNull(int column) {
        bytes[nulls + (column >> 3)] |= (byte) (1 << (column & 7));
    }

    void writeBoolean(int column, boolean value) {
        bytes[slot(column)] = (byte) (value ? 1 : 0);
    }

    void writeShort(int column, short value) {
        SHORT.set(bytes, slot(column), value);
    }

    void writeInt(int column, int value) {
        INT.set(bytes, slot(column), value);
    }

    void writeLong(int column, long value) {
        LONG.set(bytes, slot(column), value);
    }

    /** There is one NaN. */
    void writeFloat(int column, float value) {
        writeInt(column, Float.floatToIntBits(value));
    }

    /** There is one NaN. */
    void writeDouble(int column, double value) {
        writeLong(column, Double.doubleToLongBits(value));
    }

    /** A string in UTF-8, or bytes. */
    void writeBytes(int column, byte[] source, int from, int to) {
        int length = to - from;
        if (length <= INLINE) {
            long value = 0;
            for (int i = 0; i < length; i++) {
                value |= (source[from + i] & 0xffL) << ((BinaryRowData.LITTLE_ENDIAN ? i : INLINE - 1 - i) * 8);
            }
            writeLong(column, (long) (length | INLINE_MARK) << 56 | value);
            return;
        }
        int words = (length + WORD - 1) & -WORD;
        reserve(words);
        LONG.set(bytes, cursor + words - WORD, 0L);
        System.arraycopy(source, from, bytes, cursor, length);
        behind(column, cursor, length);
        cursor += words;
    }

    /** Empty, to print a string into. */
    Text scratch() {
        return scratch.clear();
    }

    /** The string that was printed into {@link #scratch()}. */
    void writeScratch(int column) {
        writeBytes(column, scratch.bytes(), 0, scratch.length());
    }

    void writeTimestamp(int column, long millis, int nanos) {
        reserve(WORD);
        LONG.set(bytes, cursor, millis);
        behind(column, cursor, nanos);
        cursor += WORD;
    }

    /** A decimal of more than 18 digits, without its point: a number of 128 bits, as few bytes of it as hold it. */
    void writeDecimal(int column, long high, long low) {
        reserve(2 * WORD);
        LONG.set(bytes, cursor, 0L);
        LONG.set(bytes, cursor + WORD, 0L);
        int bits = high == (low >> 63)
                ? Long.SIZE - Long.numberOfLeadingZeros(low ^ (low >> 63))
                : 2 * Long.SIZE - Long.numberOfLeadingZeros(high ^ (high >> 63));
        int length = bits / 8 + 1;
        for (int i = 0; i < length; i++) {
            int shift = (length - 1 - i) * 8;
            bytes[cursor + i] = (byte) (shift < Long.SIZE ? low >> shift : high >> (shift - Long.SIZE));
        }
        behind(column, cursor, length);
        cursor += 2 * WORD;
    }

    /** What follows are the elements of an array, until {@link #endArray}. */
    void startArray(int column, int size, LogicalType element) {
        if (5 * depth == outer.length) {
            outer = Arrays.copyOf(outer, 2 * outer.length);
        }
        int at = 5 * depth++;
        outer[at] = base;
        outer[at + 1] = nulls;
        outer[at + 2] = slots;
        outer[at + 3] = width;
        outer[at + 4] = column;
        open(
                Integer.BYTES,
                BinaryArrayData.calculateHeaderInBytes(size),
                size,
                BinaryArrayData.calculateFixLengthPartSize(element));
        INT.set(bytes, base, size);
    }

    void endArray() {
        int array = base;
        int at = 5 * --depth;
        base = outer[at];
        nulls = outer[at + 1];
        slots = outer[at + 2];
        width = outer[at + 3];
        behind(outer[at + 4], array, cursor - array);
    }

    private void open(int bits, int header, int columns, int slotWidth) {
        int size = (header + columns * slotWidth + WORD - 1) & -WORD;
        reserve(size);
        Arrays.fill(bytes, cursor, cursor + size, (byte) 0);
        base = cursor;
        nulls = base + bits;
        slots = base + header;
        width = slotWidth;
        cursor += size;
    }

    private int slot(int column) {
        return slots + column * width;
    }

    private void behind(int column, int at, int size) {
        writeLong(column, (long) (at - base) << 32 | size);
    }

    private void reserve(int size) {
        if (bytes.length - cursor < size) {
            bytes = Arrays.copyOf(bytes, Math.max(cursor + size, bytes.length + (bytes.length >> 1)));
        }
    }
}
