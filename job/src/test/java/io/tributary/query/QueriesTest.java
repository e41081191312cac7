package io.tributary.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.change.Schema;
import io.tributary.settings.Given;
import io.tributary.settings.Problems;
import io.tributary.settings.Secrets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class QueriesTest {

    @TempDir
    private Path temporary;

    @Test
    void knowsWhatTheShopsFilesReadAndMake() {
        Queries queries = compile("../sql");

        assertThat(queries.outputs().keySet()).containsExactly("clean_customers", "order_details", "daily_revenue");
        assertThat(queries.tablesRead()).containsExactly("customers", "order_lines", "orders", "products");
        assertThat(queries.outputs().get("daily_revenue"))
                .isEqualTo(Rows.table(
                        "daily_revenue",
                        "order_day, product_id",
                        "order_day DATE NOT NULL",
                        "product_id INT NOT NULL",
                        "order_lines BIGINT",
                        "quantity BIGINT",
                        "revenue DECIMAL(18, 2)"));
    }

    @Test
    void plansWithoutASecondCopyOfTheState() {
        assertThat(compile("../sql").explain())
                .contains("Join(", "GroupAggregate(")
                .doesNotContain("ChangelogNormalize")
                .doesNotContain("SinkMaterializer")
                .doesNotContain("upsertMaterialize");
    }

    @Test
    void readsNothingThatNoFileNames() throws IOException {
        Files.writeString(temporary.resolve("a.sql"), "-- key: id\nSELECT id FROM orders");
        assertThat(compile(temporary.toString()).tablesRead()).containsExactly("orders");
    }

    @Test
    void readsFromAnyFilesystemOfFlink() throws IOException {
        Files.writeString(temporary.resolve("a.sql"), "-- key: id\nSELECT id FROM orders");
        assertThat(compile(temporary.toUri().toString()).outputs()).containsOnlyKeys("a");
    }

    @Test
    void givesColumnsInTypesThatAllTargetsHave() throws IOException {
        Files.writeString(
                temporary.resolve("a.sql"),
                "-- key: id\nSELECT id, 'x' AS c, CAST(1 AS TINYINT) AS t, CAST(ordered_at AS TIMESTAMP(3)) AS s,"
                        + " CAST(ordered_at AS TIMESTAMP_LTZ(3)) AS z, ARRAY[status] AS a FROM orders");
        Schema schema = compile(temporary.toString()).outputs().get("a");
        assertThat(schema)
                .isEqualTo(Rows.table(
                        "a",
                        "id",
                        "id BIGINT NOT NULL",
                        "c STRING",
                        "t SMALLINT",
                        "s TIMESTAMP(6)",
                        "z TIMESTAMP_LTZ(6)",
                        "a ARRAY<STRING>"));
    }

    @Test
    void makesNothingWithoutAFolder() {
        Problems problems = new Problems();
        Queries queries = Queries.compile(settings(Map.of(), problems), ShopTables.ALL, problems);
        assertThat(problems.sentences()).isEmpty();
        assertThat(queries.outputs()).isEmpty();
        assertThat(queries.tablesRead()).isEmpty();
        assertThat(queries.explain()).isEmpty();
    }

    private static Queries compile(String directory) {
        Problems problems = new Problems();
        Queries queries =
                Queries.compile(settings(Map.of("sql.directory", directory), problems), ShopTables.ALL, problems);
        assertThat(problems.sentences()).isEmpty();
        return queries;
    }

    static QuerySettings settings(Map<String, String> values, Problems problems) {
        return QuerySettings.from(given(values, problems));
    }

    static Given given(Map<String, String> values, Problems problems) {
        return Given.of(Configuration.fromMap(values), new Secrets(name -> "secret", name -> null), problems);
    }
}
