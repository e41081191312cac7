package io.tributary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.tributary.capture.postgres.TestDatabase;
import io.tributary.settings.ProblemsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Iceberg tables that say the version of each row, which is that of the warehouse. */
class VersionColumnTest {

    private static final Pattern ROW = Pattern.compile("\\{_version=([0-9a-f]{32}|null), (.*)}");

    @AutoClose
    private final TestDatabase database = TestDatabase.create();

    @AutoClose
    private final PutRecordsServer kinesis = PutRecordsServer.start();

    @TempDir
    private Path folder;

    VersionColumnTest() throws Exception {}

    @BeforeEach
    void fill() throws Exception {
        database.run(
                "CREATE TABLE t (id int PRIMARY KEY, v text)",
                "INSERT INTO t SELECT i, 'v' || i FROM generate_series(1, 9) i");
        Files.createDirectory(folder.resolve("sql"));
        Files.writeString(folder.resolve("sql/upper.sql"), "-- key: id\nSELECT id, UPPER(v) AS v FROM t");
    }

    private Map<String, String> settings() {
        Map<String, String> settings = WholeJob.settings(database, "public.t", folder);
        settings.put("sql.directory", folder.resolve("sql").toString());
        settings.put("sql.pass-through", "t");
        settings.put("kinesis.stream", "changes");
        settings.put("kinesis.max-time-in-buffer", "50 ms");
        settings.put("kinesis.client.aws.region", "us-east-1");
        settings.put("kinesis.client.aws.endpoint", kinesis.address());
        settings.put("kinesis.client.aws.http.protocol.version", "HTTP1_1");
        settings.put("kinesis.client.aws.credentials.provider", "BASIC");
        settings.put("kinesis.client.aws.credentials.provider.basic.accesskeyid", "local");
        settings.put("kinesis.client.aws.credentials.provider.basic.secretkey", "env:PASSWORD");
        return settings;
    }

    /** The rows of a table by what they are, with their versions. */
    private static Map<String, String> versions(List<String> rows) {
        Map<String, String> versions = new TreeMap<>();
        for (String row : rows) {
            Matcher parts = ROW.matcher(row);
            assertThat(parts.matches()).as(row).isTrue();
            versions.put(parts.group(2), parts.group(1));
        }
        return versions;
    }

    /** The version of the newest record of a key. */
    private String sent(String table, int id) {
        return kinesis.records().stream()
                .filter(record -> record.path("_table").asText().equals(table)
                        && record.path("id").asInt() == id
                        && !record.path("_op").asText().equals("d"))
                .map((JsonNode record) -> record.path("_version").asText())
                .max(String::compareTo)
                .orElse("");
    }

    private void assertVersions(WholeJob job, String table, String wanted) throws Exception {
        job.await(
                table,
                rows -> rows.size() == 9
                        && rows.stream().allMatch(row -> row.contains(wanted))
                        && versions(rows).entrySet().stream()
                                .allMatch(row -> row.getValue().equals(sent(table, id(row.getKey())))));
    }

    private static int id(String row) {
        Matcher id = Pattern.compile("id=(\\d+)").matcher(row);
        assertThat(id.find()).as(row).isTrue();
        return Integer.parseInt(id.group(1));
    }

    @Test
    void rowsHaveTheVersionsThatTheWarehouseGets() throws Exception {
        Map<String, String> settings = settings();
        String savepoint;
        try (WholeJob job = WholeJob.start(settings)) {
            job.await("t", rows -> rows.size() == 9 && rows.stream().noneMatch(row -> row.contains("_version")));
            savepoint = job.stop(folder);
        }
        settings.put("iceberg.version-column", "_version");
        try (WholeJob job = WholeJob.resume(settings, savepoint)) {
            database.run("UPDATE t SET v = 'x' || id WHERE id > 4");
            job.await("t", rows -> rows.toString().contains("v=x9"));
            assertThat(versions(job.rows("t")).entrySet())
                    .as("rows of before have none")
                    .allMatch(row -> row.getValue().equals("null") == id(row.getKey()) < 5);
            database.run("UPDATE t SET v = 'y' || id");
            assertVersions(job, "t", "v=y");
            assertVersions(job, "upper", "v=Y");
            database.run(
                    "ALTER TABLE t ADD n int",
                    "ALTER TABLE t RENAME v TO w",
                    "ALTER TABLE t DROP n",
                    "UPDATE t SET w = 'z' || id");
            assertVersions(job, "t", "w=z");
        }
    }

    @Test
    void aTableThatHasSuchAColumnIsNamed() {
        Map<String, String> settings = settings();
        settings.put("iceberg.version-column", "V");

        assertThatThrownBy(() -> WholeJob.start(settings))
                .isInstanceOf(ProblemsException.class)
                .hasMessageContaining(
                        "iceberg.version-column is V, and table t has a column of that name: choose another");
    }
}
