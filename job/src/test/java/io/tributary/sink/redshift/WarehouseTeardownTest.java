package io.tributary.sink.redshift;

import static io.tributary.sink.redshift.StandInWarehouse.schema;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.change.Schema;
import io.tributary.settings.Problems;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a pipeline that is gone for good leaves in the warehouse. */
final class WarehouseTeardownTest {

    private static final Schema ORDERS = schema("Orders", "id", "id BIGINT NOT NULL", "total DECIMAL(12, 2)");

    @Test
    void whatIsTheJobsGoesAndTablesGoIfThatIsWanted() throws Exception {
        try (StandInWarehouse warehouse = StandInWarehouse.open();
                Connection connection = RedshiftScript.connect(warehouse.settings())) {
            Problems problems = new Problems();
            new RedshiftScript(warehouse.settings()).apply(List.of(ORDERS), problems);
            problems.throwIfAny();
            WarehouseNames names = new WarehouseNames(warehouse.settings().schema());
            try (Statement statement = connection.createStatement()) {
                statement.execute("CREATE TABLE " + names.relation("mine") + " (_tombstones_count INT)");
                statement.execute("CREATE TABLE " + names.relation("xtombstones_y") + " (a INT)");
            }
            WarehouseTeardown teardown = new WarehouseTeardown(warehouse.settings(), connection);
            List<String> all = teardown.statements(true);

            teardown.run(teardown.statements(false));

            assertThat(tables(connection, names)).containsExactlyInAnyOrder("mine", "xtombstones_y", "orders");
            assertThat(teardown.statements(true)).isEmpty();
            assertThat(all).first().isEqualTo("DROP TABLE " + names.table("orders"));

            new RedshiftScript(warehouse.settings()).apply(List.of(ORDERS), problems);
            problems.throwIfAny();
            teardown.run(teardown.statements(true));
            assertThat(tables(connection, names)).containsExactlyInAnyOrder("mine", "xtombstones_y");
        }
    }

    private static List<String> tables(Connection connection, WarehouseNames names) throws SQLException {
        return new ExistingTables(connection, names)
                .all().stream()
                        .filter(name -> !name.endsWith("_pkey") && !name.endsWith("_refresh_time"))
                        .toList();
    }
}
