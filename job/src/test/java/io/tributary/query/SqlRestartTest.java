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
    void refusesASavepointThatLacksTheRowsOfANewFile() throws Exception {
        String savepoint;
        try (SqlJob job = SqlJob.start(settings(), ShopTables.ALL)) {
            job.send(List.of(insert(ORDERS, "10|1|new")))
                    .await(target -> target.rows("named").size() == 1);
            savepoint = job.stopWithSavepoint(temporary);
        }
        Files.writeString(sql.resolve("a_new_one.sql"), "-- key: id\nSELECT id, name FROM customers");
        try (SqlJob job = SqlJob.resume(settings(), ShopTables.ALL, savepoint)) {
            assertThat(job.failure())
                    .contains("The savepoint was taken before there was a SQL table a_new_one")
                    .contains("Start without it");
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
                        "nowhere",
                        "sql-33d0c29614f399b4",
                        "sql-7cd21e83dd83110f",
                        "sql-81c6058fcfd5d31c",
                        "sql-8643dd44524ec886",
                        "sql-a04788184c404c4d",
                        "sql-b8007c6e47ea0e5b",
                        "sql-rows-named",
                        "sql-rows-per_status",
                        "sql-settle",
                        "sql-tables");
        assertThat(SqlJob.uids(settings(), ShopTables.ALL)).isEqualTo(uids);

        Files.writeString(sql.resolve("a_new_one.sql"), "-- key: id\nSELECT id, name FROM customers");
        assertThat(SqlJob.uids(settings(), ShopTables.ALL)).containsAll(uids);
    }

    private Map<String, String> settings() {
        return Map.of("sql.directory", sql.toString());
    }
}
