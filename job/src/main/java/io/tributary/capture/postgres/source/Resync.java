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

    private static final int NOBODY = 0;
    private static final int EVERYBODY = 1;
    private static final int SOME = 2;
    private static final int WHOLE = 4;

    private final long id;
    private final String table;
    private final long wanted;
    private final ReadAs readAs;
    private final Audience again;
    private final boolean whole;
    private final String reason;

    /**
     * @param id no two resyncs of a job have the same
     * @param table schema and name, as in the settings
     * @param wanted up to where the slot had been read then
     * @param readAs as what its rows are read
     * @param again to whom rows that did not change are to be shown, too
     * @param whole whether it is made so that all rows are known whole
     * @param reason a sentence's end, for people
     */
    Resync(long id, String table, long wanted, ReadAs readAs, Audience again, boolean whole, String reason) {
        this.id = id;
        this.table = requireNonNull(table);
        this.wanted = wanted;
        this.readAs = readAs;
        this.again = requireNonNull(again);
        this.whole = whole;
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

    boolean isWhole() {
        return whole;
    }

    String reason() {
        return reason;
    }

    void write(DataOutputStream out) throws IOException {
        out.writeLong(id);
        out.writeUTF(table);
        out.writeLong(wanted);
        readAs.write(out);
        out.writeByte(kind(again) | (whole ? WHOLE : 0));
        writeNames(again, out);
        out.writeUTF(reason);
    }

    static Resync read(DataInputStream in) throws IOException {
        long id = in.readLong();
        String table = in.readUTF();
        long wanted = in.readLong();
        ReadAs readAs = ReadAs.read(in);
        byte kind = in.readByte();
        Audience again = readAgain(kind & ~WHOLE, in);
        return new Resync(id, table, wanted, readAs, again, (kind & WHOLE) != 0, in.readUTF());
    }

    /** Nobody, everybody, or those that follow. */
    static void writeAgain(Audience again, DataOutputStream out) throws IOException {
        out.writeByte(kind(again));
        writeNames(again, out);
    }

    static Audience readAgain(DataInputStream in) throws IOException {
        return readAgain(in.readByte(), in);
    }

    private static int kind(Audience again) {
        return again.isNobody() ? NOBODY : again.isEverybody() ? EVERYBODY : SOME;
    }

    private static void writeNames(Audience again, DataOutputStream out) throws IOException {
        if (kind(again) == SOME) {
            again.write(out);
        }
    }

    private static Audience readAgain(int kind, DataInputStream in) throws IOException {
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
