package io.tributary.query;

import io.tributary.change.Schema;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.jspecify.annotations.Nullable;

/**
 * Refuses a savepoint that was taken while an output did not exist or was made in another way: the job ends at once, for a restart would say the same.
 *
 * <p>A savepoint brings no old row back: what does not change again would never come, or stay as the earlier SQL made it.
 */
final class PlanGuard implements Serializable {

    private static final long serialVersionUID = 1L;

    private final Map<String, String> plans = new TreeMap<>();

    /** @param digests for each output a digest of how it is made */
    PlanGuard(Collection<Schema> outputs, Map<String, String> digests) {
        for (Schema output : outputs) {
            plans.put(output.table(), digests.get(output.table()) + "-" + Long.toHexString(output.fingerprint()));
        }
    }

    /** To be called when the operator's state is initialized. */
    void restore(FunctionInitializationContext context) throws Exception {
        ListState<String> state = context.getOperatorStateStore()
                .getUnionListState(new ListStateDescriptor<>("plans", StringSerializer.INSTANCE));
        Map<String, String> earlier = new HashMap<>();
        for (String entry : state.get()) {
            int blank = entry.lastIndexOf(' ');
            earlier.put(entry.substring(0, blank), entry.substring(blank + 1));
        }
        if (context.isRestored()) {
            plans.forEach((table, plan) -> check(table, plan, earlier.get(table)));
        }
        List<String> entries = new ArrayList<>();
        plans.forEach((table, plan) -> entries.add(table + " " + plan));
        state.update(entries);
    }

    private static void check(String table, String plan, @Nullable String earlier) {
        if (plan.equals(earlier)) {
            return;
        }
        throw new SuppressRestartsException(new IllegalStateException("The savepoint was taken "
                + (earlier == null ? "before there was a SQL table " : "while other SQL made the table ") + table
                + ", and it cannot bring the rows of before. Start without it, so that all rows are read again, or put the"
                + " SQL files back as they were"));
    }
}
