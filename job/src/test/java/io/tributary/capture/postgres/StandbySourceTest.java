package io.tributary.capture.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.tributary.capture.postgres.plan.Again;
import io.tributary.capture.postgres.plan.PostgresCapture;
import io.tributary.capture.postgres.plan.PostgresPlan;
import io.tributary.capture.postgres.plan.ResyncCommand;
import io.tributary.capture.postgres.server.RunningTransactions;
import io.tributary.capture.postgres.server.Server;
import io.tributary.settings.Problems;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.util.ExceptionUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The job reads a standby, and its tables are changed on the primary. */
@Tag("slow")
class StandbySourceTest {

    private static final String SLOTS = "slots can be made on a standby";

    @TempDir
    private Path folder;

    private OwnServer primary;
    private Standby standby;
    private Map<String, String> settings;

    @BeforeEach
    void startServers() throws Exception {
        primary = OwnServer.in(folder.resolve("primary")).start();
        primary.run("CREATE TABLE t (id int PRIMARY KEY, v text)");
        standby = Standby.of(primary, folder.resolve("standby"));
        settings = standby.server().settings("public.t");
        settings.put("postgres.allow-standby", "true");
        settings.put("postgres.watch-interval", "200 ms");
    }

    @AfterEach
    void stopServers() throws Exception {
        standby.close();
        primary.close();
    }

    private void publish() throws Exception {
        primary.run("CREATE PUBLICATION tributary FOR TABLE t WITH (publish_via_partition_root = true)");
        standby.catchUp();
    }

    /** An idle primary does not tell which transactions run, for which a new slot waits. */
    private PostgresCapture plan() throws Exception {
        CompletableFuture<PostgresCapture> planned = CompletableFuture.supplyAsync(() -> {
            try {
                return CaptureJob.plan(settings);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        TestDatabase.await("the slot is made", () -> {
            standby.tellRunning();
            return planned.isDone() ? "t" : "f";
        });
        return planned.get();
    }

    private List<String> problems() {
        Problems problems = new Problems();
        PostgresPlan.of(TestDatabase.settings(settings)).check(problems);
        return problems.sentences();
    }

    private void awaitRows(CaptureJob job, Target target) throws Exception {
        job.awaitRows(target, () -> primary.ask(Target.query("t", "id", "v")));
    }

    @Test
    @FromVersion(value = 16, because = SLOTS)
    void rowsComeFromTheStandbyAndChangesByItsSlot() throws Exception {
        primary.run(
                "ALTER TABLE t ALTER v SET STORAGE EXTERNAL",
                "INSERT INTO t SELECT i, repeat(i::text, 1000) FROM generate_series(1, 2000) AS i",
                "ANALYZE t");
        publish();
        settings.put("postgres.snapshot-chunk-rows", "500");
        try (CaptureJob job = CaptureJob.of(plan()).start()) {
            Target target = new Target();
            awaitRows(job, target);
            job.awaitSnapshot();
            primary.run(
                    "INSERT INTO t VALUES (3000, 'new')",
                    "UPDATE t SET v = 'changed' WHERE id <= 10",
                    "UPDATE t SET id = id + 5000 WHERE id BETWEEN 11 AND 20",
                    "DELETE FROM t WHERE id BETWEEN 21 AND 30");
            awaitRows(job, target);
            primary.run("SELECT pg_logical_emit_message(true, 'tributary.slot', 'resync public.t')");
            target.take(job.takeUntil(captured -> captured.toString().startsWith("RESYNCED")));
            awaitRows(job, target);
            assertThat(job.status()).isEqualTo(JobStatus.RUNNING);
        }
    }

    @Test
    @FromVersion(value = 16, because = SLOTS)
    void whatBecomesOfTheTableIsFoundInTheStandbysCatalog() throws Exception {
        primary.run("INSERT INTO t SELECT i, 'v' || i FROM generate_series(1, 200) AS i");
        publish();
        try (CaptureJob job = CaptureJob.of(plan()).start();
                Mirror mirror = Mirror.ofWholeRows()) {
            mirror.awaitRows(job, "t", List.of("id", "v"), lines("id", "v"));
            primary.run("ALTER TABLE t ADD w int DEFAULT 7", "UPDATE t SET w = 8 WHERE id <= 5");
            mirror.awaitRows(job, "t", List.of("id", "v", "w"), lines("id", "v", "w"));
            primary.run(
                    "ALTER TABLE t DROP CONSTRAINT t_pkey, ADD PRIMARY KEY (v)",
                    "INSERT INTO t VALUES (1, 'the same id', 9)",
                    "DELETE FROM t WHERE v = 'v7'");
            mirror.awaitRows(job, "t", List.of("id", "v", "w"), lines("id", "v", "w"));
            assertThat(mirror.letters()).isEmpty();
        }
    }

    private String lines(String... columns) throws Exception {
        return primary.ask(
                "SELECT string_agg(line || E'\\n', '' ORDER BY line COLLATE \"C\") FROM (SELECT concat_ws('|', "
                        + String.join(", ", columns) + ") AS line FROM t) AS lines");
    }

    @Test
    @FromVersion(value = 16, because = SLOTS)
    void aStandbyThatIsPromotedIsReadFurther() throws Exception {
        publish();
        try (CaptureJob job = CaptureJob.of(plan()).restartingForEver().start()) {
            Target target = new Target();
            job.awaitSnapshot();
            primary.run("INSERT INTO t VALUES (1, 'a')");
            awaitRows(job, target);
            primary.crash();
            standby.promote();
            standby.server().run("INSERT INTO t VALUES (2, 'b')");
            job.awaitRows(target, () -> "1|a\n2|b\n");
            standby.server().stop();
            standby.server().start();
            standby.server().run("INSERT INTO t VALUES (3, 'c')");
            job.awaitRows(target, () -> "1|a\n2|b\n3|c\n");
            assertThat(job.status()).isEqualTo(JobStatus.RUNNING);
        }
    }

    @Test
    @FromVersion(value = 16, because = SLOTS)
    void aStandbyThatIsStartedAgainIsReadFurther() throws Exception {
        publish();
        try (CaptureJob job = CaptureJob.of(plan()).start()) {
            Target target = new Target();
            primary.run("INSERT INTO t VALUES (1, 'a')");
            awaitRows(job, target);
            standby.server().crash();
            primary.run("INSERT INTO t VALUES (2, 'b')");
            standby.server().start();
            awaitRows(job, target);
            assertThat(job.status()).isEqualTo(JobStatus.RUNNING);
        }
    }

    @Test
    @FromVersion(value = 16, because = SLOTS)
    void aSlotInConflictWithWhatThePrimaryRemovedIsNamed() throws Exception {
        publish();
        try (CaptureJob job = CaptureJob.of(plan()).restartingForEver().start()) {
            primary.run("INSERT INTO t VALUES (1, 'a')");
            awaitRows(job, new Target());
            standby.server().stop();
            standby.server().with("hot_standby_feedback", "off").start();
            primary.run("CREATE TABLE other (a int)", "DROP TABLE other", "VACUUM pg_class, pg_attribute, pg_type");
            String hint = standby.server().ask("SHOW server_version_num").startsWith("16")
                    ? " was in conflict with what its standby replayed"
                    : " lacks rows of the catalog that the primary has removed";
            assertThat(ExceptionUtils.stringifyException(job.failure()))
                    .contains(
                            hint, "hot_standby_feedback = on", "drop it with SELECT pg_drop_replication_slot('slot')");
        }
        assertThat(problems())
                .hasSize(2)
                .anySatisfy(problem -> assertThat(problem)
                        .isEqualTo(
                                "PostgreSQL at localhost is a replica with hot_standby_feedback = off, so its primary"
                                        + " removes what the slot needs; run ALTER SYSTEM SET hot_standby_feedback = on"
                                        + " and SELECT pg_reload_conf() on it"))
                .anySatisfy(problem -> assertThat(problem)
                        .startsWith("postgres.slot: replication slot slot ")
                        .endsWith("; drop it with SELECT pg_drop_replication_slot('slot') and start anew,"
                                + " without state, or set postgres.on-lost-slot to resync"));
    }

    @Test
    @FromVersion(value = 16, because = SLOTS)
    void whatIsMissingIsToBeMadeOnThePrimary() throws Exception {
        String create = "CREATE PUBLICATION \"tributary\" FOR TABLE \"public\".\"t\""
                + " WITH (publish_via_partition_root = true)";
        assertThat(problems())
                .containsExactly("postgres.publication: publication tributary does not exist; run " + create
                        + " on the primary");
        primary.run(
                create,
                "CREATE ROLE plain LOGIN REPLICATION PASSWORD '" + TestDatabase.PASSWORD + "'",
                "GRANT SELECT ON t TO plain");
        standby.catchUp();
        assertThat(problems()).isEmpty();
        settings.put("postgres.username", "plain");
        assertThat(problems())
                .containsExactly(
                        "User plain may not see what the replica localhost replays; run GRANT pg_read_all_stats"
                                + " TO \"plain\" on the primary");
        primary.run("GRANT pg_read_all_stats TO plain");
        standby.catchUp();
        assertThat(problems()).isEmpty();
        settings.put("postgres.username", "reader");
        settings.put("postgres.reader", "flink-cdc");
        assertThat(problems())
                .containsExactly(
                        "postgres.reader: flink-cdc cannot read the replica localhost; set it to native, or name"
                                + " the primary");
        settings.put("postgres.reader", "native");
        Problems refused = new Problems();
        ResyncCommand.run(
                List.of(TestDatabase.settings(settings)),
                List.of("t"),
                Again.toNobody(),
                refused,
                new PrintStream(OutputStream.nullOutputStream()));
        assertThat(refused.sentences())
                .containsExactly("resync: nothing can be written on a replica; run SELECT pg_logical_emit_message(true,"
                        + " 'tributary.slot', 'resync public.t') on the primary");
        try (Connection connection = standby.server().connect()) {
            assertThat(RunningTransactions.oldest(new Server(connection)))
                    .contains("run SELECT pg_log_standby_snapshot() on it");
        }
    }

    @Test
    void aStandbyIsNotReadUnlessThatIsAllowed() throws Exception {
        assumeThat(TestDatabase.version()).isGreaterThanOrEqualTo(16);
        settings.remove("postgres.allow-standby");
        assertThat(problems())
                .containsExactly(
                        "postgres.hostname: localhost is a replica, on which nothing can be published; name the"
                                + " primary, or set postgres.allow-standby to true to read the replica");
        assertThatThrownBy(() -> CaptureJob.plan(settings)).hasMessageContaining("postgres.allow-standby");
    }

    @Test
    void aStandbyWithoutSlotsIsRefused() throws Exception {
        assumeThat(TestDatabase.version())
                .as("the versions whose standbys have no slots")
                .isLessThan(16);
        assertThat(problems())
                .containsExactly("postgres.hostname: localhost is a replica of version "
                        + primary.ask("SHOW server_version")
                        + ", which has no slots to be read before version 16; name the primary");
    }
}
