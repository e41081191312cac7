package io.tributary.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.settings.Problems;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KeyProofTest {

    @TempDir
    private Path folder;

    @Test
    void saysWhichKeysItCannotProve() throws IOException {
        Map<String, String> sentences = new LinkedHashMap<>();
        sentences.put(
                "-- key: customer\nSELECT COALESCE(customer_id, 0) AS customer, id, status FROM orders",
                "1:9: the planner cannot prove that the key (customer) tells rows apart; it knows that (id) does");
        sentences.put(
                "-- what\n-- key: id, status\nSELECT CAST(id AS INT) AS id, COALESCE(status, '') AS status FROM orders",
                "2:9: the planner cannot prove that the key (id, status) tells rows apart; it knows of no columns that"
                        + " do");
        sentences.put(
                "-- key: id\nSELECT c.id, o.status FROM customers c JOIN orders o ON c.id = o.customer_id",
                "1:9: the planner cannot prove that the key (id) tells rows apart; it knows of no columns that do");
        sentences.put(
                "-- key: order_id\nSELECT l.order_id, l.line, o.status FROM order_lines l JOIN orders o ON o.id = l.order_id",
                "1:9: the planner cannot prove that the key (order_id) tells rows apart; it knows that (line, order_id)"
                        + " does");
        sentences.put(
                "-- key: id\nSELECT id, name FROM customers UNION ALL SELECT id, status FROM orders",
                "1:9: the planner cannot prove that the key (id) tells rows apart; it knows of no columns that do");
        sentences.put(
                "-- key: s\nSELECT COALESCE(status, '') AS s, n"
                        + " FROM (SELECT customer_id, status, COUNT(*) AS n FROM orders GROUP BY customer_id, status)",
                "1:9: the planner cannot prove that the key (s) tells rows apart; it knows of no columns that do");
        // The aggregate that the key alone does not need proves nothing.
        sentences.put(
                "-- key: s\nSELECT COALESCE(o.status, '') AS s, n FROM orders o LEFT JOIN"
                        + " (SELECT order_id, COUNT(*) AS n FROM order_lines GROUP BY order_id) l ON l.order_id = o.id",
                "1:9: the planner cannot prove that the key (s) tells rows apart; it knows of no columns that do");

        List<String> expected = new ArrayList<>();
        sentences.values().forEach(sentence -> expected.add("sql/" + name(expected.size()) + ":" + sentence));
        assertThat(cautions(List.copyOf(sentences.keySet()))).isEqualTo(expected);
    }

    @Test
    void provesOthers() throws IOException {
        assertThat(cautions(List.of(
                        "-- key: k\nSELECT id AS k, name FROM customers WHERE name = 'x'",
                        "-- key: id, name\nSELECT COALESCE(name, '') AS name, id FROM customers",
                        "-- key: id\nSELECT COALESCE(id, 0) AS id FROM customers",
                        "-- key: s\nSELECT COALESCE(status, '') AS s, COUNT(*) AS n FROM orders"
                                + " GROUP BY COALESCE(status, '')",
                        "-- key: id\nSELECT o.id, c.name FROM orders o LEFT JOIN customers c ON c.id = o.customer_id",
                        "-- key: id\nSELECT o.id, c.name FROM orders o, customers c WHERE c.id = o.customer_id",
                        "-- key: id\nSELECT id FROM customers UNION SELECT id FROM orders",
                        "-- key: id\nSELECT id FROM customers WHERE id IN (SELECT customer_id FROM orders)",
                        "-- key: id\nSELECT id, (SELECT MAX(o.id) FROM orders o WHERE o.customer_id = c.id) AS x"
                                + " FROM customers c",
                        "-- key: whole\nSELECT 'all' AS whole, COUNT(*) AS n FROM orders",
                        "-- key: s\nSELECT s, SUM(n) AS n FROM made3 GROUP BY s",
                        "-- key: s\nSELECT s, n FROM made3 WHERE n > 1")))
                .isEmpty();
    }

    private List<String> cautions(List<String> texts) throws IOException {
        Path sql = Files.createDirectories(folder.resolve("sql"));
        for (int i = 0; i < texts.size(); i++) {
            Files.writeString(sql.resolve(name(i)), texts.get(i));
        }
        Problems problems = new Problems();
        Queries queries = Queries.compile(
                QueriesTest.settings(Map.of("sql.directory", sql.toString()), problems), ShopTables.ALL, problems);
        assertThat(problems.sentences()).isEmpty();
        return queries.cautions();
    }

    private static String name(int number) {
        return "made" + number + ".sql";
    }
}
