package io.tributary.capture.postgres.source;

import static java.util.Objects.requireNonNull;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/** A table that is to be read again beside the stream, as the reader of the slot wants it; it is over when that says so. */
final class Resync implements Serializable {

    private static final long serialVersionUID = 1L;

    private final long id;
    private final String table;
    private final long wanted;
    private final ReadAs readAs;
    private final boolean again;
    private final String reason;

    /**
     * @param id no two resyncs of a job have the same
     * @param table schema and name, as in the settings
     * @param wanted up to where the slot had been read then
     * @param readAs as what its rows are read
     * @param again whether rows that did not change are to be shown to the targets, too
     * @param reason a sentence's end, for people
     */
    Resync(long id, String table, long wanted, ReadAs readAs, boolean again, String reason) {
        this.id = id;
        this.table = requireNonNull(table);
        this.wanted = wanted;
        this.readAs = readAs;
        this.again = again;
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

    boolean isAgain() {
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
        out.writeBoolean(again);
        out.writeUTF(reason);
    }

    static Resync read(DataInputStream in) throws IOException {
        return new Resync(in.readLong(), in.readUTF(), in.readLong(), ReadAs.read(in), in.readBoolean(), in.readUTF());
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
