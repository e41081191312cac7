package io.tributary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.capture.postgres.TestDatabase;
import io.tributary.settings.Problems;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said ahead of a change of settings and SQL files. */
class PlannedChangesTest {

    @AutoClose
    private final TestDatabase database = TestDatabase.create();

    @TempDir
    private Path folder;

    private Map<String, String> settings = new HashMap<>();

    @BeforeEach
    void fill() throws Exception {
        database.run(
                "CREATE TABLE orders (id int PRIMARY KEY, customer int NOT NULL, status text NOT NULL)",
                "CREATE TABLE customers (id int PRIMARY KEY, name text)",
                "CREATE TABLE refunds (id int PRIMARY KEY)",
                "INSERT INTO customers SELECT n, 'c' FROM generate_series(1, 3000) n",
                "INSERT INTO orders VALUES (10, 1, 'new'), (11, 2, 'paid'), (12, 9, 'new')",
                "ANALYZE");
        Files.createDirectory(folder.resolve("sql"));
        write(
                "paid",
                "-- key: customer\nSELECT COALESCE(customer, 0) AS customer, COUNT(*) AS n FROM orders GROUP BY COALESCE(customer, 0)");
        write(
                "states",
                "-- key: status\nSELECT COALESCE(status, '') AS status, COUNT(*) AS n FROM orders GROUP BY COALESCE(status, '')");
        settings = WholeJob.settings(database, "public.orders;public.customers", folder);
        settings.put("sql.directory", folder.resolve("sql").toString());
        settings.put("sql.pass-through", "customers");
    }

    private void write(String table, String text) throws IOException {
        Files.writeString(file(table), text);
    }

    private Path file(String table) {
        return folder.resolve("sql").resolve(table + ".sql");
    }

    private Plan plan() {
        Problems problems = new Problems();
        Settings read =
                Settings.of(Configuration.fromMap(settings), TestDatabase.secrets(TestDatabase.PASSWORD), problems);
        return Plan.of(read, problems);
    }

    private PlannedChanges changes(Inventory before) throws Exception {
        return PlannedChanges.of(Inventory.parse(before.text()), plan());
    }

    private static List<String> lines(PlannedChanges changes) {
        return changes.describe().lines().map(String::strip).toList();
    }

    @Test
    void eachFileAndTableIsTold() throws Exception {
        Inventory before = Inventory.of(plan());
        write(
                "paid",
                "-- key: customer\nSELECT COALESCE(customer, 0) AS customer, COUNT(*) AS n FROM orders WHERE status = 'paid' GROUP BY COALESCE(customer, 0)");
        Files.delete(file("states"));
        write("named", "-- key: id\nSELECT o.id, c.name FROM orders o JOIN customers c ON c.id = o.customer");
        settings.merge("postgres.tables", ";public.refunds", String::concat);
        settings.merge("sql.pass-through", ";refunds", String::concat);

        PlannedChanges changes = changes(before);

        assertThat(lines(changes))
                .contains(
                        "= table orders goes on as it is",
                        "+ SQL file of named is new, and is filled: about 3,003 rows of customers, orders, when customers was read",
                        "- SQL file of states is gone: its table stays as it is (sql.on-removed-file: keep)")
                .anyMatch(line ->
                        line.startsWith("~ table customers is read again, beside the stream, as the state has hashes"
                                        + " of its rows alone, and SQL files (named) read it whole")
                                && line.endsWith(": about 3,000 rows of customers"))
                .anyMatch(line -> line.matches(
                        "\\+ table refunds is read whole, beside the stream: about [\\d,]+ rows of refunds"))
                .anyMatch(line ->
                        line.startsWith("~ SQL file of paid is filled again, as its SQL is another: about 3 rows of"
                                + " orders from the state"))
                .endsWith("In all, 1 go on as they are, 2 change, 2 are new, 1 are removed.");
        assertThat(changes.refusals()).isEmpty();
    }

    @Test
    void aCommentChangesNothing() throws Exception {
        Inventory before = Inventory.of(plan());
        write(
                "paid",
                "-- How many?\n-- key: customer\nSELECT COALESCE(customer, 0) AS customer, COUNT(*) AS n FROM orders GROUP BY COALESCE(customer, 0)");

        assertThat(lines(changes(before)))
                .anyMatch(line -> line.startsWith(
                        "~ SQL file of paid is filled again, as its table in Iceberg has nothing of a job"));
        assertThat(Inventory.of(plan()).files().get("paid").identity())
                .isEqualTo(before.files().get("paid").identity());
    }

    @Test
    void whatTheStateCannotGiveIsRefused() throws Exception {
        settings.put("postgres.reader", "flink-cdc");
        Inventory before = Inventory.of(plan());
        write("named", "-- key: id\nSELECT o.id, c.name FROM orders o JOIN customers c ON c.id = o.customer");
        Files.delete(file("states"));
        settings.put("sql.on-removed-file", "fail");
        settings.merge("postgres.tables", ";public.refunds", String::concat);
        settings.merge("sql.pass-through", ";refunds", String::concat);

        assertThat(changes(before).refusals())
                .hasSize(3)
                .allMatch(sentence -> sentence.startsWith("The job cannot be resumed: "))
                .anyMatch(sentence -> sentence.contains("table refunds is new, and its source does not read it"))
                .anyMatch(sentence -> sentence.contains("table customers cannot go on, as the state has hashes"))
                .anyMatch(sentence -> sentence.contains("SQL file of states is gone: put it back"));
    }

    @Test
    void tablesThatAreTakenOutAreTold() throws Exception {
        Inventory before = Inventory.of(plan());
        settings.put("postgres.tables", "public.orders");
        settings.remove("sql.pass-through");
        assertThat(lines(changes(before)))
                .contains(
                        "- table customers is captured no longer: the state gives it up, and its rows stay in the targets"
                                + " (latest.on-removed-table: keep)");

        settings.put("latest.on-removed-table", "delete");
        assertThat(lines(changes(before)))
                .contains("- table customers is captured no longer: its rows are deleted in the targets"
                        + " (latest.on-removed-table: delete)");

        settings.put("latest.on-removed-table", "fail");
        assertThat(changes(before).refusals()).singleElement().asString().contains("put it back");
    }

    @Test
    void columnsThatAreLeftOutAreReadAgain() throws Exception {
        Inventory before = Inventory.of(plan());
        settings.put("tables.customers.columns.exclude", "name");

        assertThat(lines(changes(before)))
                .anyMatch(line -> line.startsWith("~ table customers is read again")
                        && line.contains("its columns are left out or hashed otherwise"));
    }

    @Test
    void whatIsNoInventoryIsSaid() {
        Problems problems = new Problems();
        assertThatThrownBy(() -> SavepointInventory.read(folder.resolve("none").toString(), problems))
                .hasMessageStartingWith("--from " + folder.resolve("none") + " cannot be read as a savepoint");
    }

    /** A savepoint that is kept from an earlier version has none. */
    @Test
    void aSavepointOfBeforeIsSaid() throws Exception {
        Path savepoint = Path.of(getClass().getResource("/savepoints").toURI());
        try (var all = Files.list(savepoint)) {
            Path first = all.filter(Files::isDirectory).sorted().findFirst().orElseThrow();
            assertThatThrownBy(() -> SavepointInventory.read(first.toUri().toString(), new Problems()))
                    .hasMessageContaining("it is of a build before");
        }
    }

    /** What the state says and what is said ahead are of one kind. */
    @Test
    @Tag("slow")
    void aSavepointAndACheckpointHaveIt() throws Exception {
        String savepoint;
        Inventory running = Inventory.of(plan());
        try (WholeJob job = WholeJob.start(settings)) {
            job.await("states", rows -> rows.size() == 2);
            job.await("customers", rows -> rows.size() == 3000);
            savepoint = job.stop(folder);
        }
        Inventory before = SavepointInventory.read(savepoint, new Problems());
        assertThat(before).isEqualTo(running);
        assertThat(lines(changes(before)))
                .contains("In all, 4 go on as they are.")
                .doesNotContain("~");

        write(
                "paid",
                "-- key: customer\nSELECT COALESCE(customer, 0) AS customer, COUNT(*) + 1 AS n FROM orders GROUP BY COALESCE(customer, 0)");
        WholeJob.drop(settings, "states");
        assertThat(lines(changes(before)))
                .anyMatch(line -> line.startsWith("~ SQL file of paid is filled again, as its SQL is another")
                        && line.endsWith("and is replaced in one commit"))
                .anyMatch(line -> line.startsWith(
                        "~ SQL file of states is filled again, as its table in Iceberg has nothing" + " of a job"));
        try (WholeJob job = WholeJob.resume(settings, savepoint)) {
            job.await("states", rows -> rows.size() == 2);
            job.await("paid", rows -> rows.contains("{customer=1, n=2}"));
        }
    }
}
