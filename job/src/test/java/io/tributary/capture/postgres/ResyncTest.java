package io.tributary.capture.postgres;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.capture.Readership;
import io.tributary.capture.postgres.plan.Again;
import io.tributary.capture.postgres.plan.ResyncCommand;
import io.tributary.change.Audience;
import io.tributary.change.Captured;
import io.tributary.change.Change;
import io.tributary.change.Operation;
import io.tributary.settings.Problems;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.logging.log4j.Level;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A table is read again beside the stream, and what of it differs is mended. */
@Tag("slow")
class ResyncTest {

    @AutoClose
    private final TestDatabase database = TestDatabase.create();

    private final Map<String, String> settings = database.settings("public.t");

    private void ask(String content) throws Exception {
        database.run("SELECT pg_logical_emit_message(true, 'tributary." + database.slot() + "', '" + content + "')");
    }

    private void fill(String table, int rows) throws Exception {
        database.run(
                "CREATE TABLE " + table + " (id int PRIMARY KEY, a int)",
                "INSERT INTO " + table + " SELECT i, i FROM generate_series(1, " + rows + ") i");
    }

    private String rows() throws SQLException {
        return database.ask(Target.query("t", "id", "a"));
    }

    private static List<Change> until(CaptureJob job, Operation last) throws Exception {
        List<Change> changes = new ArrayList<>();
        for (Captured captured :
                job.takeUntil(captured -> captured instanceof Change && ((Change) captured).operation() == last)) {
            changes.add((Change) captured);
        }
        return changes;
    }

    @Test
    void aMessageInTheLogHasATableReadAgain() throws Exception {
        fill("t", 100);
        Target target = new Target();
        try (CaptureJob job = CaptureJob.start(settings);
                Log log = Log.of(Level.WARN)) {
            job.awaitRows(target, () -> database.ask(Target.query("t", "id", "a")));
            ask("resync public.nothing");
            ask("vacuum public.t");
            ask("resync public.t");
            List<Change> changes = until(job, Operation.RESYNCED);
            assertThat(log.lines())
                    .anyMatch(line ->
                            line.contains("a message in the log asks for a resync of public.nothing, which is not"
                                    + " captured. Write resync <table>"))
                    .anyMatch(line ->
                            line.contains("a message in the log asks for nothing that is known: vacuum public.t"));
            assertThat(changes)
                    .hasSize(101)
                    .filteredOn(change -> change.operation() == Operation.READ)
                    .hasSize(100)
                    .allMatch(change -> change.again().isNobody());
            Change end = changes.get(100);
            assertThat(changes.subList(0, 100))
                    .allMatch(change -> change.position().isAfter(end.position()), "it is newer than the sweep");
            target.take(changes);
            assertThat(target.lines()).isEqualTo(rows());

            ask("resync t show-all");
            assertThat(until(job, Operation.RESYNCED))
                    .filteredOn(change -> change.operation() == Operation.READ)
                    .hasSize(100)
                    .allMatch(change -> change.again().isEverybody());
        }
    }

    @Test
    void rowsThatDidNotChangeAreForThoseWhomTheMessageNames() throws Exception {
        fill("t", 10);
        Readership readership = Readership.of(List.of(Audience.query("revenue"), Audience.PASS_THROUGH), true);
        try (CaptureJob job = CaptureJob.of(settings, Map.of("t", readership)).start();
                Log log = Log.of(Level.WARN)) {
            job.awaitRows(new Target(), () -> database.ask(Target.query("t", "id", "a")));
            ask("resync public.t for revenues");
            ask("resync public.t for revenue for pass-through");
            assertThat(until(job, Operation.RESYNCED))
                    .filteredOn(change -> change.operation() == Operation.READ)
                    .hasSize(10)
                    .extracting(Change::again)
                    .containsOnly(Audience.only("query/revenue", "pass-through", "kinesis"));
            assertThat(log.lines())
                    .anyMatch(
                            line -> line.contains(
                                    "a message in the log asks for a resync of public.t for [revenues], which does"
                                            + " not take it, so nothing is read again. Those who do are [pass-through, revenue]"));
        }
    }

    @Test
    void theCommandAsksForTablesThatAreCaptured() throws Exception {
        fill("t", 10);
        try (CaptureJob job = CaptureJob.start(settings)) {
            job.awaitRows(new Target(), () -> database.ask(Target.query("t", "id", "a")));
            ByteArrayOutputStream printed = new ByteArrayOutputStream();
            Problems problems = new Problems();
            PostgresSettings read = TestDatabase.settings(settings);
            ResyncCommand.run(
                    List.of(read), List.of("orders"), Again.toNobody(), problems, new PrintStream(printed, true));
            assertThat(problems.sentences())
                    .containsExactly(
                            "--table orders: the job does not capture such a table. postgres.tables has public.t");
            assertThat(printed.toString()).isEmpty();
            Problems none = new Problems();
            ResyncCommand.run(List.of(read), List.of("t"), Again.toNobody(), none, new PrintStream(printed, true));
            assertThat(none.sentences()).isEmpty();
            assertThat(printed.toString()).startsWith("Asked for a resync of table public.t");
            assertThat(until(job, Operation.RESYNCED)).hasSize(11);

            Again some = Again.toSome(List.of("revenue"), table -> Set.of("query/revenue"));
            ResyncCommand.run(List.of(read), List.of("t"), some, none, new PrintStream(printed, true));
            assertThat(until(job, Operation.RESYNCED).get(0).again()).isEqualTo(Audience.only("query/revenue"));
        }
    }

    @Test
    void severalTablesAreReadAgainAtOnceAndTheNewestResyncOfEachCounts() throws Exception {
        fill("t", 3000);
        fill("other", 3000);
        settings.put("postgres.tables", "public.t;public.other");
        settings.put("postgres.snapshot-chunk-rows", "200");
        try (CaptureJob job = CaptureJob.start(settings);
                Mirror mirror = Mirror.ofHashes("t", "other")) {
            mirror.await(job, database, "t", "other");
            int before = mirror.entries("t") + mirror.entries("other");
            for (int i = 0; i < 3; i++) {
                ask("resync t");
                ask("resync other");
                database.run("UPDATE t SET a = -a WHERE id = 1");
            }
            for (String table : new String[] {"t", "other"}) {
                while (mirror.resynced(table) == 0) {
                    mirror.take(job.rest());
                    job.ensureRuns();
                    Thread.sleep(20);
                }
            }
            mirror.await(job, database, "t", "other");
            assertThat(mirror.entries("t") + mirror.entries("other") - before)
                    .as("what was shown: the three updates")
                    .isLessThanOrEqualTo(6);
        }
    }

    /** Each subtask is a region of its own here, so the other one goes on, and so does the enumerator. */
    @Test
    void readersThatFailAndSavepointsInTheMiddleLoseNothing(@TempDir Path savepoints) throws Exception {
        fill("t", 20_000);
        settings.put("postgres.snapshot-chunk-rows", "1000");
        settings.put("postgres.watch-interval", "200 ms");
        Target target = new Target();
        String savepoint;
        try (CaptureJob job = CaptureJob.of(settings).restarting().slow().start()) {
            job.awaitRows(target, this::rows);
            missedByTheLog();
            for (int reader : new int[] {1, 0}) {
                target.take(job.take(2000));
                job.fail(reader);
                while (job.isToFail()) {
                    target.take(job.take(1));
                }
                database.run("UPDATE t SET a = a + 1 WHERE id % 1000 = " + (reader + 1));
                // It runs again.
                target.take(job.takeUntil(captured -> ((Change) captured).operation() == Operation.UPDATE));
            }
            savepoint = job.stop(savepoints);
            target.take(job.rest());
        }
        database.run("DELETE FROM t WHERE id % 1000 = 7", "INSERT INTO t VALUES (30000, 1)");
        try (CaptureJob job =
                CaptureJob.of(settings).from(savepoint).restarting().start()) {
            job.awaitRows(target, this::rows);
        }
    }

    /** At once, so that nobody sees the table unpublished. */
    private void missedByTheLog() throws Exception {
        database.run(
                "BEGIN",
                "ALTER PUBLICATION tributary DROP TABLE t",
                "UPDATE t SET a = 7 WHERE id % 3 = 0",
                "DELETE FROM t WHERE id % 5 = 0",
                "ALTER PUBLICATION tributary ADD TABLE t",
                "COMMIT");
    }

    @Test
    void itIsTakenUpWhereTheJobWasStoppedBeforeItBegan(@TempDir Path savepoints) throws Exception {
        fill("t", 100);
        Target target = new Target();
        String savepoint;
        try (CaptureJob job = CaptureJob.start(settings)) {
            job.awaitRows(target, this::rows);
            savepoint = job.stop(savepoints);
            target.take(job.rest());
        }
        missedByTheLog();
        try (CaptureJob job = CaptureJob.of(settings).from(savepoint).start()) {
            job.awaitRows(target, this::rows);
        }
    }

    /** A transaction that is committed by its record in the log may be invisible for a while; one that runs stands for it. */
    @Test
    void itWaitsForTheTransactionsThatRunWhenItBegins() throws Exception {
        fill("t", 10);
        try (CaptureJob job = CaptureJob.start(settings);
                Connection other = database.open();
                Statement statement = other.createStatement()) {
            job.awaitRows(new Target(), this::rows);
            other.setAutoCommit(false);
            statement.execute("UPDATE t SET a = 99 WHERE id = 1");
            ask("resync t");
            database.await("count(*) > 0 FROM pg_stat_activity WHERE query LIKE '%txid_snapshot_xmin%' AND datname ="
                    + " current_database() AND pid <> pg_backend_pid()");
            statement.execute("UPDATE t SET a = 99 WHERE id = 2");
            other.commit();
            Change first = until(job, Operation.READ).get(0);
            assertThat(first.operation()).as("what ran comes first, or is seen").isIn(Operation.UPDATE, Operation.READ);
            List<Change> rest = until(job, Operation.RESYNCED);
            assertThat(rest)
                    .filteredOn(change -> change.operation() == Operation.READ)
                    .filteredOn(change -> change.key().getInt(0) == 2)
                    .allSatisfy(change ->
                            assertThat(requireNonNull(change.row()).getInt(1)).isEqualTo(99));
        }
    }
}
