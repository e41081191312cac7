package io.tributary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.capture.postgres.TestDatabase;
import io.tributary.settings.Problems;
import io.tributary.settings.Secrets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A plan without any system, with what an earlier one has saved. */
class SavedTablesTest {

    @TempDir
    private Path folder;

    private Map<String, String> settings = new HashMap<>();

    @BeforeEach
    void save() throws Exception {
        Files.createDirectory(folder.resolve("sql"));
        Files.writeString(
                folder.resolve("sql/paid.sql"), "-- key: id\nSELECT id, status FROM orders WHERE note IS NOT NULL");
        try (TestDatabase database = TestDatabase.create()) {
            database.run("CREATE TABLE orders (id int PRIMARY KEY, status text NOT NULL, note text, tags text[])");
            settings = WholeJob.settings(database, "public.orders", folder);
            settings.put("sql.directory", folder.resolve("sql").toString());
            Problems problems = new Problems();
            Plan plan = Plan.of(read(TestDatabase.secrets(TestDatabase.PASSWORD), problems), problems);
            assertThat(SavedTables.save(plan, problems)).isEqualTo("sql/tables.yaml");
        }
        settings.put("postgres.hostname", "nowhere.invalid");
        settings.put("iceberg.catalog.warehouse", "file:/proc/none");
    }

    private Settings read(Secrets secrets, Problems problems) {
        return Settings.of(Configuration.fromMap(settings), secrets, problems);
    }

    private Plan offline() throws Exception {
        Problems problems = new Problems();
        Settings read = read(Secrets.standIns(), problems);
        return Plan.offline(read, SavedTables.read(read, problems), problems);
    }

    @Test
    void theSavedTablesTakeThePlaceOfTheSystems() throws Exception {
        Plan plan = offline();

        assertThat(plan.outputs()).containsOnlyKeys("paid");
        assertThat(plan.describeOffline().lines())
                .containsExactly(
                        "Settings and SQL files fit the tables that were saved; nothing else was looked at. The job would read",
                        "  orders (key id, 4 columns)",
                        "and write",
                        "  paid (key id, 2 columns)");
        assertThat(plan.queries().neverNull("paid")).contains("status");
    }

    @Test
    void whatIsWrongInSettingsAndFilesIsSaidAtOnce() throws Exception {
        Files.writeString(folder.resolve("sql/paid.sql"), "-- key: id\nSELECT id, state FROM orders");
        settings.put("postgres.tables", "public.orders;public.refunds");
        settings.put("tables.ordres.key", "id");

        assertThatThrownBy(this::offline)
                .hasMessageContaining("sql/paid.sql:2:12")
                .hasMessageContaining(
                        "postgres.tables names table refunds, which sql/tables.yaml does not have: write it again with"
                                + " plan --save");
    }

    @Test
    void aFileThatIsMissingIsNamed() throws Exception {
        Files.delete(folder.resolve("sql/tables.yaml"));

        assertThatThrownBy(this::offline).hasMessageContaining("sql/tables.yaml: is missing");
    }
}
