package io.tributary.latest;

import io.tributary.change.Schema;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.state.FunctionInitializationContext;

/**
 * The tables that a job without state has not read to the end yet, where files read them whose targets have rows: until then nobody
 * can say what these files make.
 *
 * <p>All subtasks know the same: the end of the reading of a table comes to all of them.
 */
final class UnreadTables {

    private static final ListStateDescriptor<String> STATE = new ListStateDescriptor<>("unread-tables", Types.STRING);

    private final ListState<String> state;
    private final Set<String> tables = new TreeSet<>();

    private UnreadTables(ListState<String> state) {
        this.state = state;
    }

    static UnreadTables restore(FunctionInitializationContext context) throws Exception {
        UnreadTables unread = new UnreadTables(context.getOperatorStateStore().getUnionListState(STATE));
        unread.state.get().forEach(unread.tables::add);
        return unread;
    }

    /** The job begins. */
    void begin(Collection<String> all) {
        tables.addAll(all);
    }

    /** All rows of the table were handed on. */
    void read(String table) {
        tables.remove(table);
    }

    boolean contains(long tableId) {
        return tables.stream().anyMatch(table -> Schema.tableId(table) == tableId);
    }

    void snapshot(int subtask) throws Exception {
        state.update(subtask == 0 ? List.copyOf(tables) : List.of());
    }
}
