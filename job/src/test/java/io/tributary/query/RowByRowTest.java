package io.tributary.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.settings.Problems;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which files compute row by row, so that they need no state. */
final class RowByRowTest {

    @TempDir
    private Path folder;

    private boolean isDirect(String key, String select) throws IOException {
        write("made", key, select);
        return compile(Map.of()).isDirect("made");
    }

    private void write(String table, String key, String select) throws IOException {
        Files.writeString(folder.resolve(table + ".sql"), "-- key: " + key + "\n" + select);
    }

    private Queries compile(Map<String, String> more) {
        Problems problems = new Problems();
        Map<String, String> settings = new HashMap<>(more);
        settings.put("sql.directory", folder.toString());
        Queries queries = Queries.compile(QueriesTest.settings(settings, problems), ShopTables.ALL, problems);
        assertThat(problems.sentences()).isEmpty();
        return queries;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT * FROM orders",
                "SELECT id, status FROM orders",
                "SELECT DISTINCT id, status FROM orders",
                "SELECT id, UPPER(status) AS status, customer_id * 2 AS twice FROM orders",
                "SELECT id FROM orders WHERE status = 'paid' OR customer_id BETWEEN 1 AND 9",
                "SELECT status, id, 'x' AS x FROM (SELECT * FROM orders WHERE customer_id > 3) AS o WHERE status <> ''",
                "WITH paid AS (SELECT * FROM orders WHERE status = 'paid') SELECT id, customer_id FROM paid",
                "SELECT id, CASE WHEN status IN ('new', 'paid', 'sent', 'lost', 'found') THEN 1 END AS known FROM orders"
            })
    void thoseThatChooseComputeAndFilter(String select) throws IOException {
        assertThat(isDirect("id", select)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT CAST(id AS INT) AS id, status FROM orders",
                "SELECT id + 1 AS id FROM orders",
                "SELECT COALESCE(customer_id, 0) AS id, status FROM orders",
                "SELECT id, COUNT(*) AS n FROM orders GROUP BY id",
                "SELECT id FROM orders UNION ALL SELECT CAST(id AS BIGINT) AS id FROM products",
                "SELECT o.id FROM orders AS o JOIN customers AS c ON c.id = o.customer_id",
                "SELECT id FROM orders WHERE customer_id IN (SELECT id FROM customers)",
                "SELECT id, tag FROM customers CROSS JOIN UNNEST(tags) AS t (tag)",
                "SELECT id, status FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY id ORDER BY status) AS n FROM orders)"
                        + " AS ranked WHERE n = 1",
                "SELECT * FROM (VALUES (1, 'a'), (2, 'b')) AS v (id, name)"
            })
    void noOthers(String select) throws IOException {
        assertThat(isDirect("id", select)).isFalse();
    }

    @Test
    void aKeyMayBeRenamedAndInAnyOrder() throws IOException {
        assertThat(isDirect("item, number", "SELECT line AS item, order_id AS number, quantity FROM order_lines"))
                .isTrue();
    }

    @Test
    void aKeyOfMoreOrOtherColumnsIsNotTheSources() throws IOException {
        assertThat(isDirect("id, state", "SELECT id, COALESCE(status, '') AS state FROM orders"))
                .isFalse();
        assertThat(isDirect("order_id", "SELECT order_id, quantity FROM order_lines"))
                .isFalse();
    }

    @Test
    void aFileThatIsReadHasState() throws IOException {
        write("paid", "id", "SELECT * FROM orders WHERE status = 'paid'");
        String alone = compile(Map.of()).identities().get("paid");
        assertThat(compile(Map.of()).isDirect("paid")).isTrue();
        write("ids", "id", "SELECT id FROM paid");
        Queries both = compile(Map.of());
        assertThat(both.isDirect("paid")).isFalse();
        assertThat(both.isDirect("ids")).as("it reads another file").isFalse();
        assertThat(both.identities().get("paid"))
                .as("it is another file by that")
                .isNotEqualTo(alone);
    }

    @Test
    void aFunctionThatAnswersLaterIsNoProjection() throws IOException {
        Map<String, String> later = Map.of("sql.functions.later", "io.tributary.query.BadValuesTest$Ask");
        write("made", "id", "SELECT id, later(status) AS status FROM orders");
        assertThat(compile(later).isDirect("made")).isFalse();
    }
}
