package io.tributary.capture.postgres.server;

/** Positions in the WAL, as PostgreSQL writes them. */
public final class Lsn {

    private Lsn() {}

    /** {@code 16/B374D848}: both halves in hexadecimal digits. */
    public static String text(long lsn) {
        return String.format("%X/%X", lsn >>> 32, lsn & 0xffff_ffffL);
    }

    public static long parse(String text) {
        int slash = text.indexOf('/');
        return Long.parseLong(text.substring(0, slash), 16) << 32 | Long.parseLong(text.substring(slash + 1), 16);
    }
}
