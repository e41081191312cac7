package io.tributary.query;

/**
 * Whether what is told now comes again as it is after a failure, so that it need not wait for its checkpoint.
 *
 * <p>Changes of a log do, where the rows that they change are known by then. Rows that are read or shown come otherwise the next time, and
 * changes of them may, too. So whatever comes after such rows, or after a start, waits until they are in a complete checkpoint.
 */
final class Repeats {

    private static final long NONE = -1;

    /** How many intervals between checkpoints there are yet, this one included, of which not all comes again. */
    private int intervals = 1;

    private long awaited = NONE;

    boolean areCertain() {
        return intervals == 0 && awaited == NONE;
    }

    /** Rows are shown in this interval, or in the next. */
    void shows() {
        intervals = 2;
    }

    /** A row was read. */
    void reads() {
        intervals = Math.max(intervals, 1);
    }

    /** To be called when a checkpoint is taken. */
    void at(long checkpoint) {
        if (intervals > 0) {
            intervals--;
            awaited = checkpoint;
        }
    }

    void complete(long checkpoint) {
        if (checkpoint >= awaited) {
            awaited = NONE;
        }
    }
}
