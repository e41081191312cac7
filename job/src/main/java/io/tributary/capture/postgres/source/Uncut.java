package io.tributary.capture.postgres.source;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What is to be cut into chunks: a table, or one relation of it, for the reading that started there. */
final class Uncut {

    /** Between the parts of the text; no name holds it. */
    private static final char NUL = '\0';

    private final String table;
    private final @Nullable Long relation;
    private final long start;

    private Uncut(String table, @Nullable Long relation, long start) {
        this.table = table;
        this.relation = relation;
        this.start = start;
    }

    static Uncut table(String table, long start) {
        return new Uncut(table, null, start);
    }

    static Uncut relationOf(Chunk chunk) {
        return new Uncut(chunk.table(), chunk.relation(), chunk.start());
    }

    String table() {
        return table;
    }

    /** Null for all of the table. */
    @Nullable
    Long relation() {
        return relation;
    }

    /** {@link Scan#UNCUT} if it is still to be drawn. */
    long start() {
        return start;
    }

    /** The form in checkpoints: that of the first snapshot is without its start. */
    String text(long ofSnapshot) {
        String text = relation == null ? table : table + NUL + relation;
        return start == ofSnapshot ? text : table + NUL + (relation == null ? "" : relation) + NUL + start;
    }

    static Uncut parse(String text, long ofSnapshot) {
        int first = text.indexOf(NUL);
        if (first < 0) {
            return table(text, ofSnapshot);
        }
        int second = text.indexOf(NUL, first + 1);
        String relation = text.substring(first + 1, second < 0 ? text.length() : second);
        return new Uncut(
                text.substring(0, first),
                relation.isEmpty() ? null : Long.valueOf(relation),
                second < 0 ? ofSnapshot : Long.parseLong(text.substring(second + 1)));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        if (!(other instanceof Uncut)) {
            return false;
        }
        Uncut that = (Uncut) other;
        return table.equals(that.table) && Objects.equals(relation, that.relation) && start == that.start;
    }

    @Override
    public int hashCode() {
        return Objects.hash(table, relation, start);
    }
}
