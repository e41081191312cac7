package io.tributary.capture.postgres.source;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.Serializable;

/** As what rows of a table are read beside the log. Immutable. */
final class ReadAs implements Serializable {

    private static final long serialVersionUID = 1L;

    /** As the catalog has them, with the key that the settings say. */
    static final ReadAs NOW = new ReadAs(0, KnownKey.NONE);

    private final long since;
    private final KnownKey key;

    /**
     * @param since the lowest revision that the table's columns have, see {@link TableState}
     * @param key the columns by which the rows are known
     */
    ReadAs(long since, KnownKey key) {
        this.since = since;
        this.key = key;
    }

    long since() {
        return since;
    }

    KnownKey key() {
        return key;
    }

    void write(DataOutputStream out) throws IOException {
        out.writeLong(since);
        key.write(out);
    }

    static ReadAs read(DataInputStream in) throws IOException {
        return new ReadAs(in.readLong(), KnownKey.read(in));
    }
}
