package io.tributary.latest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.change.BinaryRows;
import io.tributary.change.Change;
import io.tributary.change.ChangelogRow;
import io.tributary.change.Column;
import io.tributary.change.FilledTables;
import io.tributary.change.Operation;
import io.tributary.change.Position;
import io.tributary.change.ReadableRow;
import io.tributary.change.Schema;
import io.tributary.change.TableKey;
import io.tributary.change.WireType;
import io.tributary.latest.LatestSettings.RemovedTable;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.runtime.state.KeyedStateBackend;
import org.apache.flink.runtime.state.heap.HeapKeyedStateBackend;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.co.CoBroadcastWithKeyedOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedBroadcastOperatorTestHarness;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.runtime.typeutils.RowDataSerializer;
import org.apache.flink.table.types.logical.IntType;
import org.junit.jupiter.api.Test;

/** What becomes of the state of tables that are captured no longer. */
class RemovalTest {

    private static final Schema A = schema("a");
    private static final Schema B = schema("b");

    private static Schema schema(String table) {
        return Schema.of(
                table,
                List.of(
                        Column.of("id", new IntType(false)),
                        Column.of("part", new IntType()),
                        Column.of("v", new IntType())),
                List.of("id"));
    }

    /** The state keeps of rows what targets partition by. */
    private static final Retention TRIMMED = Retention.of(Map.of("a", Set.of("part"), "b", Set.of("part")));

    private static final Retention ONE = Retention.of(Map.of("a", Set.of("part")));

    private static Change upsert(Schema schema, int id, int v, long position) {
        BinaryRowData row = new RowDataSerializer(schema.rowType())
                .toBinaryRow(GenericRowData.of(id, 7, v))
                .copy();
        return Change.upsert(Operation.INSERT, schema, Position.of(position, 5), 9, key(schema, id), row);
    }

    private static BinaryRowData key(Schema schema, int id) {
        RowDataSerializer rows = new RowDataSerializer(new IntType(false));
        return BinaryRows.of(1, BinaryRows.bytes(rows.toBinaryRow(GenericRowData.of(id))));
    }

    private static final class Job implements AutoCloseable {

        private final KeyedBroadcastOperatorTestHarness<TableKey, Change, Change, ChangelogRow> harness;

        /**
         * @param filled the tables whose targets have rows
         */
        private Job(Set<String> captured, Set<String> filled, String start, RemovedTable onRemoved, Retention retention)
                throws Exception {
            harness = new KeyedBroadcastOperatorTestHarness<>(
                    new CoBroadcastWithKeyedOperator<>(
                            new Latest(
                                    LatestSettings.of(Duration.ofHours(1), Duration.ofMinutes(5), onRemoved),
                                    retention,
                                    new FilledTables(captured, captured, filled, List.of()),
                                    List.of(),
                                    Map.of(),
                                    RemovedTables.of(captured, filled, start),
                                    Consumers.none()),
                            List.of(Latest.TRUNCATIONS, Latest.SNAPSHOTS, Latest.RETYPED, Latest.SWEPT)),
                    change -> TableKey.of(change.schema(), change.key()),
                    WireType.TABLE_KEY,
                    1,
                    1,
                    0);
        }

        private Job from(OperatorSubtaskState state) throws Exception {
            harness.initializeState(state);
            harness.open();
            return this;
        }

        private void take(Change... changes) throws Exception {
            for (Change change : changes) {
                if (change.operation().isOfRow()) {
                    harness.processElement(new StreamRecord<>(change));
                } else {
                    harness.processBroadcastElement(new StreamRecord<>(change));
                }
            }
        }

        /** How many keys the state has anything of. */
        private int keys() {
            KeyedStateBackend<?> state = ((AbstractStreamOperator<?>) harness.getOperator()).getKeyedStateBackend();
            return ((HeapKeyedStateBackend<?>) state).numKeyValueStateEntries();
        }

        private List<String> output() {
            return harness.extractOutputValues().stream()
                    .map(row -> row.kind().shortString() + " " + row.table() + " "
                            + ReadableRow.json(row.schema(), row.row()) + " "
                            + row.version().major() + "/" + row.version().minor())
                    .toList();
        }

        @Override
        public void close() throws Exception {
            harness.close();
        }
    }

    private static OperatorSubtaskState both() throws Exception {
        try (Job job = new Job(Set.of("a", "b"), Set.of(), "first", RemovedTable.KEEP, TRIMMED)) {
            job.harness.open();
            job.take(
                    Change.started(1),
                    upsert(A, 1, 1, 10),
                    upsert(B, 1, 1, 11),
                    upsert(B, 2, 2, 12),
                    Change.delete(B, Position.of(13, 0), 9, key(B, 3)),
                    Change.truncate(B, Position.of(1, 0), 9));
            assertThat(job.keys()).isEqualTo(4);
            return job.harness.snapshot(1, 1);
        }
    }

    @Test
    void itGoesAndTheTargetsAreLeftAlone() throws Exception {
        OperatorSubtaskState state;
        try (Job job = new Job(Set.of("a"), Set.of("a"), "second", RemovedTable.KEEP, ONE).from(both())) {
            assertThat(job.keys()).isEqualTo(4);
            job.take(Change.started(2), upsert(A, 1, 3, 20));
            assertThat(job.keys()).isEqualTo(1);
            assertThat(job.output()).hasSize(2).allMatch(entry -> entry.contains(" a "));
            state = job.harness.snapshot(2, 2);
        }
        try (Job job = new Job(Set.of("a", "b"), Set.of("a"), "third", RemovedTable.FAIL, TRIMMED).from(state)) {
            job.take(Change.started(3), upsert(B, 2, 4, 5), upsert(A, 1, 1, 10));
            assertThat(job.output())
                    .as("nothing of the table is remembered, and all of the other")
                    .containsExactly("+I b {\"id\":2,\"part\":7,\"v\":4} 5/5");
        }
    }

    @Test
    void rowsOfThenAreNotMixedWithThoseOfATableThatComesBack() throws Exception {
        OperatorSubtaskState state;
        try (Job job = new Job(Set.of("a"), Set.of("a", "b"), "second", RemovedTable.KEEP, TRIMMED).from(both())) {
            job.take(Change.started(2));
            state = job.harness.snapshot(2, 2);
        }
        try (Job job = new Job(Set.of("a", "b"), Set.of("a", "b"), "third", RemovedTable.KEEP, TRIMMED)) {
            assertThatThrownBy(() -> job.from(state))
                    .isInstanceOf(SuppressRestartsException.class)
                    .hasRootCauseMessage(
                            "Tables b are captured again, and their targets have rows of when they were captured"
                                    + " before: those that were deleted since would stay. Empty or drop these tables in Iceberg, and"
                                    + " in the warehouse if there is one, and start the job again");
        }
    }

    @Test
    void itsRowsAreDeletedFromTheTargetsIfThatIsWanted() throws Exception {
        try (Job job = new Job(Set.of("a"), Set.of("a", "b"), "second", RemovedTable.DELETE, ONE).from(both())) {
            job.take(Change.started(2), Change.started(2));
            assertThat(job.output())
                    .as("where targets find them by their partition")
                    .containsExactlyInAnyOrder(
                            "-D b {\"id\":1,\"part\":7,\"v\":null} 11/6", "-D b {\"id\":2,\"part\":7,\"v\":null} 12/6");
            assertThat(job.keys()).isEqualTo(1);
            OperatorSubtaskState state = job.harness.snapshot(2, 2);
            try (Job again =
                    new Job(Set.of("a", "b"), Set.of("a", "b"), "third", RemovedTable.FAIL, TRIMMED).from(state)) {
                again.take(upsert(B, 2, 4, 5));
                assertThat(again.output()).last().asString().startsWith("+U b ");
            }
        }
    }

    @Test
    void theStartIsRefusedIfThatIsWanted() throws Exception {
        OperatorSubtaskState state = both();
        try (Job job = new Job(Set.of("a"), Set.of(), "second", RemovedTable.FAIL, TRIMMED)) {
            assertThatThrownBy(() -> job.from(state))
                    .isInstanceOf(SuppressRestartsException.class)
                    .hasRootCauseMessage(
                            "Tables b are in the state that the job was resumed from, and are captured no longer:"
                                    + " put them back, or set latest.on-removed-table to keep or delete");
        }
    }

    /** They joined while it ran, so the settings that it was started with do not have them. */
    @Test
    void aJobThatFailsAndGoesOnKeepsTheTablesThatItFound() throws Exception {
        OperatorSubtaskState state = both();
        try (Job job = new Job(Set.of("a"), Set.of(), "first", RemovedTable.FAIL, TRIMMED).from(state)) {
            job.take(Change.started(2), upsert(B, 1, 1, 20));
            assertThat(job.keys()).isEqualTo(4);
            assertThat(job.output()).as("it is as it was").isEmpty();
        }
    }

    /** It may fail before it has come to that. */
    @Test
    void whatWasToGoGoesAfterAFailureToo() throws Exception {
        OperatorSubtaskState state;
        try (Job job = new Job(Set.of("a"), Set.of(), "second", RemovedTable.KEEP, TRIMMED).from(both())) {
            state = job.harness.snapshot(2, 2);
        }
        try (Job job = new Job(Set.of("a"), Set.of(), "second", RemovedTable.KEEP, TRIMMED).from(state)) {
            job.take(Change.started(2));
            assertThat(job.keys()).isEqualTo(1);
        }
    }
}
