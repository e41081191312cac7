package io.tributary.capture.dynamodb.export.read;

import io.tributary.capture.dynamodb.export.find.UnusableException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** Cuts a stream of bytes into lines, without a copy of each. Empty lines are none. */
final class LineReader {

    /** An item has 400 KB, which its JSON and two images of it cannot make so many. */
    static final int LONGEST = 16 << 20;

    private static final int BUFFER = 1 << 16;

    private final InputStream in;
    private byte[] buffer = new byte[BUFFER];
    private int from;
    private int to;
    private int end;
    private int empty;

    LineReader(InputStream in) {
        this.in = in;
    }

    /** True if there is one more line, which stands in {@link #buffer} until the next call. */
    boolean next() throws IOException {
        from = to;
        int searched = from;
        while (true) {
            int newline = newline(searched);
            if (newline > from) {
                to = newline + 1;
                return true;
            }
            if (newline == from) {
                if (++empty > LONGEST) {
                    throw UnusableException.now("has more than " + LONGEST + " empty lines");
                }
                from++;
                searched = from;
                continue;
            }
            searched = end - from;
            if (!fill()) {
                to = end;
                return end > from;
            }
        }
    }

    private int newline(int start) {
        for (int i = start; i < end; i++) {
            if (buffer[i] == '\n') {
                return i;
            }
        }
        return -1;
    }

    /** Moves what is left of the line to the begin, and reads more behind it. */
    private boolean fill() throws IOException {
        int left = end - from;
        if (left == LONGEST) {
            throw UnusableException.now("has a line of more than " + LONGEST + " bytes");
        }
        byte[] target = left == buffer.length ? new byte[Math.min(LONGEST, 2 * left)] : buffer;
        System.arraycopy(buffer, from, target, 0, left);
        buffer = target;
        from = 0;
        end = left;
        int read = in.read(buffer, end, buffer.length - end);
        if (read < 0) {
            return false;
        }
        end += read;
        return true;
    }

    /** Not to be written to. */
    byte[] buffer() {
        return buffer;
    }

    int offset() {
        return from;
    }

    /** Without the end of the line. */
    int length() {
        int last = to;
        if (last > from && buffer[last - 1] == '\n') {
            last--;
        }
        return last - from;
    }

    byte[] copy() {
        return Arrays.copyOfRange(buffer, from, from + length());
    }
}
