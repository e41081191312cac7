package io.tributary.change;

import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.jspecify.annotations.Nullable;

/**
 * Where in its source's log a change stands: two unsigned longs, compared in order.
 *
 * <p>Assumes that two changes of one key never share a position unless they are the same change, read twice.
 */
public final class Position implements Comparable<Position> {

    /** Older than every change. */
    public static final Position START = new Position(0, 0);

    private final long major;
    private final long minor;

    private Position(long major, long minor) {
        this.major = major;
        this.minor = minor;
    }

    public static Position of(long major, long minor) {
        return new Position(major, minor);
    }

    /** The inverse of {@link #toHex()}. */
    public static Position ofHex(String hex) {
        if (hex.length() != 32) {
            throw new IllegalArgumentException("A position is 32 hexadecimal digits, not '" + hex + "'");
        }
        return of(Long.parseUnsignedLong(hex, 0, 16, 16), Long.parseUnsignedLong(hex, 16, 32, 16));
    }

    /** The one right behind it. */
    public Position next() {
        return new Position(minor == -1 ? major + 1 : major, minor + 1);
    }

    /** Postgres: the commit LSN. */
    public long major() {
        return major;
    }

    /** Postgres: the number of the change in its transaction. */
    public long minor() {
        return minor;
    }

    public boolean isAfter(Position other) {
        return compareTo(other) > 0;
    }

    @Override
    public int compareTo(Position other) {
        int byMajor = Long.compareUnsigned(major, other.major);
        return byMajor != 0 ? byMajor : Long.compareUnsigned(minor, other.minor);
    }

    /** 32 lower-case hexadecimal digits that sort as text in the order of positions: {@code _version} in the targets. */
    public String toHex() {
        byte[] digits = new byte[32];
        writeHex(digits, 0);
        return new String(digits, java.nio.charset.StandardCharsets.ISO_8859_1);
    }

    /** Writes the 32 digits into {@code target}, without making a String. */
    public void writeHex(byte[] target, int offset) {
        for (int i = 0; i < 16; i++) {
            target[offset + i] = digit(major >>> (60 - 4 * i));
            target[offset + 16 + i] = digit(minor >>> (60 - 4 * i));
        }
    }

    private static byte digit(long nibble) {
        int value = (int) (nibble & 15);
        return (byte) (value < 10 ? '0' + value : 'a' + value - 10);
    }

    public void write(DataOutputView out) throws IOException {
        out.writeLong(major);
        out.writeLong(minor);
    }

    public static Position read(DataInputView in) throws IOException {
        return new Position(in.readLong(), in.readLong());
    }

    /** In fewer bytes, for state: both numbers without the zeros they begin with. */
    public void writePacked(DataOutputView out) throws IOException {
        Varints.write(major, out);
        Varints.write(minor, out);
    }

    public static Position readPacked(DataInputView in) throws IOException {
        return new Position(Varints.read(in), Varints.read(in));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Position && ((Position) other).major == major && ((Position) other).minor == minor;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(major * 31 + minor);
    }

    @Override
    public String toString() {
        return toHex();
    }
}
