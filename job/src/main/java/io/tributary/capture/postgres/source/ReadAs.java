package io.tributary.capture.postgres.source;

import io.tributary.capture.postgres.server.Era;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.Serializable;

/** As what rows of a table are read beside the log. Immutable. */
final class ReadAs implements Serializable {

    private static final long serialVersionUID = 1L;

    /** As the catalog has them, with the key that the settings say. */
    static final ReadAs NOW = new ReadAs(0, KnownKey.NONE, KnownColumns.ALL, Era.FIRST);

    /** In checkpoints, where a lowest revision stands otherwise, which is never negative: the era comes first. */
    private static final long WITH_ERA = -1;

    /** In checkpoints, of the lowest revision: columns are left out or hashed, and come last. */
    private static final long TREATED = Long.MIN_VALUE;

    private final long since;
    private final KnownKey key;
    private final KnownColumns columns;
    private final Era era;

    /**
     * @param since the lowest revision that the table's columns have, see {@link TableState}
     * @param key the columns by which the rows are known
     * @param columns what becomes of the columns
     * @param era the history that the table is read in
     */
    ReadAs(long since, KnownKey key, KnownColumns columns, Era era) {
        this.since = since;
        this.key = key;
        this.columns = columns;
        this.era = era;
    }

    ReadAs in(Era newEra) {
        return newEra.equals(era) ? this : new ReadAs(since, key, columns, newEra);
    }

    long since() {
        return since;
    }

    KnownKey key() {
        return key;
    }

    KnownColumns columns() {
        return columns;
    }

    Era era() {
        return era;
    }

    void write(DataOutputStream out) throws IOException {
        if (!era.equals(Era.FIRST)) {
            out.writeLong(WITH_ERA);
            era.write(out);
        }
        out.writeLong(columns.isAll() ? since : since | TREATED);
        key.write(out);
        if (!columns.isAll()) {
            columns.write(out);
        }
    }

    static ReadAs read(DataInputStream in) throws IOException {
        long first = in.readLong();
        Era era = first == WITH_ERA ? Era.read(in) : Era.FIRST;
        long since = first == WITH_ERA ? in.readLong() : first;
        KnownKey key = KnownKey.read(in);
        return new ReadAs(since & ~TREATED, key, since < 0 ? KnownColumns.read(in) : KnownColumns.ALL, era);
    }
}
