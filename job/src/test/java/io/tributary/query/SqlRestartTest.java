package io.tributary.query;

import static io.tributary.query.Rows.after;
import static io.tributary.query.Rows.before;
import static io.tributary.query.Rows.insert;
import static io.tributary.query.ShopTables.CUSTOMERS;
import static io.tributary.query.ShopTables.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.change.ChangelogRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SqlRestartTest {

    @TempDir
    private Path temporary;

    private Path sql;

    @BeforeEach
    void writeFiles() throws IOException {
        sql = Files.createDirectory(temporary.resolve("sql"));
        Files.writeString(
                sql.resolve("named.sql"),
                "-- key: id\nSELECT o.id, o.status, c.name FROM orders o LEFT JOIN customers c ON c.id = o.customer_id");
        Files.writeString(
                sql.resolve("per_status.sql"),
                "-- key: status\nSELECT COALESCE(status, '') AS status, COUNT(*) AS orders FROM named GROUP BY COALESCE(status, '')");
    }

    @Test
    void keepsJoinsSumsAndVersionsAcrossASavepoint() throws Exception {
        String savepoint;
        List<ChangelogRow> earlier;
        try (SqlJob job = SqlJob.start(settings(), ShopTables.ALL)) {
            job.send(List.of(insert(ORDERS, "10|1|new"), insert(ORDERS, "11|2|new"), insert(CUSTOMERS, "2|Bob")))
                    .await(target -> target.rows("named").equals(List.of("10|new|-", "11|new|Bob"))
                            && target.rows("per_status").equals(List.of("new|2")));
            savepoint = job.stopWithSavepoint(temporary);
            earlier = job.entries();
        }
        try (SqlJob job = SqlJob.resume(settings(), ShopTables.ALL, savepoint)) {
            job.send(List.of(insert(CUSTOMERS, "1|Ann"), before(ORDERS, "11|2|new"), after(ORDERS, "11|2|paid")));
            job.awaitAfter(
                    earlier,
                    target -> target.rows("named").equals(List.of("10|new|Ann", "11|paid|Bob"))
                            && target.rows("per_status").equals(List.of("new|1", "paid|1")));
        }
    }

    @Test
    void fillsANewFileFromWhatItReadsHas() throws Exception {
        Earlier earlier = earlier();
        Files.writeString(sql.resolve("a_new_one.sql"), "-- key: id\nSELECT id, name FROM customers");
        Files.writeString(
                sql.resolve("upper.sql"), "-- key: id\nSELECT id, UPPER(name) AS name FROM named WHERE status = 'new'");
        try (SqlJob job = SqlJob.resume(settings(), ShopTables.ALL, earlier.savepoint)) {
            job.awaitAfter(
                    earlier.entries,
                    target -> target.rows("a_new_one").equals(List.of("2|Bob"))
                            && target.rows("upper").equals(List.of("10|-", "11|BOB")));
            job.send(List.of(insert(CUSTOMERS, "1|Ann"), after(ORDERS, "11|2|paid")));
            job.awaitAfter(
                    earlier.entries,
                    target -> target.rows("a_new_one").equals(List.of("1|Ann", "2|Bob"))
                            && target.rows("named").equals(List.of("10|new|Ann", "11|paid|Bob"))
                            && target.rows("per_status").equals(List.of("new|1", "paid|1"))
                            && target.rows("upper").equals(List.of("10|ANN")));
            assertThat(job.entries().stream().filter(row -> row.table().equals("named")))
                    .as("nothing is shown twice")
                    .hasSize(4);
        }
    }

    @Test
    void replacesWhatAFileMadeWhenItIsChanged() throws Exception {
        Earlier earlier = earlier();
        Files.writeString(
                sql.resolve("named.sql"),
                "-- key: id\nSELECT o.id, UPPER(o.status) AS status, c.name"
                        + " FROM orders o JOIN customers c ON c.id = o.customer_id");
        try (SqlJob job = SqlJob.resume(settings(), ShopTables.ALL, earlier.savepoint)) {
            job.awaitAfter(
                    earlier.entries,
                    target -> target.rows("named").equals(List.of("11|NEW|Bob"))
                            && target.rows("per_status").equals(List.of("NEW|1")));
            assertThat(job.entries().stream()
                            .filter(row -> row.table().equals("named"))
                            .map(Rows::text))
                    .containsExactlyInAnyOrder("-D 10|new|-", "-U 11|new|Bob", "+U 11|NEW|Bob");
            job.send(List.of(insert(CUSTOMERS, "1|Ann")));
            job.awaitAfter(
                    earlier.entries,
                    target -> target.rows("named").equals(List.of("10|NEW|Ann", "11|NEW|Bob"))
                            && target.rows("per_status").equals(List.of("NEW|2")));
        }
    }

    @Test
    void goesOnWithoutAFileThatIsRemovedAndFillsItWhenItIsBack() throws Exception {
        Earlier earlier = earlier();
        String perStatus = Files.readString(sql.resolve("per_status.sql"));
        Files.delete(sql.resolve("per_status.sql"));
        Earlier without;
        try (SqlJob job = SqlJob.resume(settings(), ShopTables.ALL, earlier.savepoint)) {
            job.send(List.of(insert(CUSTOMERS, "1|Ann")));
            job.awaitAfter(earlier.entries, target -> target.rows("named").equals(List.of("10|new|Ann", "11|new|Bob")));
            without = new Earlier(job.stopWithSavepoint(temporary), job.entries());
        }
        assertThat(without.entries).noneMatch(row -> row.table().equals("per_status"));
        Files.writeString(sql.resolve("per_status.sql"), perStatus);
        try (SqlJob job = SqlJob.resume(settings(), ShopTables.ALL, without.savepoint)) {
            job.send(List.of(after(ORDERS, "10|1|paid")));
            List<ChangelogRow> named = new ArrayList<>(earlier.entries);
            named.addAll(without.entries);
            named.removeIf(row -> !row.table().equals("named"));
            job.awaitAfter(named, target -> target.rows("per_status").equals(List.of("new|1", "paid|1")));
        }
    }

    @Test
    void fillsAnewWhereTheFileWasChangedAgainMeanwhile() throws Exception {
        Earlier earlier = earlier();
        Path named = sql.resolve("named.sql");
        String first = Files.readString(named);
        Files.writeString(named, first.replace("c.name", "LOWER(c.name) AS name"));
        List<ChangelogRow> all = new ArrayList<>(earlier.entries);
        String savepoint;
        try (SqlJob job = SqlJob.resume(settings(), ShopTables.ALL, earlier.savepoint)) {
            job.send(List.of(insert(CUSTOMERS, "1|Ann")));
            job.awaitAfter(all, target -> target.rows("named").equals(List.of("10|new|ann", "11|new|bob")));
            savepoint = job.stopWithSavepoint(temporary);
            all.addAll(job.entries());
        }
        Files.writeString(named, first);
        try (SqlJob job = SqlJob.resume(settings(), ShopTables.ALL, savepoint)) {
            job.awaitAfter(all, target -> target.rows("named").equals(List.of("10|new|Ann", "11|new|Bob")));
        }
    }

    private record Earlier(String savepoint, List<ChangelogRow> entries) {}

    private Earlier earlier() throws Exception {
        try (SqlJob job = SqlJob.start(settings(), ShopTables.ALL)) {
            job.send(List.of(insert(ORDERS, "10|1|new"), insert(ORDERS, "11|2|new"), insert(CUSTOMERS, "2|Bob")))
                    .await(target -> target.rows("named").equals(List.of("10|new|-", "11|new|Bob"))
                            && target.rows("per_status").equals(List.of("new|2")));
            return new Earlier(job.stopWithSavepoint(temporary), job.entries());
        }
    }

    /** They have to be the same in every JVM: whoever changes them, by raising Flink's version for instance, breaks savepoints. */
    @Test
    void givesUidsThatSayWhatAnOperatorDoes() throws Exception {
        List<String> uids = SqlJob.uids(settings(), ShopTables.ALL);
        assertThat(uids)
                .containsExactly(
                        "hand",
                        "kept",
                        "latest",
                        "letters",
                        "no letters",
                        "nowhere",
                        "of-tables",
                        "sql-for-targets-named",
                        "sql-for-targets-per_status",
                        "sql-plan-named-c853d51d63c1a5fb-689b662bbaf2926a",
                        "sql-plan-named-c853d51d63c1a5fb-9d9a82c22fe4632a",
                        "sql-plan-named-c853d51d63c1a5fb-fa4c547a636b5425",
                        "sql-plan-per_status-22b44121e5bcbfe1-0e722fc2cfdb0caf",
                        "sql-plan-per_status-22b44121e5bcbfe1-1b1b1c8232d1f0d6",
                        "sql-plan-per_status-22b44121e5bcbfe1-68e7011aa74bcc51",
                        "sql-plan-per_status-22b44121e5bcbfe1-955c62c304205e4a",
                        "sql-plan-per_status-22b44121e5bcbfe1-ad0cc37e8ef62d03",
                        "sql-plan-per_status-22b44121e5bcbfe1-e872dabf3ae3543b",
                        "sql-readers",
                        "sql-settle-named",
                        "sql-settle-per_status",
                        "sql-tables-named",
                        "sql-tables-of-named-per_status");
        assertThat(SqlJob.uids(settings(), ShopTables.ALL)).isEqualTo(uids);

        Files.writeString(sql.resolve("a_new_one.sql"), "-- key: id\nSELECT id, name FROM customers");
        assertThat(SqlJob.uids(settings(), ShopTables.ALL)).containsAll(uids);
    }

    private Map<String, String> settings() {
        return Map.of("sql.directory", sql.toString());
    }
}
