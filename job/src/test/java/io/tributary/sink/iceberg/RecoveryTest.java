package io.tributary.sink.iceberg;

import static io.tributary.sink.iceberg.Fixture.NARROW;
import static io.tributary.sink.iceberg.Fixture.after;
import static io.tributary.sink.iceberg.Fixture.before;
import static io.tributary.sink.iceberg.Fixture.insert;
import static io.tributary.sink.iceberg.Fixture.read;
import static java.util.Objects.requireNonNull;
import static org.apache.iceberg.types.Types.NestedField.required;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.change.Position;
import io.tributary.change.Schema;
import io.tributary.change.TakenChanges;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Deletes.class)
@Tag("slow")
class RecoveryTest {

    @Parameter
    Deletes deletes;

    @TempDir
    private Path directory;

    private IcebergSettings settings;

    @BeforeEach
    void settings() {
        settings = Fixture.settings(deletes, directory);
    }

    @Test
    void failureBetweenSnapshotAndCommitCommitsOnce() throws Exception {
        OperatorSubtaskState state;
        try (SinkHarness job = SinkHarness.start(settings)) {
            job.process(insert(NARROW, 1L, "a"));
            state = job.snapshot();
        }
        assertThat(rows()).as("not committed yet").isEmpty();
        for (int attempt = 0; attempt < 3; attempt++) {
            try (SinkHarness job = SinkHarness.restore(settings, 1, state)) {
                assertThat(rows()).containsExactly("{id=1, name=a}");
                assertThat(job.rejected()).isEmpty();
            }
        }
        assertThat(snapshots()).isEqualTo(1);
    }

    @Test
    void failureAfterTheCommitDoesNotCommitAgain() throws Exception {
        OperatorSubtaskState state;
        try (SinkHarness job = SinkHarness.start(settings)) {
            job.process(insert(NARROW, 1L, "a"));
            state = job.snapshot();
            job.complete();
        }
        try (SinkHarness job = SinkHarness.restore(settings, 1, state)) {
            job.process(insert(NARROW, 2L, "b"));
            job.checkpoint();
        }
        assertThat(rows()).containsExactly("{id=1, name=a}", "{id=2, name=b}");
        assertThat(snapshots()).isEqualTo(2);
    }

    @Test
    void onlyTheTablesThatWereNotCommittedAreCommittedAfterAFailure() throws Exception {
        Schema other = Schema.of("others", NARROW.columns(), List.of("id"));
        OperatorSubtaskState state;
        try (SinkHarness job = SinkHarness.start(settings);
                Warehouse warehouse = Warehouse.open(settings)) {
            job.process(insert(NARROW, 1L, "a"), insert(other, 1L, "a"));
            Path metadata = Path.of(java.net.URI.create(warehouse.load("others").location()))
                    .resolve("metadata");
            Path hidden = metadata.resolveSibling("hidden");
            state = job.snapshot();
            Files.move(metadata, hidden);
            job.complete();
            assertThat(rows()).hasSize(1);
            job.fail();
            Files.move(hidden, metadata);
            job.abandon();
        }
        try (SinkHarness job = SinkHarness.restore(settings, 1, state)) {
            assertThat(job.checkpointId()).isEqualTo(1);
            assertThat(read(settings, "others")).containsExactly("{id=1, name=a}");
        }
        assertThat(snapshots()).isEqualTo(1);
    }

    /** A catalog that is away: the table whose commit fails waits, with its next files; the others go on, and so do checkpoints. */
    @Test
    void aCommitThatFailsWaitsAloneAndIsMadeOnceTheCatalogIsBack() throws Exception {
        Schema other = Schema.of("others", NARROW.columns(), List.of("id"));
        try (SinkHarness job = SinkHarness.start(settings);
                Warehouse warehouse = Warehouse.open(settings)) {
            job.process(insert(NARROW, 1L, "a"), insert(other, 1L, "a"));
            Path metadata = Path.of(java.net.URI.create(warehouse.load("others").location()))
                    .resolve("metadata");
            Path hidden = metadata.resolveSibling("hidden");
            job.snapshot();
            Files.move(metadata, hidden);
            job.complete();
            job.process(insert(NARROW, 2L, "b"), before(other, 1L), after(other, 1L, "b"));
            job.checkpoint();
            job.pass(Duration.ofMinutes(1));
            assertThat(rows()).containsExactly("{id=1, name=a}", "{id=2, name=b}");

            Files.move(hidden, metadata);
            job.pass(Duration.ofMinutes(1));

            assertThat(read(settings, "others")).containsExactly("{id=1, name=b}");
            assertThat(warehouse.load("others").snapshots()).hasSize(2);
            assertThat(snapshots()).isEqualTo(2);
        }
    }

    /** The answer to a commit may be lost with the connection: the next try sees that it was made. */
    @Test
    void aCommitWhoseAnswerWasLostIsNotMadeTwice() throws Exception {
        try (SinkHarness job = SinkHarness.start(settings)) {
            job.process(insert(NARROW, 1L, "a"));
            job.checkpoint();
            job.forgetTheCommit();
            job.process(insert(NARROW, 2L, "b"));
            job.checkpoint();
        }
        assertThat(rows()).containsExactly("{id=1, name=a}", "{id=2, name=b}");
        assertThat(snapshots()).isEqualTo(2);
    }

    @Test
    void checkpointsThatWereNeverCompletedAreCommittedInOrderWithTheNext() throws Exception {
        try (SinkHarness job = SinkHarness.start(settings)) {
            job.process(insert(NARROW, 1L, "a"));
            job.snapshot();
            job.process(before(NARROW, 1L), after(NARROW, 1L, "b"));
            job.snapshot();
            job.process(before(NARROW, 1L), after(NARROW, 1L, "c"));
            job.checkpoint();
            assertThat(rows()).containsExactly("{id=1, name=c}");
        }
    }

    @Test
    void filesOfAnEarlierIntervalThatArriveLateAreAnEarlierSnapshot() throws Exception {
        try (Warehouse warehouse = Warehouse.open(settings);
                SinkHarness job = SinkHarness.start(settings)) {
            job.process(insert(NARROW, 1L, "a"));
            job.prepare();
            job.process(before(NARROW, 1L), after(NARROW, 1L, "b"));
            job.checkpoint();
            assertThat(rows()).containsExactly("{id=1, name=b}");
            assertThat(Fixture.snapshots(warehouse.load("people"))).hasSize(2);
        }
    }

    @Test
    void tableThatIsAheadOfTheSavepointIsNotWrittenTwice() throws Exception {
        OperatorSubtaskState state;
        try (SinkHarness job = SinkHarness.start(settings)) {
            job.process(insert(NARROW, 1L, "a"));
            state = job.checkpoint();
            job.process(insert(NARROW, 2L, "b"));
            job.checkpoint();
        }
        assertThatThrownBy(() -> SinkHarness.restore(settings, 1, state))
                .hasStackTraceContaining("Table people holds checkpoint 2")
                .hasStackTraceContaining("rollback_to_snapshot");
        try (Warehouse warehouse = Warehouse.open(settings)) {
            Table table = warehouse.load("people");
            table.manageSnapshots()
                    .rollbackTo(Fixture.snapshots(table).get(0).snapshotId())
                    .commit();
        }
        try (SinkHarness job = SinkHarness.restore(settings, 1, state)) {
            job.process(insert(NARROW, 2L, "c"));
            job.checkpoint();
            assertThat(rows()).containsExactly("{id=1, name=a}", "{id=2, name=c}");
        }
    }

    @Test
    void commitsOfOthersInBetweenAreLookedPast() throws Exception {
        OperatorSubtaskState state;
        try (SinkHarness job = SinkHarness.start(settings);
                Warehouse warehouse = Warehouse.open(settings)) {
            job.process(insert(NARROW, 1L, "a"));
            state = job.snapshot();
            job.complete();
            warehouse
                    .load("people")
                    .newDelete()
                    .deleteFromRowFilter(Expressions.alwaysFalse())
                    .commit();
        }
        try (SinkHarness job = SinkHarness.restore(settings, 1, state)) {
            assertThat(job.rejected()).isEmpty();
            assertThat(rows()).containsExactly("{id=1, name=a}");
        }
    }

    @Test
    void filesOfAnUnfinishedIntervalAreDeletedOnClose() throws Exception {
        try (SinkHarness job = SinkHarness.start(
                Fixture.settings(deletes, directory, "iceberg.keys-in-memory", "2", "iceberg.small-rows", "0"))) {
            job.process(insert(NARROW, 1L, "a"), insert(NARROW, 2L, "a"), insert(NARROW, 3L, "a"));
            job.process(before(NARROW, 1L), after(NARROW, 1L, "b"), before(NARROW, 1L));
            assertThat(parquetFiles()).isNotEmpty();
            job.fail();
            assertThat(parquetFiles()).isEmpty();
        }
    }

    @Test
    void withoutCheckpointsThereIsNoStart() throws Exception {
        try (var committer = new OneInputStreamOperatorTestHarness<>(
                new CommitterOperator(settings, Guarded.nothing(), Set.of(), SourceTables.unknown()))) {
            committer.getStreamConfig().setCheckpointingEnabled(false);
            committer.getStreamConfig().serializeAllConfigs();
            assertThatThrownBy(committer::open).hasMessageContaining("execution.checkpointing.interval");
        }
    }

    @Test
    void stateIsReadAsItWasWritten() throws Exception {
        CommitterState state = new CommitterState("me");
        state.tables().add("people");
        TableFiles files = new TableFiles(
                        "people",
                        7,
                        2,
                        Position.of(3, 4),
                        99,
                        List.of("{}", "ü"),
                        List.of(),
                        Map.of("name", 5),
                        ColumnIds.parse("relation=70; revision=18446744073709551615; key=1; fields=1:1,3:7"),
                        new TreeMap<>(Map.of(1, "id", 3, "näme")),
                        null,
                        null,
                        SmallRows.of(
                                new org.apache.iceberg.Schema(required(1, "id", Types.LongType.get())),
                                Fixture.NARROW.rowType(),
                                PartitionSpec.unpartitioned(),
                                List.of(new SmallRows.Part(new FileNumber(-5, 2), 1, new byte[] {1, 2}))))
                .completeUntil(new CompleteUntil(Map.of("shop", TakenChanges.Newest.of(Position.of(3, 1), 98))));
        state.pending().add(8, List.of(files, TableFiles.held("people", 7)));
        state.began(77);
        CommitterState read = CommitterState.ofBytes(state.toBytes());
        assertThat(read.sink()).isEqualTo("me");
        assertThat(read.began()).isEqualTo(77);
        assertThat(read.tables()).containsExactly("people");
        assertThat(read.pending().byCheckpoint()).containsOnlyKeys(8L);
        List<TableFiles> pending = requireNonNull(read.pending().byCheckpoint().get(8L));
        assertThat(pending.get(0)).usingRecursiveComparison().isEqualTo(files);
        assertThat(pending.get(1).isHeld()).isTrue();
    }

    @Test
    void uncommittedFilesOfEarlierFormatsAreRead() throws Exception {
        String first = "01 0006 70656f706c65 0000000000000007 00000002 0000000000000003 0000000000000004"
                + " 0000000000000063 00000001 00000002 7b7d 00000000";
        assertThat(files(first)).usingRecursiveComparison().isEqualTo(files(Map.of()));
        String second = "02" + first.substring(2) + " 00000001 0004 6e616d65 00000005";
        assertThat(files(second)).usingRecursiveComparison().isEqualTo(files(Map.of("name", 5)));
        String third = "03" + second.substring(2) + " 00000000 00000000";
        assertThat(files(third)).usingRecursiveComparison().isEqualTo(files(Map.of("name", 5)));
    }

    @Test
    void plannedTablesAreReadAsTheyWereWritten() throws Exception {
        String plan = "{\"schema\":{\"type\":\"struct\",\"schema-id\":0,\"identifier-field-ids\":[1],\"fields\":["
                + "{\"id\":1,\"name\":\"id\",\"required\":true,\"type\":\"long\"},"
                + "{\"id\":4,\"name\":\"a \\\"b\\\"\",\"required\":false,\"type\":\"string\"}]},"
                + "\"spec\":{\"spec-id\":3,\"fields\":["
                + "{\"name\":\"id_b\",\"transform\":\"bucket[4]\",\"source-id\":1,\"field-id\":1002}]},"
                + "\"columns\":\"relation=70; revision=2; key=1; fields=1:1,2:4\"}";
        TableFiles read =
                TableFiles.ofBytes(TableFiles.replacement("people", 7, Position.of(3, 4), 99, TablePlan.parse(plan))
                        .toBytes());
        assertThat(read.plan()).hasToString(plan);
        assertThat(read.replacement()).isEqualTo(Position.of(3, 4));
        assertThat(read.isEmpty()).isTrue();
        assertThat(read.position()).isEqualTo(Position.of(3, 4));
        assertThat(TableFiles.ofBytes(TableFiles.replacement("people", 7, Position.START, 0, null)
                                .toBytes())
                        .plan())
                .isNull();
    }

    private static TableFiles files(String hex) throws Exception {
        return TableFiles.ofBytes(HexFormat.of().parseHex(hex.replace(" ", "")));
    }

    private static TableFiles files(Map<String, Integer> replaced) {
        return new TableFiles(
                "people",
                7,
                2,
                Position.of(3, 4),
                99,
                List.of("{}"),
                List.of(),
                replaced,
                null,
                new TreeMap<>(),
                null,
                null,
                null);
    }

    private List<Path> parquetFiles() throws Exception {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(file -> file.toString().endsWith(".parquet")).toList();
        }
    }

    private List<String> rows() throws Exception {
        return read(settings, "people");
    }

    private int snapshots() throws Exception {
        try (Warehouse warehouse = Warehouse.open(settings)) {
            return Fixture.snapshots(warehouse.load("people")).size();
        }
    }
}
