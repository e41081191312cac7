package io.tributary.latest;

import io.tributary.change.Audience;
import io.tributary.change.Schema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.runtime.state.FunctionInitializationContext;

/**
 * The tables of which the state has hashes although SQL files read them by now: their source reads them again. A row that is kept
 * as a hash was shown to no file, for none was there when it came, and it cannot be shown from the state; when it comes
 * again, or changes, it is kept whole and is new to the files. When a resync that began since then is over, all rows are whole
 * but those that could not be read.
 *
 * <p>All subtasks know the same: it is decided when the state is restored, and the end of a resync comes to all of them.
 */
final class HashedTables {

    private static final ListStateDescriptor<String> STATE = new ListStateDescriptor<>("hashed-tables", Types.STRING);

    /** No table has this name. Every state has it that knows of such tables, and so has what its sources remember. */
    private static final String MARK = "";

    private final ListState<String> state;
    private final Retention retention;
    private final boolean known;
    private final Set<String> tables = new TreeSet<>();
    private final Map<Long, Audience> readers = new HashMap<>();

    private HashedTables(ListState<String> state, Retention retention, boolean known) {
        this.state = state;
        this.retention = retention;
        this.known = known;
        for (String table : retention.tablesRead()) {
            readers.put(Schema.tableId(table), retention.readers(table));
        }
    }

    static HashedTables restore(FunctionInitializationContext context, Retention retention) throws Exception {
        ListState<String> state = context.getOperatorStateStore().getUnionListState(STATE);
        List<String> entries = new ArrayList<>();
        state.get().forEach(entries::add);
        HashedTables hashed = new HashedTables(state, retention, entries.remove(MARK));
        hashed.tables.addAll(entries);
        hashed.tables.retainAll(retention.tablesRead());
        return hashed;
    }

    /**
     * Of the table the state has hashes alone, and files read it from now on. Fails if the source does not read it again.
     *
     * @param kept the names of the columns that the state has, for people
     */
    void begin(String table, String kept) {
        if (!known || !retention.isRefilled(table)) {
            throw new SuppressRestartsException(new IllegalStateException("Of table " + table
                    + " the state that the job was resumed from keeps the columns [" + kept
                    + "], and SQL files read it now, which need all of them: " + remedy(table)));
        }
        tables.add(table);
    }

    private String remedy(String table) {
        if (retention.isRefilled(table)) {
            return "resume it once with the SQL files of before, so that the state knows of that, and with those of now from a"
                    + " savepoint of then. Or start the job anew, without a savepoint";
        }
        String whole = retention.remedy(table);
        return "undo the change of the SQL files, or start the job anew, without a savepoint"
                + (whole == null ? "" : "; " + whole);
    }

    /** Who has nothing of a row that was shown to all others. */
    Audience lacking(LatestRow row, Schema schema) {
        return row.isWhole() ? Audience.NOBODY : readers.getOrDefault(schema.tableId(), Audience.NOBODY);
    }

    /** A resync has handed on all rows of the table. */
    void whole(String table) {
        tables.remove(table);
    }

    /** Whether all rows of the table that can be shown to files are in the state. */
    boolean isWhole(long tableId) {
        return tables.stream().noneMatch(table -> Schema.tableId(table) == tableId);
    }

    void snapshot(int subtask) throws Exception {
        List<String> entries = new ArrayList<>();
        if (subtask == 0) {
            entries.add(MARK);
            entries.addAll(tables);
        }
        state.update(entries);
    }
}
