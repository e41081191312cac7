package io.tributary.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.settings.Problems;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which files have the changes of a group summed up before their state is asked, and of which of them rows replace each other. */
final class GroupedFilesTest {

    @TempDir
    private Path folder;

    private Way way(String header, String select) throws IOException {
        Files.writeString(folder.resolve("made.sql"), header + "\n" + select);
        Problems problems = new Problems();
        Queries queries = Queries.compile(
                QueriesTest.settings(Map.of("sql.directory", folder.toString()), problems), ShopTables.ALL, problems);
        assertThat(problems.sentences()).isEmpty();
        return queries.way("made");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT COALESCE(status, '') AS k, COUNT(*) AS n, SUM(customer_id) AS s FROM orders GROUP BY COALESCE(status, '')",
                "SELECT id AS k, COUNT(DISTINCT status) AS n FROM orders WHERE customer_id > 3 GROUP BY id",
                "SELECT DISTINCT COALESCE(status, '') AS k FROM orders",
                "SELECT n AS k, COUNT(*) AS times FROM (SELECT COUNT(*) AS n FROM orders GROUP BY customer_id) GROUP BY n"
            })
    void replacedWhereTheKeyIsThatOfTheGroups(String select) throws IOException {
        assertThat(way("-- key: k", select)).isEqualTo(Way.REPLACED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT COALESCE(status, '') AS k, 100 / COUNT(*) AS n FROM orders GROUP BY COALESCE(status, '')",
                "SELECT COALESCE(status, '') AS k, COUNT(*) AS n FROM orders GROUP BY COALESCE(status, '') HAVING COUNT(*) > 1",
                "SELECT CAST(id AS INT) AS k, COUNT(*) AS n FROM orders GROUP BY id"
            })
    void onlySummedUpWhereARowMayHaveToBeTakenBack(String select) throws IOException {
        assertThat(way("-- key: k", select)).isEqualTo(Way.BATCHED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT o.id AS k, c.name FROM orders AS o JOIN customers AS c ON c.id = o.customer_id",
                "SELECT c.id AS k, COUNT(*) AS n FROM orders AS o JOIN customers AS c ON c.id = o.customer_id GROUP BY c.id",
                "SELECT id AS k, status FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY id ORDER BY status) AS n FROM orders)"
                        + " AS ranked WHERE n = 1"
            })
    void noOthers(String select) throws IOException {
        assertThat(way("-- key: k", select)).isEqualTo(Way.SETTLED);
    }

    @ParameterizedTest
    @ValueSource(strings = "SELECT id AS k, COUNT(*) AS n FROM orders GROUP BY id")
    void norThoseThatForget(String select) throws IOException {
        assertThat(way("-- key: k\n-- keep: 3 days", select)).isEqualTo(Way.SETTLED);
    }
}
