package io.tributary.sink.redshift;

import static io.tributary.sink.redshift.StandInWarehouse.row;
import static io.tributary.sink.redshift.StandInWarehouse.schema;
import static io.tributary.sink.redshift.StandInWarehouse.told;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.change.Schema;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tables follow the shapes that the stream tells of, and no row is merged before its shape is known. */
final class RedshiftShapesTest {

    private static final Schema NARROW = schema("orders", "id", "id INT NOT NULL", "amount DECIMAL(6, 2)", "n INT");
    private static final Schema WIDE = schema(
            "orders",
            "id",
            "id BIGINT NOT NULL",
            "amount DECIMAL(12, 2)",
            "n BIGINT",
            "note STRING",
            "tags ARRAY<INT>");

    private StandInWarehouse warehouse;

    @BeforeEach
    void open() throws SQLException {
        warehouse = StandInWarehouse.open();
        warehouse.apply();
    }

    @AfterEach
    void close() {
        warehouse.close();
    }

    @Test
    void aTableNobodyToldOfIsMadeFromItsSchemaRecord() throws SQLException {
        warehouse.land(row("orders", "c", 1, 7, "\"id\":1,\"amount\":1.50,\"n\":5"));
        MergeStatus waiting = warehouse.merge("orders");
        assertThat(waiting.waiting()).isEqualTo(1);
        assertThat(waiting.merges()).isZero();
        warehouse.land(told(NARROW, 7));
        warehouse.merge();
        assertThat(warehouse.query("SELECT id, amount, n FROM " + target())).containsExactly("1|1.50|5");
        assertThat(columns()).contains("id integer", "amount numeric", "n integer", "_version character varying");
    }

    @Test
    void rowsWaitForTheirShapeAndHoldBackTheirShardsLaterOnesOnly() throws SQLException {
        warehouse.land(told(NARROW, 1));
        warehouse.land(row("orders", "c", 1, 1, "\"id\":1"));
        warehouse.merge();
        warehouse.landAt("shardId-000000000001", 10, row("orders", "c", 2, 1, "\"id\":2"));
        warehouse.landAt("shardId-000000000001", 11, row("orders", "u", 3, 2, "\"id\":2,\"note\":\"new\""));
        warehouse.landAt("shardId-000000000001", 12, row("orders", "c", 4, 1, "\"id\":4"));
        warehouse.landAt("shardId-000000000002", 10, row("orders", "c", 5, 1, "\"id\":5"));
        MergeStatus held = warehouse.merge("orders");
        assertThat(warehouse.query("SELECT id FROM " + target() + " ORDER BY id"))
                .containsExactly("1", "2", "5");
        assertThat(held.waiting()).isEqualTo(2);
        long merges = held.merges();
        assertThat(warehouse.merge("orders").merges())
                .as("nothing new to merge")
                .isEqualTo(merges);

        warehouse.landAt("shardId-000000000002", 11, told(WIDE, 2));
        MergeStatus released = warehouse.merge("orders");
        assertThat(released.waiting()).isZero();
        assertThat(warehouse.query("SELECT id, note FROM " + target() + " ORDER BY id"))
                .containsExactly("1|null", "2|new", "4|null", "5|null");
    }

    @Test
    void heldRowsAreFoundAgainHoweverLongAgoTheyLanded() throws SQLException {
        warehouse.land(told(NARROW, 1));
        warehouse.land(row("orders", "c", 1, 2, "\"id\":1"));
        warehouse.landAt("shardId-000000000005", 1, row("orders", "c", 1, 1, "\"id\":2"));
        warehouse.merge();
        warehouse.execute("UPDATE " + warehouse.names().landing()
                + " SET refresh_time = refresh_time - INTERVAL '3 days' WHERE payload->>'_schema' = '2'");
        warehouse.landAt("shardId-000000000005", 2, row("orders", "c", 1, 1, "\"id\":3"));
        warehouse.merge();
        warehouse.landAt("shardId-000000000005", 3, told(WIDE, 2));
        assertThat(warehouse.merge("orders").waiting()).isZero();
        assertThat(warehouse.query("SELECT id FROM " + target() + " ORDER BY id"))
                .containsExactly("1", "2", "3");
    }

    @Test
    void columnsAreAddedAndWidenedTheKeysToo() throws SQLException {
        warehouse.apply(NARROW);
        warehouse.execute("ALTER TABLE " + target() + " ADD COLUMN of_the_user VARCHAR(10) DEFAULT 'kept'");
        warehouse.land(told(NARROW, 1));
        warehouse.land(row("orders", "c", 1, 1, "\"id\":1,\"amount\":1234.56,\"n\":2147483647"));
        warehouse.land(row("orders", "d", 2, 1, "\"id\":9"));
        warehouse.merge();
        warehouse.land(told(WIDE, 2));
        warehouse.land(
                row(
                        "orders",
                        "c",
                        3,
                        2,
                        "\"id\":9223372036854775807,\"amount\":1234567890.12,\"n\":2147483648,\"note\":\"x\",\"tags\":[1,null]"));
        warehouse.land(row("orders", "c", 1, 2, "\"id\":9"));
        warehouse.merge();
        assertThat(warehouse.query(
                        "SELECT id, amount, n, note, tags, _version, of_the_user FROM " + target() + " ORDER BY id"))
                .containsExactly(
                        "1|1234.56|2147483647|null|null|" + StandInWarehouse.version(1) + "|kept",
                        "9223372036854775807|1234567890.12|2147483648|x|[1, null]|" + StandInWarehouse.version(3)
                                + "|null");
        assertThat(columns()).contains("id bigint", "n bigint");
        assertThat(warehouse.query("SELECT id FROM " + warehouse.names().tombstones("orders")))
                .containsExactly("9");
        assertThat(new ExistingTables(warehouse.connection(), warehouse.names()).primaryKey("orders"))
                .containsExactly("id");
    }

    /** The stand-in would cut it at 63 bytes, and not find it again at the next change of the table. */
    @Test
    void aNameThatTheWarehouseWouldCutIsSaidAndNothingIsMade() throws SQLException {
        warehouse.land(told(NARROW, 1));
        warehouse.land(row("orders", "c", 1, 1, "\"id\":1"));
        warehouse.merge();
        warehouse.land(told(schema("orders", "id", "id INT NOT NULL", "x".repeat(64) + " INT"), 2));
        warehouse.merge();

        assertThat(columns()).noneMatch(column -> column.startsWith("xxx"));
        assertThat(warehouse.query("SELECT problem FROM " + warehouse.names().schemas() + " WHERE schema_number = 2"))
                .singleElement()
                .asString()
                .contains("Column xxx", "64 bytes", "the warehouse takes 63", "give it a shorter one");
    }

    @Test
    void anOldShapeToldAgainChangesNothing() throws SQLException {
        warehouse.land(told(WIDE, 2));
        warehouse.land(row("orders", "c", 1, 2, "\"id\":1,\"note\":\"x\""));
        warehouse.merge();
        warehouse.land(told(NARROW, 1));
        warehouse.land(row("orders", "c", 1, 1, "\"id\":2,\"amount\":1.5"));
        warehouse.land(row("orders", "u", 2, 2, "\"id\":1,\"note\":\"y\""));
        warehouse.merge();
        warehouse.apply(NARROW);
        warehouse.land(row("orders", "u", 3, 2, "\"id\":2,\"note\":\"z\""));
        warehouse.merge();
        assertThat(warehouse.query("SELECT id, note FROM " + target() + " ORDER BY id"))
                .containsExactly("1|y", "2|z");
        assertThat(columns()).contains("id bigint", "note character varying");
    }

    @Test
    void aShapeThatTheTableCannotTakeIsReportedAndItsRowsWait() throws SQLException {
        warehouse.land(told(NARROW, 1));
        warehouse.land(row("orders", "c", 1, 1, "\"id\":1"));
        warehouse.merge();
        warehouse.land(told(schema("orders", "id", "id INT NOT NULL", "n STRING"), 3));
        warehouse.land(row("orders", "c", 2, 3, "\"id\":2,\"n\":\"text\""));
        warehouse.land(told(schema("parts", "id", "id INT NOT NULL"), 1));
        warehouse.land(row("parts", "c", 2, 1, "\"id\":2"));
        MergeStatus status = warehouse.merge("orders");
        assertThat(status.problem())
                .contains("Column n of table orders")
                .contains("INT")
                .contains("STRING");
        assertThat(status.waiting()).isEqualTo(1);
        assertThat(warehouse.query("SELECT id FROM " + warehouse.names().table("parts")))
                .containsExactly("2");
    }

    @Test
    void aSchemaRecordThatCannotBeReadIsReported() throws SQLException {
        warehouse.land(told(NARROW, 1).replace("DECIMAL(6, 2)", "MONEY"));
        warehouse.land(row("orders", "c", 1, 1, "\"id\":1"));
        assertThat(warehouse.merge("orders").problem()).contains("schema record of table orders cannot be read");
    }

    @Test
    void aTableCannotTakeTheNameOfOneOfOurs() throws SQLException {
        warehouse.land(told(schema("_control", "id", "id INT NOT NULL"), 1));
        assertThat(warehouse.merge("_control").problem()).contains("give it an alias");
        assertThat(warehouse.query("SELECT COUNT(*) FROM information_schema.columns WHERE column_name = 'id'"
                        + " AND table_schema = '" + warehouse.settings().schema() + "'"))
                .containsExactly("0");
    }

    @Test
    void aTableThatWasFilledByHandIsTakenOver() throws SQLException {
        warehouse.execute("CREATE TABLE " + target() + " (id INT PRIMARY KEY, n INT)");
        warehouse.execute("INSERT INTO " + target() + " VALUES (1, 1), (2, 2)");
        warehouse.land(told(NARROW, 1));
        warehouse.land(row("orders", "u", 1, 1, "\"id\":1,\"n\":10,\"amount\":0.10"));
        warehouse.merge();
        assertThat(warehouse.query("SELECT id, n, amount FROM " + target() + " ORDER BY id"))
                .containsExactly("1|10|0.10", "2|2|null");
    }

    private String target() {
        return warehouse.names().table("orders");
    }

    private List<String> columns() throws SQLException {
        return warehouse.query("SELECT column_name || ' ' || data_type FROM information_schema.columns"
                + " WHERE table_name = 'orders' AND table_schema = '"
                + warehouse.settings().schema() + "'");
    }
}
