package io.tributary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.change.Column;
import io.tributary.change.InferredType;
import io.tributary.change.Schema;
import io.tributary.settings.Problems;
import io.tributary.settings.ProblemsException;
import io.tributary.settings.Secrets;
import io.tributary.sink.redshift.RedshiftRunner;
import io.tributary.sink.redshift.StandInWarehouse;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;

/** {@code redshift merge --once}: a scheduler hears whether the warehouse is up to date. */
final class MergeOnceTest {

    private static final Schema ORDERS =
            Schema.of("orders", List.of(Column.of("id", InferredType.BIGINT.copy(false))), List.of("id"));

    @Test
    void aRoundTellsHowFarTablesAreAndFailsWithThoseThatAreBehind() throws Exception {
        try (StandInWarehouse warehouse = StandInWarehouse.open()) {
            warehouse.apply(ORDERS);
            warehouse.land("{\"_table\":\"orders\",\"_op\":\"s\",\"_schema\":1,\"_key\":[\"id\"],"
                    + "\"_columns\":[{\"name\":\"id\",\"type\":\"BIGINT\"}]}");
            warehouse.land(order(1));
            assertThat(once(warehouse)).contains("orders: 1 upserted, 0 deleted, 0 late, 0 waiting");
            warehouse.execute("ALTER TABLE " + warehouse.target("orders") + " ADD CONSTRAINT few CHECK (id < 2)");
            warehouse.land(order(2));
            assertThatThrownBy(() -> once(warehouse))
                    .isInstanceOf(ProblemsException.class)
                    .hasMessageContaining("Table orders of the warehouse is behind: ")
                    .hasMessageContaining("\"few\"");
        }
    }

    /** The host that merges has no business with the source, nor with its password. */
    @Test
    void theSettingsOfTheWarehouseAndTheNamesOfItsTablesAreEnough() throws Exception {
        try (StandInWarehouse warehouse = StandInWarehouse.open()) {
            warehouse.apply(ORDERS);
            warehouse.land("{\"_table\":\"orders\",\"_op\":\"s\",\"_schema\":1,\"_key\":[\"id\"],"
                    + "\"_columns\":[{\"name\":\"id\",\"type\":\"BIGINT\"}]}");
            warehouse.land(order(1));
            Map<String, String> settings = new HashMap<>(Map.of(
                    "sql.pass-through", "orders",
                    "redshift.url", warehouse.settings().url(),
                    "redshift.username", "loader",
                    "redshift.password", "env:WAREHOUSE_PASSWORD",
                    "redshift.dialect", "postgres",
                    "redshift.schema", warehouse.settings().schema()));
            assertThat(run(settings)).contains("orders: 1 upserted, 0 deleted, 0 late, 0 waiting");
            settings.put("redshift.on-gap", "reload");
            assertThatThrownBy(() -> run(settings)).hasMessageContaining("iceberg.catalog.type is not set");
            settings.put("iceberg.catalog.type", "hadoop");
            settings.put("iceberg.catalog.warehouse", "file:/tmp/lake");
            assertThatThrownBy(() -> run(settings))
                    .hasMessageContaining("redshift.on-gap is reload. The settings name no source, and whether");
        }
    }

    private static String run(Map<String, String> settings) throws InterruptedException {
        Problems problems = new Problems();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Secrets secrets = new Secrets(name -> StandInWarehouse.PASSWORD, name -> null);
        WarehouseCommands.run(
                Arguments.parse("redshift", "merge", "--once", "--settings", "merge.yaml"),
                Settings.ofMerges(Configuration.fromMap(settings), secrets, problems),
                problems,
                new PrintStream(out, true, StandardCharsets.UTF_8));
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void itIsForMergesAlone() {
        assertThat(Arguments.parse("redshift", "merge", "--once", "--settings", "a.yaml")
                        .isOnce())
                .isTrue();
        assertThatThrownBy(() -> Arguments.parse("plan", "--once", "--settings", "a.yaml"))
                .hasMessageContaining("--once is for the command redshift merge");
        assertThatThrownBy(() -> Arguments.parse(
                        "redshift", "merge", "--once", "--metrics", "127.0.0.1:9250", "--settings", "a.yaml"))
                .hasMessageContaining("--once is for the command redshift merge, without --metrics");
    }

    private static String order(long id) {
        return "{\"_table\":\"orders\",\"_op\":\"c\",\"_version\":\"" + String.format("%032x", id)
                + "\",\"_ts_ms\":1,\"_schema\":1,\"id\":" + id + "}";
    }

    private static String once(StandInWarehouse warehouse) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (RedshiftRunner runner = warehouse.runner(Map.of(), null)) {
            WarehouseCommands.once(runner, new Problems(), new PrintStream(out, true, StandardCharsets.UTF_8));
        }
        return out.toString(StandardCharsets.UTF_8);
    }
}
