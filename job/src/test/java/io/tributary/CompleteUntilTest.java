package io.tributary;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.capture.postgres.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Snapshots of Iceberg tables that say up to which change of the source the table is complete. */
class CompleteUntilTest {

    private static final String TIME = "tributary.complete-until-ms";
    private static final String POSITION = "tributary.complete-position.postgres";

    @AutoClose
    private final TestDatabase database = TestDatabase.create();

    @TempDir
    private Path folder;

    CompleteUntilTest() throws Exception {}

    @BeforeEach
    void fill() throws Exception {
        database.run(
                "CREATE TABLE t (id int PRIMARY KEY, v text)",
                "CREATE TABLE quiet (id int PRIMARY KEY, v text)",
                "INSERT INTO t SELECT i, 'v' || i FROM generate_series(1, 9) i",
                "INSERT INTO quiet VALUES (1, 'q')");
        Files.createDirectory(folder.resolve("sql"));
        Files.writeString(folder.resolve("sql/upper.sql"), "-- key: id\nSELECT id, UPPER(v) AS v FROM t");
        Files.writeString(
                folder.resolve("sql/total.sql"),
                "-- key: k\nSELECT id / 100 AS k, MAX(v) AS v FROM t GROUP BY id / 100");
        Files.writeString(
                folder.resolve("sql/joined.sql"),
                "-- key: id\nSELECT t.id, t.v, quiet.v AS q FROM t LEFT JOIN quiet ON quiet.id = t.id");
        Files.writeString(folder.resolve("sql/twice.sql"), "-- key: k\nSELECT k, v || v AS v FROM total");
    }

    private Map<String, String> settings() {
        Map<String, String> settings = WholeJob.settings(database, "public.t;public.quiet", folder);
        settings.put("sql.directory", folder.resolve("sql").toString());
        settings.put("sql.pass-through", "t");
        return settings;
    }

    private static Map<String, String> summary(Map<String, String> settings, String table) throws Exception {
        Map<String, String> summary = new HashMap<>();
        WholeJob.change(
                settings,
                table,
                iceberg -> summary.putAll(iceberg.currentSnapshot().summary()));
        return summary;
    }

    @Test
    @Tag("slow")
    void aTableSaysHowFarBehindItsSourceItIsHoweverItIsMade() throws Exception {
        Map<String, String> settings = settings();
        String savepoint;
        try (WholeJob job = WholeJob.start(settings)) {
            job.await("upper", rows -> rows.size() == 9);
            job.await("joined", rows -> rows.size() == 9);
            savepoint = job.stop(folder);
        }
        long before = System.currentTimeMillis();
        database.run("UPDATE t SET v = 'w' || id");
        long after = System.currentTimeMillis();
        Thread.sleep(1_500);
        try (WholeJob job = WholeJob.resume(settings, savepoint)) {
            for (String table : List.of("t", "upper", "total", "joined", "twice")) {
                job.await(
                        table, rows -> rows.toString().toLowerCase(Locale.ROOT).contains("v=w9"));
                assertThat(summary(settings, table))
                        .as("what table %s says", table)
                        .containsKeys(POSITION)
                        .hasEntrySatisfying(
                                TIME, time -> assertThat(Long.parseLong(time)).isBetween(before, after));
            }
            assertThat(summary(settings, "joined").get(POSITION))
                    .isEqualTo(summary(settings, "t").get(POSITION));
            assertThat(Long.parseLong(summary(settings, "total").get("tributary.timestamp-ms")))
                    .as("when a row of SQL was made is another time")
                    .isGreaterThan(after);
        }
    }
}
