package io.tributary.capture.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.tributary.change.Captured;
import io.tributary.change.Change;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A job that cannot go on where it was reads all tables again, and mends what differs, deletes included. */
@Tag("slow")
class LostSlotTest {

    private static final String SLOT_GONE = "count(*) = 0 FROM pg_replication_slots WHERE slot_name = '%s'";

    private static final int NEWEST = 18;

    @TempDir
    private Path folder;

    private static Map<String, String> resyncing(Map<String, String> settings) {
        settings.put("postgres.on-lost-slot", "resync");
        settings.put("postgres.watch-interval", "200 ms");
        settings.put("postgres.snapshot-chunk-rows", "200");
        return settings;
    }

    private static String[] filled(String table) {
        return new String[] {
            "CREATE TABLE " + table + " (id int PRIMARY KEY, v text, large text)",
            "ALTER TABLE " + table + " ALTER large SET STORAGE EXTERNAL",
            "INSERT INTO " + table + " SELECT i, 'v' || i, repeat('l' || i, 1500) FROM generate_series(1, 1000) i"
        };
    }

    /** A tenth of the rows is updated, a tenth deleted, some are new. */
    private static String[] changed(String table, String value) {
        return new String[] {
            "UPDATE " + table + " SET v = '" + value + "' WHERE id % 10 = 1",
            "DELETE FROM " + table + " WHERE id % 10 = " + value.length(),
            "INSERT INTO " + table + " (id, v) SELECT max(id) + 1, '" + value + "' FROM " + table
        };
    }

    private static void drop(TestDatabase database) throws Exception {
        TestDatabase.await("the slot is dropped", () -> {
            database.ask("SELECT count(pg_terminate_backend(active_pid)) FROM pg_replication_slots WHERE slot_name = '"
                    + database.slot() + "' AND active");
            database.ask(
                    "SELECT count(pg_drop_replication_slot(slot_name)) FROM pg_replication_slots WHERE slot_name = '"
                            + database.slot() + "' AND NOT active");
            return database.ask("SELECT " + String.format(SLOT_GONE, database.slot()));
        });
    }

    @Test
    void aSlotThatIsDroppedWhileTheJobRunsCostsNoRow() throws Exception {
        try (TestDatabase database = TestDatabase.create();
                Mirror mirror = Mirror.ofHashes("t", "u")) {
            database.run(filled("t"));
            database.run(filled("u"));
            Map<String, String> settings = resyncing(database.settings("public.t;public.u"));
            try (CaptureJob job = CaptureJob.of(settings).restartingForEver().start()) {
                mirror.await(job, database, "t", "u");
                database.run(changed("t", "x"));
                mirror.await(job, database, "t", "u");
                int before = mirror.entries("u");
                drop(database);
                database.run(changed("t", "xx"));
                mirror.await(job, database, "t", "u");
                database.run(changed("t", "xxx"));
                mirror.await(job, database, "t", "u");
                assertThat(mirror.resynced("t")).isGreaterThan(0);
                TestDatabase.await("u is read again", () -> {
                    takeRest(mirror, job);
                    return mirror.resynced("u") > 0 ? "t" : "f";
                });
                assertThat(mirror.entries("u"))
                        .as("of a table that did not change")
                        .isEqualTo(before);
                assertThat(mirror.letters()).isEmpty();
                assertThat(mirror.rejected()).isEmpty();
            }
        }
    }

    private static void takeRest(Mirror mirror, CaptureJob job) {
        try {
            mirror.take(job.rest());
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** Once more, and then from a savepoint that knows nothing of either time. */
    @Test
    void aJobThatGoesBackToASavepointOfBeforeOutranksWhatItHasWrittenSince() throws Exception {
        try (TestDatabase database = TestDatabase.create();
                Mirror mirror = Mirror.ofWholeRows()) {
            database.run(filled("t"));
            Map<String, String> settings = resyncing(database.settings("public.t"));
            String savepoint;
            try (CaptureJob job = CaptureJob.start(settings)) {
                mirror.await(job, database, "t");
                savepoint = job.stop(folder);
                mirror.take(job.rest());
            }
            for (int i = 1; i <= 3; i++) {
                drop(database);
                database.run(changed("t", "x".repeat(i)));
                try (CaptureJob job = CaptureJob.of(settings)
                        .from(savepoint)
                        .restartingForEver()
                        .start()) {
                    // What a warehouse keeps: of each key the row of the highest position.
                    mirror.await(job, database, "t");
                    database.run("UPDATE t SET v = 'after' WHERE id = 5", "DELETE FROM t WHERE id = 6");
                    mirror.await(job, database, "t");
                }
            }
            // Nobody drops it, and the state is older than what the slot has.
            database.run(changed("t", "xxxx"));
            try (CaptureJob job =
                    CaptureJob.of(settings).from(savepoint).restartingForEver().start()) {
                mirror.await(job, database, "t");
            }
        }
    }

    @Test
    void aSlotThatHasLostWalIsMadeAnew() throws Exception {
        try (OwnServer server = OwnServer.in(folder.resolve("data"))
                        .with("max_slot_wal_keep_size", "1MB")
                        .start();
                Mirror mirror = Mirror.ofHashes("t")) {
            server.run(filled("t"));
            Map<String, String> settings = resyncing(server.settings("public.t"));
            String savepoint;
            try (CaptureJob job = CaptureJob.start(settings)) {
                mirror.await(job, server, "t");
                savepoint = job.stop(folder);
                mirror.take(job.rest());
            }
            server.await("NOT active FROM pg_replication_slots");
            server.run(changed("t", "xx"));
            for (int i = 0; i < 4; i++) {
                server.run("SELECT pg_switch_wal()", "CREATE TABLE filler" + i + " AS SELECT 1", "CHECKPOINT");
            }
            assertThat(server.ask("SELECT wal_status FROM pg_replication_slots"))
                    .isEqualTo("lost");
            Map<String, String> stopping = server.settings("public.t");
            assertThatThrownBy(() -> CaptureJob.plan(stopping))
                    .hasMessageContaining("has lost WAL that was not read yet")
                    .hasMessageContaining("or set postgres.on-lost-slot to resync");
            try (CaptureJob job =
                    CaptureJob.of(settings).from(savepoint).restartingForEver().start()) {
                mirror.await(job, server, "t");
                server.run(changed("t", "xxx"));
                mirror.await(job, server, "t");
                assertThat(mirror.letters()).isEmpty();
            }
        }
    }

    @Test
    void aStandbyThatWasBehindAndHasNoSlotIsReadAgain() throws Exception {
        try (OwnServer primary = OwnServer.in(folder.resolve("primary")).start();
                Mirror mirror = Mirror.ofHashes("t")) {
            primary.run(filled("t"));
            CaptureJob.plan(primary.settings("public.t"));
            primary.run(
                    "SELECT pg_drop_replication_slot('slot')", "SELECT pg_create_physical_replication_slot('standby')");
            primary.stop();
            OwnServer standby = primary.standby(folder.resolve("standby")).with("primary_slot_name", "standby");
            primary.start();
            standby.start();
            try (standby;
                    Wire wire = Wire.to(primary.port())) {
                Map<String, String> settings = resyncing(primary.settings("public.t"));
                settings.put("postgres.port", String.valueOf(wire.port()));
                try (CaptureJob job =
                        CaptureJob.of(settings).restartingForEver().start()) {
                    mirror.await(job, primary, "t");
                    primary.run(changed("t", "x"));
                    standby.await("pg_last_wal_replay_lsn() >= '" + primary.ask("SELECT pg_current_wal_lsn()") + "'");
                    standby.stop();
                    // These the standby never gets.
                    primary.run(changed("t", "lost"));
                    mirror.await(job, primary, "t");
                    primary.crash();
                    standby.with("primary_conninfo", "").start();
                    standby.promote();
                    standby.run(changed("t", "xx"));
                    wire.turn(standby.port());
                    wire.cut();
                    mirror.await(job, standby, "t");
                    standby.run(changed("t", "xxx"));
                    mirror.await(job, standby, "t");
                    assertThat(mirror.letters()).isEmpty();
                }
            }
        }
    }

    /** Its places in the WAL are lower, its transactions and relations have other numbers, and its columns another order. */
    @Test
    void anotherServerWithTheSameRowsIsFollowedAndOnlyWhatDiffersIsShown() throws Exception {
        try (OwnServer server = OwnServer.in(folder.resolve("old")).start();
                OwnServer next = OwnServer.stranger(folder.resolve("new")).start();
                Mirror mirror = Mirror.ofHashes("t", "u")) {
            server.run("CREATE TABLE gone AS SELECT repeat('w', 1000) FROM generate_series(1, 20000)");
            server.run(filled("t"));
            server.run(filled("u"));
            server.run("ALTER TABLE t ADD COLUMN n int", "UPDATE t SET n = id");
            next.run(
                    "CREATE TABLE t (n int, v text, large text, id int PRIMARY KEY)",
                    "ALTER TABLE t ALTER large SET STORAGE EXTERNAL");
            next.run(filled("u"));
            next.run("INSERT INTO t SELECT i, 'v' || i, repeat('l' || i, 1500), i FROM generate_series(1, 1000) i");
            try (Wire wire = Wire.to(server.port())) {
                Map<String, String> settings = resyncing(server.settings("public.t;public.u"));
                settings.put("postgres.port", String.valueOf(wire.port()));
                try (CaptureJob job =
                        CaptureJob.of(settings).restartingForEver().start()) {
                    mirror.await(job, server, "t", "u");
                    int rows = mirror.entries("t");
                    int others = mirror.entries("u");
                    next.run(changed("t", "xx"));
                    next.run("CREATE PUBLICATION tributary FOR TABLE t, u");
                    wire.turn(next.port());
                    wire.cut();
                    mirror.await(job, next, "t", "u");
                    next.run(changed("t", "xxx"));
                    mirror.await(job, next, "t", "u");
                    next.run("UPDATE t SET v = 'after' WHERE id = 1000", "DELETE FROM u WHERE id < 10");
                    mirror.await(job, next, "t", "u");
                    assertThat(mirror.resynced("u")).isEqualTo(1);
                    assertThat(mirror.entries("u") - others)
                            .as("the deletes, and one row that shows which columns the other relation has")
                            .isEqualTo(9 + 2);
                    assertThat(mirror.entries("t") - rows)
                            .as("updates and deletes of two hundred rows each, and some more")
                            .isBetween(600, 620);
                    assertThat(mirror.letters()).isEmpty();
                }
            }
        }
    }

    /** As the manual says: writes stop, all is read, rows are moved by COPY, and the address leads to the new server. */
    @Test
    void tablesAreMovedIntoTheNewestVersion() throws Exception {
        assumeThat(PostgresVersion.isThere(NEWEST))
                .as("mvn -Ppostgres-versions has fetched it")
                .isTrue();
        try (OwnServer server = OwnServer.in(folder.resolve("old")).start();
                OwnServer newest = OwnServer.in(folder.resolve("new"), PostgresVersion.of(NEWEST))
                        .start();
                Wire wire = Wire.to(server.port());
                Mirror mirror = Mirror.ofHashes("t", "u")) {
            server.run("CREATE TABLE filler AS SELECT repeat('w', 1000) FROM generate_series(1, 20000)");
            server.run(filled("t"));
            server.run(filled("u"));
            Map<String, String> settings = resyncing(server.settings("public.t;public.u"));
            settings.put("postgres.port", String.valueOf(wire.port()));
            String savepoint;
            try (CaptureJob job = CaptureJob.start(settings)) {
                server.run(changed("t", "x"));
                mirror.await(job, server, "t", "u");
                savepoint = job.stop(folder);
                mirror.take(job.rest());
            }
            int before = mirror.entries("t") + mirror.entries("u");
            for (String table : new String[] {"t", "u"}) {
                newest.run("CREATE TABLE " + table + " (id int PRIMARY KEY, v text, large text)");
                server.copyRows(newest, table);
            }
            newest.run("ALTER TABLE t ALTER large SET STORAGE EXTERNAL", "DELETE FROM t WHERE id = 5");
            wire.turn(newest.port());
            wire.cut();
            try (CaptureJob job =
                    CaptureJob.of(settings).from(savepoint).restartingForEver().start()) {
                mirror.await(job, newest, "t", "u");
                while (mirror.resynced("t") + mirror.resynced("u") < 2) {
                    mirror.take(job.rest());
                    job.ensureRuns();
                    Thread.onSpinWait();
                }
                assertThat(mirror.entries("t") + mirror.entries("u") - before)
                        .as("a delete, and of each table a row that shows which columns it has")
                        .isEqualTo(1 + 2 + 2);
                newest.run(changed("t", "xxx"));
                newest.run("UPDATE u SET v = 'moved' WHERE id < 10");
                mirror.await(job, newest, "t", "u");
                assertThat(mirror.letters()).isEmpty();
            }
        }
    }

    @Test
    void aSlotThatIsLostInTheSnapshotIsReadAgain() throws Exception {
        try (TestDatabase database = TestDatabase.create();
                Mirror mirror = Mirror.ofHashes("t")) {
            database.run(filled("t"));
            Map<String, String> settings = resyncing(database.settings("public.t"));
            try (CaptureJob job =
                    CaptureJob.of(settings).held().restartingForEver().start()) {
                database.await("active FROM pg_replication_slots WHERE slot_name = '" + database.slot() + "'");
                database.run(changed("t", "x"));
                drop(database);
                database.run(changed("t", "xx"));
                job.release();
                mirror.await(job, database, "t");
                database.run(changed("t", "xxx"));
                mirror.await(job, database, "t");
            }
        }
    }

    /** An attempt that is lost before a checkpoint knows of the new slot has shown rows that are gone by the next. */
    @Test
    void whatALostAttemptHasShownOfTheNewHistoryIsTakenBack() throws Exception {
        try (TestDatabase database = TestDatabase.create();
                Mirror mirror = Mirror.ofWholeRows()) {
            database.run(filled("t"));
            Map<String, String> settings = resyncing(database.settings("public.t"));
            String savepoint;
            try (CaptureJob job = CaptureJob.start(settings)) {
                mirror.await(job, database, "t");
                savepoint = job.stop(folder);
                mirror.take(job.rest());
            }
            drop(database);
            Target warehouse = new Target();
            database.run("INSERT INTO t VALUES (5001, 'shown', null)");
            try (CaptureJob job = CaptureJob.of(settings).from(savepoint).start()) {
                for (Captured captured : job.takeUntil(captured -> isOf(captured, 5001))) {
                    warehouse.take(captured);
                }
            }
            database.run("DELETE FROM t WHERE id = 5001", "INSERT INTO t VALUES (5002, 'new', null)");
            try (CaptureJob job = CaptureJob.of(settings).from(savepoint).start()) {
                assertThat(job.takeUntil(captured -> isOf(captured, 5001)))
                        .last()
                        .satisfies(captured ->
                                assertThat(((Change) captured).row()).isNull());
            }
        }
    }

    private static boolean isOf(Captured captured, int key) {
        return captured instanceof Change
                && ((Change) captured).operation().isOfRow()
                && ((Change) captured).key().getInt(0) == key;
    }
}
