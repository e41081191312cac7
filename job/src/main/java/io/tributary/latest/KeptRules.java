package io.tributary.latest;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.runtime.state.FunctionInitializationContext;

/**
 * How columns of tables were left out or hashed when their rows came into the state. Rows that come in another way cannot stand
 * beside them: an update that changes nothing would keep what is to be gone, and a key would have two hashes.
 */
final class KeptRules {

    /** Each a table's fingerprint in hexadecimal digits, a blank and its name. */
    private static final ListStateDescriptor<String> STATE = new ListStateDescriptor<>("column-rules", Types.STRING);

    private final ListState<String> state;
    private final Map<String, Long> rules;

    private KeptRules(ListState<String> state, Map<String, Long> rules) {
        this.state = state;
        this.rules = rules;
    }

    /** Fails if the state has rows of a table that came in another way. */
    static KeptRules restore(FunctionInitializationContext context, Map<String, Long> rules) throws Exception {
        KeptRules kept = new KeptRules(context.getOperatorStateStore().getUnionListState(STATE), new TreeMap<>(rules));
        for (String entry : kept.state.get()) {
            int blank = entry.indexOf(' ');
            long before = Long.parseUnsignedLong(entry.substring(0, blank), 16);
            String table = entry.substring(blank + 1);
            // A table that is left out of the settings may come back.
            long now = kept.rules.computeIfAbsent(table, unknown -> before);
            if (now != before) {
                throw new SuppressRestartsException(new IllegalStateException("Columns of table " + table
                        + " are left out or hashed otherwise than in the state that the job was resumed from, or by another"
                        + " key, and its rows cannot stand beside those: undo the change of tables." + table
                        + ".columns and columns.hash-key. Or start the job anew, without a savepoint, and drop the tables that"
                        + " it fills in the targets before"));
            }
        }
        return kept;
    }

    /** The state has no row of these tables any more. */
    void forget(Set<String> tables) {
        rules.keySet().removeAll(tables);
    }

    void snapshot(int subtask) throws Exception {
        state.update(
                subtask > 0
                        ? List.of()
                        : rules.entrySet().stream()
                                .map(table -> Long.toHexString(table.getValue()) + " " + table.getKey())
                                .collect(Collectors.toList()));
    }
}
