package io.tributary.capture.postgres;

import static java.util.Objects.requireNonNull;

/**
 * A part of a table's rows: those of one relation (the table, or one of its partitions) that fit a condition.
 *
 * <p>A chunk that was read has the position at which the WAL ended then; until that it is {@link #UNREAD}.
 */
final class Chunk implements NativeSplit {

    static final long UNREAD = -1;

    private final long start;
    private final String table;
    private final String relation;
    private final long file;
    private final String condition;
    private final long rows;
    private final int number;
    private final long end;

    private Chunk(
            long start, String table, String relation, long file, String condition, long rows, int number, long end) {
        this.start = start;
        this.table = requireNonNull(table);
        this.relation = requireNonNull(relation);
        this.file = file;
        this.condition = requireNonNull(condition);
        this.rows = rows;
        this.number = number;
        this.end = end;
    }

    /**
     * @param start from where on the slot has the changes of the table
     * @param table schema and name, as in the settings
     * @param relation as SQL wants it
     * @param file the number of the relation's file when the chunk was cut; 0 if it has none
     * @param condition in SQL; empty if all rows are meant
     * @param rows about how many there are
     * @param number of the chunk in its relation and file
     */
    static Chunk of(long start, String table, String relation, long file, String condition, long rows, int number) {
        return new Chunk(start, table, relation, file, condition, rows, number, UNREAD);
    }

    Chunk readAt(long newEnd) {
        return new Chunk(start, table, relation, file, condition, rows, number, newEnd);
    }

    @Override
    public String splitId() {
        return relation + "@" + file + "#" + number;
    }

    long start() {
        return start;
    }

    String table() {
        return table;
    }

    String relation() {
        return relation;
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

    boolean isRead() {
        return end != UNREAD;
    }

    @Override
    public String toString() {
        return splitId();
    }
}
