package io.tributary.change;

import static java.util.Objects.requireNonNull;

import java.util.List;
import org.apache.flink.api.common.typeinfo.TypeInfo;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.types.logical.BigIntType;
import org.jspecify.annotations.Nullable;

/**
 * One change of one row, as its source reported it; or what is to be known of a whole table: its truncation, when a
 * snapshot of it is being read, that it was read again, and that types of its columns were found to be others.
 *
 * <p>Immutable: nobody writes to the rows after they were handed over. The row is in the schema's columns; the key is in
 * the key's columns, in their order. A change may lack the values of omissible columns ({@link #missing()}); they are
 * null in the row and mean "as it was", never NULL.
 */
@TypeInfo(WireTypeFactory.class)
public final class Change implements Captured {

    private static final int[] NOTHING = {};
    private static final Schema OF_NO_TABLE =
            Schema.of("", List.of(Column.of("started", new BigIntType(false))), List.of("started"));

    private final Operation operation;
    private final Schema schema;
    private final Position position;
    private final long timestamp;
    private final @Nullable BinaryRowData key;
    private final @Nullable BinaryRowData row;
    private final int[] missing;
    private final boolean expired;
    private final Audience again;
    private final boolean ahead;

    private Change(
            Operation operation,
            Schema schema,
            Position position,
            long timestamp,
            @Nullable BinaryRowData key,
            @Nullable BinaryRowData row,
            int[] missing) {
        this(operation, schema, position, timestamp, key, row, missing, false, Audience.NOBODY, false);
    }

    private Change(
            Operation operation,
            Schema schema,
            Position position,
            long timestamp,
            @Nullable BinaryRowData key,
            @Nullable BinaryRowData row,
            int[] missing,
            boolean expired,
            Audience again,
            boolean ahead) {
        this.operation = requireNonNull(operation);
        this.schema = requireNonNull(schema);
        this.position = requireNonNull(position);
        this.timestamp = timestamp;
        this.key = key;
        this.row = row;
        this.missing = missing;
        this.expired = expired;
        this.again = requireNonNull(again);
        this.ahead = ahead;
    }

    /** A row that exists. {@code operation} is READ, INSERT or UPDATE. */
    public static Change upsert(
            Operation operation,
            Schema schema,
            Position position,
            long timestamp,
            BinaryRowData key,
            BinaryRowData row) {
        return partial(operation, schema, position, timestamp, key, row, NOTHING);
    }

    /** A row that exists; {@code missing} are the indexes, in rising order, of the columns the change left out. */
    public static Change partial(
            Operation operation,
            Schema schema,
            Position position,
            long timestamp,
            BinaryRowData key,
            BinaryRowData row,
            int[] missing) {
        if (operation == Operation.DELETE
                || operation == Operation.UNREADABLE
                || operation == Operation.HELD
                || !operation.isOfRow()) {
            throw new IllegalArgumentException(operation + " has no row");
        }
        if (row.getArity() != schema.arity()) {
            throw new IllegalArgumentException("A row of " + row.getArity() + " columns does not fit " + schema);
        }
        return new Change(operation, schema, position, timestamp, requireNonNull(key), row, missing);
    }

    public static Change delete(Schema schema, Position position, long timestamp, BinaryRowData key) {
        return new Change(Operation.DELETE, schema, position, timestamp, requireNonNull(key), null, NOTHING);
    }

    /** A row that the source itself deleted, because its time to live was over. */
    public static Change expiry(Schema schema, Position position, long timestamp, BinaryRowData key) {
        return new Change(
                Operation.DELETE,
                schema,
                position,
                timestamp,
                requireNonNull(key),
                null,
                NOTHING,
                true,
                Audience.NOBODY,
                false);
    }

    /**
     * A row that exists but cannot be read. To be handed on beside its dead letter wherever its key can be read, or a later
     * change might be completed with values that this one had replaced.
     *
     * @param missing the indexes, in rising order, of the columns the change left out: what was known of them still holds
     */
    public static Change unreadable(
            Schema schema, Position position, long timestamp, BinaryRowData key, int[] missing) {
        return new Change(Operation.UNREADABLE, schema, position, timestamp, requireNonNull(key), null, missing);
    }

    /**
     * The targets had a row with this key before the job began. It counts whenever it comes, and as often as it likes: as older than
     * all that a source says of the key.
     *
     * @param version that the row has there; {@link Position#START} if it is not known
     */
    public static Change held(Schema schema, Position version, long timestamp, BinaryRowData key) {
        return new Change(Operation.HELD, schema, version, timestamp, requireNonNull(key), null, NOTHING);
    }

    /** All rows of the table that are older than the position are gone. */
    public static Change truncate(Schema schema, Position position, long timestamp) {
        return new Change(Operation.TRUNCATE, schema, position, timestamp, null, null, NOTHING);
    }

    /**
     * A snapshot of the table is being read from now on: what is known of deleted keys, and changes that wait for the values
     * they left out, are kept until it has ended. To be handed on before the snapshot's rows and, at the least, before the
     * changes that overlap with it are as old as {@code latest.partial-wait}. Saying it again changes nothing.
     *
     * @param position tells the snapshots of a table apart: the same for the begin and the end of one, greater for a later one.
     *     The lowest position of the snapshot's rows will do
     */
    public static Change snapshotBegan(Schema schema, Position position, long timestamp) {
        return new Change(Operation.SNAPSHOT_BEGAN, schema, position, timestamp, null, null, NOTHING);
    }

    /**
     * All rows of the snapshot at this position were handed on, by every reader. It ends snapshots of lower positions too, and
     * counts in whichever order it and the begin arrive.
     */
    public static Change snapshotEnded(Schema schema, Position position, long timestamp) {
        return new Change(Operation.SNAPSHOT_ENDED, schema, position, timestamp, null, null, NOTHING);
    }

    /**
     * All rows that a resync found were handed on, at positions above this one, and so were all changes that were made before
     * its last row was read. What is older by now was not found, because it is gone. A row that was found but could not be read
     * is there: {@link #unreadable} has to have said so.
     */
    public static Change resynced(Schema schema, Position position, long timestamp) {
        return new Change(Operation.RESYNCED, schema, position, timestamp, null, null, NOTHING);
    }

    /** The same, of a table that SQL files began to read before the resync did, so that all of its rows are known whole now. */
    public static Change resyncedWhole(Schema schema, Position position, long timestamp) {
        return resynced(schema, position, timestamp).againTo(Audience.EVERYBODY);
    }

    /**
     * From now on the table's rows have these types, too, which were found from data. It goes ahead of the first row of each
     * such schema, by each reader that finds it; no capture has to see to that. Saying it again, or a narrower schema after
     * it, changes nothing: what counts is all that was said, merged.
     */
    public static Change retyped(Schema schema, Position position, long timestamp) {
        return new Change(Operation.RETYPED, schema, position, timestamp, null, null, NOTHING);
    }

    /** The job runs, which somebody may wait for. It goes ahead of all else, by each reader; no capture has to see to that. */
    public static Change started(long timestamp) {
        return new Change(Operation.STARTED, OF_NO_TABLE, Position.START, timestamp, null, null, NOTHING);
    }

    static Change of(
            Operation operation,
            Schema schema,
            Position position,
            long timestamp,
            @Nullable BinaryRowData key,
            @Nullable BinaryRowData row,
            int[] missing,
            boolean expired,
            Audience again,
            boolean ahead) {
        return new Change(operation, schema, position, timestamp, key, row, missing, expired, again, ahead);
    }

    /** The same row, which is to be shown to these consumers although they may have it as it is. */
    public Change againTo(Audience consumers) {
        return new Change(operation, schema, position, timestamp, key, row, missing, expired, consumers, ahead);
    }

    /**
     * The same change, of whose row values were asked for when it was read: they may be newer than the change, and another attempt
     * may find others at the same position. Whatever wrote them comes later, and has to be shown although the row has it by then.
     */
    public Change ahead() {
        return new Change(operation, schema, position, timestamp, key, row, missing, expired, again, true);
    }

    /** The same change of a row, in the schema that the projection leads to. */
    public Change in(Projection projection) {
        return new Change(
                operation,
                projection.target(),
                position,
                timestamp,
                key,
                row == null ? null : projection.apply(row),
                projection.columns(missing),
                expired,
                again,
                ahead);
    }

    public Operation operation() {
        return operation;
    }

    public String table() {
        return schema.table();
    }

    public Schema schema() {
        return schema;
    }

    public Position position() {
        return position;
    }

    /** When the source committed it, in milliseconds since 1970; for metrics and {@code _ts_ms}, never for order. */
    public long timestamp() {
        return timestamp;
    }

    /** The key's columns. Absent where the operation is not of a row. */
    public BinaryRowData key() {
        if (key == null) {
            throw new IllegalStateException(operation + " of " + table() + " has no key");
        }
        return key;
    }

    /** All columns of the schema. Absent from a DELETE, from what is UNREADABLE or HELD, and where the operation is not of a row. */
    public @Nullable BinaryRowData row() {
        return row;
    }

    /** Indexes of the columns that the change left out, in rising order. Not to be written to. */
    public int[] missing() {
        return missing;
    }

    /** Of a DELETE: whether nobody asked for it, but the row's time to live was over. */
    public boolean isExpiry() {
        return expired;
    }

    /** Of the end of a resync: whether it was made so that all rows of the table are known whole. */
    public boolean isWhole() {
        return operation == Operation.RESYNCED && again.isEverybody();
    }

    /** To whom the row is to be shown even if nothing of it has changed. */
    public Audience again() {
        return again;
    }

    /** Whether values of the row may be newer than the change. */
    public boolean isAhead() {
        return ahead;
    }

    @Nullable
    BinaryRowData keyOrNull() {
        return key;
    }

    @Override
    public String toString() {
        return operation + " " + table() + " at " + position;
    }
}
