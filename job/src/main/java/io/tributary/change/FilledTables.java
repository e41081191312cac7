package io.tributary.change;

import static java.util.Objects.requireNonNull;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.jspecify.annotations.Nullable;

/**
 * Target tables that had rows before the state knew of them. A key that the state does not know may exist there, so a new
 * row is written as an update.
 *
 * <p>Whether a table was filled is decided at the first start and kept in the state: after a restart the targets are full
 * of what the state knows. A table that a resumed state has never met is refused, unless its source reads the rows that it has already.
 */
public final class FilledTables implements Serializable {

    private static final long serialVersionUID = 1L;

    private static final String STATE = "tables-met";

    // In front of the names, in the state.
    private static final char EMPTY = '-';
    private static final char FILLED = '+';
    private static final char COMPARED = '=';

    private final Set<String> filledAtStart;
    private final Set<String> all;
    private final Set<String> joining;
    private final List<String> refusedWhenNew;
    private final Set<String> comparedAtStart;
    private transient @Nullable Set<Long> filled;
    private transient @Nullable Set<Long> compared;
    private transient @Nullable ListState<String> state;
    private transient @Nullable List<String> met;
    private transient boolean isNew;

    /**
     * @param all every table that the operator is to see
     * @param filledAtStart those whose targets have rows now
     */
    public FilledTables(Set<String> all, Set<String> filledAtStart) {
        this(all, Set.of(), filledAtStart, List.of());
    }

    /**
     * @param joining tables whose rows are read even if the job is resumed from a state that has never met them
     * @param refusedWhenNew why the job cannot start from nothing, in sentences. Only here it is known whether it does: a
     *     cluster may start the job again and resume it, and the job's main method is not told
     */
    public FilledTables(
            Set<String> all, Set<String> joining, Set<String> filledAtStart, Collection<String> refusedWhenNew) {
        this(all, joining, filledAtStart, refusedWhenNew, Set.of());
    }

    private FilledTables(
            Set<String> all,
            Set<String> joining,
            Set<String> filledAtStart,
            Collection<String> refusedWhenNew,
            Set<String> comparedAtStart) {
        this.all = Set.copyOf(all);
        this.joining = Set.copyOf(joining);
        this.filledAtStart = Set.copyOf(filledAtStart);
        this.refusedWhenNew = List.copyOf(refusedWhenNew);
        this.comparedAtStart = Set.copyOf(comparedAtStart);
    }

    /** With those of the filled tables whose keys are read from a target, if the job starts from nothing. */
    public FilledTables comparing(Set<String> tables) {
        return new FilledTables(all, joining, filledAtStart, refusedWhenNew, tables);
    }

    public static FilledTables none() {
        return new FilledTables(Set.of(), Set.of());
    }

    /** To be called when the operator's state is initialized. */
    public void restore(FunctionInitializationContext context) throws Exception {
        if (!context.isRestored() && !refusedWhenNew.isEmpty()) {
            throw new SuppressRestartsException(new IllegalStateException(String.join("; ", refusedWhenNew)));
        }
        ListState<String> stored =
                context.getOperatorStateStore().getUnionListState(new ListStateDescriptor<>(STATE, Types.STRING));
        Set<String> known = new HashSet<>();
        Set<Long> found = new HashSet<>();
        Set<Long> read = new HashSet<>();
        List<String> entries = new ArrayList<>();
        for (String entry : stored.get()) {
            String table = entry.substring(1);
            if (known.add(table)) {
                entries.add(entry);
                if (entry.charAt(0) != EMPTY) {
                    found.add(Schema.tableId(table));
                }
                if (entry.charAt(0) == COMPARED) {
                    read.add(Schema.tableId(table));
                }
            }
        }
        isNew = known.isEmpty();
        for (String table : all) {
            if (known.add(table)) {
                if (context.isRestored() && !joining.contains(table)) {
                    throw new SuppressRestartsException(new IllegalStateException("Table " + table
                            + " is new to the state that the job was resumed from, so the rows it has by now would be"
                            + " missing: leave it out of the settings, or start the job anew, without a savepoint"));
                }
                boolean isFilled = filledAtStart.contains(table);
                boolean isCompared = isFilled && !context.isRestored() && comparedAtStart.contains(table);
                entries.add(mark(isFilled, isCompared) + table);
                if (isFilled) {
                    found.add(Schema.tableId(table));
                }
                if (isCompared) {
                    read.add(Schema.tableId(table));
                }
            }
        }
        // Tables that join while the job runs.
        filledAtStart.stream()
                .filter(table -> !known.contains(table))
                .forEach(table -> found.add(Schema.tableId(table)));
        stored.update(entries);
        filled = found;
        compared = read;
        state = stored;
        met = entries;
    }

    /** Whether the state knew of no table. To be called after {@link #restore}. */
    public boolean isNew() {
        return isNew;
    }

    /** Every table that the state knows or is to know. To be called after {@link #restore}. */
    public Set<String> names() {
        return requireNonNull(met).stream().map(entry -> entry.substring(1)).collect(Collectors.toSet());
    }

    /** These are not in the state any more; if they come again, they are new to it. Their targets may have rows. */
    public void forget(Set<String> tables) throws Exception {
        requireNonNull(met).removeIf(entry -> tables.contains(entry.substring(1)));
        tables.forEach(table -> {
            requireNonNull(filled).add(Schema.tableId(table));
            requireNonNull(compared).remove(Schema.tableId(table));
        });
        requireNonNull(state).update(met);
    }

    /** To be called before the operator's state is written, with all tables that it has seen. */
    public void met(Collection<String> tables) throws Exception {
        List<String> entries = requireNonNull(met);
        Set<String> known = new HashSet<>();
        entries.forEach(entry -> known.add(entry.substring(1)));
        int before = entries.size();
        for (String table : tables) {
            if (known.add(table)) {
                entries.add(mark(requireNonNull(filled).contains(Schema.tableId(table)), false) + table);
            }
        }
        if (entries.size() > before) {
            requireNonNull(state).update(entries);
        }
    }

    /** Whether keys that the state does not know may exist in the targets of this table. */
    public boolean contains(Schema schema) {
        return filled != null && !filled.isEmpty() && filled.contains(schema.tableId());
    }

    /** Whether the keys that the targets of this table had when the job began are read from one of them. */
    public boolean isCompared(Schema schema) {
        return compared != null && !compared.isEmpty() && compared.contains(schema.tableId());
    }

    private static char mark(boolean isFilled, boolean isCompared) {
        if (isCompared) {
            return COMPARED;
        }
        return isFilled ? FILLED : EMPTY;
    }
}
