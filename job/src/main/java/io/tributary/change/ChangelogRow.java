package io.tributary.change;

import static java.util.Objects.requireNonNull;

import org.apache.flink.api.common.typeinfo.TypeInfo;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.types.RowKind;
import org.jspecify.annotations.Nullable;

/**
 * One entry of a table's changelog, as the sinks take it: INSERT of a key that did not exist, UPDATE_BEFORE and
 * UPDATE_AFTER of one that did, DELETE. It is for everybody who takes the changelog, or for the consumers that it names.
 *
 * <p>All entries of one key come in order. The row of an UPDATE_BEFORE or a DELETE is sure to hold the key and the
 * columns a sink asked to be kept; others may be null.
 */
@TypeInfo(WireTypeFactory.class)
public final class ChangelogRow {

    private final RowKind kind;
    private final boolean snapshot;
    private final boolean blind;
    private final boolean expired;
    private final Audience audience;
    private final Schema schema;
    private final Position version;
    private final long timestamp;
    private final BinaryRowData row;

    private ChangelogRow(
            RowKind kind,
            boolean snapshot,
            boolean blind,
            boolean expired,
            Audience audience,
            Schema schema,
            Position version,
            long timestamp,
            BinaryRowData row) {
        this.kind = requireNonNull(kind);
        this.snapshot = snapshot;
        this.blind = blind;
        this.expired = expired;
        this.audience = requireNonNull(audience);
        this.schema = requireNonNull(schema);
        this.version = requireNonNull(version);
        this.timestamp = timestamp;
        this.row = requireNonNull(row);
    }

    public static ChangelogRow of(RowKind kind, Schema schema, Position version, long timestamp, BinaryRowData row) {
        return new ChangelogRow(kind, false, false, false, Audience.EVERYBODY, schema, version, timestamp, row);
    }

    /** A row that a snapshot found. */
    public static ChangelogRow ofSnapshot(
            RowKind kind, Schema schema, Position version, long timestamp, BinaryRowData row) {
        return new ChangelogRow(kind, true, false, false, Audience.EVERYBODY, schema, version, timestamp, row);
    }

    /** The kind counts, not the row's own header. */
    public RowKind kind() {
        return kind;
    }

    public boolean isSnapshot() {
        return snapshot;
    }

    /**
     * The same entry, written over a target that may hold rows this job knows nothing of: its key may exist there, or not.
     * UPDATE_BEFORE and DELETE of such an entry have the key only.
     */
    public ChangelogRow blindly() {
        return new ChangelogRow(kind, snapshot, true, expired, audience, schema, version, timestamp, row);
    }

    public boolean isBlind() {
        return blind;
    }

    /** The same DELETE, of a row whose time to live was over. */
    public ChangelogRow expired() {
        return new ChangelogRow(kind, snapshot, blind, true, audience, schema, version, timestamp, row);
    }

    /** Of a DELETE: whether nobody asked the source for it, but the row's time to live was over. */
    public boolean isExpiry() {
        return expired;
    }

    /** The same entry, for these consumers alone. */
    public ChangelogRow to(Audience consumers) {
        return consumers == audience
                ? this
                : new ChangelogRow(kind, snapshot, blind, expired, consumers, schema, version, timestamp, row);
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
        return new ChangelogRow(kind, snapshot, blind, expired, audience, newSchema, version, timestamp, newRow);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        if (!(other instanceof ChangelogRow)) {
            return false;
        }
        ChangelogRow that = (ChangelogRow) other;
        return kind == that.kind
                && snapshot == that.snapshot
                && blind == that.blind
                && expired == that.expired
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
        return kind.shortString() + " " + table() + " at " + version
                + (audience.isEverybody() ? "" : " for " + audience);
    }
}
