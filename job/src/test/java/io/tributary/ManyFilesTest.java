package io.tributary;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.change.Captured;
import io.tributary.change.Change;
import io.tributary.change.Column;
import io.tributary.change.FilledTables;
import io.tributary.change.Operation;
import io.tributary.change.Position;
import io.tributary.change.Rejected;
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
import io.tributary.sink.iceberg.IcebergSettings;
import io.tributary.sink.iceberg.IcebergSink;
import io.tributary.sink.rejected.RejectedSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.jobgraph.DistributionPattern;
import org.apache.flink.runtime.jobgraph.JobEdge;
import org.apache.flink.runtime.jobgraph.JobVertex;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.runtime.typeutils.RowDataSerializer;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.VarCharType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** What SQL files cost in tasks and channels, as the documentation says. */
final class ManyFilesTest {

    private static final int PARALLELISM = 2;
    private static final int FILES = 25;
    private static final int ROWS = 17 * 30;

    @TempDir
    private Path folder;

    private final Problems problems = new Problems();

    private void write(String table, String key, String select) throws IOException {
        Files.writeString(folder.resolve(table + ".sql"), "-- key: " + key + "\n" + select);
    }

    /** As a pipeline may have them: a fifth chooses and filters, two fifths join, and as many sum up what is joined. */
    private void write25() throws IOException {
        for (int i = 0; i < FILES; i++) {
            String one = "t" + (1 + i % 8);
            String other = "t" + (1 + (i + 3) % 8);
            switch (i % 5) {
                case 0 -> write(name(i), "id", "SELECT id, UPPER(v) AS v FROM " + one + " WHERE r > 3");
                case 1, 2 ->
                    write(
                            name(i),
                            "id",
                            "SELECT a.id, b.v FROM " + one + " AS a LEFT JOIN " + other + " AS b ON b.id = a.r");
                default ->
                    write(
                            name(i),
                            "r",
                            "SELECT COALESCE(a.r, 0) AS r, COUNT(*) AS n, MAX(b.v) AS v FROM " + one + " AS a JOIN "
                                    + other + " AS b ON b.id = a.r GROUP BY COALESCE(a.r, 0)");
            }
        }
    }

    private static String name(int i) {
        return (i % 5 == 0 ? "plain" : i % 5 < 3 ? "joined" : "summed") + i;
    }

    private record Cost(int tasks, int channels) {
        Cost without(Cost other) {
            return new Cost(tasks - other.tasks, channels - other.channels);
        }
    }

    private Cost cost() throws Exception {
        int tasks = 0;
        int channels = 0;
        for (JobVertex vertex : environment(List.of(), new Configuration())
                .getStreamGraph(false)
                .getJobGraph()
                .getVertices()) {
            tasks += vertex.getParallelism();
            for (JobEdge edge : vertex.getInputs()) {
                int from = edge.getSource().getProducer().getParallelism();
                channels += edge.getDistributionPattern() == DistributionPattern.ALL_TO_ALL
                        ? from * vertex.getParallelism()
                        : Math.max(from, vertex.getParallelism());
            }
        }
        return new Cost(tasks, channels);
    }

    /** Of one file more. */
    private Cost cost(String table, String key, String select) throws Exception {
        Cost before = cost();
        write(table, key, select);
        return cost().without(before);
    }

    /** In each subtask: what stands in the documentation. */
    @Test
    void aFileHasATaskForEachJoinAndAggregateAndOneForItsResult() throws Exception {
        write("first", "id", "SELECT id FROM t1");
        assertThat(cost("plain", "id", "SELECT id, v FROM t1 WHERE r > 3").tasks)
                .isZero();
        assertThat(cost("joined", "id", "SELECT a.id, b.v FROM t1 AS a LEFT JOIN t2 AS b ON b.id = a.r").tasks)
                .isEqualTo(2 * PARALLELISM);
        assertThat(cost("counted", "r", "SELECT COALESCE(r, 0) AS r, COUNT(*) AS n FROM t1 GROUP BY COALESCE(r, 0)")
                        .tasks)
                .isEqualTo(2 * PARALLELISM);
        assertThat(cost(
                                "summed",
                                "r",
                                "SELECT COALESCE(a.r, 0) AS r, MAX(b.v) AS v FROM t1 AS a JOIN t2 AS b ON b.id = a.r"
                                        + " GROUP BY COALESCE(a.r, 0)")
                        .tasks)
                .isEqualTo(3 * PARALLELISM);
    }

    @Test
    void twentyFiveFilesHaveAsManyTasksAndChannelsAsThePageSays() throws Exception {
        write25();
        assertThat(cost()).isEqualTo(new Cost(108, 671));
        assertThat(Files.readString(Path.of("docs/sql.md"))).contains("108 tasks with 671 channels");
    }

    /** In the memory that the page names: {@code -Dmany-files=true}, with -Xmx1200m. */
    @Test
    @EnabledIfSystemProperty(named = "many-files", matches = "true")
    void twentyFiveFilesRunOnASmallTaskManager() throws Exception {
        write25();
        Configuration flink = new Configuration();
        flink.setString("state.backend.type", "rocksdb");
        flink.setString("taskmanager.memory.managed.size", "900 mb");
        flink.setString("taskmanager.memory.network.min", "230 mb");
        flink.setString("taskmanager.memory.network.max", "230 mb");
        flink.setString("restart-strategy.type", "none");
        List<Captured> rows = new ArrayList<>();
        for (int table = 1; table <= 8; table++) {
            for (long id = 1; id <= ROWS; id++) {
                rows.add(row(table, id));
            }
        }
        environment(rows, flink).execute();
        for (int i = 0; i < FILES; i++) {
            assertThat(count(name(i))).as(name(i)).isEqualTo(i % 5 == 0 ? 13 * ROWS / 17 : i % 5 < 3 ? ROWS : 16);
        }
    }

    private int count(String table) throws Exception {
        Given given = Given.of(configuration(), new Secrets(name -> null, name -> null), problems);
        return Fixture.read(IcebergSettings.from(given), table).size();
    }

    private static Change row(int table, long id) {
        Schema schema = tables().get("t" + table);
        Schema key = Schema.of(schema.table(), List.of(schema.columns().get(0)), List.of("id"));
        GenericRowData row = GenericRowData.of(id, id % 17, StringData.fromString("v" + id));
        return Change.upsert(
                Operation.INSERT,
                schema,
                Position.of(1, id),
                0,
                new RowDataSerializer(key.rowType())
                        .toBinaryRow(GenericRowData.of(id))
                        .copy(),
                new RowDataSerializer(schema.rowType()).toBinaryRow(row).copy());
    }

    private static Map<String, Schema> tables() {
        Map<String, Schema> tables = new TreeMap<>();
        for (int i = 1; i <= 8; i++) {
            String name = "t" + i;
            tables.put(
                    name,
                    Schema.of(
                            name,
                            List.of(
                                    Column.of("id", new BigIntType(false)),
                                    Column.of("r", new BigIntType()),
                                    Column.of("v", new VarCharType(VarCharType.MAX_LENGTH))),
                            List.of("id")));
        }
        return tables;
    }

    private Configuration configuration() {
        Configuration configuration = new Configuration();
        configuration.setString("iceberg.catalog.type", "hadoop");
        configuration.setString(
                "iceberg.catalog.warehouse", folder.resolve("warehouse").toUri().toString());
        configuration.setString("sql.directory", folder.toString());
        return configuration;
    }

    private StreamExecutionEnvironment environment(List<Captured> rows, Configuration flink) {
        Map<String, Schema> tables = tables();
        Given given = Given.of(configuration(), new Secrets(name -> null, name -> null), problems);
        Queries queries = Queries.compile(QuerySettings.from(given), tables, problems);
        IcebergSettings iceberg = IcebergSettings.from(given);
        RejectedSettings rejected = RejectedSettings.from(given);
        LatestSettings latest = LatestSettings.from(given);
        problems.throwIfAny();
        flink.setString("execution.checkpointing.interval", "2 s");
        StreamExecutionEnvironment environment = StreamExecutionEnvironment.createLocalEnvironment(PARALLELISM, flink);
        List<Captured> all = new ArrayList<>(rows);
        all.add(Rejected.of("test", "t1", 0, "none", new byte[0], null));
        new Pipeline(
                        new Latest(latest, Retention.whole(), FilledTables.none(), queries.consumers()),
                        new PassThrough(NamePatterns.of(Set.of("t8")), tables.keySet()),
                        (env, newest, marks, uid) ->
                                queries.attach(env, newest, marks, LatestOperator.NAME, Map.of(), uid),
                        rejected,
                        new IcebergSink(iceberg))
                .from(
                        "postgres",
                        (env, uid) -> env.fromCollection(all, WireType.CAPTURED).uid(uid))
                .to("iceberg", new IcebergSink(iceberg))
                .assemble(environment);
        return environment;
    }
}
