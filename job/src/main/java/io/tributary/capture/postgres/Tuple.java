package io.tributary.capture.postgres;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The texts of one row's columns, each a slice of some bytes, or NULL, or left out because an UPDATE did not change it.
 *
 * <p>One object serves row after row.
 */
final class Tuple {

    private static final int NULL = -1;
    private static final int UNCHANGED = -2;

    private final byte[][] bytes;
    private final int[] from;
    /** Where the text ends, or what there is instead of one. */
    private final int[] to;

    Tuple(int columns) {
        this.bytes = new byte[columns][];
        this.from = new int[columns];
        this.to = new int[columns];
    }

    /** Reads TupleData of the logical replication protocol; false if it does not have this many columns. */
    boolean read(ByteBuffer message) throws Unreadable {
        if (message.getShort() != to.length) {
            return false;
        }
        byte[] source = message.array();
        for (int i = 0; i < to.length; i++) {
            byte kind = message.get();
            switch (kind) {
                case 'n':
                    to[i] = NULL;
                    break;
                case 'u':
                    to[i] = UNCHANGED;
                    break;
                case 't':
                    int length = message.getInt();
                    bytes[i] = source;
                    from[i] = message.arrayOffset() + message.position();
                    to[i] = from[i] + length;
                    message.position(message.position() + length);
                    break;
                default:
                    throw new Unreadable("A column of the kind '" + (char) kind + "' is not known to this reader");
            }
        }
        return true;
    }

    void set(int column, byte @Nullable [] text) {
        if (text == null) {
            to[column] = NULL;
            return;
        }
        bytes[column] = text;
        from[column] = 0;
        to[column] = text.length;
    }

    /** The column's value is the other tuple's. */
    void take(Tuple other, int column) {
        bytes[column] = other.bytes[column];
        from[column] = other.from[column];
        to[column] = other.to[column];
    }

    boolean isNull(int column) {
        return to[column] == NULL;
    }

    boolean isUnchanged(int column) {
        return to[column] == UNCHANGED;
    }

    int columns() {
        return to.length;
    }

    /** How many bytes all texts have. */
    int length() {
        int length = 0;
        for (int i = 0; i < to.length; i++) {
            length += to[i] < 0 ? 0 : to[i] - from[i];
        }
        return length;
    }

    /** Points {@code text} at the column's text. */
    Text text(int column, Text text) {
        return text.at(bytes[column], from[column], to[column]);
    }
}
