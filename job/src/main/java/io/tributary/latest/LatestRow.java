package io.tributary.latest;

import io.tributary.change.BinaryRows;
import io.tributary.change.Position;
import io.tributary.change.RowPlaces;
import java.util.Arrays;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one key: the position of its newest change, and its row or that it is deleted (a tombstone).
 *
 * <p>A value that a change left out keeps the position of the change it came from ({@link Older}); one that never came is
 * unknown, and a row with an unknown value is incomplete. The row has all columns of its schema, or only those that the
 * retention keeps (then its hash stands for the rest). A value that a change replaced which could not be taken is in doubt.
 * Immutable.
 */
final class LatestRow {

    /** Every value is as new as the row. */
    static final Older[] NOTHING_OLDER = {};

    /** Every value that is known is the newest there is. */
    static final Older[] NO_DOUBTS = {};

    /** In place of a column, among the doubts: the row itself. */
    static final int OF_ROW = 0x10000;

    /** In place of a column, among the doubts: values of the row may be newer than its position. */
    static final int AHEAD = 0x10001;

    /** In place of a column, among the doubts: the targets have a row, of which nobody has told anything. */
    static final int HELD = 0x10002;

    /** What is kept of a row of which no column is. */
    static final BinaryRowData NO_COLUMNS = BinaryRows.of(0, new byte[Long.BYTES]);

    private final Position position;
    private final long fingerprint;
    private final @Nullable BinaryRowData row;
    private final boolean whole;
    private final long hash;
    private final Older[] older;
    private final Older[] doubts;
    private final long due;
    private final RowPlaces places;

    private LatestRow(
            Position position,
            long fingerprint,
            @Nullable BinaryRowData row,
            boolean whole,
            long hash,
            Older[] older,
            Older[] doubts,
            long due,
            RowPlaces places) {
        this.position = position;
        this.fingerprint = fingerprint;
        this.row = row;
        this.whole = whole;
        this.hash = hash;
        this.older = older;
        this.doubts = doubts;
        this.due = due;
        this.places = places;
    }

    static LatestRow tombstone(Position position) {
        return new LatestRow(position, 0, null, true, 0, NOTHING_OLDER, NO_DOUBTS, 0, RowPlaces.NONE);
    }

    /** A key that the targets had when the job began, with this version. */
    static LatestRow held(long schema, Position version) {
        return tombstone(Position.START).doubts(schema, new Older[] {Older.known(HELD, version)});
    }

    static LatestRow whole(Position position, long fingerprint, BinaryRowData row, Older[] older) {
        return new LatestRow(position, fingerprint, row, true, 0, older, NO_DOUBTS, 0, RowPlaces.NONE);
    }

    /** {@code kept} are the columns that the retention keeps; {@code hash} is that of the whole row. */
    static LatestRow trimmed(Position position, long fingerprint, BinaryRowData kept, long hash) {
        return new LatestRow(position, fingerprint, kept, false, hash, NOTHING_OLDER, NO_DOUBTS, 0, RowPlaces.NONE);
    }

    Position position() {
        return position;
    }

    /** Of the row's schema, and that of the doubts; 0 where there is neither. */
    long fingerprint() {
        return fingerprint;
    }

    /** Null for a tombstone. */
    @Nullable
    BinaryRowData row() {
        return row;
    }

    boolean isWhole() {
        return whole;
    }

    long hash() {
        return hash;
    }

    /** In rising order of columns. Not to be written to. */
    Older[] older() {
        return older;
    }

    /**
     * Values that are shown downstream but must not complete a change: a newer one, at these positions, could not be taken;
     * and at which position there was such a change of the row at all ({@link #OF_ROW}). Not to be written to.
     */
    Older[] doubts() {
        return doubts;
    }

    /** {@code columns} are those of the schema with this fingerprint, which is the row's if there is a row. */
    LatestRow doubts(long schema, Older[] columns) {
        long of = row == null && columns.length == 0 ? 0 : schema;
        return new LatestRow(position, of, row, whole, hash, older, columns, due, places);
    }

    /**
     * The processing time at which a tombstone is forgotten, or an incomplete row becomes a dead letter; 0 for never. In
     * state only for these two.
     */
    long due() {
        return due;
    }

    LatestRow due(long time) {
        return new LatestRow(position, fingerprint, row, whole, hash, older, doubts, time, places);
    }

    /** Where Iceberg has the row, as far as it is known. What is made of a change has no place until it was written. */
    RowPlaces places() {
        return places;
    }

    /** Of a tombstone there is no place. */
    LatestRow at(RowPlaces where) {
        RowPlaces known = row == null ? RowPlaces.NONE : where;
        return known.equals(places)
                ? this
                : new LatestRow(position, fingerprint, row, whole, hash, older, doubts, due, known);
    }

    /** Whether the row was there at this position or later, by what could be taken of it or not. */
    boolean isSeenSince(Position at) {
        for (Older doubt : doubts) {
            if (doubt.column() == OF_ROW && doubt.position().isAfter(at)) {
                return true;
            }
        }
        return position.isAfter(at);
    }

    /** The same row, of which values may be newer than its position. */
    LatestRow ahead() {
        Older[] more = Arrays.copyOf(doubts, doubts.length + 1);
        more[doubts.length] = Older.known(AHEAD, position);
        return doubts(fingerprint, more);
    }

    /** Whether what wrote a value of it may be still to come, and have been shown to nobody in place of this row. */
    boolean isAhead() {
        return hasDoubt(AHEAD);
    }

    /** True if the targets had a row before the job began, and nothing of it has come since that could be taken. */
    boolean isHeld() {
        return row == null && hasDoubt(HELD);
    }

    /** The version that the targets had then, if {@link #isHeld} and it is known; else that before all. */
    Position heldVersion() {
        for (Older doubt : doubts) {
            if (doubt.column() == HELD) {
                return doubt.position();
            }
        }
        return Position.START;
    }

    private boolean hasDoubt(int column) {
        for (Older doubt : doubts) {
            if (doubt.column() == column) {
                return true;
            }
        }
        return false;
    }

    boolean isTombstone() {
        return row == null;
    }

    /** True if only doubts are known: it neither exists nor is it gone. */
    boolean isUnheardOf() {
        return row == null && position.equals(Position.START);
    }

    /** True if downstream has the row: it exists and every value is known. */
    boolean isVisible() {
        return row != null && !isIncomplete();
    }

    boolean isIncomplete() {
        for (Older value : older) {
            if (!value.isKnown()) {
                return true;
            }
        }
        return false;
    }

    /** The value of one column that is older than its row, or unknown and to be found only after a position. */
    static final class Older {
        private final int column;
        private final Position position;
        private final boolean known;

        private Older(int column, Position position, boolean known) {
            this.column = column;
            this.position = position;
            this.known = known;
        }

        static Older known(int column, Position position) {
            return new Older(column, position, true);
        }

        /** No value at or before {@code after} counts: the row was deleted there, or nothing is known before. */
        static Older unknown(int column, Position after) {
            return new Older(column, after, false);
        }

        int column() {
            return column;
        }

        Position position() {
            return position;
        }

        boolean isKnown() {
            return known;
        }

        Older at(int newColumn) {
            return new Older(newColumn, position, known);
        }
    }
}
