package io.tributary.capture.postgres.row;

import io.tributary.capture.Unreadable;
import io.tributary.capture.postgres.value.Slice;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The values of one row's columns, each a slice of some bytes that hold its text or its binary form, or NULL, or left out
 * because an UPDATE did not change it.
 *
 * <p>One object serves row after row.
 */
public final class Tuple {

    private static final int NULL = -1;
    private static final int UNCHANGED = -2;

    /** What all values are in, but for those with bytes of their own. */
    private byte[] bytes = {};

    private final byte[] @Nullable [] own;
    private final int[] from;
    /** Where the value ends, or what there is instead of one. */
    private final int[] to;

    private final boolean[] binary;

    /** Of each column that the log tells of; -1 for one that is passed over. */
    private final int[] places;

    /** All values together have no more bytes than this. */
    private long most;

    Tuple(int columns) {
        this(columns, IntStream.range(0, columns).toArray());
    }

    /**
     * @param columns how many there are
     * @param places which of them each column is that the log tells of; -1 for one whose values are passed over
     */
    Tuple(int columns, int[] places) {
        this.places = places;
        this.own = new byte[columns][];
        this.from = new int[columns];
        this.to = new int[columns];
        this.binary = new boolean[columns];
    }

    /** Reads TupleData of the logical replication protocol; false if it does not have this many columns. */
    boolean read(ByteBuffer message) throws Unreadable {
        if (message.getShort() != places.length) {
            return false;
        }
        byte[] source = message.array();
        most = message.remaining();
        use(source);
        int at = message.arrayOffset() + message.position();
        for (int i : places) {
            byte kind = source[at++];
            switch (kind) {
                case 'n':
                    put(i, NULL);
                    break;
                case 'u':
                    put(i, UNCHANGED);
                    break;
                case 't':
                case 'b':
                    int length = Slice.int32(source, at);
                    at += Integer.BYTES;
                    if (i >= 0) {
                        binary[i] = kind == 'b';
                        from[i] = at;
                        to[i] = at + length;
                    }
                    at += length;
                    break;
                default:
                    // What is known of the others is of two rows.
                    Arrays.fill(to, UNCHANGED);
                    throw new Unreadable("A column of the kind '" + (char) kind + "' is not known to this reader");
            }
        }
        message.position(at - message.arrayOffset());
        return true;
    }

    /**
     * Reads a tuple of COPY's binary format; false if it does not have this many columns.
     *
     * @param inBinary which columns have their binary form; the others were cast to text
     */
    boolean readCopied(ByteBuffer message, boolean[] inBinary) {
        if (message.getShort() != to.length) {
            return false;
        }
        byte[] source = message.array();
        most = message.remaining();
        use(source);
        int at = message.arrayOffset() + message.position();
        for (int i = 0; i < to.length; i++) {
            int length = Slice.int32(source, at);
            at += Integer.BYTES;
            if (length < 0) {
                to[i] = NULL;
                continue;
            }
            from[i] = at;
            to[i] = at + length;
            binary[i] = inBinary[i];
            at += length;
        }
        message.position(at - message.arrayOffset());
        return true;
    }

    private void put(int column, int instead) {
        if (column >= 0) {
            to[column] = instead;
        }
    }

    /** All values are in these bytes from now on. */
    private void use(byte[] source) {
        bytes = source;
        for (int i = 0; i < own.length; i++) {
            if (own[i] != null) {
                own[i] = null;
            }
        }
    }

    public void set(int column, byte @Nullable [] text) {
        if (text == null) {
            to[column] = NULL;
            return;
        }
        binary[column] = false;
        own[column] = text;
        most += text.length;
        from[column] = 0;
        to[column] = text.length;
    }

    /** The column's value is the other tuple's. */
    void take(Tuple other, int column) {
        own[column] = other.bytes(column);
        most += other.length(column);
        from[column] = other.from[column];
        to[column] = other.to[column];
        binary[column] = other.binary[column];
    }

    boolean isNull(int column) {
        return to[column] == NULL;
    }

    boolean isBinary(int column) {
        return binary[column];
    }

    boolean isUnchanged(int column) {
        return to[column] == UNCHANGED;
    }

    int columns() {
        return to.length;
    }

    /** How many bytes all values have. */
    long length() {
        long length = 0;
        for (int i = 0; i < to.length; i++) {
            length += length(i);
        }
        return length;
    }

    /** How many bytes the column's value has: none if it is NULL or was left out. */
    int length(int column) {
        return to[column] < 0 ? 0 : to[column] - from[column];
    }

    /** Whether all values together have more bytes. Values are looked at one by one only where they may. */
    boolean isLongerThan(long bytes) {
        return most > bytes && length() > bytes;
    }

    /** Points {@code slice} at the column's value. */
    Slice value(int column, Slice slice) {
        return slice.at(bytes(column), from[column], to[column]);
    }

    private byte[] bytes(int column) {
        byte[] ownBytes = own[column];
        return ownBytes == null ? bytes : ownBytes;
    }
}
