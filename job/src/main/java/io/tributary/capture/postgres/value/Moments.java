package io.tributary.capture.postgres.value;

import io.tributary.capture.Unreadable;

/** Timestamps with time zone, which PostgreSQL prints in the session's time zone: here they come in UTC. */
public final class Moments {

    static final String UTC = "+00";

    private Moments() {}

    /** From the text of a timestamp. */
    static void print(Slice text, Text out) throws Unreadable {
        Times.printMoment(Times.moment(text), UTC, out);
    }

    /** From the text of a range, or of several: each quoted bound is turned; whatever else stands there stays. */
    public static void printRange(Slice text, Text out) throws Unreadable {
        int copied = text.from;
        for (int at = text.from; at < text.to; at++) {
            if (text.bytes[at] != '"') {
                continue;
            }
            int close = at + 1;
            while (close < text.to && text.bytes[close] != '"') {
                close++;
            }
            out.add(text.bytes, copied, at + 1);
            print(new Slice(text.bytes, at + 1, close), out);
            copied = close;
            at = close;
        }
        out.add(text.bytes, copied, text.to);
    }
}
