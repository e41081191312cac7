package io.tributary.change;

import static java.util.Objects.requireNonNull;

import org.apache.flink.api.common.typeinfo.TypeInfo;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.data.writer.BinaryRowWriter;
import org.apache.flink.types.RowKind;
import org.jspecify.annotations.Nullable;

/**
 * One entry of a table's changelog, as the sinks take it: INSERT of a key that did not exist, UPDATE_BEFORE and
 * UPDATE_AFTER of one that did, DELETE. It is for everybody who takes the changelog, or for the consumers that it names.
 *
 * <p>All entries of one key come in order. The row of an UPDATE_BEFORE or a DELETE is sure to hold the key and the
 * columns a sink asked to be kept; others may be null.
 *
 * <p>Four entries are of no key: a {@link #replacement}, that a file was {@link #setAside}, that a table is {@link #held}, and that
 * it is {@link #released}.
 */
@TypeInfo(WireTypeFactory.class)
public final class ChangelogRow {

    private static final int SNAPSHOT = 1;
    private static final int BLIND = 2;
    private static final int EXPIRED = 4;
    private static final int REPLACEMENT = 16;
    private static final int SET_ASIDE = 32;
    private static final int HELD = 64;
    private static final int REPEATED = 128;

    /** A hold that is over. */
    private static final int RELEASED = HELD | EXPIRED;

    private final RowKind kind;
    private final int flags;
    private final Audience audience;
    private final Schema schema;
    private final Position version;
    private final long timestamp;
    private final BinaryRowData row;
    private final RowPlaces places;
    private final @Nullable Receipt receipt;

    private ChangelogRow(
            RowKind kind,
            int flags,
            Audience audience,
            Schema schema,
            Position version,
            long timestamp,
            BinaryRowData row) {
        this(kind, flags, audience, schema, version, timestamp, row, RowPlaces.NONE, null);
    }

    private ChangelogRow(
            RowKind kind,
            int flags,
            Audience audience,
            Schema schema,
            Position version,
            long timestamp,
            BinaryRowData row,
            RowPlaces places,
            @Nullable Receipt receipt) {
        this.kind = requireNonNull(kind);
        this.flags = flags;
        this.audience = requireNonNull(audience);
        this.schema = requireNonNull(schema);
        this.version = requireNonNull(version);
        this.timestamp = timestamp;
        this.row = requireNonNull(row);
        this.places = places;
        this.receipt = receipt;
    }

    public static ChangelogRow of(RowKind kind, Schema schema, Position version, long timestamp, BinaryRowData row) {
        return new ChangelogRow(kind, 0, Audience.EVERYBODY, schema, version, timestamp, row);
    }

    /** A row that a snapshot found. */
    public static ChangelogRow ofSnapshot(
            RowKind kind, Schema schema, Position version, long timestamp, BinaryRowData row) {
        return new ChangelogRow(kind, SNAPSHOT, Audience.EVERYBODY, schema, version, timestamp, row);
    }

    /**
     * The table is made anew: all of it that has a lower version is gone, and what comes in the same checkpoint, from any subtask
     * and before or after this entry, is what it holds from then on, in the columns of this schema. The target shows the old content
     * until all of the new one is there.
     *
     * <p>Every subtask of the operator that makes the table's rows emits one, with the same version, in one checkpoint; one is
     * enough. Its kind is DELETE, and its row has NULL in all columns, those of the key included.
     */
    public static ChangelogRow replacement(Schema schema, Position version, long timestamp) {
        return ofTable(REPLACEMENT, schema, version, timestamp);
    }

    /**
     * The SQL file that makes the table is set aside: no rows of it come until it was started anew. Targets may remember that for the
     * next start. Its kind and its row are those of a {@link #replacement}.
     */
    public static ChangelogRow setAside(Schema schema, Position version, long timestamp) {
        return ofTable(SET_ASIDE, schema, version, timestamp);
    }

    /**
     * What came of the table in this checkpoint is half of something: targets that commit by checkpoint keep it to themselves until a
     * checkpoint without such an entry, and then commit all of it at once. Its kind and its row are those of a {@link #replacement}.
     */
    public static ChangelogRow held(Schema schema, Position version, long timestamp) {
        return ofTable(HELD, schema, version, timestamp);
    }

    /**
     * Whoever held the table until this time, in milliseconds since 1970, and not since, holds it no longer. For those who do not see
     * checkpoints themselves.
     */
    public static ChangelogRow released(Schema schema, Position version, long until) {
        return ofTable(RELEASED, schema, version, until);
    }

    private static ChangelogRow ofTable(int flags, Schema schema, Position version, long timestamp) {
        BinaryRowData nothing = new BinaryRowData(schema.arity());
        BinaryRowWriter writer = new BinaryRowWriter(nothing);
        for (int column = 0; column < schema.arity(); column++) {
            writer.setNullAt(column);
        }
        writer.complete();
        return new ChangelogRow(RowKind.DELETE, flags, Audience.EVERYBODY, schema, version, timestamp, nothing);
    }

    /** As {@link #flags} told. */
    static ChangelogRow ofFlags(
            RowKind kind, int flags, Schema schema, Position version, long timestamp, BinaryRowData row) {
        return new ChangelogRow(kind, flags, Audience.EVERYBODY, schema, version, timestamp, row);
    }

    /** All that {@code is..()} tells, as it stands on the wire. */
    int flags() {
        return flags;
    }

    private boolean is(int flag) {
        return (flags & flag) != 0;
    }

    private ChangelogRow with(int flag) {
        return new ChangelogRow(kind, flags | flag, audience, schema, version, timestamp, row, places, receipt);
    }

    /** The kind counts, not the row's own header. */
    public RowKind kind() {
        return kind;
    }

    public boolean isSnapshot() {
        return is(SNAPSHOT);
    }

    /**
     * The same entry, written over a target that may hold rows this job knows nothing of: its key may exist there, or not.
     * UPDATE_BEFORE and DELETE of such an entry have the key only.
     */
    public ChangelogRow blindly() {
        return with(BLIND);
    }

    public boolean isBlind() {
        return is(BLIND);
    }

    /** The same entry, which after a failure comes again as it is. */
    public ChangelogRow repeated() {
        return with(REPEATED);
    }

    /**
     * Of a row that SQL makes: whether it may leave before the checkpoint after it is complete, since it comes again with the same
     * version, or is outranked by what comes instead.
     */
    public boolean isRepeated() {
        return is(REPEATED);
    }

    /** The same DELETE, of a row whose time to live was over. */
    public ChangelogRow expired() {
        return with(EXPIRED);
    }

    /** Of a DELETE: whether nobody asked the source for it, but the row's time to live was over. */
    public boolean isExpiry() {
        return is(EXPIRED);
    }

    /** Whether it is of the whole table, and of no key. */
    public boolean isOfTable() {
        return is(REPLACEMENT | SET_ASIDE | HELD);
    }

    /** Whether it is a {@link #replacement}. */
    public boolean isReplacement() {
        return is(REPLACEMENT);
    }

    /** Whether it says that no rows come: see {@link #setAside}. */
    public boolean isSetAside() {
        return is(SET_ASIDE);
    }

    /** Whether it says that what came is not to be seen yet: see {@link #held}. */
    public boolean isHeld() {
        return (flags & RELEASED) == HELD;
    }

    /** Whether it says up to when what came was held: see {@link #released}. */
    public boolean isReleased() {
        return (flags & RELEASED) == RELEASED;
    }

    /** The same entry, for these consumers alone. */
    public ChangelogRow to(Audience consumers) {
        return consumers.equals(audience)
                ? this
                : new ChangelogRow(kind, flags, consumers, schema, version, timestamp, row, places, receipt);
    }

    /** Which consumers of the table's changelog are to take it; the others are to take no notice. */
    public Audience audience() {
        return audience;
    }

    public String table() {
        return schema.table();
    }

    public Schema schema() {
        return schema;
    }

    public Position version() {
        return version;
    }

    /** When the source committed it, in milliseconds since 1970. */
    public long timestamp() {
        return timestamp;
    }

    /** In the schema's columns. */
    public BinaryRowData row() {
        return row;
    }

    /** The same entry, its row given in another schema of the same table. */
    public ChangelogRow in(Schema newSchema, BinaryRowData newRow) {
        return new ChangelogRow(kind, flags, audience, newSchema, version, timestamp, newRow, places, receipt);
    }

    /** The same of another row, or of the same in another way. */
    public ChangelogRow as(RowKind newKind, BinaryRowData newRow) {
        return new ChangelogRow(newKind, flags, audience, schema, version, timestamp, newRow, places, receipt);
    }

    /** The same UPDATE_BEFORE or DELETE of a row that Iceberg has there; null if that is not known. */
    public ChangelogRow at(@Nullable Place where) {
        return at(RowPlaces.of(where));
    }

    ChangelogRow at(RowPlaces where) {
        return where.equals(places)
                ? this
                : new ChangelogRow(kind, flags, audience, schema, version, timestamp, row, where, receipt);
    }

    /** Where Iceberg has the row that goes; null if that is not known. Not on the wire. */
    public @Nullable Place place() {
        return places.own();
    }

    /** The same of what a file makes of the row. */
    public @Nullable Place placeOfFile(long table) {
        return places.ofFile(table);
    }

    /** The same INSERT or UPDATE_AFTER, to whose sender Iceberg tells what becomes of it. */
    public ChangelogRow with(Receipt newReceipt) {
        return new ChangelogRow(kind, flags, audience, schema, version, timestamp, row, places, newReceipt);
    }

    /** Null if nobody wants to know. Not on the wire. */
    public @Nullable Receipt receipt() {
        return receipt;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        if (!(other instanceof ChangelogRow)) {
            return false;
        }
        ChangelogRow that = (ChangelogRow) other;
        return kind == that.kind
                && flags == that.flags
                && audience.equals(that.audience)
                && schema.equals(that.schema)
                && version.equals(that.version)
                && timestamp == that.timestamp
                && row.equals(that.row);
    }

    @Override
    public int hashCode() {
        return row.hashCode() * 31 + version.hashCode();
    }

    @Override
    public String toString() {
        return what() + " " + table() + " at " + version + (audience.isEverybody() ? "" : " for " + audience);
    }

    private String what() {
        if (isReplacement()) {
            return "replacement of";
        }
        if (isSetAside()) {
            return "set aside";
        }
        return isHeld() ? "held" : isReleased() ? "released" : kind.shortString();
    }
}
