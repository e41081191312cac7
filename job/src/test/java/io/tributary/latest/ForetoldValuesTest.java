package io.tributary.latest;

import static io.tributary.latest.Customers.delete;
import static io.tributary.latest.Customers.full;
import static io.tributary.latest.Customers.partial;
import static org.apache.flink.types.RowKind.DELETE;
import static org.apache.flink.types.RowKind.INSERT;
import static org.apache.flink.types.RowKind.UPDATE_AFTER;
import static org.apache.flink.types.RowKind.UPDATE_BEFORE;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A value that was asked for when a change was read may be newer than the change. An attempt that was lost may have shipped another
 * one at the same position, so what wrote the value is shown when it comes, although the row has it already.
 */
class ForetoldValuesTest {

    static Stream<Retention> retentions() {
        return Stream.of(Retention.whole(), Retention.of(Map.of("customers", Set.of("city"))));
    }

    @ParameterizedTest
    @MethodSource("retentions")
    void whatWroteTheValueIsShownWhenItComes(Retention retention) throws Exception {
        OperatorSubtaskState snapshot;
        try (LatestJob job = LatestJob.start(retention)) {
            job.take(full(1, 7, "Rome", "b").ahead());
            snapshot = job.snapshot();
        }
        try (LatestJob job = LatestJob.resume(retention, snapshot)) {
            job.take(full(2, 7, "Rome", "b"));
            assertThat(Downstream.kinds(job.output())).containsExactly(UPDATE_BEFORE, UPDATE_AFTER);
            job.take(full(3, 7, "Rome", "b"));
            assertThat(job.output()).as("by now it is known").hasSize(2);
        }
    }

    @ParameterizedTest
    @MethodSource("retentions")
    void aChangeThatLeavesTheValueOutDoesNotSettleIt(Retention retention) throws Exception {
        try (LatestJob job = LatestJob.start(retention)) {
            job.take(full(1, 7, "Rome", "b").ahead(), partial(2, 7, "Oslo"), full(3, 7, "Oslo", "b"));
            assertThat(Downstream.kinds(job.output()))
                    .containsExactly(INSERT, UPDATE_BEFORE, UPDATE_AFTER, UPDATE_BEFORE, UPDATE_AFTER);
            job.take(delete(4, 7), full(5, 7, "Oslo", "b"), full(6, 7, "Oslo", "b"));
            assertThat(Downstream.kinds(job.output())).hasSize(7).endsWith(DELETE, INSERT);
        }
    }
}
