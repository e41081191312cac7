package io.tributary.capture.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.capture.postgres.plan.PostgresPlan;
import io.tributary.change.ChangelogRow;
import io.tributary.change.Rejected;
import io.tributary.settings.Problems;
import io.tributary.sink.iceberg.Fixture;
import io.tributary.sink.iceberg.IcebergPlan;
import io.tributary.sink.iceberg.IcebergSettings;
import io.tributary.sink.iceberg.SinkHarness;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Columns that are left out or hashed are so in everything that leaves the reader, its state included, whatever becomes of the
 * table. The database works out the hashes once more, by functions of its own.
 */
@Tag("slow")
class ColumnRulesTest {

    private static final String KEY = "the key of this test, of 32 characters or more";
    private static final String OTHER_KEY = "another key of this test, just as long as the first";

    /** Stands in every value that is nobody's business. */
    private static final String RAW = "private";

    @AutoClose
    private final TestDatabase database = TestDatabase.create();

    @TempDir
    private Path folder;

    @BeforeEach
    void makeHashes() throws Exception {
        makeHash("hashed", KEY);
        makeHash("hashed_otherwise", OTHER_KEY);
    }

    /** HMAC by RFC 2104, from the server's SHA-256. */
    private void makeHash(String function, String key) throws Exception {
        byte[] block = Arrays.copyOf(key.getBytes(UTF_8), 64);
        byte[] inner = new byte[64];
        byte[] outer = new byte[64];
        for (int i = 0; i < 64; i++) {
            inner[i] = (byte) (block[i] ^ 0x36);
            outer[i] = (byte) (block[i] ^ 0x5c);
        }
        database.run("CREATE FUNCTION " + function
                + "(v text) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT encode(sha256('\\x"
                + HexFormat.of().formatHex(outer) + "'::bytea || sha256('\\x"
                + HexFormat.of().formatHex(inner) + "'::bytea || convert_to(v, 'UTF8'))), 'hex') $$");
    }

    private Map<String, String> settings(String tables, String... more) throws Exception {
        Map<String, String> settings = database.settings(tables);
        settings.put("postgres.watch-interval", "100 ms");
        settings.put("columns.hash-key", "file:" + Files.writeString(folder.resolve("key"), KEY));
        for (int i = 0; i < more.length; i += 2) {
            settings.put(more[i], more[i + 1]);
        }
        return settings;
    }

    /** Fails if anything of a raw value comes by. */
    private static Mirror mirror() throws Exception {
        return Mirror.ofWholeRows().to(ColumnRulesTest::checkRow);
    }

    private static void checkRow(ChangelogRow entry) {
        assertThat(new String(entry.row().getSegments()[0].getArray(), UTF_8))
                .as("%s", entry.schema())
                .doesNotContain(RAW);
    }

    private static void checkLetters(List<Rejected> letters) {
        for (Rejected letter : letters) {
            assertThat(letter.reason()).doesNotContain(RAW);
            assertThat(new String(letter.raw(), UTF_8)).doesNotContain(RAW);
        }
    }

    private static void checkFiles(String savepoint) throws Exception {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try (Stream<Path> files = Files.walk(Path.of(java.net.URI.create(savepoint)))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                all.write(Files.readAllBytes(file));
            }
        }
        assertThat(all.size()).isPositive();
        assertThat(all.toString(UTF_8)).doesNotContain(RAW);
    }

    /** A view of the database has the rows that the table ought to have. */
    private void await(Mirror mirror, CaptureJob job, String table, String view) throws Exception {
        mirror.awaitRows(job, table, Mirror.columns(database, view), Mirror.lines(database, view));
    }

    @Test
    void valuesOfAnyTypeAreHashedAlikeInTheSnapshotAndInTheStream() throws Exception {
        database.run(
                "CREATE TYPE mood AS ENUM ('sad', 'glad')",
                "CREATE TABLE c (id int PRIMARY KEY, email text, card text NOT NULL, code varchar(30), number bigint, born date,"
                        + " member boolean, credit numeric(10,2), uid uuid, humour mood, at timestamptz, tags text[],"
                        + " photo bytea, factor float8, doc text)",
                "ALTER TABLE c ALTER doc SET STORAGE EXTERNAL",
                "CREATE TABLE v (LIKE c)",
                "INSERT INTO v VALUES (1, 'private@x.org', 'private 4711', 'private\u00e4', -7, '2000-02-29', true, 12.50,"
                        + " '6f1c2b34-0000-4000-8000-00000000abcd', 'glad', '2024-01-01 12:00:00.5+02', '{private,NULL}',"
                        + " '\\x707269766174650a', 0.1, repeat('private', 2000))",
                "INSERT INTO c SELECT * FROM v",
                "INSERT INTO c (id, card) VALUES (2, 'private')",
                "CREATE TABLE o (id int PRIMARY KEY, email varchar(40), number int)",
                "INSERT INTO o VALUES (1, 'private@x.org', -7)",
                "CREATE VIEW expected_o AS SELECT id, hashed(email) AS email, hashed(number::text) AS number FROM o",
                "CREATE VIEW expected AS SELECT id, hashed(email) AS email, hashed(code) AS code, hashed(number::text) AS"
                        + " number, hashed(born::text) AS born, hashed(member::text) AS member,"
                        + " hashed(trim_scale(credit)::text) AS credit, hashed(uid::text) AS uid, hashed(humour::text) AS"
                        + " humour, hashed(to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS')) AS at,"
                        + " hashed('[' || '\"private\",null]') AS tags, hashed(encode(photo, 'base64')) AS photo,"
                        + " hashed(factor::text) AS factor, hashed(doc) AS doc, 'absent' AS card FROM c WHERE email IS NOT NULL"
                        + " UNION ALL SELECT id, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,"
                        + " 'absent' FROM c WHERE email IS NULL");
        Map<String, String> settings = settings(
                "public.c;public.o",
                "tables.c.columns.exclude",
                "card",
                "tables.c.columns.hash",
                "email;code;number;born;member;credit;uid;humour;at;tags;photo;factor;doc",
                "tables.o.columns.hash",
                "email;number");
        try (CaptureJob job = CaptureJob.start(settings);
                Mirror mirror = mirror()) {
            await(mirror, job, "c", "expected");
            await(mirror, job, "o", "expected_o");
            database.run(
                    "UPDATE v SET id = 3",
                    "INSERT INTO c SELECT * FROM v",
                    "UPDATE c SET email = 'private too' WHERE id = 1",
                    "UPDATE c SET code = NULL WHERE id = 3");
            await(mirror, job, "c", "expected");
            database.run("UPDATE c SET number = 8, card = 'private 2' WHERE id = 1", "DELETE FROM c WHERE id = 2");
            await(mirror, job, "c", "expected");
            assertThat(mirror.letters()).isEmpty();
            assertThat(mirror.rejected()).isEmpty();
            assertThat(new String(mirror.state(), UTF_8)).doesNotContain(RAW);
            checkFiles(job.stop(folder));
        }
    }

    @Test
    void rowsAreFoundByTheHashesOfTheirKeys() throws Exception {
        database.run(
                "CREATE TABLE k (email text, n int, doc text, PRIMARY KEY (email, n)) PARTITION BY HASH (email)",
                "CREATE TABLE k1 PARTITION OF k FOR VALUES WITH (MODULUS 2, REMAINDER 0)",
                "CREATE TABLE k2 PARTITION OF k FOR VALUES WITH (MODULUS 2, REMAINDER 1)",
                "ALTER TABLE k ALTER doc SET STORAGE EXTERNAL",
                "ALTER TABLE k1 ALTER doc SET STORAGE EXTERNAL",
                "ALTER TABLE k2 ALTER doc SET STORAGE EXTERNAL",
                "INSERT INTO k SELECT 'private' || i, i, repeat('private doc', 400) FROM generate_series(1, 300) i",
                "ANALYZE k",
                "CREATE VIEW expected AS SELECT hashed(email) AS email, n, hashed(doc) AS doc FROM k");
        Map<String, String> settings = settings("public.k", "tables.k.columns.hash", "email;doc");
        settings.put("postgres.snapshot-chunk-rows", "50");
        try (CaptureJob job = CaptureJob.of(settings).held().start();
                Mirror mirror = mirror()) {
            // Keys that change and values that an UPDATE leaves out are asked for, by the raw key.
            database.run(
                    "UPDATE k SET n = n + 1000 WHERE n <= 20",
                    "UPDATE k SET email = 'private and new' WHERE n = 30",
                    "DELETE FROM k WHERE n = 40");
            job.release();
            await(mirror, job, "k", "expected");
            database.run("UPDATE k SET n = 41 WHERE n = 50", "UPDATE k SET doc = 'private' WHERE n = 60");
            await(mirror, job, "k", "expected");
            assertThat(mirror.letters()).isEmpty();
            assertThat(new String(mirror.state(), UTF_8)).doesNotContain(RAW);
            checkFiles(job.stop(folder));
        }
    }

    @Test
    void aColumnIsTreatedAsItWasWhateverItIsCalledLater() throws Exception {
        for (String table : new String[] {"d", "i"}) {
            database.run(
                    "CREATE TABLE " + table + " (id int PRIMARY KEY, email text, card text, town text)",
                    "INSERT INTO " + table
                            + " VALUES (1, 'private', 'private', 'Ulm'), (2, 'private 2', NULL, 'Bonn')");
        }
        database.run("CREATE VIEW expected AS SELECT id, hashed(email) AS email, town, 'absent' AS card FROM d");
        Map<String, String> settings = settings(
                "public.d;public.i",
                "tables.d.columns.hash",
                "email",
                "tables.d.columns.exclude",
                "card",
                "tables.i.columns.include",
                "id;town");
        try (CaptureJob job = CaptureJob.start(settings);
                Mirror mirror = mirror()) {
            await(mirror, job, "d", "expected");
            database.run(
                    "DROP VIEW expected",
                    "ALTER TABLE d RENAME email TO mail",
                    "INSERT INTO d VALUES (3, 'private 3', 'private', 'Jena')",
                    // Names go round, and what comes new goes by its name.
                    "ALTER TABLE d RENAME town TO t",
                    "ALTER TABLE d RENAME card TO town",
                    "ALTER TABLE d RENAME t TO place",
                    "ALTER TABLE d ADD email text, ADD other text",
                    "INSERT INTO d (id, mail, town, place, email, other) VALUES (4, 'private', 'private', 'Kiel', 'private',"
                            + " 'seen')",
                    "UPDATE d SET town = 'private' WHERE id = 1",
                    "CREATE VIEW expected AS SELECT id, hashed(mail) AS mail, place, hashed(email) AS email, other, 'absent'"
                            + " AS town FROM d",
                    "ALTER TABLE i RENAME town TO place",
                    "ALTER TABLE i RENAME email TO town",
                    "ALTER TABLE i ADD more text",
                    "INSERT INTO i (id, town, place, more) VALUES (3, 'private', 'Trier', 'private')");
            await(mirror, job, "d", "expected");
            database.run("CREATE VIEW expected_i AS SELECT id, place, 'absent' AS town, 'absent' AS more FROM i");
            await(mirror, job, "i", "expected_i");
            // Read again, it is not by their names either.
            database.run("SELECT pg_logical_emit_message(false, 'tributary." + settings.get("postgres.slot")
                    + "', 'resync public.d show-all')");
            while (mirror.resynced("d") == 0) {
                mirror.take(job.rest());
                job.ensureRuns();
                Thread.sleep(20);
            }
            await(mirror, job, "d", "expected");
            assertThat(mirror.letters()).isEmpty();
            checkFiles(job.stop(folder));
        }
    }

    @Test
    void aJobThatResumesWithOtherRulesReadsTheTableAgain() throws Exception {
        database.run(
                "CREATE TABLE r (id int PRIMARY KEY, email text, card text, n int)",
                "INSERT INTO r SELECT i, 'private' || i, 'private', i FROM generate_series(1, 100) i",
                "CREATE TABLE other (id int PRIMARY KEY)",
                "CREATE VIEW as_it_is AS SELECT * FROM r",
                "CREATE VIEW hashed_email AS SELECT id, hashed(email) AS email, n FROM r",
                "CREATE VIEW by_another_key AS SELECT id, hashed_otherwise(email) AS email, n FROM r",
                "CREATE VIEW hashed_key AS SELECT hashed(id::text) AS id, email, n, card FROM r");
        IcebergSettings iceberg = Fixture.settings(folder.resolve("warehouse"));
        try (Mirror mirror = Mirror.ofWholeRows();
                SinkHarness sink = SinkHarness.start(iceberg)) {
            mirror.to(entry -> write(entry, sink));
            String savepoint = run(mirror, sink, iceberg, null, "as_it_is", settings("public.r;public.other"));
            String[] rules = {"tables.r.columns.hash", "email", "tables.r.columns.exclude", "card"};
            savepoint = run(mirror, sink, iceberg, savepoint, "hashed_email", settings("public.r;public.other", rules));
            assertThat(new String(mirror.state(), UTF_8)).doesNotContain(RAW);
            checkFiles(savepoint);
            assertThat(mirror.lines("r", List.of("card"))).isEqualTo("absent\n".repeat(99));
            int entries = mirror.entries("r");
            savepoint = run(mirror, sink, iceberg, savepoint, "hashed_email", settings("public.r;public.other", rules));
            assertThat(mirror.entries("r") - entries).as("with the same rules").isLessThan(50);
            Map<String, String> otherKey = settings("public.r;public.other", rules);
            otherKey.put("columns.hash-key", "file:" + Files.writeString(folder.resolve("other"), OTHER_KEY));
            savepoint = run(mirror, sink, iceberg, savepoint, "by_another_key", otherKey);
            savepoint = run(
                    mirror,
                    sink,
                    iceberg,
                    savepoint,
                    "hashed_key",
                    settings("public.r;public.other", "tables.r.columns.hash", "id"));
            run(mirror, sink, iceberg, savepoint, "as_it_is", settings("public.r;public.other"));
            assertThat(mirror.letters()).isEmpty();
            assertThat(mirror.rejected()).isEmpty();
            assertThat(sink.rejected()).isEmpty();
        }
    }

    private static void write(ChangelogRow entry, SinkHarness sink) {
        try {
            sink.process(entry);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** Until the rows are there; some of them change before, meanwhile and afterwards. */
    private String run(
            Mirror mirror,
            SinkHarness sink,
            IcebergSettings iceberg,
            @Nullable String savepoint,
            String view,
            Map<String, String> settings)
            throws Exception {
        database.run("UPDATE r SET n = n + 1 WHERE id <= 2", "DELETE FROM r WHERE n = 60");
        PostgresPlan plan = PostgresPlan.of(TestDatabase.settings(settings));
        Problems problems = new Problems();
        plan.check(problems);
        IcebergPlan.check(iceberg, new ArrayList<>(plan.schemas().values()), problems);
        IcebergPlan.changes(iceberg, plan.schemas().values(), problems);
        assertThat(problems.sentences()).isEmpty();
        try (CaptureJob job = CaptureJob.of(settings).from(savepoint).start()) {
            database.run("UPDATE r SET n = n + 1 WHERE id <= 2");
            await(mirror, job, "r", view);
            database.run("UPDATE r SET n = n + 1 WHERE id <= 2");
            await(mirror, job, "r", view);
            String next = job.stop(folder);
            mirror.take(job.rest());
            sink.checkpoint();
            assertThat(Fixture.read(iceberg, "r", Mirror.columns(database, view)).stream()
                            .map(row -> row + "\n")
                            .collect(Collectors.joining()))
                    .as("Iceberg, %s", view)
                    .isEqualTo(Mirror.lines(database, view));
            return next;
        }
    }

    @Test
    void deadLettersHaveNoMoreThanRowsHave() throws Exception {
        database.run(
                "CREATE TABLE l (id int PRIMARY KEY, email text, born date, seen date, card text)",
                "INSERT INTO l VALUES (1, 'private', '33333-03-03', NULL, 'private'), (2, 'private', NULL, '44444-04-04',"
                        + " 'private')");
        Map<String, String> settings =
                settings("public.l", "tables.l.columns.hash", "email;born", "tables.l.columns.exclude", "card");
        try (CaptureJob job = CaptureJob.start(settings);
                Mirror mirror = mirror()) {
            mirror.awaitLetters(job, 2);
            database.run("INSERT INTO l SELECT id + 2, email, born, seen, card FROM l");
            mirror.awaitLetters(job, 4);
            checkLetters(mirror.letters());
            String email = database.ask("SELECT hashed('private')");
            assertThat(mirror.letters())
                    .filteredOn(letter -> letter.reason().contains("born"))
                    .hasSize(2)
                    .allSatisfy(letter -> assertThat(letter.reason())
                            .isEqualTo(
                                    "Column born of table public.l: A value that is to be hashed cannot be read; it is not"
                                            + " shown"))
                    .extracting(letter -> new String(letter.raw(), UTF_8))
                    .containsExactly(
                            "{\"id\":\"1\",\"email\":\"" + email + "\",\"born\":null,\"seen\":null}",
                            "{\"id\":\"3\",\"email\":\"" + email + "\",\"born\":null,\"seen\":null}");
            assertThat(mirror.letters())
                    .filteredOn(letter -> letter.reason().contains("seen"))
                    .extracting(letter -> new String(letter.raw(), UTF_8))
                    .containsExactly(
                            "{\"id\":\"2\",\"email\":\"" + email + "\",\"born\":null,\"seen\":\"44444-04-04\"}",
                            "{\"id\":\"4\",\"email\":\"" + email + "\",\"born\":null,\"seen\":\"44444-04-04\"}");
        }
    }

    @Test
    void anotherTableThatLacksAColumnIsNotTaken() throws Exception {
        database.run(
                "CREATE TABLE s (id int PRIMARY KEY, email text)",
                "INSERT INTO s VALUES (1, 'private')",
                "CREATE VIEW expected AS SELECT id, hashed(email) AS email FROM s");
        Map<String, String> settings = settings("public.s", "tables.s.columns.hash", "email");
        try (CaptureJob job = CaptureJob.start(settings);
                Mirror mirror = mirror()) {
            await(mirror, job, "s", "expected");
            database.run(
                    "DROP VIEW expected",
                    "DROP TABLE s",
                    "CREATE TABLE s (id int PRIMARY KEY, mail text)",
                    "INSERT INTO s VALUES (2, 'private')");
            String reason =
                    "Table public.s has no column email, which the settings of tables.s.columns leave out or hash:"
                            + " its changes are not taken, since the column may have another name now. Stop the job with a savepoint,"
                            + " correct the settings and resume it; or rename the column";
            while (mirror.letters().stream().noneMatch(letter -> letter.reason().equals(reason))) {
                mirror.awaitLetters(job, mirror.letters().size() + 1);
            }
            database.run(
                    "INSERT INTO s VALUES (3, 'private')",
                    "ALTER TABLE s RENAME mail TO email",
                    "CREATE VIEW expected AS SELECT id, hashed(email) AS email FROM s");
            await(mirror, job, "s", "expected");
            checkLetters(mirror.letters());
        }
    }

    @Test
    void theReaderOfFlinkCdcTakesNothingOfATableWhoseColumnsChange() throws Exception {
        database.run(
                "CREATE TABLE f (id int PRIMARY KEY, email text, card text)",
                "INSERT INTO f VALUES (1, 'private', 'private')",
                "CREATE VIEW expected AS SELECT id, hashed(email) AS email, 'absent' AS card FROM f");
        Map<String, String> settings =
                settings("public.f", "tables.f.columns.hash", "email", "tables.f.columns.exclude", "card");
        settings.put("postgres.reader", "flink-cdc");
        try (CaptureJob job = CaptureJob.start(settings);
                Mirror mirror = mirror()) {
            await(mirror, job, "f", "expected");
            database.run("INSERT INTO f VALUES (2, 'private 2', 'private')");
            await(mirror, job, "f", "expected");
            database.run("ALTER TABLE f RENAME email TO mail", "INSERT INTO f VALUES (3, 'private', 'private')");
            mirror.awaitLetters(job, 1);
            checkLetters(mirror.letters());
            assertThat(mirror.letters().get(0).reason())
                    .startsWith(
                            "Table public.f has other columns than when the job started, [id, mail, card], and some of"
                                    + " its columns are to be left out or hashed: none of its changes is taken");
        }
    }
}
