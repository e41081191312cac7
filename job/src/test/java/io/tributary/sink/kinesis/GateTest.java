package io.tributary.sink.kinesis;

import static io.tributary.sink.kinesis.Rows.CUSTOMERS;
import static io.tributary.sink.kinesis.Rows.customer;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.change.ChangelogRow;
import io.tributary.change.Position;
import io.tributary.change.WireType;
import java.util.List;
import java.util.Set;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.flink.types.RowKind;
import org.junit.jupiter.api.Test;

@SuppressWarnings("try") // The harness closes with any exception, an interruption included.
class GateTest {

    @Test
    void rowsLeaveWhenTheirCheckpointIsComplete() throws Exception {
        try (var harness = open(Set.of(CUSTOMERS.table()))) {
            harness.processElement(customer(RowKind.INSERT, 1, 1, "Ann"), 0);
            harness.processElement(customer(RowKind.UPDATE_BEFORE, 2, 1, "Ann"), 0);
            harness.processElement(customer(RowKind.UPDATE_AFTER, 2, 1, "Anna"), 0);
            harness.snapshot(1, 0);
            harness.processElement(customer(RowKind.DELETE, 3, 1, ""), 0);
            assertThat(versions(harness)).isEmpty();

            harness.notifyOfCompletedCheckpoint(1);
            assertThat(versions(harness)).containsExactly(1L, 2L);

            harness.snapshot(2, 0);
            harness.snapshot(3, 0);
            harness.notifyOfCompletedCheckpoint(3);
            assertThat(versions(harness))
                    .as("checkpoint 2 was given up, 3 has its rows")
                    .containsExactly(1L, 2L, 3L);
        }
    }

    @Test
    void whatARestoredCheckpointHoldsLeavesAndWhatCameAfterItDoesNot() throws Exception {
        OperatorSubtaskState checkpoint;
        try (var harness = open(Set.of(CUSTOMERS.table()))) {
            harness.processElement(customer(RowKind.INSERT, 1, 1, "Ann"), 0);
            checkpoint = harness.snapshot(1, 0);
            harness.processElement(customer(RowKind.INSERT, 2, 2, "lost with the attempt"), 0);
            assertThat(versions(harness)).isEmpty();
        }
        try (var harness = harness(Set.of(CUSTOMERS.table()))) {
            harness.initializeState(checkpoint);
            harness.open();
            assertThat(versions(harness)).containsExactly(1L);
            harness.snapshot(2, 0);
            harness.notifyOfCompletedCheckpoint(2);
            assertThat(versions(harness)).as("once").containsExactly(1L);
        }
    }

    @Test
    void otherTablesPassAtOnce() throws Exception {
        try (var harness = open(Set.of("others"))) {
            harness.processElement(customer(RowKind.INSERT, 1, 1, "Ann"), 0);
            assertThat(versions(harness)).containsExactly(1L);
        }
    }

    @Test
    void rowsThatComeAgainPassAtOnce() throws Exception {
        try (var harness = open(Set.of(CUSTOMERS.table()))) {
            harness.processElement(customer(RowKind.INSERT, 1, 1, "Ann"), 0);
            harness.processElement(customer(RowKind.UPDATE_AFTER, 2, 1, "Anna").repeated(), 0);
            assertThat(versions(harness)).containsExactly(2L);
            harness.snapshot(1, 0);
            harness.notifyOfCompletedCheckpoint(1);
            assertThat(versions(harness)).containsExactly(2L, 1L);
        }
    }

    @Test
    void rowsOfAllTablesWaitWhereThatIsWanted() throws Exception {
        try (var harness = harness(Gate.ofAll())) {
            harness.open();
            harness.processElement(customer(RowKind.INSERT, 1, 1, "Ann").repeated(), 0);
            harness.snapshot(1, 0);
            assertThat(versions(harness)).isEmpty();
            harness.notifyOfCompletedCheckpoint(1);
            assertThat(versions(harness)).containsExactly(1L);
        }
    }

    /** Another subtask may hold the table when this one does not any more: a release counts up to its time alone. */
    @Test
    void whoReadsTheStreamIsToldWhichTablesAreHeldAndUpToWhen() throws Exception {
        try (var harness = open(Set.of(CUSTOMERS.table()))) {
            harness.processElement(customer(RowKind.INSERT, 1, 1, "Ann"), 0);
            harness.processElement(held(), 0);
            harness.snapshot(1, 100);
            assertThat(harness.extractOutputValues()).isEmpty();
            harness.notifyOfCompletedCheckpoint(1);
            assertThat(told(harness)).as("before the rows").containsExactly("held 100", "+I");

            harness.processElement(held(), 0);
            checkpoint(harness, 2, 200);
            checkpoint(harness, 3, 300);
            harness.snapshot(4, 400);
            harness.snapshot(5, 500);
            assertThat(told(harness)).containsExactly("held 100", "+I", "held 200");
            harness.notifyOfCompletedCheckpoint(5);
            assertThat(told(harness)).containsExactly("held 100", "+I", "held 200", "released 200");
            checkpoint(harness, 6, 600);
            checkpoint(harness, 7, 700);
            assertThat(told(harness)).as("once").hasSize(4);
        }
    }

    @Test
    void aHoldIsReleasedAlsoWhereTheJobWasStartedAgainMeanwhile() throws Exception {
        OperatorSubtaskState checkpoint;
        try (var harness = open(Set.of())) {
            harness.processElement(held(), 0);
            checkpoint = harness.snapshot(1, 100);
        }
        try (var harness = harness(Set.of())) {
            harness.initializeState(checkpoint);
            harness.open();
            assertThat(told(harness)).containsExactly("held 100");
            checkpoint(harness, 2, 200);
            checkpoint(harness, 3, 300);
            assertThat(told(harness)).containsExactly("held 100");
            checkpoint(harness, 4, 400);
            assertThat(told(harness)).containsExactly("held 100", "released 200");
        }
    }

    @Test
    void whatIsHeldAtTheEndIsReleased() throws Exception {
        try (var harness = open(Set.of())) {
            harness.processElement(held(), 0);
            checkpoint(harness, 1, 100);
            harness.endInput();
            harness.getOneInputOperator().finish();
            assertThat(told(harness)).containsExactly("held 100", "released 100");
        }
    }

    private static ChangelogRow held() {
        return ChangelogRow.held(CUSTOMERS, Position.START, 7);
    }

    private static void checkpoint(
            OneInputStreamOperatorTestHarness<ChangelogRow, ChangelogRow> harness, long checkpoint, long time)
            throws Exception {
        harness.snapshot(checkpoint, time);
        harness.notifyOfCompletedCheckpoint(checkpoint);
    }

    private static List<String> told(OneInputStreamOperatorTestHarness<ChangelogRow, ChangelogRow> harness) {
        return harness.extractOutputValues().stream()
                .map(row -> row.isHeld()
                        ? "held " + row.timestamp()
                        : row.isReleased()
                                ? "released " + row.timestamp()
                                : row.kind().shortString())
                .toList();
    }

    private static OneInputStreamOperatorTestHarness<ChangelogRow, ChangelogRow> open(Set<String> tables)
            throws Exception {
        var harness = harness(tables);
        harness.open();
        return harness;
    }

    private static OneInputStreamOperatorTestHarness<ChangelogRow, ChangelogRow> harness(Set<String> tables)
            throws Exception {
        return harness(Gate.of(tables));
    }

    private static OneInputStreamOperatorTestHarness<ChangelogRow, ChangelogRow> harness(Gate gate) throws Exception {
        var harness = new OneInputStreamOperatorTestHarness<ChangelogRow, ChangelogRow>(gate);
        harness.setup(WireType.CHANGELOG_ROW.createSerializer(
                harness.getExecutionConfig().getSerializerConfig()));
        return harness;
    }

    private static List<Long> versions(OneInputStreamOperatorTestHarness<ChangelogRow, ChangelogRow> harness) {
        return harness.extractOutputValues().stream()
                .map(row -> row.version().major())
                .toList();
    }
}
