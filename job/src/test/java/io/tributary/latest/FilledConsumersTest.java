package io.tributary.latest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.change.Audience;
import io.tributary.change.Change;
import io.tributary.change.ChangelogRow;
import io.tributary.change.Column;
import io.tributary.change.Operation;
import io.tributary.change.Position;
import io.tributary.change.Schema;
import io.tributary.change.WireType;
import io.tributary.fill.Consumer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.operators.StreamMap;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.VarCharType;
import org.junit.jupiter.api.Test;

/** SQL files that begin to read a table of which the state has hashes alone, while it is read again for them. */
class FilledConsumersTest {

    private static final Schema SCHEMA = Schema.of(
                    "t",
                    List.of(
                            Column.of("id", new BigIntType(false)).numbered(1),
                            Column.of("city", VarCharType.STRING_TYPE).numbered(2),
                            Column.of("shard", new BigIntType()).numbered(3)),
                    List.of("id"))
            .ofRelation(70, 1);

    /** The targets partition by the shard. */
    private static final Retention HASHES = Retention.of(Map.of("t", Set.of("shard")));

    private static final Consumer PASSING = Consumer.of(Audience.PASS_THROUGH, "t", List.of("t"));
    private static final Consumer A = Consumer.of("query/a", "a digest", List.of("t"));
    private static final Consumer B = Consumer.of("query/b", "a digest", List.of("t"));

    private static Retention readBy(String... files) {
        return Retention.whole().readBy(Map.of("t", Set.of(files)), Map.of());
    }

    private static BinaryRowData key(long id) {
        return Customers.binary(Schema.of("t", List.of(Column.of("id", new BigIntType(false))), List.of("id")), id);
    }

    private static Change change(Operation operation, long at, long id, String city) {
        BinaryRowData row = Customers.binary(SCHEMA, id, city, 7L);
        return Change.upsert(operation, SCHEMA, Position.of(at, 1), 0, key(id), row);
    }

    private static Change read(long at, long id, String city) {
        return change(Operation.READ, at, id, city);
    }

    private static Change update(long at, long id, String city) {
        return change(Operation.UPDATE, at, id, city);
    }

    private static Change delete(long at, long id) {
        return Change.delete(SCHEMA, Position.of(at, 1), 0, key(id));
    }

    private static Change end(long at) {
        return Change.resynced(SCHEMA, Position.of(at, 0), 0);
    }

    /** Of the resync that was wanted because files began to read the table. */
    private static Change whole(long at) {
        return Change.resyncedWhole(SCHEMA, Position.of(at, 0), 0);
    }

    private static OperatorSubtaskState hashed(Change... changes) throws Exception {
        try (LatestJob job = LatestJob.start(HASHES)) {
            job.take(changes);
            return job.snapshot();
        }
    }

    /** Entries that were not asked for yet: kind, city and for whom. */
    private static List<String> shown(LatestJob job, int before) {
        List<ChangelogRow> output = job.output();
        return output.subList(before, output.size()).stream()
                .map(row -> row.kind().shortString() + " "
                        + (row.row().isNullAt(1) ? "-" : row.row().getString(1)) + " for " + row.audience())
                .toList();
    }

    private static List<String> shown(LatestJob job, Change... changes) throws Exception {
        int before = job.output().size();
        job.take(changes);
        return shown(job, before);
    }

    @Test
    void whoeverIsNewIsShownEachRowOnceAndTheOthersWhatDiffers() throws Exception {
        OperatorSubtaskState state = hashed(read(1, 1, "Rome"), read(1, 2, "Oslo"), read(1, 3, "Bonn"));
        try (LatestJob job = LatestJob.resume(readBy("query/a"), state)) {
            assertThat(shown(job, read(9, 1, "Rome"))).containsExactly("+I Rome for query/a");
            assertThat(shown(job, read(9, 2, "Kyiv")))
                    .containsExactly(
                            "+I Kyiv for query/a",
                            "-U - for everybody but query/a",
                            "+U Kyiv for everybody but query/a");
            assertThat(shown(job, whole(9))).containsExactly("-D - for everybody but query/a");

            assertThat(shown(job, update(11, 1, "Riga")))
                    .containsExactly("-U Rome for everybody", "+U Riga for everybody");
            assertThat(shown(job, read(12, 1, "Riga"), end(12))).containsExactly("-D Kyiv for everybody");
        }
    }

    @Test
    void whatIsStreamedAheadOfTheReadingIsAnInsertForWhoeverIsNew() throws Exception {
        OperatorSubtaskState state = hashed(read(1, 1, "Rome"), read(1, 2, "Oslo"), read(1, 3, "Bonn"));
        try (LatestJob job = LatestJob.resume(readBy("query/a"), state)) {
            assertThat(shown(job, update(11, 1, "Riga")))
                    .containsExactly(
                            "+I Riga for query/a",
                            "-U - for everybody but query/a",
                            "+U Riga for everybody but query/a");
            assertThat(shown(job, delete(11, 2))).containsExactly("-D - for everybody but query/a");
            assertThat(shown(job, update(11, 3, "Bonn"))).containsExactly("+I Bonn for query/a");
            assertThat(shown(job, change(Operation.INSERT, 12, 2, "Oslo"))).containsExactly("+I Oslo for everybody");
            assertThat(shown(job, read(9, 1, "Rome"), read(9, 2, "Oslo"), read(9, 3, "Bonn"), whole(9)))
                    .as("older than all of them")
                    .isEmpty();
            assertThat(shown(job, delete(13, 1))).containsExactly("-D Riga for everybody");
        }
    }

    @Test
    void truncationsRetractNothingThatWasNotShown() throws Exception {
        OperatorSubtaskState state = hashed(read(1, 1, "Rome"), read(1, 2, "Oslo"));
        try (LatestJob job = LatestJob.resume(readBy("query/a"), state)) {
            job.take(read(9, 1, "Rome"));
            assertThat(shown(job, Change.truncate(SCHEMA, Position.of(10, 0), 0)))
                    .containsExactlyInAnyOrder("-D Rome for everybody", "-D - for everybody but query/a");
        }
    }

    /** What the targets partition by is known of hashed rows, and old rows leave their partitions by it. */
    @Test
    void whatWasKeptOfHashedRowsIsKnownStill() throws Exception {
        try (LatestJob job = LatestJob.resume(readBy("query/a"), hashed(read(1, 1, "Rome")))) {
            job.take(update(2, 1, "Oslo"));
            assertThat(job.output().get(1).row().getLong(2)).isEqualTo(7);
        }
    }

    @Test
    void rowsThatAreWholeByNowAreNotNewToThemAfterARestart() throws Exception {
        OperatorSubtaskState half;
        try (LatestJob job = LatestJob.resume(readBy("query/a"), hashed(read(1, 1, "Rome"), read(1, 2, "Oslo")))) {
            job.take(read(9, 1, "Rome"));
            half = job.snapshot();
        }
        try (LatestJob job = LatestJob.resume(readBy("query/a", "query/b"), half)) {
            assertThat(shown(job, read(12, 1, "Rome"), read(12, 2, "Oslo")))
                    .containsExactly("+I Oslo for query/a, query/b");
        }
    }

    /** What is whole in the state is shown from there, the rest when it comes; they are told when both is done. */
    @Test
    void filesAreToldWhenTheTableIsWhole() throws Exception {
        OperatorSubtaskState state;
        try (LatestJob job = LatestJob.filling(HASHES, List.of(PASSING), 4, null)) {
            job.take(read(1, 1, "Rome"), read(1, 2, "Oslo"));
            state = job.snapshot();
        }
        try (LatestJob job = LatestJob.filling(readBy("query/a"), List.of(PASSING, A), 4, state)) {
            job.pass(Duration.ofSeconds(1));
            assertThat(shown(job, update(8, 1, "Riga"))).contains("+I Riga for query/a");
            state = job.snapshot();
        }
        try (LatestJob job = LatestJob.filling(readBy("query/a", "query/b"), List.of(PASSING, A, B), 4, state)) {
            job.pass(Duration.ofSeconds(1));
            assertThat(shown(job, 0)).containsExactly("+I Riga for query/b");
            assertThat(shown(job, read(9, 1, "Riga"), read(9, 2, "Oslo"), end(9)))
                    .containsExactly("+I Oslo for query/a, query/b");
            assertThat(job.told()).isEmpty();
            job.take(whole(9));
            assertThat(job.told()).containsExactlyInAnyOrder("query/a", "query/b", "pass-through");
            state = job.snapshot();
        }
        try (LatestJob job = LatestJob.filling(readBy("query/a"), List.of(PASSING, A), 4, state)) {
            job.pass(Duration.ofSeconds(1));
            assertThat(job.told()).containsExactlyInAnyOrder("query/a", "pass-through");
            assertThat(job.output()).isEmpty();
        }
    }

    /** Nothing else has its values. */
    @Test
    void aRowThatChangesBeforeItWasShownToATargetThatIsNewIsKeptWholeUntilThen() throws Exception {
        OperatorSubtaskState state;
        try (LatestJob job = LatestJob.filling(readBy("query/a"), List.of(A), 4, null)) {
            job.take(read(1, 1, "Rome"), read(1, 2, "Oslo"));
            state = job.snapshot();
        }
        try (LatestJob job = LatestJob.filling(HASHES, List.of(PASSING), 4, state)) {
            job.take(update(2, 1, "Riga"));
            job.pass(Duration.ofSeconds(1));
            assertThat(shown(job, 0).stream().filter(entry -> entry.endsWith("for pass-through")))
                    .containsExactlyInAnyOrder("+I Riga for pass-through", "+I Oslo for pass-through");
        }
    }

    @Test
    void aRowThatCouldNotBeReadIsAnInsertWhenItCan() throws Exception {
        try (LatestJob job = LatestJob.resume(readBy("query/a"), hashed(read(1, 1, "Rome")))) {
            job.take(Change.unreadable(SCHEMA, Position.of(9, 1), 0, key(1), new int[0]), whole(9));
            assertThat(shown(job, update(11, 1, "Riga")))
                    .containsExactly(
                            "+I Riga for query/a",
                            "-U - for everybody but query/a",
                            "+U Riga for everybody but query/a");
        }
    }

    /** Rows are whole in state from the time before, but the file has nothing of them any more. */
    @Test
    void aFileThatWasTakenOutAndPutBackIsNewAgain() throws Exception {
        OperatorSubtaskState state;
        try (LatestJob job = LatestJob.resume(readBy("query/a"), hashed(read(1, 1, "Rome")))) {
            job.take(read(9, 1, "Rome"), whole(9));
            state = job.snapshot();
        }
        try (LatestJob job = LatestJob.resume(HASHES, state)) {
            assertThat(shown(job, update(11, 2, "Oslo"))).containsExactly("+I Oslo for everybody");
            state = job.snapshot();
        }
        try (LatestJob job = LatestJob.resume(readBy("query/a"), state)) {
            assertThat(shown(job, read(12, 1, "Rome"), read(12, 2, "Oslo")))
                    .as("the first one is whole still, and shown from the state")
                    .containsExactly("+I Oslo for query/a");
        }
    }

    /** Nothing was written into the log since the row was read last. */
    @Test
    void aRowAtThePositionThatItHasIsShownToWhoeverLacksIt() throws Exception {
        try (LatestJob job = LatestJob.resume(readBy("query/a"), hashed(read(1, 1, "Rome")))) {
            assertThat(shown(job, read(1, 1, "Rome"))).containsExactly("+I Rome for query/a");
            assertThat(shown(job, read(1, 1, "Rome"), whole(1))).isEmpty();
            assertThat(shown(job, update(2, 1, "Riga"))).contains("-U Rome for everybody");
        }
    }

    @Test
    void aTableThatItsSourceDoesNotReadAgainIsRefusedByWhatHelps() throws Exception {
        OperatorSubtaskState state = hashed(read(1, 1, "Rome"));
        Retention ofTopic = Retention.whole()
                .readBy(Map.of("t", Set.of("query/a")), Map.of("t", "have Debezium take a snapshot of it"));
        assertThatThrownBy(() -> LatestJob.resume(ofTopic, state))
                .hasStackTraceContaining("Of table t the state that the job was resumed from keeps the columns [shard],"
                        + " and SQL files read it now, which need all of them: undo the change of the SQL files, or"
                        + " start the job anew, without a savepoint; have Debezium take a snapshot of it");
    }

    @Test
    void aStateOfABuildThatDidNotRememberWhatIsReadIsRefused() throws Exception {
        OperatorSubtaskState old;
        try (var harness = new OneInputStreamOperatorTestHarness<>(new StreamMap<>(new OldState()))) {
            harness.open();
            old = harness.snapshot(1, 1);
        }
        try (LatestJob job = LatestJob.resume(HASHES, old)) {
            assertThat(job.output()).isEmpty();
        }
        assertThatThrownBy(() -> LatestJob.resume(readBy("query/a"), old))
                .hasStackTraceContaining(
                        "resume it once with the SQL files of before, so that the state knows of that, and"
                                + " with those of now from a savepoint of then");
    }

    /** What there was of a hashed table beside its rows. */
    private static final class OldState implements MapFunction<Long, Long>, CheckpointedFunction {
        private static final long serialVersionUID = 1L;

        @Override
        public Long map(Long value) {
            return value;
        }

        @Override
        public void initializeState(FunctionInitializationContext context) throws Exception {
            context.getOperatorStateStore()
                    .getUnionListState(new ListStateDescriptor<>("schemas", WireType.SCHEMA))
                    .add(SCHEMA);
            context.getOperatorStateStore()
                    .getUnionListState(new ListStateDescriptor<>("kept-columns", Types.STRING))
                    .add(Long.toHexString(SCHEMA.fingerprint()) + ":shard");
        }

        @Override
        public void snapshotState(FunctionSnapshotContext context) {
            // It was written when the state was initialized.
        }
    }
}
