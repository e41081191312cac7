package io.tributary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.tributary.capture.postgres.PostgresSettings;
import io.tributary.capture.postgres.TestDatabase;
import io.tributary.capture.postgres.Wire;
import io.tributary.capture.postgres.plan.Again;
import io.tributary.capture.postgres.plan.ResyncCommand;
import io.tributary.capture.postgres.server.SlotWatch;
import io.tributary.metrics.Exposition;
import io.tributary.settings.Given;
import io.tributary.settings.Problems;
import io.tributary.settings.ProblemsException;
import io.tributary.sink.iceberg.IcebergSettings;
import io.tributary.sink.iceberg.Warehouse;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamNode;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.io.CloseableIterable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Databases that one job reads, joins by SQL and writes: from the sources to Iceberg. */
@Tag("slow")
final class SeveralDatabasesTest {

    private static final long PATIENCE_NANOS = 90_000_000_000L;

    @AutoClose
    private final TestDatabase shop = TestDatabase.create();

    @AutoClose
    private final TestDatabase crm = TestDatabase.create();

    @TempDir
    private Path folder;

    private final Map<String, String> settings = new TreeMap<>();

    @BeforeEach
    void fill() throws Exception {
        shop.run(
                "CREATE TABLE orders (id int PRIMARY KEY, customer int, amount int)",
                "INSERT INTO orders VALUES (1, 1, 10), (2, 2, 20)");
        crm.run(
                "CREATE TABLE customers (id int PRIMARY KEY, name text)",
                "INSERT INTO customers VALUES (1, 'Ann'), (2, 'Bob')",
                "CREATE TABLE orders (id int PRIMARY KEY, note text)",
                "INSERT INTO orders VALUES (1, 'of another kind')");
        settings.putAll(shop.settings("public.orders"));
        settings.put("sql.pass-through", "orders");
        settings.put("iceberg.catalog.type", "hadoop");
        settings.put("iceberg.catalog.warehouse", folder.resolve("lake").toUri().toString());
    }

    /** The one beside the first: all else is as there. */
    private void readCrm() {
        settings.put("sources.crm.postgres.database", crm.name());
        settings.put("sources.crm.postgres.slot", crm.slot());
        settings.put("sources.crm.postgres.tables", "public.customers;public.orders=crm_orders");
        settings.put("sql.pass-through", "orders;customers;crm_orders");
    }

    private void joinThem() throws Exception {
        Path sql = Files.createDirectories(folder.resolve("sql"));
        settings.put("sql.directory", sql.toString());
        Files.writeString(sql.resolve("bought.sql"), """
                -- What has each customer bought?
                -- key: id
                SELECT o.id, c.name, o.amount FROM orders o LEFT JOIN customers c ON c.id = o.customer
                """);
    }

    @Test
    void tablesOfTwoDatabasesAreJoinedAndTheJobIsResumed() throws Exception {
        readCrm();
        joinThem();
        try (Running job = start(null)) {
            job.await("bought", "1|Ann|10", "2|Bob|20");
            job.await("crm_orders", "1|of another kind");
            crm.run("UPDATE customers SET name = 'Anna' WHERE id = 1", "INSERT INTO customers VALUES (3, 'Cid')");
            shop.run("INSERT INTO orders VALUES (3, 3, 30)", "DELETE FROM orders WHERE id = 2");
            job.await("bought", "1|Anna|10", "3|Cid|30");
            job.stop();
        }
        // While nobody reads.
        shop.run("UPDATE orders SET amount = 11 WHERE id = 1");
        crm.run("DELETE FROM customers WHERE id = 3", "DELETE FROM orders");
        try (Running job = start(folder.resolve("savepoint"))) {
            job.await("bought", "1|Anna|11", "3|null|30");
            job.await("customers", "1|Anna", "2|Bob");
            job.await("crm_orders");
        }
        assertThat(shop.ask("SELECT string_agg(slot_name || ' ' || database, ', ' ORDER BY slot_name)"
                        + " FROM pg_replication_slots WHERE database IN ('" + shop.name() + "', '" + crm.name() + "')"))
                .isEqualTo(List.of(shop, crm).stream()
                        .map(database -> database.slot() + " " + database.name())
                        .sorted()
                        .collect(Collectors.joining(", ")));
    }

    @Test
    void aDatabaseThatIsAddedToAResumedJobIsReadWholeWhileTheOtherGoesOn() throws Exception {
        try (Running job = start(null)) {
            job.await("orders", "1|1|10", "2|2|20");
            job.stop();
        }
        readCrm();
        shop.run("UPDATE orders SET amount = 21 WHERE id = 2");
        try (Running job = start(folder.resolve("savepoint"))) {
            job.await("orders", "1|1|10", "2|2|21");
            job.await("customers", "1|Ann", "2|Bob");
            shop.run("DELETE FROM orders WHERE id = 1");
            crm.run("UPDATE customers SET name = 'Anna' WHERE id = 1", "UPDATE orders SET note = 'b'");
            job.await("orders", "2|2|21");
            job.await("customers", "1|Anna", "2|Bob");
            job.await("crm_orders", "1|b");
        }
    }

    @Test
    void aDatabaseThatIsAwayKeepsNoOtherFromBeingRead() throws Exception {
        readCrm();
        try (Wire wire = Wire.to(crm.port())) {
            settings.put("sources.crm.postgres.port", String.valueOf(wire.port()));
            settings.put("sources.crm.postgres.read-timeout", "2 s");
            try (Running job = start(null)) {
                job.await("customers", "1|Ann", "2|Bob");
                job.await("orders", "1|1|10", "2|2|20");
                wire.swallow();
                crm.run("DELETE FROM customers WHERE id = 1");
                shop.run("INSERT INTO orders VALUES (4, 1, 40)");
                job.await("orders", "1|1|10", "2|2|20", "4|1|40");
                assertThat(rows("customers")).as("it is away").containsExactly("1|Ann", "2|Bob");
                wire.pass();
                job.await("customers", "2|Bob");
            }
        }
    }

    @Test
    void whatIsWrongIsSaidOfTheSourceThatItIsOf() throws Exception {
        readCrm();
        settings.put("sources.crm.postgres.tables", "public.customers;public.orders;public.none");
        settings.put("sources.crm.postgres.manage-publication", "false");
        settings.put("sql.pass-through", "orders");

        Throwable thrown = catchThrowable(this::plan);

        assertThat(thrown).isInstanceOf(ProblemsException.class);
        assertThat(((ProblemsException) thrown).sentences())
                .containsExactly(
                        "sources.crm.postgres.tables: there is no table public.none",
                        "sources.crm.postgres.publication: publication tributary does not exist; run CREATE PUBLICATION"
                                + " \"tributary\" FOR TABLE \"public\".\"customers\", \"public\".\"orders\" WITH"
                                + " (publish_via_partition_root = true)",
                        "Table orders is captured by postgres.tables and by sources.crm.postgres.tables: give one of"
                                + " them another name there, as <table>=<name>",
                        "Table customers is captured, but no SQL file reads it and sql.pass-through does not name it: add it"
                                + " there, or take it out of sources.crm.postgres.tables");
    }

    @Test
    void eachSourceHasAUidAndANameOfItsOwnAndTheOneWithoutANameThatOfBefore() throws Exception {
        readCrm();

        StreamExecutionEnvironment environment = environment(null);
        PlannedPipeline.of(plan()).assemble(environment);

        Collection<StreamNode> nodes = environment.getStreamGraph().getStreamNodes();
        assertThat(nodes)
                .filteredOn(node -> node.getOperatorName().startsWith("Source: Postgres"))
                .extracting(StreamNode::getTransformationUID)
                .containsExactlyInAnyOrder("capture", "capture-postgres-crm");
        assertThat(nodes)
                .extracting(StreamNode::getOperatorName)
                .contains("Source: Postgres " + shop.name(), "Source: Postgres crm (" + crm.name() + ")");
    }

    @Test
    void aResyncIsAskedForWhereTheTableIsAndEverySlotIsWatched() throws Exception {
        readCrm();
        PlannedPipeline.of(plan());
        Problems problems = new Problems();
        ByteArrayOutputStream printed = new ByteArrayOutputStream();

        ResyncCommand.run(
                settings().postgres(), List.of("crm_orders"), Again.toNobody(), problems, new PrintStream(printed));

        assertThat(problems.sentences()).isEmpty();
        assertThat(printed.toString(StandardCharsets.UTF_8))
                .startsWith("Asked for a resync of table public.orders. The job that reads slot " + crm.slot());
        assertThat(messages(crm)).isEqualTo("1");
        assertThat(messages(shop)).isEqualTo("0");
        Exposition shown = new Exposition();
        for (PostgresSettings source : settings().postgres()) {
            try (SlotWatch watch = new SlotWatch(source)) {
                watch.expose(shown);
            }
        }
        assertThat(shown.toString().lines().filter(line -> line.startsWith("tributary_slot_active")))
                .containsExactly(
                        "tributary_slot_active{source=\"postgres\",slot=\"" + shop.slot() + "\"} 0",
                        "tributary_slot_active{source=\"postgres-crm\",slot=\"" + crm.slot() + "\"} 0");
    }

    /** How many ask for a resync in what the slot has to send. */
    private static String messages(TestDatabase database) throws Exception {
        return database.ask("SELECT count(*) FROM pg_logical_slot_peek_binary_changes('" + database.slot()
                + "', NULL, NULL, 'proto_version', '1', 'publication_names', 'tributary', 'messages', 'true')"
                + " WHERE position(convert_to('resync public.orders', 'UTF8') IN data) > 0");
    }

    private Plan plan() {
        Problems problems = new Problems();
        Plan plan = Plan.ofJob(settings(), problems);
        problems.throwIfAny();
        return plan;
    }

    private Settings settings() {
        Problems problems = new Problems();
        Settings read =
                Settings.of(Configuration.fromMap(settings), TestDatabase.secrets(TestDatabase.PASSWORD), problems);
        problems.throwIfAny();
        return read;
    }

    private Running start(Path savepoint) throws Exception {
        StreamExecutionEnvironment environment = environment(savepoint);
        PlannedPipeline.of(plan()).assemble(environment);
        return new Running(environment.executeAsync("several"));
    }

    private static StreamExecutionEnvironment environment(Path savepoint) {
        Configuration flink = new Configuration();
        flink.setString("execution.checkpointing.interval", "200 ms");
        flink.setString("pipeline.generic-types", "false");
        flink.setString("taskmanager.memory.network.max", "128 mb");
        flink.setString("restart-strategy.type", "none");
        if (savepoint != null) {
            flink.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint.toUri().toString());
        }
        return StreamExecutionEnvironment.createLocalEnvironment(2, flink);
    }

    /** The job, and what Iceberg has of it. */
    private final class Running implements AutoCloseable {

        private final JobClient client;
        private boolean hasEnded;

        Running(JobClient client) {
            this.client = client;
        }

        void await(String table, String... expected) throws Exception {
            long end = System.nanoTime() + PATIENCE_NANOS;
            while (!List.of(expected).equals(rows(table))) {
                if (System.nanoTime() > end || client.getJobStatus().get().isGloballyTerminalState()) {
                    throw new AssertionError("Table " + table + " still has " + rows(table) + ", job "
                            + client.getJobStatus().get());
                }
                LockSupport.parkNanos(20_000_000);
            }
        }

        void stop() throws Exception {
            hasEnded = true;
            String made = client.stopWithSavepoint(
                            false, folder.resolve("savepoints").toUri().toString(), SavepointFormatType.CANONICAL)
                    .get();
            Files.move(Path.of(URI.create(made)), folder.resolve("savepoint"));
        }

        @Override
        public void close() throws Exception {
            if (!hasEnded) {
                client.cancel().get();
            }
        }
    }

    private List<String> rows(String table) throws Exception {
        Problems problems = new Problems();
        IcebergSettings iceberg = IcebergSettings.from(
                Given.of(Configuration.fromMap(settings), TestDatabase.secrets(TestDatabase.PASSWORD), problems));
        List<String> rows = new ArrayList<>();
        try (Warehouse warehouse = Warehouse.open(iceberg)) {
            Table found = warehouse.load(table);
            try (CloseableIterable<Record> records = IcebergGenerics.read(found).build()) {
                for (Record record : records) {
                    rows.add(found.schema().columns().stream()
                            .map(column -> String.valueOf(record.getField(column.name())))
                            .collect(Collectors.joining("|")));
                }
            }
        } catch (NoSuchTableException e) {
            return List.of("no table");
        }
        Collections.sort(rows);
        return rows;
    }
}
