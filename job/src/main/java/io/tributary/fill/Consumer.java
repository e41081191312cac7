package io.tributary.fill;

import io.tributary.change.Schema;
import java.io.Serializable;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Someone who has to be shown all rows of some tables: a SQL file, or the targets of one table. */
public final class Consumer implements Serializable {

    private static final long serialVersionUID = 1L;

    private final String name;
    private final String plan;
    private final TreeSet<Long> tables;

    private Consumer(String name, String plan, Set<Long> tables) {
        this.name = name;
        this.plan = plan;
        this.tables = new TreeSet<>(tables);
    }

    /**
     * @param name as an {@link io.tributary.change.Audience} has it
     * @param plan with another one it is another consumer, who was shown nothing yet
     * @param tables the names of those that it reads
     */
    public static Consumer of(String name, String plan, Collection<String> tables) {
        return new Consumer(name, plan, tables.stream().map(Schema::tableId).collect(Collectors.toSet()));
    }

    String name() {
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
