package io.tributary;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.change.Captured;
import io.tributary.change.Change;
import io.tributary.change.Column;
import io.tributary.change.FilledTables;
import io.tributary.change.Operation;
import io.tributary.change.Position;
import io.tributary.change.Schema;
import io.tributary.change.WireType;
import io.tributary.latest.Latest;
import io.tributary.latest.LatestOperator;
import io.tributary.latest.LatestSettings;
import io.tributary.latest.Retention;
import io.tributary.query.Queries;
import io.tributary.query.QuerySettings;
import io.tributary.settings.Given;
import io.tributary.settings.NamePatterns;
import io.tributary.settings.Problems;
import io.tributary.settings.Secrets;
import io.tributary.sink.iceberg.Fixture;
import io.tributary.sink.iceberg.IcebergPlan;
import io.tributary.sink.iceberg.IcebergSettings;
import io.tributary.sink.iceberg.IcebergSink;
import io.tributary.sink.rejected.RejectedSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.RichFlatMapFunction;
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
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.runtime.typeutils.RowDataSerializer;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.VarCharType;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.util.Collector;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * A whole job that keeps the places of its rows: through failures, savepoints, another parallelism, truncations, and resyncs that find
 * changes which did not come. The same of jobs that delete in other ways.
 */
class PlacesJobTest {

    @RegisterExtension
    static final MiniClusterExtension CLUSTER = new MiniClusterExtension(new MiniClusterResourceConfiguration.Builder()
            .setNumberTaskManagers(1)
            .setNumberSlotsPerTaskManager(3)
            .build());

    private static final Schema PEOPLE = Schema.of(
            "people",
            List.of(Column.of("id", new BigIntType(false)), Column.of("city", new VarCharType(VarCharType.MAX_LENGTH))),
            List.of("id"));
    private static final Schema ID =
            Schema.of("people", List.of(PEOPLE.columns().get(0)), List.of("id"));
    private static final int KEYS = 50;

    /** Each so many numbers the table is read again. */
    private static final int RESYNC = 150;

    /** Before that, changes of so many numbers do not come. */
    private static final int LOST = 10;

    private static final List<String> TABLES = List.of("people", "cities", "some");

    private static final AtomicBoolean HAS_FAILED = new AtomicBoolean();
    private static final AtomicLong CHECKPOINTS = new AtomicLong();
    private static final AtomicLong REACHED = new AtomicLong();

    @TempDir
    private Path folder;

    private final Problems problems = new Problems();
    private String deletes = "positions";

    @Test
    void noRowIsEverLookedForByItsKey() throws Exception {
        rowsAreThoseOfTheSource();
        for (String table : TABLES) {
            assertThat(total(table, "added-equality-deletes")).as(table).isZero();
            assertThat(total(table, "added-position-deletes")).as(table).isPositive();
        }
    }

    @Test
    @Tag("slow")
    void norInTablesWithVectors() throws Exception {
        deletes = "vectors";
        rowsAreThoseOfTheSource();
        for (String table : TABLES) {
            assertThat(total(table, "added-equality-deletes")).as(table).isZero();
            assertThat(total(table, "added-dvs")).as(table).isPositive();
        }
    }

    @Test
    @Tag("slow")
    void rowsAreTheSameByTheirKeys() throws Exception {
        deletes = "equality";
        rowsAreThoseOfTheSource();
        for (String table : TABLES) {
            assertThat(total(table, "added-equality-deletes")).as(table).isPositive();
        }
    }

    private long total(String table, String property) throws Exception {
        return Fixture.total(settings(), table, property);
    }

    private void rowsAreThoseOfTheSource() throws Exception {
        Files.writeString(
                Files.createDirectories(folder.resolve("sql")).resolve("cities.sql"),
                "-- key: city\nSELECT COALESCE(city, '') AS city, COUNT(*) AS people FROM people GROUP BY COALESCE(city, '')");
        Files.writeString(
                folder.resolve("sql/some.sql"),
                "-- key: id\nSELECT id, UPPER(city) AS city FROM people WHERE city <> 'c5'");
        HAS_FAILED.set(false);
        CHECKPOINTS.set(0);
        REACHED.set(0);
        String savepoint = stopped(job(2, null).executeAsync("fails once"), 4);
        assertThat(HAS_FAILED).isTrue();
        CHECKPOINTS.set(0);
        stopped(job(3, savepoint).executeAsync("with another parallelism"), 3);
        long last = IcebergPlan.newest(settings(), List.of("people")).major() - 1;

        Map<Long, String> expected = new TreeMap<>();
        for (long number = 0; number <= last; number++) {
            if (isResync(number)) {
                expected = source(number);
            } else if (!isLost(number)) {
                apply(number, expected);
            }
        }
        List<String> rows = new ArrayList<>();
        expected.forEach((id, city) -> rows.add("{city=" + city + ", id=" + id + "}"));
        assertThat(Fixture.read(settings(), "people")).containsExactlyInAnyOrderElementsOf(rows);
        assertThat(Fixture.read(settings(), "cities"))
                .hasSize(expected.values().stream().distinct().toList().size());
        assertThat(Fixture.read(settings(), "some"))
                .containsExactlyInAnyOrderElementsOf(rows.stream()
                        .filter(row -> !row.contains("city=c5,"))
                        .map(row -> row.replace("city=c", "city=C"))
                        .toList());
    }

    private static boolean isResync(long number) {
        return number % RESYNC == RESYNC - 1;
    }

    private static boolean isLost(long number) {
        return number % RESYNC >= RESYNC - 1 - LOST && !isResync(number);
    }

    /** What the source's table holds. */
    private static Map<Long, String> source(long number) {
        Map<Long, String> rows = new TreeMap<>();
        for (long each = 0; each <= number; each++) {
            if (!isResync(each)) {
                apply(each, rows);
            }
        }
        return rows;
    }

    private static void apply(long number, Map<Long, String> rows) {
        if (number % 97 == 0) {
            rows.clear();
        } else if (number % 7 == 0) {
            rows.remove(number % KEYS);
        } else {
            rows.put(number % KEYS, city(number));
        }
    }

    private String stopped(JobClient job, long checkpoints) throws Exception {
        long enough = REACHED.get() + 2 * RESYNC;
        while (CHECKPOINTS.get() < checkpoints || REACHED.get() < enough) {
            Thread.sleep(20);
        }
        return job.stopWithSavepoint(
                        false, folder.resolve("savepoints").toUri().toString(), SavepointFormatType.CANONICAL)
                .get();
    }

    /** Number n changes one key, deletes it, or truncates the table. */
    private static Change change(long number) {
        Position at = Position.of(number + 1, 0);
        if (number % 97 == 0) {
            return Change.truncate(PEOPLE, at, number);
        }
        BinaryRowData key = binary(ID, number % KEYS);
        if (number % 7 == 0) {
            return Change.delete(PEOPLE, at, number, key);
        }
        BinaryRowData row = binary(PEOPLE, number % KEYS, StringData.fromString(city(number)));
        return Change.upsert(Operation.UPDATE, PEOPLE, at, number, key, row);
    }

    private static void resync(long number, Collector<Captured> out) {
        source(number)
                .forEach((id, city) -> out.collect(Change.upsert(
                        Operation.READ,
                        PEOPLE,
                        Position.of(number + 1, 1),
                        number,
                        binary(ID, id),
                        binary(PEOPLE, id, StringData.fromString(city)))));
        out.collect(Change.resynced(PEOPLE, Position.of(number + 1, 0), number));
    }

    private static String city(long number) {
        return "c" + number % 11;
    }

    private static BinaryRowData binary(Schema schema, Object... values) {
        return new RowDataSerializer(schema.rowType())
                .toBinaryRow(GenericRowData.of(values))
                .copy();
    }

    private StreamExecutionEnvironment job(int parallelism, String savepoint) {
        Configuration flink = new Configuration();
        flink.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofMillis(200));
        flink.set(
                CheckpointingOptions.CHECKPOINTS_DIRECTORY,
                folder.resolve("checkpoints").toUri().toString());
        flink.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
        flink.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 1);
        flink.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(10));
        flink.set(PipelineOptions.GENERIC_TYPES, false);
        if (savepoint != null) {
            flink.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint);
        }
        StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment(flink);
        environment.setParallelism(parallelism);

        Configuration configuration = new Configuration();
        configuration.setString("sql.directory", folder.resolve("sql").toString());
        Given given = Given.of(configuration, new Secrets(name -> null, name -> null), problems);
        Queries queries = Queries.compile(QuerySettings.from(given), Map.of("people", PEOPLE), problems);
        problems.throwIfAny();
        queries.placing(settings().keepsPlaces());
        new Pipeline(
                        new Latest(
                                        LatestSettings.from(given),
                                        Retention.whole(),
                                        FilledTables.none(),
                                        queries.consumers())
                                .placing(settings().keepsPlaces()),
                        new PassThrough(NamePatterns.of(Set.of("people")), Set.of("people")),
                        (env, newest, marks, uid) ->
                                queries.attach(env, newest, marks, LatestOperator.NAME, Map.of(), uid),
                        RejectedSettings.from(given),
                        new IcebergSink(settings()))
                .from(
                        "postgres",
                        (env, uid) -> env.fromSource(
                                        new NumberSequenceSource(0, 1_000_000),
                                        WatermarkStrategy.noWatermarks(),
                                        "numbers")
                                .setParallelism(1)
                                .uid(uid)
                                .flatMap(new Pace())
                                .returns(WireType.CAPTURED)
                                .setParallelism(1)
                                .uid(uid + "-pace"))
                .to("iceberg", new IcebergSink(settings()))
                .assemble(environment);
        return environment;
    }

    private IcebergSettings settings() {
        return Fixture.settings(folder.resolve("warehouse"), "iceberg.deletes", deletes);
    }

    /** Slows the numbers down, counts checkpoints, and fails once after two of them. */
    private static final class Pace extends RichFlatMapFunction<Long, Captured> implements CheckpointListener {

        private static final long serialVersionUID = 1L;

        @Override
        public void flatMap(Long number, Collector<Captured> out) throws Exception {
            Thread.sleep(1);
            if (CHECKPOINTS.get() == 2 && HAS_FAILED.compareAndSet(false, true)) {
                throw new IllegalStateException("This failure is meant to be");
            }
            REACHED.accumulateAndGet(number, Math::max);
            if (isResync(number)) {
                resync(number, out);
            } else if (!isLost(number)) {
                out.collect(change(number));
            }
        }

        @Override
        public void notifyCheckpointComplete(long checkpointId) {
            CHECKPOINTS.incrementAndGet();
        }
    }
}
