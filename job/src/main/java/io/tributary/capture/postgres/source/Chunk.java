package io.tributary.capture.postgres.source;

import static java.util.Objects.requireNonNull;

import io.tributary.change.Audience;

/**
 * A part of a table's rows: those of one relation (the table, or one of its partitions) that fit a condition.
 *
 * <p>A chunk that was read has the position at which the WAL ended then, and the number that the relation's file had; until that
 * its end is {@link #UNREAD}.
 */
final class Chunk implements Split {

    static final long UNREAD = -1;

    private final long start;
    private final String table;
    private final long relation;
    private final String name;
    private final long file;
    private final String condition;
    private final long rows;
    private final int number;
    private final long end;
    private final long readFile;
    private final ReadAs readAs;
    private final Audience again;

    private Chunk(
            long start,
            String table,
            long relation,
            String name,
            long file,
            String condition,
            long rows,
            int number,
            long end,
            long readFile,
            ReadAs readAs,
            Audience again) {
        this.start = start;
        this.table = requireNonNull(table);
        this.relation = relation;
        this.name = requireNonNull(name);
        this.file = file;
        this.condition = requireNonNull(condition);
        this.rows = rows;
        this.number = number;
        this.end = end;
        this.readFile = readFile;
        this.readAs = readAs;
        this.again = requireNonNull(again);
    }

    /**
     * @param start from where on the slot has the changes of the table
     * @param table schema and name, as in the settings
     * @param relation its number in the database's catalog
     * @param name what the relation was called when the chunk was cut, as SQL wants it
     * @param file the number of the relation's file when the chunk was cut; 0 if it has none
     * @param condition in SQL; empty if all rows are meant
     * @param rows about how many there are
     */
    static Chunk of(long start, String table, long relation, String name, long file, String condition, long rows) {
        return new Chunk(
                start, table, relation, name, file, condition, rows, 0, UNREAD, 0, ReadAs.NOW, Audience.NOBODY);
    }

    /** No two chunks of a job have the same number. */
    Chunk numbered(int newNumber) {
        return new Chunk(start, table, relation, name, file, condition, rows, newNumber, end, readFile, readAs, again);
    }

    Chunk readAt(long newEnd, long newFile) {
        return new Chunk(start, table, relation, name, file, condition, rows, number, newEnd, newFile, readAs, again);
    }

    /**
     * @param newReadAs as what its rows are read
     * @param newAgain to whom its rows are to be shown even if they have them
     */
    Chunk of(ReadAs newReadAs, Audience newAgain) {
        return new Chunk(
                start, table, relation, name, file, condition, rows, number, end, readFile, newReadAs, newAgain);
    }

    @Override
    public String splitId() {
        return name + "#" + number;
    }

    long start() {
        return start;
    }

    String table() {
        return table;
    }

    long relation() {
        return relation;
    }

    String name() {
        return name;
    }

    long file() {
        return file;
    }

    String condition() {
        return condition;
    }

    long rows() {
        return rows;
    }

    int number() {
        return number;
    }

    long end() {
        return end;
    }

    long readFile() {
        return readFile;
    }

    ReadAs readAs() {
        return readAs;
    }

    Audience again() {
        return again;
    }

    boolean isRead() {
        return end != UNREAD;
    }

    @Override
    public String toString() {
        return splitId();
    }
}
