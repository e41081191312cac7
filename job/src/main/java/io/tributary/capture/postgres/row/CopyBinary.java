package io.tributary.capture.postgres.row;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;

/** The frame of COPY's binary format, as PostgreSQL's documentation of COPY gives it. */
public final class CopyBinary {

    private static final byte[] SIGNATURE = "PGCOPY\n\u00ff\r\n\0".getBytes(StandardCharsets.ISO_8859_1);

    private CopyBinary() {}

    /** Signature, flags, the length of what is added to the header, and that. */
    public static void skipHeader(ByteBuffer message) throws SQLException {
        for (byte expected : SIGNATURE) {
            if (!message.hasRemaining() || message.get() != expected) {
                throw new SQLException("COPY sent something that does not begin as its binary format");
            }
        }
        message.getInt();
        int added = message.getInt();
        message.position(message.position() + added);
    }

    /** In the place of the number of columns. */
    public static boolean isTrailer(ByteBuffer message) {
        return message.getShort(message.position()) == -1;
    }
}
