package io.tributary.fill;

import io.tributary.change.Schema;
import java.io.Serializable;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Someone who has to be shown all rows of some tables: a SQL file, or the targets of one table. */
public final class Consumer implements Serializable {

    private static final long serialVersionUID = 1L;

    private final String name;
    private final String plan;
    private final TreeSet<Long> tables;
    private final @Nullable String refill;
    private final @Nullable String refusal;
    private final @Nullable Schema atOnce;
    private final boolean neverAsTheyCome;

    private Consumer(
            String name,
            String plan,
            Set<Long> tables,
            @Nullable String refill,
            @Nullable String refusal,
            @Nullable Schema atOnce,
            boolean neverAsTheyCome) {
        this.name = name;
        this.plan = plan;
        this.tables = new TreeSet<>(tables);
        this.refill = refill;
        this.refusal = refusal;
        this.atOnce = atOnce;
        this.neverAsTheyCome = neverAsTheyCome;
    }

    /**
     * @param name as an {@link io.tributary.change.Audience} has it
     * @param plan with another one it is another consumer, who was shown nothing yet
     * @param tables the names of those that it reads
     */
    public static Consumer of(String name, String plan, Collection<String> tables) {
        Set<Long> ids = tables.stream().map(Schema::tableId).collect(Collectors.toSet());
        return new Consumer(name, plan, ids, null, null, null, false);
    }

    /**
     * One who reads one table and keeps nothing of it: all rows are shown in one interval between two checkpoints, when all are there,
     * with a word ahead of them.
     *
     * @param neverAsTheyCome whether that is so too where the operator has nothing in its state; else rows are shown as they come
     */
    public static Consumer atOnce(String name, String plan, Schema table, boolean neverAsTheyCome) {
        return new Consumer(name, plan, Set.of(table.tableId()), null, null, table, neverAsTheyCome);
    }

    /**
     * The same, who has lost what was shown.
     *
     * @param start tells one start of the job from others, so that it is shown once more and not at every restart
     */
    public Consumer refilling(String start) {
        return new Consumer(name, plan, tables, start, refusal, atOnce, neverAsTheyCome);
    }

    /**
     * The same, to whom the state does not have the rows to show.
     *
     * @param sentence why the job ends if they were not shown as they came
     */
    public Consumer refusing(String sentence) {
        return new Consumer(name, plan, tables, refill, sentence, atOnce, neverAsTheyCome);
    }

    /** Why the job ends if not all was shown; null if it is shown then. */
    @Nullable
    String refusal() {
        return refusal;
    }

    /** For which start of the job all rows are to be shown once more; null if for none. */
    @Nullable
    String refill() {
        return refill;
    }

    /** The table whose rows are shown all at once; null if they are shown one key group after the other. */
    @Nullable
    Schema atOnce() {
        return atOnce;
    }

    /** Whether an operator with nothing in its state has not shown everything by showing rows as they come. */
    boolean isNeverAsTheyCome() {
        return neverAsTheyCome;
    }

    /** As an {@link io.tributary.change.Audience} has it. */
    public String name() {
        return name;
    }

    String plan() {
        return plan;
    }

    /** By {@link Schema#tableId()}. */
    Set<Long> tables() {
        return tables;
    }

    /** @param table {@link Schema#tableId()} */
    public boolean reads(long table) {
        return tables.contains(table);
    }

    @Override
    public String toString() {
        return name + " " + plan;
    }
}
