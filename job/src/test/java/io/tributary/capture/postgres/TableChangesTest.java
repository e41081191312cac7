package io.tributary.capture.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.change.Captured;
import io.tributary.change.Change;
import io.tributary.change.Operation;
import io.tributary.change.Rejected;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What PostgreSQL does not write into its log when a table's definition changes is found and mended. */
@Tag("slow")
class TableChangesTest {

    @AutoClose
    private final TestDatabase database = TestDatabase.create();

    private Map<String, String> settings(String tables) {
        Map<String, String> settings = database.settings(tables.replace(", ", ";"));
        settings.put("postgres.watch-interval", "500 ms");
        return settings;
    }

    private String publication(Map<String, String> settings) {
        return settings.getOrDefault("postgres.publication", "tributary");
    }

    @Test
    void columnsChange() throws Exception {
        String[] tables = IntStream.rangeClosed(1, 12).mapToObj(i -> "evo" + i).toArray(String[]::new);
        for (String table : tables) {
            database.run(
                    "CREATE TABLE " + table
                            + " (id bigint PRIMARY KEY, a int, b text, c numeric(10,2), d real, e smallint,"
                            + " f varchar(10), g date, h timestamp)",
                    "INSERT INTO " + table + " SELECT i, i, 'b' || i, i / 3.0, i, i, 'f' || i, date '2024-01-01' + i,"
                            + " timestamp '2024-01-01' FROM generate_series(1, 20) i");
        }
        try (CaptureJob job = CaptureJob.start(settings("public." + String.join(", public.", tables)));
                Mirror mirror = Mirror.ofWholeRows()) {
            mirror.await(job, database, tables);
            database.run(
                    "ALTER TABLE evo1 ADD z int",
                    "ALTER TABLE evo2 ADD z int NOT NULL DEFAULT 7",
                    "ALTER TABLE evo3 DROP b",
                    "ALTER TABLE evo4 RENAME a TO a2",
                    "ALTER TABLE evo5 ALTER e TYPE bigint, ALTER d TYPE double precision",
                    "ALTER TABLE evo6 ALTER a TYPE smallint",
                    "ALTER TABLE evo7 ALTER c TYPE numeric(14,2)",
                    "ALTER TABLE evo8 ALTER c TYPE numeric(12,4)",
                    "UPDATE evo9 SET b = id::text",
                    "ALTER TABLE evo9 ALTER b TYPE int USING b::int",
                    "ALTER TABLE evo10 DROP b",
                    "ALTER TABLE evo10 ADD b int",
                    "ALTER TABLE evo11 DROP b",
                    "ALTER TABLE evo11 ADD b text",
                    "ALTER TABLE evo12 ALTER g TYPE timestamp, ALTER f TYPE text");
            for (String table : tables) {
                database.run(
                        "UPDATE " + table + " SET h = h + interval '1 day' WHERE id <= 5",
                        "DELETE FROM " + table + " WHERE id = 20",
                        "INSERT INTO " + table + " (id, h) VALUES (21, now())");
            }
            database.run(
                    "UPDATE evo1 SET z = 1 WHERE id = 1",
                    "UPDATE evo10 SET b = 5 WHERE id = 1",
                    "UPDATE evo11 SET b = 'new' WHERE id = 1",
                    "UPDATE evo5 SET e = 3000000000, d = 1e300 WHERE id = 1");
            mirror.await(job, database, tables);
            assertThat(mirror.letters()).isEmpty();
            assertThat(mirror.rejected()).isEmpty();
        }
    }

    @Test
    void columnsThatAnUpdateLeavesOutAreRenamedAndRewritten() throws Exception {
        database.run(
                "CREATE TABLE q (id int PRIMARY KEY, n int, doc text)",
                "ALTER TABLE q ALTER doc SET STORAGE EXTERNAL",
                "INSERT INTO q SELECT g, 0, 'old' || repeat(md5(g::text), 300) FROM generate_series(1, 3) g",
                "CREATE TABLE sw (id int PRIMARY KEY, n int, a text, b text)",
                "ALTER TABLE sw ALTER a SET STORAGE EXTERNAL, ALTER b SET STORAGE EXTERNAL",
                "INSERT INTO sw SELECT g, 0, 'A' || repeat(md5(g::text), 300), 'B' || repeat(md5(g::text), 300)"
                        + " FROM generate_series(1, 2) g",
                "CREATE TABLE u (id int PRIMARY KEY, n int, doc text)",
                "ALTER TABLE u ALTER doc SET STORAGE EXTERNAL",
                "INSERT INTO u SELECT g, 0, repeat(md5(g::text), 300) FROM generate_series(1, 3) g");
        try (CaptureJob job = CaptureJob.start(settings("public.q, public.sw, public.u"));
                Mirror mirror = Mirror.ofWholeRows()) {
            mirror.await(job, database, "q", "sw", "u");
            database.run(
                    "ALTER TABLE q ADD doc2 text",
                    "ALTER TABLE q ALTER doc2 SET STORAGE EXTERNAL",
                    "UPDATE q SET doc2 = 'new' || substr(doc, 4)",
                    "ALTER TABLE q DROP doc",
                    "ALTER TABLE q RENAME doc2 TO doc",
                    "UPDATE q SET n = 1 WHERE id = 1",
                    "ALTER TABLE sw RENAME a TO t",
                    "ALTER TABLE sw RENAME b TO a",
                    "ALTER TABLE sw RENAME t TO b",
                    "UPDATE sw SET n = 1 WHERE id = 1",
                    "ALTER TABLE u ALTER doc TYPE text USING reverse(doc)",
                    "UPDATE u SET n = 1 WHERE id = 1");
            mirror.await(job, database, "q", "sw", "u");
            assertThat(mirror.letters()).isEmpty();
            assertThat(mirror.rejected()).isEmpty();
        }
    }

    @Test
    void anotherTableGetsTheName() throws Exception {
        for (String table : new String[] {"o", "dr", "pubd"}) {
            database.run(
                    "CREATE TABLE " + table + " (id int PRIMARY KEY, v text)",
                    "INSERT INTO " + table + " SELECT g, 'v' || g FROM generate_series(1, 3) g");
        }
        Map<String, String> settings = settings("public.o, public.dr, public.pubd");
        try (CaptureJob job = CaptureJob.start(settings);
                Mirror mirror = Mirror.ofWholeRows()) {
            mirror.await(job, database, "o", "dr", "pubd");
            database.run(
                    "CREATE TABLE o_new (LIKE o INCLUDING ALL)",
                    "INSERT INTO o_new SELECT * FROM o",
                    "BEGIN",
                    "ALTER TABLE o RENAME TO o_old",
                    "ALTER TABLE o_new RENAME TO o",
                    "COMMIT",
                    "UPDATE o SET v = 'after swap' WHERE id = 1",
                    "INSERT INTO o VALUES (4, 'x')",
                    "DROP TABLE dr",
                    "CREATE TABLE dr (id int PRIMARY KEY, v text)",
                    "INSERT INTO dr VALUES (9, 'recreated')",
                    "ALTER PUBLICATION " + publication(settings) + " DROP TABLE pubd",
                    "UPDATE pubd SET v = 'unpublished' WHERE id = 1",
                    "ALTER PUBLICATION " + publication(settings) + " ADD TABLE pubd");
            mirror.await(job, database, "o", "dr", "pubd");
            database.run(
                    "UPDATE o SET v = 'later' WHERE id = 2",
                    "INSERT INTO dr VALUES (10, 'later')",
                    "DELETE FROM pubd WHERE id = 2");
            mirror.await(job, database, "o", "dr", "pubd");
            assertThat(mirror.rejected()).isEmpty();
        }
    }

    @Test
    void rowsOfATableThatIsGoneStayOrAreDeletedAsTheSettingsSay() throws Exception {
        for (String policy : new String[] {"keep", "delete"}) {
            database.run(
                    "CREATE TABLE g (id int PRIMARY KEY, v text)",
                    "INSERT INTO g SELECT g, 'v' || g FROM generate_series(1, 3) g");
            Map<String, String> settings = settings("public.g");
            settings.put("postgres.slot", "tributary_" + policy + "_" + database.name());
            settings.put("postgres.on-dropped-table", policy);
            try (CaptureJob job = CaptureJob.start(settings);
                    Mirror mirror = Mirror.ofWholeRows()) {
                mirror.await(job, database, "g");
                String before = mirror.lines("g", List.of("id", "v"));
                database.run("DROP TABLE g");
                mirror.awaitLetters(job, 1);
                assertThat(mirror.letters().get(0).reason()).contains("Table public.g is gone");
                assertThat(mirror.lines("g", List.of("id", "v"))).isEqualTo(policy.equals("keep") ? before : "");
                database.run("CREATE TABLE g (id int PRIMARY KEY, v text)", "INSERT INTO g VALUES (2, 'new')");
                mirror.await(job, database, "g");
            }
            database.run("DROP TABLE g");
        }
    }

    /** Before version 15 a server does not notice that relations whose changes it has met become partitions, or cease to be. */
    @Test
    void aTableThatWasChangedBeforeIsAttachedAndDetached() throws Exception {
        database.run(
                "CREATE TABLE p (id int, d int, v text, PRIMARY KEY (d, id)) PARTITION BY RANGE (d)",
                "CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10)",
                "CREATE TABLE other (id int, d int, v text, PRIMARY KEY (d, id))",
                "CREATE TABLE hollow (id int, d int, v text, PRIMARY KEY (d, id))");
        try (CaptureJob job = CaptureJob.start(settings("public.p"));
                Mirror mirror = Mirror.ofWholeRows()) {
            database.run(
                    "INSERT INTO other SELECT i, 11, 'before' FROM generate_series(1, 3) AS i",
                    "INSERT INTO hollow VALUES (1, 21, 'before')",
                    "TRUNCATE hollow",
                    "INSERT INTO p SELECT i, 1, 'of p1' FROM generate_series(1, 3) AS i");
            mirror.await(job, database, "p");
            database.run(
                    "ALTER TABLE p ATTACH PARTITION other FOR VALUES FROM (10) TO (20)",
                    "ALTER TABLE p ATTACH PARTITION hollow FOR VALUES FROM (20) TO (30)",
                    "UPDATE p SET v = 'at once' WHERE id = 1");
            mirror.await(job, database, "p");
            // Not before the partitions are known.
            database.run("INSERT INTO p1 VALUES (4, 1, 'of p1')", "UPDATE p SET v = 'later' WHERE id = 2");
            mirror.await(job, database, "p");
            database.run("INSERT INTO hollow VALUES (1, 21, 'attached')", "UPDATE p SET v = 'last' WHERE id = 3");
            mirror.await(job, database, "p");
            database.run(
                    "ALTER TABLE p DETACH PARTITION other",
                    "INSERT INTO other VALUES (5, 11, 'detached')",
                    "UPDATE p SET v = 'without other'");
            mirror.await(job, database, "p");
            database.run("INSERT INTO other VALUES (6, 11, 'detached')", "UPDATE p SET v = 'still without'");
            mirror.await(job, database, "p");
            assertThat(mirror.letters()).isEmpty();
        }
    }

    @Test
    void partitionsComeAndGo() throws Exception {
        database.run(
                "CREATE TABLE p (id int, d int, v text, PRIMARY KEY (id, d)) PARTITION BY LIST (d)",
                "CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1)",
                "CREATE TABLE p2 PARTITION OF p FOR VALUES IN (2)",
                "CREATE TABLE p3 PARTITION OF p FOR VALUES IN (3)",
                "INSERT INTO p SELECT i, 1 + i % 3, 'v' || i FROM generate_series(1, 30) i");
        Map<String, String> settings = settings("public.p");
        try (CaptureJob job = CaptureJob.start(settings);
                Mirror mirror = Mirror.ofWholeRows()) {
            mirror.await(job, database, "p");
            int before = mirror.entries("p");
            database.run(
                    "CREATE TABLE p4 (LIKE p INCLUDING ALL)",
                    "INSERT INTO p4 SELECT i, 4, 'attached' FROM generate_series(1, 10) i",
                    "ALTER TABLE p ATTACH PARTITION p4 FOR VALUES IN (4)");
            mirror.await(job, database, "p");
            assertThat(mirror.entries("p") - before)
                    .as("rows that are as they were are not shown")
                    .isEqualTo(10);
            database.run("ALTER TABLE p DETACH PARTITION p1", "DROP TABLE p2");
            mirror.await(job, database, "p");
            database.run("TRUNCATE p3", "INSERT INTO p VALUES (1, 3, 'new')");
            mirror.await(job, database, "p");
            assertThat(mirror.rejected()).isEmpty();
        }
    }

    @Test
    @FromVersion(value = 15, because = "publications may leave out rows and columns")
    void aPublicationThatHoldsBackRowsOrColumnsMakesTablesStaleUntilItIsWhole() throws Exception {
        for (String table : new String[] {"a", "b", "c"}) {
            database.run(
                    "CREATE TABLE " + table + " (id int PRIMARY KEY, v text)",
                    "INSERT INTO " + table + " SELECT g, 'v' || g FROM generate_series(1, 3) g");
        }
        Map<String, String> settings = settings("public.a, public.b, public.c");
        String publication = publication(settings);
        try (CaptureJob job = CaptureJob.start(settings);
                Mirror mirror = Mirror.ofWholeRows()) {
            mirror.await(job, database, "a", "b", "c");
            database.run(
                    "ALTER PUBLICATION " + publication + " SET TABLE a WHERE (id > 1), b (id), c",
                    "UPDATE a SET v = 'x'",
                    "UPDATE b SET v = 'x'",
                    "UPDATE c SET v = 'x'");
            mirror.await(job, database, "c");
            mirror.awaitLetters(job, 2);
            assertThat(mirror.letters()).extracting(letter -> letter.table()).containsExactlyInAnyOrder("a", "b");
            assertThat(mirror.lines("a", List.of("id", "v"))).isEqualTo("1|v1\n2|v2\n3|v3\n");
            assertThat(mirror.lines("b", List.of("id", "v"))).isEqualTo("1|v1\n2|v2\n3|v3\n");
            database.run("ALTER PUBLICATION " + publication + " SET TABLE a, b, c");
            mirror.await(job, database, "a", "b", "c");
            assertThat(mirror.letters()).hasSize(2);
        }
    }

    @Test
    @FromVersion(value = 15, because = "publications may leave out rows")
    void aRowThatComesToFitAFilterHasWhatItsUpdateLeftOut(@TempDir Path savepoints) throws Exception {
        database.run(
                "CREATE TABLE t (id int PRIMARY KEY, n int, doc text)",
                "ALTER TABLE t ALTER doc SET STORAGE EXTERNAL",
                "INSERT INTO t VALUES (5, 1, repeat('five', 2000)), (6, 2, repeat('six', 2000))");
        Map<String, String> settings = settings("public.t");
        String publication = publication(settings);
        try (Mirror mirror = Mirror.ofWholeRows()) {
            String savepoint;
            try (CaptureJob job = CaptureJob.start(settings)) {
                mirror.await(job, database, "t");
                savepoint = job.stop(savepoints);
            }
            // In the log it is an INSERT, without the text.
            database.run(
                    "ALTER PUBLICATION " + publication + " SET TABLE t WHERE (id > 10)",
                    "UPDATE t SET id = id + 10, n = 3 WHERE id = 5",
                    "ALTER PUBLICATION " + publication + " SET TABLE t");
            try (CaptureJob job = CaptureJob.resume(settings, savepoint)) {
                List<Captured> taken = job.takeUntil(
                        captured -> captured instanceof Change && ((Change) captured).operation() == Operation.INSERT);
                Change inserted = (Change) taken.get(taken.size() - 1);
                assertThat(inserted.row().getInt(0)).isEqualTo(15);
                assertThat(inserted.row().getString(2)).hasToString("five".repeat(2000));
                assertThat(inserted.isAhead()).isTrue();
                mirror.take(taken);
                mirror.await(job, database, "t");
                assertThat(mirror.letters()).isEmpty();
            }
        }
    }

    @Test
    @FromVersion(value = 18, because = "publications may have generated columns")
    void aPublicationOfGeneratedColumnsMakesTablesStaleUntilItIsOfNone() throws Exception {
        database.run(
                "CREATE TABLE t (id int PRIMARY KEY, v int, stored int GENERATED ALWAYS AS (v * 2) STORED,"
                        + " virtual int GENERATED ALWAYS AS (v * 3) VIRTUAL)",
                "INSERT INTO t VALUES (1, 10), (2, 20)");
        Map<String, String> settings = settings("public.t");
        try (CaptureJob job = CaptureJob.start(settings);
                Mirror mirror = Mirror.ofWholeRows()) {
            mirror.awaitRows(
                    job, "t", List.of("id", "v", "stored", "virtual"), "1|10|absent|absent\n2|20|absent|absent\n");
            database.run(
                    "ALTER PUBLICATION " + publication(settings) + " SET (publish_generated_columns = stored)",
                    "UPDATE t SET v = 11 WHERE id = 1");
            mirror.awaitLetters(job, 1);
            database.run(
                    "ALTER PUBLICATION " + publication(settings) + " SET (publish_generated_columns = none)",
                    "UPDATE t SET v = 21 WHERE id = 2");
            mirror.awaitRows(
                    job, "t", List.of("id", "v", "stored", "virtual"), "1|11|absent|absent\n2|21|absent|absent\n");
            assertThat(mirror.letters()).hasSize(1);
        }
    }

    @Test
    void aPublicationIsMadeAnew() throws Exception {
        database.run("CREATE TABLE t (id int PRIMARY KEY, v text)", "INSERT INTO t VALUES (1, 'a'), (2, 'b')");
        Map<String, String> settings = settings("public.t");
        try (CaptureJob job = CaptureJob.of(settings).restarting().start();
                Mirror mirror = Mirror.ofWholeRows()) {
            mirror.await(job, database, "t");
            database.run(
                    "DROP PUBLICATION " + publication(settings),
                    "UPDATE t SET v = 'x' WHERE id = 1",
                    "CREATE PUBLICATION " + publication(settings) + " FOR TABLE t");
            mirror.await(job, database, "t");
            database.run("UPDATE t SET v = 'y' WHERE id = 2", "DELETE FROM t WHERE id = 1");
            mirror.await(job, database, "t");
        }
    }

    @Test
    void aTableIsReadAgainUnderItsNewKey() throws Exception {
        for (String table : new String[] {"w", "k"}) {
            database.run(
                    "CREATE TABLE " + table + " (id int PRIMARY KEY, tenant int NOT NULL DEFAULT 1, code int, v text)",
                    "INSERT INTO " + table + " SELECT g, 1, 100 - g, 'v' || g FROM generate_series(1, 60) g");
        }
        try (CaptureJob job = CaptureJob.of(settings("public.w, public.k"))
                        .restarting()
                        .start();
                Mirror mirror = Mirror.ofWholeRows()) {
            mirror.await(job, database, "w", "k");
            database.run(
                    "ALTER TABLE w DROP CONSTRAINT w_pkey, ADD PRIMARY KEY (tenant, id)",
                    "INSERT INTO w VALUES (1, 2, 0, 'other tenant'), (2, 2, 0, 'other')",
                    "UPDATE w SET v = 'upd' WHERE tenant = 1 AND id = 1",
                    "DELETE FROM w WHERE tenant = 2 AND id = 2",
                    "ALTER TABLE k RENAME id TO number",
                    "UPDATE k SET v = 'x' WHERE number = 1",
                    "DELETE FROM k WHERE number = 2",
                    "INSERT INTO k VALUES (61, 1, 1, 'new')");
            mirror.await(job, database, "w", "k");
            database.run(
                    "UPDATE w SET v = 'again' WHERE id = 1",
                    "DELETE FROM w WHERE tenant = 1 AND id = 3",
                    "INSERT INTO w VALUES (3, 3, 0, 'third')");
            mirror.await(job, database, "w");
            // The same bytes as keys of before, of other rows.
            database.run(
                    "DELETE FROM w WHERE tenant > 1",
                    "UPDATE w SET code = id + 1",
                    "ALTER TABLE w DROP CONSTRAINT w_pkey",
                    "ALTER TABLE w ADD PRIMARY KEY (code)",
                    "UPDATE w SET v = 'coded' WHERE code = 7",
                    "DELETE FROM w WHERE code = 8");
            mirror.await(job, database, "w");
            database.run(
                    "ALTER TABLE w ALTER code TYPE bigint",
                    "UPDATE w SET v = 'wide' WHERE code = 9",
                    "ALTER TABLE k ALTER number TYPE text",
                    "UPDATE k SET number = number || 'th' WHERE code = 50");
            mirror.await(job, database, "w", "k");
            database.run(
                    "ALTER TABLE k DROP number",
                    "ALTER TABLE k ADD PRIMARY KEY (code)",
                    "UPDATE k SET v = 'y' WHERE code = 51");
            mirror.await(job, database, "w", "k");
            assertThat(mirror.letters()).extracting(Rejected::reason).allMatch(reason -> reason.contains("public.k"));
        }
    }

    @Test
    void aKeyThatFilesWerePlannedWithStopsItsTableAlone() throws Exception {
        for (String table : new String[] {"w", "k"}) {
            database.run(
                    "CREATE TABLE " + table + " (id int PRIMARY KEY, tenant int NOT NULL DEFAULT 1, v text)",
                    "INSERT INTO " + table + " SELECT g, 1, 'v' || g FROM generate_series(1, 3) g");
        }
        try (CaptureJob job = CaptureJob.of(settings("public.w, public.k"), "w").start();
                Mirror mirror = Mirror.ofWholeRows()) {
            mirror.await(job, database, "w", "k");
            String before = mirror.lines("w", List.of("id", "tenant", "v"));
            database.run(
                    "ALTER TABLE w DROP CONSTRAINT w_pkey, ADD PRIMARY KEY (tenant, id)",
                    "INSERT INTO w VALUES (1, 2, 'other tenant'), (2, 2, 'other')",
                    "UPDATE w SET v = 'upd' WHERE tenant = 1 AND id = 1",
                    "DELETE FROM w WHERE tenant = 2 AND id = 2",
                    "ALTER TABLE k DROP CONSTRAINT k_pkey, ADD PRIMARY KEY (tenant, id)",
                    "UPDATE k SET v = 'x' WHERE id = 1");
            mirror.await(job, database, "k");
            mirror.awaitLetters(job, 1);
            assertThat(mirror.letters().get(0).reason())
                    .contains("Table public.w is known by another key now, (tenant, id)", "planned with (id)");
            assertThat(mirror.lines("w", List.of("id", "tenant", "v"))).isEqualTo(before);
            database.run(
                    "DELETE FROM w WHERE tenant = 2", "ALTER TABLE w DROP CONSTRAINT w_pkey, ADD PRIMARY KEY (id)");
            mirror.await(job, database, "w");
            assertThat(mirror.letters()).hasSize(1);
        }
    }

    @Test
    void rowSecurityThatIsSwitchedOnDuringTheSnapshotHoldsNothingBackInSilence() throws Exception {
        String user = "watcher_" + database.name();
        database.run(
                "CREATE TABLE t (id int PRIMARY KEY, v text)",
                "INSERT INTO t SELECT g, 'v' || g FROM generate_series(1, 3000) g",
                "CREATE TABLE u (id int PRIMARY KEY, v text)",
                "INSERT INTO u SELECT g, 'v' || g FROM generate_series(1, 100) g",
                "CREATE ROLE " + user + " LOGIN REPLICATION PASSWORD '" + TestDatabase.PASSWORD + "'",
                "GRANT SELECT ON t, u TO " + user,
                "CREATE PUBLICATION tributary FOR TABLE t, u");
        Map<String, String> settings = settings("public.t, public.u");
        settings.put("postgres.username", user);
        settings.put("postgres.manage-publication", "false");
        settings.put("postgres.snapshot-chunk-rows", "200");
        try (CaptureJob job = CaptureJob.of(settings).held().start();
                Mirror mirror = Mirror.ofWholeRows()) {
            database.run("ALTER TABLE t ENABLE ROW LEVEL SECURITY");
            job.release();
            mirror.await(job, database, "u");
            mirror.awaitLetters(job, 1);
            assertThat(mirror.letters().get(0).reason()).contains("Table public.t has row security");
            database.run("UPDATE u SET v = 'x' WHERE id = 1", "ALTER ROLE " + user + " BYPASSRLS");
            mirror.await(job, database, "t", "u");
        }
    }
}
