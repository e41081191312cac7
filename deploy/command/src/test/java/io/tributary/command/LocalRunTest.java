package io.tributary.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.settings.Problems;
import io.tributary.settings.SettingsFile;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.DelegatingConfiguration;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.hadoop.HadoopCatalog;
import org.apache.iceberg.io.CloseableIterable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The job in this process: it goes on from where it was, and says why if it cannot. */
@Timeout(180)
@Tag("slow")
final class LocalRunTest {

    private static Shop shop;

    @TempDir
    private Path folder;

    @BeforeAll
    static void openShop() throws Exception {
        shop = Shop.open();
    }

    @AfterAll
    static void closeShop() throws Exception {
        shop.close();
    }

    /** A run of its own thread, and what it said. */
    private record Running(LocalRun run, StringWriter said, CompletableFuture<Integer> status) {

        void await(String sentence) throws Exception {
            Instant end = Instant.now().plus(Duration.ofSeconds(90));
            while (!said.toString().contains(sentence)) {
                assertThat(Instant.now()).as(() -> said.toString()).isBefore(end);
                assertThat(status).as(() -> said.toString()).isNotDone();
                Thread.sleep(50);
            }
        }

        /** As a signal does. */
        String end() throws Exception {
            run.end();
            assertThat(status.get(90, TimeUnit.SECONDS))
                    .as(() -> said.toString())
                    .isZero();
            return said.toString();
        }
    }

    private Running start(Path settings) throws Exception {
        Configuration read = SettingsFile.read(settings.toString(), new Problems());
        Map<String, String> flink = new DelegatingConfiguration(read, "flink.").toMap();
        StringWriter said = new StringWriter();
        LocalRun run = new LocalRun(StateFolder.of(settings), new PrintWriter(said));
        CompletableFuture<Integer> status = CompletableFuture.supplyAsync(() -> {
            try {
                return run.run(List.of("run", "--settings", settings.toString()), flink, 0);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        return new Running(run, said, status);
    }

    private List<String> rows(String table) throws Exception {
        Catalog catalog = new HadoopCatalog(
                new org.apache.hadoop.conf.Configuration(),
                folder.resolve("lake").toUri().toString());
        List<String> rows = new ArrayList<>();
        try (CloseableIterable<Record> records = IcebergGenerics.read(
                        catalog.loadTable(TableIdentifier.of("shop", table)))
                .build()) {
            for (Record row : records) {
                rows.add(row.getField("customer_id") + " " + row.getField("spent"));
            }
        }
        return rows;
    }

    private void awaitRow(String row, Running running) throws Exception {
        Instant end = Instant.now().plus(Duration.ofSeconds(90));
        while (!rows("spending").contains(row)) {
            assertThat(Instant.now()).as(() -> running.said().toString()).isBefore(end);
            assertThat(running.status()).as(() -> running.said().toString()).isNotDone();
            Thread.sleep(200);
        }
    }

    /** Flink's page gathers the figures of the tasks every ten seconds only. */
    private static void awaitStatus(Path settings, String line) throws Exception {
        Instant end = Instant.now().plus(Duration.ofSeconds(60));
        while (true) {
            Answer status = Answer.to("status", "--settings", settings.toString());
            assertThat(status.status()).as(status.out()).isZero();
            if (status.out().lines().anyMatch(said -> said.matches(line))) {
                return;
            }
            assertThat(Instant.now()).as(status.out()).isBefore(end);
            Thread.sleep(200);
        }
    }

    /** What changes meanwhile is no difference. */
    private void verifyWhileRowsChange(Path settings) throws Exception {
        AtomicBoolean isOver = new AtomicBoolean();
        FutureTask<Void> load = new FutureTask<>(() -> {
            while (!isOver.get()) {
                shop.run(
                        "UPDATE customers SET email = random()::text WHERE id % 10 = 3",
                        "INSERT INTO customers SELECT max(id) + 1, 'new' FROM customers",
                        "UPDATE orders SET amount = amount + 1 WHERE customer_id = 2",
                        "DELETE FROM customers WHERE id > 100 AND id % 2 = 1");
                Thread.sleep(100);
            }
            return null;
        });
        new Thread(load, "load").start();
        Answer answer = Answer.to("verify", "--settings", settings.toString());
        isOver.set(true);
        load.get(60, TimeUnit.SECONDS);
        assertThat(answer.out())
                .as(answer.error())
                .endsWith("Every row is the same everywhere." + System.lineSeparator())
                .doesNotContain("as they are", "is behind");
        assertThat(answer.status()).isZero();
    }

    /** What plan says of a resumed job. */
    private String compared(Path settings, String from) throws Exception {
        shop.run("ANALYZE");
        Answer plan = Answer.to("plan", "--local", "--settings", settings.toString(), "--from", from);
        assertThat(plan.status()).as(plan.error()).isZero();
        return plan.out().strip();
    }

    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void theNextStartGoesOnFromWhereTheLastOneEnded() throws Exception {
        Path settings = shop.settings(folder);
        Running first = start(settings);
        first.await("The job runs");
        awaitRow("1 1500.00", first);

        Running second = start(settings);
        assertThat(second.status())
                .failsWithin(Duration.ofSeconds(60))
                .withThrowableThat()
                .havingRootCause()
                .withMessageContaining("A job runs with " + folder.resolve("shop.state"))
                .withMessageContaining(String.valueOf(StateFolder.of(settings).address()));

        awaitStatus(settings, "Postgres shop: .*behind, \\d+ kB of WAL kept");
        awaitStatus(settings, "Job tributary: RUNNING for .*last checkpoint 0 s ago.*");
        awaitStatus(settings, "customers +100 +.* ago +\\d+ s ago .*");
        assertThat(Answer.to(
                                "query",
                                "--json",
                                "--settings",
                                settings.toString(),
                                "SELECT name, spent FROM spending JOIN customers ON id = customer_id WHERE id = 1")
                        .out())
                .isEqualToNormalizingNewlines("{\"name\":\"customer 1\",\"spent\":1500.00}\n");

        assertThat(compared(settings, "running")).endsWith("In all, 3 go on as they are.");

        Answer teardown = Answer.to("teardown", "--yes", "--settings", settings.toString());
        assertThat(teardown.status()).isEqualTo(1);
        assertThat(teardown.error()).startsWith("The pipeline is not gone: job tributary (");

        verifyWhileRowsChange(settings);

        String said = first.end();
        assertThat(said).contains("Starting from nothing", "Stopped. The next start goes on from " + folder);
        Path newest = StateFolder.of(settings).newest();
        assertThat(newest).isNotNull();
        assertThat(StateFolder.of(settings).address()).isNull();
        assertThat(folder.resolve("elsewhere")).doesNotExist();
        String edited = Files.readString(folder.resolve("sql/spending.sql"));
        Files.writeString(folder.resolve("sql/spending.sql"), edited.replace("SUM(amount)", "SUM(amount) + 1"));
        assertThat(compared(settings, newest.toString()))
                .contains(
                        "~ SQL file of spending is filled again, as its SQL is another: about 500 rows of orders from the state")
                .endsWith("In all, 2 go on as they are, 1 change.");
        Files.writeString(folder.resolve("sql/spending.sql"), edited);

        shop.run("UPDATE orders SET amount = amount + 1 WHERE customer_id = 1");
        Running third = start(settings);
        awaitRow("1 1505.00", third);
        assertThat(third.end()).startsWith("Going on from " + newest).doesNotContain("The job failed");
        assertThat(rows("spending")).hasSize(100).doesNotContain("1 1500.00");

        // What the slot has moved past is refused, and not tried again and again.
        shop.run("SELECT pg_drop_replication_slot('tributary')");
        Running refused = start(settings);
        assertThat(refused.status().get(90, TimeUnit.SECONDS)).isEqualTo(1);
        assertThat(refused.said().toString())
                .contains("slot")
                .doesNotContain("The job failed, and is started again")
                .doesNotContain("\tat ");
    }

    @Test
    void anOlderCheckpointIsNotTakenForTheNewest() throws Exception {
        StateFolder state = StateFolder.at(folder.resolve("state"));
        assertThat(state.newest()).isNull();

        Path older = Files.createDirectories(state.checkpoints().resolve("b/chk-9"));
        Path newer = Files.createDirectories(state.checkpoints().resolve("a/chk-10"));
        Files.createDirectories(state.checkpoints().resolve("a/chk-11"));
        Files.writeString(newer.resolve("_metadata"), "");
        Files.setLastModifiedTime(
                Files.writeString(older.resolve("_metadata"), ""),
                java.nio.file.attribute.FileTime.from(Instant.now().minusSeconds(60)));

        assertThat(state.newest()).isEqualTo(newer);
    }
}
