package io.tributary.sink.iceberg;

import static io.tributary.sink.iceberg.Fixture.ID;
import static io.tributary.sink.iceberg.Fixture.TEXT;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.change.ChangelogRow;
import io.tributary.change.Column;
import io.tributary.change.Position;
import io.tributary.change.Schema;
import io.tributary.change.WireType;
import io.tributary.sink.Outputs;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import java.util.stream.StreamSupport;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.state.CheckpointListener;
import org.apache.flink.api.connector.source.lib.NumberSequenceSource;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.ExecutionCheckpointingOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.types.RowKind;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The sink in a whole job: chained, killed, stopped, resumed, and at the end of its input. */
class IcebergSinkTest {

    @RegisterExtension
    static final MiniClusterExtension CLUSTER = new MiniClusterExtension(new MiniClusterResourceConfiguration.Builder()
            .setNumberTaskManagers(1)
            .setNumberSlotsPerTaskManager(2)
            .build());

    private static final Schema NUMBERS =
            Schema.of("numbers", List.of(Column.of("id", ID), Column.of("v", TEXT)), List.of("id"));
    private static final int KEYS = 500;

    private static final AtomicBoolean HAS_FAILED = new AtomicBoolean();
    private static final AtomicLong CHECKPOINTS = new AtomicLong();
    private static final AtomicLong LAST = new AtomicLong();

    @TempDir
    private Path directory;

    private int writeParallelism = 2;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void jobThatFailsOnTheWayWritesEachRowOnce(boolean unaligned) throws Exception {
        HAS_FAILED.set(false);
        CHECKPOINTS.set(0);
        Configuration configuration = configuration();
        configuration.set(ExecutionCheckpointingOptions.ENABLE_UNALIGNED, unaligned);
        writeParallelism = unaligned ? 1 : 2;
        StreamExecutionEnvironment environment = pipeline(configuration, 3000, true);
        environment.execute("fails once, then ends");
        assertThat(HAS_FAILED).isTrue();
        assertThat(rows()).containsExactlyElementsOf(expected(3000));
    }

    @Test
    void jobStoppedWithASavepointAndResumedWritesEachRowOnce() throws Exception {
        CHECKPOINTS.set(0);
        JobClient client = pipeline(configuration(), 1_000_000, false).executeAsync("to be stopped");
        await(() -> CHECKPOINTS.get() >= 2);
        String savepoint = client.stopWithSavepoint(
                        false, directory.resolve("savepoints").toUri().toString(), SavepointFormatType.CANONICAL)
                .get();
        long stoppedAt = lastNumber();
        // What came after the savepoint is not committed: it comes again.
        assertThat(stoppedAt).isBetween(LAST.get() - 10, LAST.get());
        assertThat(rows()).containsExactlyElementsOf(expected(stoppedAt + 1));

        Configuration resumed = configuration();
        resumed.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint);
        CHECKPOINTS.set(0);
        JobClient second = pipeline(resumed, 1_000_000, false).executeAsync("to be stopped again");
        await(() -> CHECKPOINTS.get() >= 2);
        second.stopWithSavepoint(
                        false, directory.resolve("savepoints").toUri().toString(), SavepointFormatType.CANONICAL)
                .get();
        assertThat(lastNumber()).isGreaterThan(stoppedAt).isBetween(LAST.get() - 10, LAST.get());
        assertThat(rows()).containsExactlyElementsOf(expected(lastNumber() + 1));
        assertThat(sinkIds()).hasSize(1);
        assertThat(client.getJobID()).isNotEqualTo(second.getJobID());
    }

    @Test
    void drainedJobCommitsItsLastRows() throws Exception {
        CHECKPOINTS.set(0);
        JobClient client = pipeline(configuration(), 1_000_000, false).executeAsync("to be drained");
        await(() -> CHECKPOINTS.get() >= 1);
        client.stopWithSavepoint(
                        true, directory.resolve("savepoints").toUri().toString(), SavepointFormatType.CANONICAL)
                .get();
        assertThat(lastNumber()).isEqualTo(LAST.get());
        assertThat(rows()).containsExactlyElementsOf(expected(LAST.get() + 1));
    }

    @Test
    void writersAreChainedToTheStageBefore() {
        StreamExecutionEnvironment environment = pipeline(configuration(), 1, false);
        List<String> names = new ArrayList<>();
        environment.getStreamGraph(false).getJobGraph().getVertices().forEach(vertex -> names.add(vertex.getName()));
        assertThat(names).anyMatch(name -> name.contains("changelog -> Iceberg: write files"));
        assertThat(names).contains("Iceberg: commit");
        writeParallelism = 1;
        environment = pipeline(configuration(), 1, false);
        environment.getStreamGraph(false).getJobGraph().getVertices().forEach(vertex -> names.add(vertex.getName()));
        assertThat(names).contains("Iceberg: write files");
    }

    /** Number n inserts key n for the first keys; after that it updates one of them, or deletes and inserts it. */
    private static List<ChangelogRow> changes(long number) {
        long id = number % KEYS;
        if (number < KEYS) {
            return List.of(row(RowKind.INSERT, number, id, number));
        }
        RowKind off = number % 3 == 0 ? RowKind.DELETE : RowKind.UPDATE_BEFORE;
        RowKind on = number % 3 == 0 ? RowKind.INSERT : RowKind.UPDATE_AFTER;
        return List.of(row(off, number, id, null), row(on, number, id, number));
    }

    private static ChangelogRow row(RowKind kind, long number, long id, Long value) {
        return ChangelogRow.of(
                kind,
                NUMBERS,
                Position.of(number, 0),
                number,
                Fixture.binary(NUMBERS, id, value == null ? null : "v" + value));
    }

    private static List<String> expected(long numbers) {
        return LongStream.range(0, Math.min(numbers, KEYS))
                .mapToObj(id -> "{id=" + id + ", v=v" + (id + (numbers - 1 - id) / KEYS * KEYS) + "}")
                .sorted()
                .toList();
    }

    private StreamExecutionEnvironment pipeline(Configuration configuration, long count, boolean fails) {
        StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment(configuration);
        environment.setParallelism(2);
        var rows = environment
                .fromSource(new NumberSequenceSource(0, count - 1), WatermarkStrategy.noWatermarks(), "numbers")
                .setParallelism(1)
                .uid("numbers")
                .map(new Pace(fails))
                .setParallelism(1)
                .uid("pace")
                .<ChangelogRow>flatMap((number, out) -> changes(number).forEach(out::collect))
                .returns(WireType.CHANGELOG_ROW)
                .setParallelism(1)
                .uid("changes")
                .keyBy(row -> row.row().getLong(0))
                .map(row -> row)
                .returns(WireType.CHANGELOG_ROW)
                .uid("changelog")
                .name("changelog");
        new IcebergSink(settings()).write(Outputs.of(rows), "iceberg");
        return environment;
    }

    private Configuration configuration() {
        Configuration configuration = new Configuration();
        configuration.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofMillis(200));
        configuration.set(
                CheckpointingOptions.CHECKPOINTS_DIRECTORY,
                directory.resolve("checkpoints").toUri().toString());
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 1);
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(10));
        configuration.set(PipelineOptions.GENERIC_TYPES, false);
        configuration.set(PipelineOptions.AUTO_GENERATE_UIDS, false);
        return configuration;
    }

    private IcebergSettings settings() {
        return Fixture.settings(
                directory.resolve("warehouse"), "iceberg.write-parallelism", Integer.toString(writeParallelism));
    }

    private List<String> rows() throws Exception {
        return Fixture.read(settings(), "numbers");
    }

    private long lastNumber() throws Exception {
        try (Warehouse warehouse = Warehouse.open(settings())) {
            String position =
                    warehouse.load("numbers").currentSnapshot().summary().get(Commits.POSITION);
            return Position.ofHex(position).major();
        }
    }

    private List<String> sinkIds() throws Exception {
        try (Warehouse warehouse = Warehouse.open(settings())) {
            Table table = warehouse.load("numbers");
            return StreamSupport.stream(table.snapshots().spliterator(), false)
                    .map(Snapshot::summary)
                    .map(summary -> summary.get(Commits.SINK))
                    .distinct()
                    .toList();
        }
    }

    private interface Condition {
        boolean holds() throws Exception;
    }

    private static void await(Condition condition) throws Exception {
        while (!condition.holds()) {
            Thread.sleep(20);
        }
    }

    /** Slows the numbers down, counts checkpoints, and fails once, when asked to, after some of them. */
    private static final class Pace extends RichMapFunction<Long, Long> implements CheckpointListener {

        private static final long serialVersionUID = 1L;

        private final boolean fails;

        private Pace(boolean fails) {
            this.fails = fails;
        }

        @Override
        public Long map(Long number) throws Exception {
            Thread.sleep(1);
            if (fails && CHECKPOINTS.get() >= 3 && HAS_FAILED.compareAndSet(false, true)) {
                throw new IllegalStateException("This failure is meant to be");
            }
            LAST.set(number);
            return number;
        }

        @Override
        public void notifyCheckpointComplete(long checkpointId) {
            CHECKPOINTS.incrementAndGet();
        }
    }
}
