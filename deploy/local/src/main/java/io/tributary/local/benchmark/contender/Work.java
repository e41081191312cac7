package io.tributary.local.benchmark.contender;

/** How many rows each phase has. */
public record Work(long rows, long changes, long singleChanges) {

    public long of(Phase phase) {
        return switch (phase) {
            case SNAPSHOT -> rows;
            case CHANGES -> changes;
            case SINGLE_CHANGES -> singleChanges;
        };
    }

    /** How many rows have been read when the phase is over. */
    public long until(Phase phase) {
        return switch (phase) {
            case SNAPSHOT -> rows;
            case CHANGES -> rows + changes;
            case SINGLE_CHANGES -> rows + changes + singleChanges;
        };
    }
}
