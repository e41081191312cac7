package io.tributary.capture.postgres.source;

import static java.util.Objects.requireNonNull;

import io.tributary.change.Audience;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/** A table that is to be read again beside the stream, as the reader of the slot wants it; it is over when that says so. */
final class Resync implements Serializable {

    private static final long serialVersionUID = 1L;

    private static final byte NOBODY = 0;
    private static final byte EVERYBODY = 1;
    private static final byte SOME = 2;

    private final long id;
    private final String table;
    private final long wanted;
    private final ReadAs readAs;
    private final Audience again;
    private final String reason;

    /**
     * @param id no two resyncs of a job have the same
     * @param table schema and name, as in the settings
     * @param wanted up to where the slot had been read then
     * @param readAs as what its rows are read
     * @param again to whom rows that did not change are to be shown, too
     * @param reason a sentence's end, for people
     */
    Resync(long id, String table, long wanted, ReadAs readAs, Audience again, String reason) {
        this.id = id;
        this.table = requireNonNull(table);
        this.wanted = wanted;
        this.readAs = readAs;
        this.again = requireNonNull(again);
        this.reason = requireNonNull(reason);
    }

    long id() {
        return id;
    }

    String table() {
        return table;
    }

    long wanted() {
        return wanted;
    }

    ReadAs readAs() {
        return readAs;
    }

    Audience again() {
        return again;
    }

    String reason() {
        return reason;
    }

    void write(DataOutputStream out) throws IOException {
        out.writeLong(id);
        out.writeUTF(table);
        out.writeLong(wanted);
        readAs.write(out);
        writeAgain(again, out);
        out.writeUTF(reason);
    }

    static Resync read(DataInputStream in) throws IOException {
        return new Resync(in.readLong(), in.readUTF(), in.readLong(), ReadAs.read(in), readAgain(in), in.readUTF());
    }

    /** Nobody, everybody, or those that follow. */
    static void writeAgain(Audience again, DataOutputStream out) throws IOException {
        out.writeByte(again.isNobody() ? NOBODY : again.isEverybody() ? EVERYBODY : SOME);
        if (!again.isNobody() && !again.isEverybody()) {
            again.write(out);
        }
    }

    static Audience readAgain(DataInputStream in) throws IOException {
        byte kind = in.readByte();
        switch (kind) {
            case NOBODY:
                return Audience.NOBODY;
            case EVERYBODY:
                return Audience.EVERYBODY;
            case SOME:
                return Audience.read(in);
            default:
                throw new IOException("An audience of the kind " + kind + " is not known");
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Resync && ((Resync) other).id == id;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(id);
    }

    @Override
    public String toString() {
        return "resync " + id + " of table " + table;
    }
}
