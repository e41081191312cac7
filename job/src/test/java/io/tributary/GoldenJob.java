package io.tributary;

import com.fasterxml.jackson.databind.JsonNode;
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
import io.tributary.sink.kinesis.KinesisSettings;
import io.tributary.sink.kinesis.KinesisSink;
import io.tributary.sink.rejected.RejectedSettings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.source.SourceFunction;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.runtime.typeutils.RowDataSerializer;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.VarCharType;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.io.CloseableIterable;
import org.jspecify.annotations.Nullable;

/**
 * The job whose savepoints are kept: the whole pipeline, with state of every kind that a stage after the capture has.
 *
 * <p>Its tables, SQL and settings are those of every savepoint that is kept, so they stay as they are. Nothing in its state
 * becomes too old: tombstones and waiting rows are kept for a hundred years.
 */
final class GoldenJob implements AutoCloseable {

    private static final LogicalType ID = new BigIntType(false);
    private static final LogicalType TEXT = new VarCharType(VarCharType.MAX_LENGTH);

    /** Read by SQL, so it is kept whole. */
    private static final Schema PEOPLE =
            Schema.of("people", List.of(Column.of("id", ID), Column.of("city", TEXT)), List.of("id"));

    /** Of this only what a change may leave out is kept. */
    private static final Schema NOTES = Schema.of(
            "notes",
            List.of(Column.of("id", ID), Column.of("title", TEXT), Column.omissible("body", TEXT)),
            List.of("id"));

    private static final Schema TRUNCATED =
            Schema.of("truncated", List.of(Column.of("id", ID), Column.of("name", TEXT)), List.of("id"));

    private static final Schema NUMBERS =
            Schema.of("items", List.of(Column.of("id", ID), Column.inferred("n", InferredType.BIGINT)), List.of("id"));

    private static final Schema TEXTS =
            Schema.of("items", List.of(Column.of("id", ID), Column.inferred("n", InferredType.TEXT)), List.of("id"));

    private static final Set<String> PASS_THROUGH = Set.of("people", "notes", "truncated", "items");
    private static final int BODY = 2;

    /** What leaves state behind. */
    static final List<Captured> BEFORE = List.of(
            Change.snapshotBegan(PEOPLE, Position.of(1, 0), 0),
            row(Operation.READ, PEOPLE, 1, 1L, "Rome"),
            row(Operation.READ, PEOPLE, 1, 2L, "Oslo"),
            row(Operation.READ, PEOPLE, 1, 3L, "Rome"),
            Change.snapshotEnded(PEOPLE, Position.of(1, 0), 0),
            Change.delete(PEOPLE, Position.of(4, 0), 4, key(3)),
            Change.snapshotBegan(NOTES, Position.of(1, 0), 0),
            withoutBody(10, 1, "a"),
            row(Operation.UPDATE, NOTES, 11, 2L, "b", "long"),
            row(Operation.INSERT, NUMBERS, 20, 1L, 7L),
            row(Operation.INSERT, TRUNCATED, 30, 1L, "gone"),
            Change.truncate(TRUNCATED, Position.of(31, 0), 31),
            Rejected.of("golden", "people", 0, "unreadable", "raw".getBytes(StandardCharsets.UTF_8), null));

    /** What the records say of each table once all of that has come. */
    static final Map<String, List<String>> ROWS_BEFORE = Map.of(
            "people", List.of("1|Rome", "2|Oslo"),
            "notes", List.of("2|b|long"),
            "items", List.of("1|7"),
            "truncated", List.of(),
            "cities", List.of("Oslo|1", "Rome|1"),
            "residents", List.of("1|Rome|1", "2|Oslo|1"));

    /** What comes out right only if the state is there. */
    static final List<Captured> AFTER = List.of(
            row(Operation.READ, PEOPLE, 1, 1L, "Rome"),
            row(Operation.UPDATE, PEOPLE, 3, 3L, "Bonn"),
            row(Operation.UPDATE, PEOPLE, 40, 2L, "Rome"),
            row(Operation.READ, NOTES, 5, 1L, "old", "text"),
            withoutBody(41, 2, "c"),
            row(Operation.INSERT, TRUNCATED, 30, 1L, "gone"),
            row(Operation.INSERT, TRUNCATED, 42, 2L, "new"),
            row(Operation.INSERT, TEXTS, 43, 2L, "many"));

    /** What the records say after that, those of the first run not counted: they were sent before. */
    static final Map<String, List<String>> ROWS_AFTER = Map.of(
            "people", List.of("2|Rome"),
            "notes", List.of("1|a|text", "2|c|long"),
            "items", List.of("1|7", "2|many"),
            "truncated", List.of("2|new"),
            "cities", List.of("Rome|2"),
            "residents", List.of("1|Rome|2", "2|Rome|2"));

    private static final Map<String, GoldenJob> RUNNING = new ConcurrentHashMap<>();

    private final String name = UUID.randomUUID().toString();
    private final ConcurrentLinkedQueue<Captured> in = new ConcurrentLinkedQueue<>();
    private final Configuration configuration = new Configuration();
    private final Problems problems = new Problems();
    private final PutRecordsServer kinesis;
    private final Secrets secrets;
    private final JobClient client;
    private boolean hasEnded;

    private GoldenJob(Path folder, @Nullable Path savepoint) throws Exception {
        kinesis = PutRecordsServer.start();
        secrets = new Secrets(Map.of("KEY", "secret")::get, id -> null);
        writeSettings(folder);
        Configuration flink = new Configuration();
        flink.setString("execution.checkpointing.interval", "200 ms");
        flink.setString("pipeline.generic-types", "false");
        flink.set(StateRecoveryOptions.SAVEPOINT_IGNORE_UNCLAIMED_STATE, true);
        flink.setString("taskmanager.memory.network.max", "128 mb");
        ExposedMetrics.addTo(flink);
        // So that a savepoint is a single file.
        flink.setString("state.storage.fs.memory-threshold", "1 mb");
        if (savepoint != null) {
            flink.set(
                    StateRecoveryOptions.SAVEPOINT_PATH,
                    savepoint.toAbsolutePath().toUri().toString());
        }
        RUNNING.put(name, this);
        StreamExecutionEnvironment environment = StreamExecutionEnvironment.createLocalEnvironment(2, flink);
        assemble(environment);
        client = environment.executeAsync("golden");
    }

    /** Anew, or from a savepoint. */
    static GoldenJob start(Path folder, @Nullable Path savepoint) throws Exception {
        return new GoldenJob(folder, savepoint);
    }

    private void writeSettings(Path folder) throws Exception {
        Path sql = Files.createDirectories(folder.resolve("sql"));
        Files.writeString(sql.resolve("cities.sql"), """
                -- How many people live in each city?
                -- key: city
                SELECT COALESCE(city, 'nowhere') AS city, COUNT(*) AS people FROM people GROUP BY COALESCE(city, 'nowhere')
                """);
        Files.writeString(sql.resolve("residents.sql"), """
                -- How many live where this person does?
                -- key: id
                SELECT p.id, p.city, c.people FROM people p LEFT JOIN cities c ON c.city = p.city
                """);
        Map<String, String> settings = Map.of(
                "sql.directory", sql.toString(),
                "iceberg.catalog.type", "hadoop",
                "iceberg.catalog.warehouse", folder.resolve("lake").toUri().toString(),
                "latest.tombstone-ttl", "36500 d",
                "latest.partial-wait", "36500 d",
                "metrics.cloudwatch", "true");
        settings.forEach(configuration::setString);
        configuration.set(
                ConfigOptions.key("sql.pass-through").stringType().asList().noDefaultValue(),
                List.copyOf(PASS_THROUGH));
        Map<String, String> stream = Map.of(
                "kinesis.stream", "changes",
                "kinesis.max-time-in-buffer", "50 ms",
                "kinesis.client.aws.region", "us-east-1",
                "kinesis.client.aws.endpoint", kinesis.address(),
                "kinesis.client.aws.http.protocol.version", "HTTP1_1",
                "kinesis.client.aws.credentials.provider", "BASIC",
                "kinesis.client.aws.credentials.provider.basic.accesskeyid", "local",
                "kinesis.client.aws.credentials.provider.basic.secretkey", "env:KEY");
        stream.forEach(configuration::setString);
    }

    @SuppressWarnings("deprecation")
    private void assemble(StreamExecutionEnvironment environment) {
        Queries queries = Queries.compile(
                QuerySettings.from(Given.of(configuration, secrets, problems)),
                Map.of("people", PEOPLE, "notes", NOTES, "truncated", TRUNCATED, "items", NUMBERS),
                problems);
        IcebergSettings iceberg = IcebergSettings.from(Given.of(configuration, secrets, problems));
        KinesisSettings stream = KinesisSettings.from(Given.of(configuration, secrets, problems));
        RejectedSettings rejected = RejectedSettings.from(Given.of(configuration, secrets, problems));
        LatestSettings settings =
                LatestSettings.from(Given.of(configuration, new Secrets(name -> null, name -> null), problems));
        problems.throwIfAny();
        Retention retention = Retention.of(Map.of("notes", Set.of()));
        new Pipeline(
                        new Latest(settings, retention, FilledTables.none(), queries.consumers()),
                        new PassThrough(NamePatterns.of(PASS_THROUGH), PASS_THROUGH),
                        (env, newest, marks, uid) ->
                                queries.attach(env, newest, marks, LatestOperator.NAME, Map.of(), uid),
                        rejected,
                        new IcebergSink(iceberg))
                .from(
                        "postgres",
                        (env, uid) -> env.addSource(new Hand(name), "hand", WireType.CAPTURED)
                                .uid(uid))
                .to("iceberg", new IcebergSink(iceberg))
                .to(
                        "kinesis",
                        new KinesisSink(
                                stream, ROWS_BEFORE.keySet(), queries.outputs().keySet()))
                .assemble(environment);
    }

    void send(List<Captured> captured) {
        in.addAll(captured);
    }

    /** Waits until the records say this of the tables, and Iceberg has the same. */
    void await(Map<String, List<String>> expected) throws Exception {
        long end = System.nanoTime() + 60_000_000_000L;
        while (!expected.equals(rows(expected.keySet()))) {
            if (System.nanoTime() > end) {
                throw new AssertionError("Still " + rows(expected.keySet()) + ", job "
                        + client.getJobStatus().get());
            }
            Thread.sleep(20);
        }
        for (Map.Entry<String, List<String>> table : expected.entrySet()) {
            while (!table.getValue().equals(inIceberg(table.getKey()))) {
                if (System.nanoTime() > end) {
                    throw new AssertionError("Iceberg still has " + inIceberg(table.getKey()) + " of " + table);
                }
                Thread.sleep(20);
            }
        }
    }

    private Map<String, List<String>> rows(Set<String> tables) {
        return tables.stream().collect(Collectors.toMap(table -> table, this::rows));
    }

    /** Of each key what its record of the highest version says. */
    private List<String> rows(String table) {
        Map<String, JsonNode> newest = new TreeMap<>();
        for (JsonNode record : recordsOf(table)) {
            newest.merge(
                    record.path(table.equals("cities") ? "city" : "id").asText(),
                    record,
                    (one, other) -> one.path("_version")
                                            .asText()
                                            .compareTo(other.path("_version").asText())
                                    > 0
                            ? one
                            : other);
        }
        return newest.values().stream()
                .filter(record -> !record.path("_op").asText().equals("d"))
                .map(GoldenJob::text)
                .toList();
    }

    /** All records of the table that came, descriptions of its shape apart. */
    List<JsonNode> recordsOf(String table) {
        return kinesis.records().stream()
                .filter(record -> record.path("_table").asText().equals(table) && !record.has("_key"))
                .toList();
    }

    private static String text(JsonNode record) {
        List<String> values = new ArrayList<>();
        record.fields().forEachRemaining(field -> {
            if (!field.getKey().startsWith("_")) {
                values.add(field.getValue().asText());
            }
        });
        return String.join("|", values);
    }

    /** All rows of a table, in order. */
    List<String> inIceberg(String table) throws Exception {
        List<String> rows = new ArrayList<>();
        try (Warehouse warehouse = Warehouse.open(IcebergSettings.from(Given.of(configuration, secrets, problems)))) {
            Table found = warehouse.load(table);
            try (CloseableIterable<Record> records = IcebergGenerics.read(found).build()) {
                for (Record record : records) {
                    rows.add(found.schema().columns().stream()
                            .map(column -> String.valueOf(record.getField(column.name())))
                            .collect(Collectors.joining("|")));
                }
            }
        } catch (NoSuchTableException e) {
            return List.of();
        }
        Collections.sort(rows);
        return rows;
    }

    void stopWithSavepoint(Path target) throws Exception {
        hasEnded = true;
        Path parent = Files.createDirectories(target.toAbsolutePath().getParent());
        String savepoint = client.stopWithSavepoint(false, parent.toUri().toString(), SavepointFormatType.CANONICAL)
                .get();
        Files.move(Path.of(java.net.URI.create(savepoint)), target);
    }

    @Override
    public void close() throws Exception {
        if (!hasEnded) {
            client.cancel().get();
        }
        RUNNING.remove(name);
        kinesis.close();
    }

    private static Change row(Operation operation, Schema schema, long at, Object... values) {
        return Change.upsert(operation, schema, Position.of(at, 0), at, key((long) values[0]), binary(schema, values));
    }

    private static Change withoutBody(long at, long id, String title) {
        return Change.partial(
                Operation.UPDATE, NOTES, Position.of(at, 0), at, key(id), binary(NOTES, id, title, null), new int[] {
                    BODY
                });
    }

    private static BinaryRowData key(long id) {
        return binary(Schema.of("key", List.of(Column.of("id", ID)), List.of("id")), id);
    }

    private static BinaryRowData binary(Schema schema, @Nullable Object... values) {
        GenericRowData row = new GenericRowData(values.length);
        for (int i = 0; i < values.length; i++) {
            row.setField(i, values[i] instanceof String text ? StringData.fromString(text) : values[i]);
        }
        return new RowDataSerializer(schema.rowType()).toBinaryRow(row).copy();
    }

    /** Changes given by hand; it has no state. */
    @SuppressWarnings("deprecation")
    private static final class Hand implements SourceFunction<Captured> {
        private static final long serialVersionUID = 1L;

        private final String name;
        private volatile boolean isRunning = true;

        Hand(String name) {
            this.name = name;
        }

        @Override
        public void run(SourceContext<Captured> context) throws Exception {
            while (isRunning) {
                GoldenJob job = RUNNING.get(name);
                Captured next = job == null ? null : job.in.poll();
                if (next == null) {
                    Thread.sleep(5);
                    continue;
                }
                synchronized (context.getCheckpointLock()) {
                    context.collect(next);
                }
            }
        }

        @Override
        public void cancel() {
            isRunning = false;
        }
    }
}
