package io.tributary;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.capture.Capture;
import io.tributary.change.Captured;
import io.tributary.change.Change;
import io.tributary.change.Column;
import io.tributary.change.FilledTables;
import io.tributary.change.InferredType;
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
import io.tributary.sink.iceberg.IcebergSettings;
import io.tributary.sink.iceberg.IcebergSink;
import io.tributary.sink.iceberg.Warehouse;
import io.tributary.sink.rejected.RejectedSettings;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.jobgraph.JobVertex;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.apache.flink.streaming.api.graph.StreamNode;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.runtime.typeutils.RowDataSerializer;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.VarCharType;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PipelineTest {

    private static final Schema PEOPLE = Schema.of(
            "people",
            List.of(Column.of("id", new BigIntType(false)), Column.of("city", new VarCharType(VarCharType.MAX_LENGTH))),
            List.of("id"));

    private static final Schema ID =
            Schema.of("people", List.of(PEOPLE.columns().get(0)), List.of("id"));

    @TempDir
    Path folder;

    private final Configuration configuration = new Configuration();
    private final Problems problems = new Problems();
    private final Secrets secrets = new Secrets(name -> null, name -> null);

    @BeforeEach
    void writeSettings() throws Exception {
        configuration.setString("iceberg.catalog.type", "hadoop");
        configuration.setString(
                "iceberg.catalog.warehouse", folder.resolve("warehouse").toUri().toString());
        configuration.setString(
                "sql.directory", Files.createDirectories(folder.resolve("sql")).toString());
        configuration.set(
                ConfigOptions.key("sql.pass-through").stringType().asList().noDefaultValue(), List.of("people"));
        Files.writeString(folder.resolve("sql/cities.sql"), """
                -- How many people live in each city?
                -- key: city
                SELECT COALESCE(city, 'nowhere') AS city, COUNT(*) AS people FROM people GROUP BY COALESCE(city, 'nowhere')
                """);
    }

    @Test
    void whatIsCapturedEndsInItsTablesAndWhatIsRejectedInItsOwn() throws Exception {
        Files.writeString(
                folder.resolve("sql/shares.sql"), "-- key: id\nSELECT id, 100 / (id - 3) AS share FROM people");
        StreamExecutionEnvironment environment = environment();
        assemble(
                environment,
                List.of(
                        Change.snapshotBegan(PEOPLE, Position.START, 0),
                        row(1, 1, "Rome"),
                        row(2, 2, "Oslo"),
                        Change.snapshotEnded(PEOPLE, Position.START, 2),
                        row(3, 1, "Oslo"),
                        row(4, 3, "Bonn"),
                        row(5, 3, "Bonn"),
                        Change.delete(PEOPLE, Position.of(6, 0), 6, key(2)),
                        row(1, 1, "Rome"),
                        row(7, 4, "Kyiv"),
                        Rejected.of("test", "people", 0, "unreadable", "raw".getBytes(StandardCharsets.UTF_8), null)));

        environment.execute();

        assertThat(rows("people")).containsExactly("1|Oslo", "3|Bonn", "4|Kyiv");
        assertThat(rows("cities")).containsExactly("Bonn|1", "Kyiv|1", "Oslo|1");
        assertThat(rows("shares")).containsExactly("1|-50", "4|100");
        assertThat(rows("dead_letters", "system", "source_table", "reason"))
                .containsExactly(
                        "sql|shares|sql/shares.sql cannot compute this row: division by zero, in Calc(select=[id, (100 /"
                                + " (id - 3)) AS share]). The table goes without it until its values can be computed, or"
                                + " the file is changed so that it can: with TRY_CAST, NULLIF or CASE",
                        "test|people|unreadable");
    }

    @Test
    void aTruncationReachesEveryTarget() throws Exception {
        StreamExecutionEnvironment environment = environment();
        assemble(
                environment,
                List.of(
                        row(1, 1, "Rome"),
                        row(2, 2, "Oslo"),
                        Change.truncate(PEOPLE, Position.of(3, 0), 3),
                        row(4, 9, "Oslo")));

        environment.execute();

        assertThat(rows("people")).containsExactly("9|Oslo");
        assertThat(rows("cities")).containsExactly("Oslo|1");
    }

    @Test
    void typesThatAreFoundFromDataEndAsTheOneThatHoldsAllValues() throws Exception {
        StreamExecutionEnvironment environment = environment();
        Column numbers = Column.inferred("n", InferredType.BIGINT);
        Column cents = Column.inferred("n", new DecimalType(21, 2));
        Column text = Column.inferred("n", InferredType.TEXT);
        List<Captured> captured = new ArrayList<>();
        for (long id = 1; id <= 40; id++) {
            captured.add(row(id, id, numbers, id));
        }
        captured.add(row(41, 41, cents, DecimalData.fromBigDecimal(new BigDecimal("2.50"), 21, 2)));
        captured.add(Change.delete(PEOPLE, Position.of(42, 0), 42, key(1)));
        captured.add(row(43, 43, text, StringData.fromString("é")));
        captured.add(row(44, 44, numbers, 44L));
        assemble(environment, captured);

        environment.execute();

        Set<String> expected = new TreeSet<>(Set.of("41|2.5", "43|é", "44|44"));
        for (long id = 2; id <= 40; id++) {
            expected.add(id + "|" + id);
        }
        assertThat(rows("people", "id", "n")).isEqualTo(expected);
        assertThat(rows("cities")).containsExactly("Rome|42");
    }

    @Test
    void everyOperatorHasAUidOfOurOwn() throws Exception {
        StreamExecutionEnvironment environment = environment();
        assemble(environment, List.of(row(1, 1, "Rome")));

        assertThat(environment.getStreamGraph().getStreamNodes())
                .filteredOn(node -> !node.getOperatorName().startsWith("Source: "))
                .filteredOn(node -> node.getTransformationUID() == null)
                .extracting(StreamNode::getOperatorName)
                .isEmpty();
    }

    /** Savepoints know the first by its uid, from when it was the only one. */
    @Test
    void everyOutputHasAWriterThatIsChainedToTheStageThatMakesIt() throws Exception {
        StreamExecutionEnvironment environment = environment();
        assemble(environment, List.of(row(1, 1, "Rome")));

        StreamGraph graph = environment.getStreamGraph(false);
        assertThat(graph.getStreamNodes())
                .filteredOn(node -> node.getOperatorName().equals("Iceberg: write files"))
                .extracting(StreamNode::getTransformationUID)
                .containsExactlyInAnyOrder(
                        "sink-iceberg-writer", "sink-iceberg-writer-file-cities", "dead-letters-writer");
        assertThat(graph.getJobGraph().getVertices())
                .extracting(JobVertex::getName)
                .anyMatch(name -> name.contains("latest row of every key")
                        && name.contains("tables that pass through -> Iceberg: write files"))
                .anyMatch(name -> name.contains("SQL settle cities")
                        && name.contains("SQL table cities -> Iceberg: write files"));
    }

    private StreamExecutionEnvironment environment() {
        Configuration flink = new Configuration();
        flink.setString("execution.checkpointing.interval", "200 ms");
        flink.setString("pipeline.generic-types", "false");
        flink.setString("taskmanager.memory.network.max", "128 mb");
        return StreamExecutionEnvironment.createLocalEnvironment(2, flink);
    }

    private void assemble(StreamExecutionEnvironment environment, List<Captured> captured) {
        Queries queries = Queries.compile(
                QuerySettings.from(Given.of(configuration, secrets, problems)), Map.of("people", PEOPLE), problems);
        IcebergSettings iceberg = IcebergSettings.from(Given.of(configuration, secrets, problems));
        RejectedSettings rejected = RejectedSettings.from(Given.of(configuration, secrets, problems));
        Latest latest = new Latest(
                LatestSettings.from(Given.of(configuration, new Secrets(name -> null, name -> null), problems)),
                Retention.whole(),
                FilledTables.none(),
                queries.consumers());
        problems.throwIfAny();
        Capture capture =
                (env, uid) -> env.fromCollection(captured, WireType.CAPTURED).uid(uid);
        new Pipeline(
                        latest,
                        new PassThrough(NamePatterns.of(Set.of("people")), Set.of("people")),
                        (env, newest, marks, uid) ->
                                queries.attach(env, newest, marks, LatestOperator.NAME, Map.of(), uid),
                        rejected,
                        new IcebergSink(iceberg))
                .from("postgres", capture)
                .to("iceberg", new IcebergSink(iceberg))
                .assemble(environment);
    }

    /** All columns, or those that are named. */
    private Set<String> rows(String table, String... names) throws Exception {
        Set<String> rows = new TreeSet<>();
        int count = 0;
        try (Warehouse warehouse = Warehouse.open(IcebergSettings.from(Given.of(configuration, secrets, problems)))) {
            Table found = warehouse.load(table);
            List<String> columns = names.length > 0
                    ? List.of(names)
                    : found.schema().columns().stream()
                            .map(Types.NestedField::name)
                            .toList();
            try (CloseableIterable<Record> records = IcebergGenerics.read(found).build()) {
                for (Record record : records) {
                    rows.add(columns.stream()
                            .map(column -> String.valueOf(record.getField(column)))
                            .collect(Collectors.joining("|")));
                    count++;
                }
            }
        }
        assertThat(rows).as("no row twice").hasSize(count);
        return rows;
    }

    private static Change row(long at, long id, String city) {
        return Change.upsert(
                Operation.UPDATE,
                PEOPLE,
                Position.of(at, 0),
                at,
                key(id),
                binary(PEOPLE, id, StringData.fromString(city)));
    }

    private static Change row(long at, long id, Column found, Object value) {
        Schema schema = Schema.of(
                "people", List.of(PEOPLE.columns().get(0), PEOPLE.columns().get(1), found), List.of("id"));
        return Change.upsert(
                Operation.UPDATE,
                schema,
                Position.of(at, 0),
                at,
                key(id),
                binary(schema, id, StringData.fromString("Rome"), value));
    }

    private static BinaryRowData key(long id) {
        return binary(ID, id);
    }

    private static BinaryRowData binary(Schema schema, Object... values) {
        return new RowDataSerializer(schema.rowType())
                .toBinaryRow(GenericRowData.of(values))
                .copy();
    }
}
