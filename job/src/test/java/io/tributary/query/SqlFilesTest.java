package io.tributary.query;

import static io.tributary.query.Rows.after;
import static io.tributary.query.Rows.before;
import static io.tributary.query.Rows.delete;
import static io.tributary.query.Rows.insert;
import static io.tributary.query.ShopTables.CUSTOMERS;
import static io.tributary.query.ShopTables.ORDERS;
import static io.tributary.query.ShopTables.ORDER_LINES;
import static io.tributary.query.ShopTables.PRODUCTS;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.change.ChangelogRow;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** One golden test for each file of the example: rows of the source in, rows of the target out. */
final class SqlFilesTest {

    private static final List<ChangelogRow> SHOP = List.of(
            insert(CUSTOMERS, "1| Ann |ANN@Example.com | retail|true|100.00|1990-02-28|-|naïve|-|2024-01-01T00:00:00Z"),
            insert(CUSTOMERS, "2|Bob|none|  |true|-|-|-|-|-|2024-01-02T03:04:05.000006Z"),
            insert(PRODUCTS, "7|P-7|Pen|office|1.25"),
            insert(PRODUCTS, "8|P-8|Ink|-|10.00"),
            insert(ORDERS, "10|1|paid|2024-03-01T23:59:59.999999Z"),
            insert(ORDERS, "11|2|new|2024-03-02T00:00:00Z"),
            insert(ORDERS, "12|3|cancelled|2024-03-02T10:00:00Z"),
            insert(ORDER_LINES, "10|1|7|3|1.25|-"),
            insert(ORDER_LINES, "10|2|8|1|10.00|0.1250"),
            insert(ORDER_LINES, "11|1|7|2|1.20|0.3333"),
            insert(ORDER_LINES, "12|1|8|5|9.99|-"),
            insert(ORDER_LINES, "13|1|8|5|9.99|-"));

    private static final List<ChangelogRow> LATER = List.of(
            before(ORDERS, "12|3|cancelled|2024-03-02T10:00:00Z"),
            after(ORDERS, "12|3|paid|2024-03-02T10:00:00Z"),
            delete(CUSTOMERS, "2|Bob|none|  |true|-|-|-|-|-|2024-01-02T03:04:05.000006Z"),
            before(PRODUCTS, "7|P-7|Pen|office|1.25"),
            after(PRODUCTS, "7|P-7|Pen|paper|1.25"),
            delete(ORDER_LINES, "10|2|8|1|10.00|0.1250"));

    private static SqlJob job;

    @BeforeAll
    static void runTheShop() throws Exception {
        job = SqlJob.start(Map.of("sql.directory", "../sql"), ShopTables.ALL);
        job.send(SHOP)
                .await(target -> rows(target, "daily_revenue").size() == 3
                        && rows(target, "order_details").size() == 4
                        && rows(target, "clean_customers").size() == 2);
        job.send(LATER)
                .await(target -> rows(target, "daily_revenue").equals(DAILY_REVENUE)
                        && rows(target, "order_details").equals(ORDER_DETAILS)
                        && rows(target, "clean_customers").size() == 1);
    }

    private static final List<String> DAILY_REVENUE =
            List.of("2024-03-01|7|1|3|3.75", "2024-03-02|7|1|2|1.60", "2024-03-02|8|1|5|49.95");

    private static final List<String> ORDER_DETAILS = List.of(
            "10|1|2024-03-01T23:59:59.999999Z|paid|1|Ann|ann@example.com|retail|7|P-7|paper|3|1.25|3.75",
            "11|1|2024-03-02T00:00:00Z|new|2|-|-|-|7|P-7|paper|2|1.20|1.60",
            "12|1|2024-03-02T10:00:00Z|paid|3|-|-|-|8|P-8|-|5|9.99|49.95");

    @AfterAll
    static void stop() throws Exception {
        job.close();
    }

    @Test
    void cleanCustomersHoldsAddressesThatCanBeMailed() {
        assertThat(rows(job.target(), "clean_customers"))
                .containsExactly("1|Ann|ann@example.com|retail|true|100.00|1990-02-28|5|2024-01-01T00:00:00Z");
        assertThat(job.entries().stream()
                        .filter(entry -> entry.table().equals("clean_customers"))
                        .map(Rows::text))
                .containsExactlyInAnyOrder(
                        "+I 1|Ann|ann@example.com|retail|true|100.00|1990-02-28|5|2024-01-01T00:00:00Z",
                        "+I 2|Bob|-|unknown|false|-|-|-|2024-01-02T03:04:05.000006Z",
                        "-D 2|Bob|-|unknown|false|-|-|-|2024-01-02T03:04:05.000006Z");
    }

    @Test
    void orderDetailsJoinsWhatIsKnownOfALine() {
        assertThat(rows(job.target(), "order_details")).isEqualTo(ORDER_DETAILS);
    }

    @Test
    void dailyRevenueAddsUpWhatWasNotCancelled() {
        assertThat(rows(job.target(), "daily_revenue")).isEqualTo(DAILY_REVENUE);
    }

    private static List<String> rows(MaterializedTable target, String table) {
        return target.rows(table);
    }
}
