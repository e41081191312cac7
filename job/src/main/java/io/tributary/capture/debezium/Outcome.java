package io.tributary.capture.debezium;

import static java.util.Objects.requireNonNull;

import io.tributary.change.Captured;
import io.tributary.change.Change;
import io.tributary.change.Position;
import io.tributary.change.RawRecord;
import io.tributary.change.Rejected;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What a record becomes: changes, and dead letters of what cannot be read. One object serves record after record. */
final class Outcome {

    /** In place of what would be said with values of the record. */
    private static final String HIDDEN =
            ". More of it is not shown, and its bytes are not kept, since columns of its table are left out or hashed";

    private final String system;
    private final TopicTables tables;
    private final List<Captured> made = new ArrayList<>();
    private @Nullable RawRecord record;
    private @Nullable String table;
    private @Nullable Position position;

    /** @param system what dead letters say noticed them */
    Outcome(String system, TopicTables tables) {
        this.system = system;
        this.tables = tables;
    }

    /** Nothing was made of the record yet, and nothing is known of it. */
    void begin(RawRecord newRecord) {
        made.clear();
        record = newRecord;
        table = null;
        position = null;
    }

    /** What dead letters say of the record from here on. */
    void ofTable(String itsTable) {
        table = itsTable;
    }

    /** What dead letters say of the record from here on. */
    void atPosition(Position itsPosition) {
        position = itsPosition;
    }

    void add(Change change) {
        made.add(change);
    }

    /** In place of whatever was made of the record before. */
    void rejectWhole(String reason) {
        made.clear();
        reject(reason);
    }

    /** The same, for a reason that was found while the record was read, and may have any part of it. */
    void rejectWhole(String reason, String details) {
        rejectWhole(isShown() ? reason + ": " + details : reason);
    }

    void reject(String reason) {
        RawRecord rejected = requireNonNull(record);
        boolean isShown = isShown();
        made.add(Rejected.of(
                system,
                table,
                System.currentTimeMillis(),
                rejected + ": " + reason + (isShown ? "" : HIDDEN),
                isShown ? raw(rejected) : new byte[0],
                position));
    }

    private boolean isShown() {
        return tables.mayBeShown(table, requireNonNull(record).topic());
    }

    void forEach(Consumer<Captured> out) {
        made.forEach(out);
    }

    /** The length of the key in four bytes, the key, and the same of the value; the length of what is absent is -1. */
    private static byte[] raw(RawRecord record) {
        byte[] key = record.key();
        byte[] value = record.value();
        int keyLength = key == null ? 0 : key.length;
        int valueLength = value == null ? 0 : value.length;
        ByteBuffer raw = ByteBuffer.allocate(2 * Integer.BYTES + keyLength + valueLength);
        raw.putInt(key == null ? -1 : keyLength);
        if (key != null) {
            raw.put(key);
        }
        raw.putInt(value == null ? -1 : valueLength);
        if (value != null) {
            raw.put(value);
        }
        return raw.array();
    }
}
