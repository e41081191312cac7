package io.tributary.capture.debezium;

import io.tributary.capture.Unreadable;
import io.tributary.change.Position;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * What is known of one partition of a topic, to give its events their positions; it is part of the checkpoint.
 *
 * <p>All events of a key are in one partition, in the order of their log; some come again when Debezium starts again. So positions
 * have to grow along a partition, but for events that came before, which have to get the position they had.
 *
 * <ul>
 *   <li>PostgreSQL: the LSN of the change, twice. A transaction that was open while the snapshot was read has changes with
 *       LSNs below the snapshot's, and is newer; so nothing behind a snapshot's row has less than the snapshot's LSN in
 *       front, and the snapshot's rows have 0 in second place.
 *   <li>MySQL and MariaDB: the number of the binary log's file, then the place in it and the row in the event. The events of a
 *       compressed transaction all have its place, and begin with row 0: what stands behind another of that place gets the
 *       next number instead of its row.
 *   <li>Any other: the offset.
 * </ul>
 *
 * <p>A row of an incremental snapshot says no place, or one that is behind: it is as new as what came before it in the partition,
 * and older than what follows, since Debezium drops those that a change in the same window overtook. So it has the place that was
 * reached, behind everything there, and what follows is placed behind it, be its own place lower (of a transaction that was open
 * for long).
 *
 * <p>Logs start again on another server. That is noticed by a snapshot, or by a GTID that is new, at a place before one that was
 * reached already; what follows then gets a higher first number (the era).
 */
final class PartitionProgress {

    private static final int LSN_BITS = 52;
    private static final int FILE_BITS = 40;
    private static final int PLACE_BITS = 40;
    private static final int ROW_BITS = 24;
    /** In second place of a row without an LSN: above all LSNs, and below it the offset. */
    private static final long BEHIND_LSNS = Long.MIN_VALUE;

    private static final byte FORMAT = 1;
    /** In place of the connector where the events name none, as those that other tools write in Debezium's form. */
    private static final String NONE = "none";

    private static final int LONGEST_CONNECTOR = 100;

    private final String topic;
    private final int partition;
    private String connector = "";
    /** Of the last event; of what several subtasks kept of a partition, the greatest holds. */
    private long offset = -1;

    private long era;
    /** PostgreSQL: what stands in front of each position from here on, at least. MySQL: the number of the next row at the place. */
    private long floor;
    /** The highest LSN, or number of a file. */
    private long reachedFirst;
    /** PostgreSQL: the highest number that stood in front of a position with an LSN. MySQL: the highest place in the file. */
    private long reachedSecond;

    private Transactions transactions = new Transactions();

    /** What held before the last event. */
    private String connectorBefore = "";

    private long eraBefore;
    private long floorBefore;
    private long reachedFirstBefore;
    private long reachedSecondBefore;

    PartitionProgress(String topic, int partition) {
        this.topic = topic;
        this.partition = partition;
    }

    String topic() {
        return topic;
    }

    int partition() {
        return partition;
    }

    boolean isBehind(PartitionProgress other) {
        return offset < other.offset;
    }

    /** The event's position; {@link #undo} takes back what was learned from it. */
    Position position(SourceBlock source, long newOffset, boolean isRead) throws Unreadable {
        offset = newOffset;
        keepForUndo();
        String of = log(source.connector());
        if (of.length() > LONGEST_CONNECTOR) {
            throw new Unreadable("Its source.connector is longer than " + LONGEST_CONNECTOR + " characters");
        }
        if (connector.isEmpty()) {
            connector = of;
        }
        if (!of.equals(connector)) {
            throw new Unreadable("It is of the connector '" + of + "', and the topic had changes of '" + connector
                    + "', whose positions cannot be compared with it: give each connector topics of its own");
        }
        switch (connector) {
            case "postgresql":
                return ofLsn(source, isRead);
            case "mysql":
                return ofBinaryLog(source, isRead);
            default:
                return Position.of(offset, 0);
        }
    }

    /** Whether positions of different partitions can be compared. */
    boolean hasPlaceInLog() {
        switch (connector) {
            case "postgresql":
            case "mysql":
                return true;
            default:
                return false;
        }
    }

    /** How often the log started again. */
    long era() {
        return era;
    }

    /** Whose log it is: those of MySQL and MariaDB are one, since a connector of one may read the other. */
    private static String log(String connector) {
        if (connector.isEmpty()) {
            return NONE;
        }
        return connector.equals("mariadb") ? "mysql" : connector;
    }

    private void keepForUndo() {
        connectorBefore = connector;
        eraBefore = era;
        floorBefore = floor;
        reachedFirstBefore = reachedFirst;
        reachedSecondBefore = reachedSecond;
        transactions.keepForUndo();
    }

    /** As if the last event had said nothing, but for its offset. */
    void undo() {
        connector = connectorBefore;
        era = eraBefore;
        floor = floorBefore;
        reachedFirst = reachedFirstBefore;
        reachedSecond = reachedSecondBefore;
        transactions.undo();
    }

    private Position ofLsn(SourceBlock source, boolean isRead) throws Unreadable {
        boolean isBeside = isRead && !source.isOfWholeSnapshot();
        if (isBeside && source.lsn() == SourceBlock.ABSENT) {
            return behindLsns(source.sequenceLsn());
        }
        long lsn = source.lsn() == SourceBlock.ABSENT ? source.sequenceLsn() : source.lsn();
        if (!isLsn(lsn)) {
            throw new Unreadable("Its source.lsn is missing or no LSN, and without it its order is not known");
        }
        if (isRead && !isBeside && lsn < reachedFirst) {
            era++;
            floor = 0;
            reachedFirst = 0;
            reachedSecond = 0;
        }
        reachedFirst = Math.max(reachedFirst, lsn);
        if (isRead) {
            floor = Math.max(floor, lsn);
        }
        long first = Math.max(lsn, floor);
        reachedSecond = Math.max(reachedSecond, first);
        return Position.of(era << LSN_BITS | first, isRead ? 0 : lsn);
    }

    /**
     * Of a row without an LSN. Those that follow each other share what stands in front; a change between them raises it.
     *
     * @param reached what the connector had read when it sent the row, if it says so
     */
    private Position behindLsns(long reached) {
        if (isLsn(reached)) {
            reachedFirst = Math.max(reachedFirst, reached);
        }
        long first = Math.max(Math.max(reachedFirst, reachedSecond), floor - 1);
        floor = first + 1;
        return Position.of(era << LSN_BITS | first, BEHIND_LSNS | offset);
    }

    private static boolean isLsn(long number) {
        return number >= 0 && number >>> LSN_BITS == 0;
    }

    private Position ofBinaryLog(SourceBlock source, boolean isRead) throws Unreadable {
        boolean isBeside = isRead && !source.isOfWholeSnapshot();
        long file = fileNumber(source.file());
        long place = source.place();
        if (isBeside && source.file().isEmpty()) {
            file = reachedFirst;
            place = reachedSecond;
        }
        if (file < 0 || place < 0 || place >>> PLACE_BITS != 0 || source.row() >>> ROW_BITS != 0) {
            throw new Unreadable(
                    "Its source.file, source.pos and source.row are missing or no place in a binary log, and"
                            + " without it its order is not known");
        }
        boolean isNewTransaction = transactions.isNew(source.gtid());
        boolean isBack = file < reachedFirst || (file == reachedFirst && place < reachedSecond);
        if (isBack && (isNewTransaction || (isRead && !isBeside))) {
            era++;
            reach(0, 0);
            isBack = false;
        }
        if (isBack && !isBeside) {
            return Position.of(era << FILE_BITS | file, place << ROW_BITS | source.row());
        }
        if (!isBack && (file > reachedFirst || place > reachedSecond)) {
            reach(file, place);
        }
        // A snapshot has each row once, and all of them at one place.
        long row = isRead && !isBeside ? source.row() : Math.max(source.row(), floor);
        floor = Math.max(floor, row + 1);
        // More rows than have room go on at the next places, which are inside of the event.
        return Position.of(era << FILE_BITS | reachedFirst, (reachedSecond << ROW_BITS) + row);
    }

    private void reach(long file, long place) {
        reachedFirst = file;
        reachedSecond = place;
        floor = 0;
    }

    /** The digits at the end of the file's name. */
    private static long fileNumber(String file) {
        int from = file.length();
        while (from > 0 && file.charAt(from - 1) >= '0' && file.charAt(from - 1) <= '9') {
            from--;
        }
        int digits = file.length() - from;
        return digits == 0 || digits > 12 ? -1 : Long.parseLong(file.substring(from));
    }

    /** The inverse of {@link #ofBytes}. */
    byte[] bytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(FORMAT);
            out.writeUTF(topic);
            out.writeInt(partition);
            out.writeUTF(connector);
            out.writeLong(offset);
            out.writeLong(era);
            out.writeLong(floor);
            out.writeLong(reachedFirst);
            out.writeLong(reachedSecond);
            transactions.write(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    static PartitionProgress ofBytes(byte[] bytes) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            byte format = in.readByte();
            if (format != FORMAT) {
                throw new IOException(
                        "The progress of a topic is in format " + format + ", which this version does not know");
            }
            PartitionProgress progress = new PartitionProgress(in.readUTF(), in.readInt());
            progress.connector = in.readUTF();
            if (!progress.connector.isEmpty()) {
                progress.connector = log(progress.connector);
            }
            progress.offset = in.readLong();
            progress.era = in.readLong();
            progress.floor = in.readLong();
            progress.reachedFirst = in.readLong();
            progress.reachedSecond = in.readLong();
            progress.transactions = Transactions.read(in);
            return progress;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
