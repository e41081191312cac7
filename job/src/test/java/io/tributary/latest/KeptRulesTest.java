package io.tributary.latest;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class KeptRulesTest {

    private static OperatorSubtaskState run(Map<String, Long> rules, @Nullable OperatorSubtaskState from)
            throws Exception {
        try (LatestJob job = LatestJob.of(rules, from)) {
            return job.snapshot();
        }
    }

    @Test
    void aStateWhoseRowsCameInAnotherWayIsRefused() throws Exception {
        OperatorSubtaskState state = run(Map.of("orders", -7L, "a table", 0L), null);
        OperatorSubtaskState same = run(Map.of("orders", -7L, "a table", 0L, "new", 5L), state);
        for (Map<String, Long> others :
                List.of(Map.of("orders", -8L), Map.of("orders", 0L), Map.of("a table", 1L), Map.of("new", 6L))) {
            String table = others.keySet().iterator().next();
            assertThatThrownBy(() -> run(others, same))
                    .hasStackTraceContaining(
                            "Columns of table " + table + " are left out or hashed otherwise than in the state");
        }
        OperatorSubtaskState without = run(Map.of("new", 5L), same);
        assertThatThrownBy(() -> run(Map.of("orders", 0L), without))
                .as("it was not there for a while")
                .hasStackTraceContaining("Columns of table orders are");
    }
}
