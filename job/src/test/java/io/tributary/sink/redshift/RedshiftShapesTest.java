package io.tributary.sink.redshift;

import static io.tributary.sink.redshift.StandInWarehouse.row;
import static io.tributary.sink.redshift.StandInWarehouse.schema;
import static io.tributary.sink.redshift.StandInWarehouse.told;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.change.Schema;
import java.sql.SQLException;
import java.util.List;
import java.util.StringJoiner;
import java.util.regex.Matcher;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tables follow the shapes that the stream tells of, and no row is merged before its shape is known. */
@Tag("slow")
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
    void rowsWaitForTheirShapeAndHoldNothingBack() throws SQLException {
        warehouse.land(told(NARROW, 1));
        warehouse.land(row("orders", "c", 1, 1, "\"id\":1"));
        warehouse.merge();
        warehouse.landAt("shardId-000000000001", 10, row("orders", "c", 2, 1, "\"id\":2"));
        warehouse.landAt("shardId-000000000001", 11, row("orders", "u", 3, 2, "\"id\":2,\"note\":\"new\""));
        warehouse.landAt("shardId-000000000001", 12, row("orders", "c", 4, 1, "\"id\":4"));
        warehouse.landAt("shardId-000000000002", 10, row("orders", "c", 5, 1, "\"id\":5"));
        MergeStatus held = warehouse.merge("orders");
        assertThat(warehouse.query("SELECT id FROM " + target() + " ORDER BY id"))
                .containsExactly("1", "2", "4", "5");
        assertThat(held.waiting()).isEqualTo(1);
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
                                + "|kept");
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

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'_columns':[{'name':'id','type':'MONEY'}]",
                "'_columns':[{'name':'id','type':'INT NOT NULL'},{'name':'x','type':'NO TYPE'}]",
                "'_columns':[{'name':'id','type':'INT NOT NULL'},{'name':'x','type':7}]",
                "'_columns':[{'name':'id','type':'INT NOT NULL'},{'name':'x','type':'RAW(\u0060java.lang.String\u0060, \u0060AAAA\u0060)'}]",
                "'_columns':[{'name':'id','type':'INT NOT NULL'},{'name':'x','type':\"RAW('java.net.URL', 'AAAA')\"}]",
                "'_columns':[{'name':'id','type':'INT NOT NULL'},{'name':'','type':'INT'}]",
                "'_columns':[{'name':'id','type':'INT NOT NULL'},{'name':['x'],'type':'INT'}]",
                "'_columns':[{'name':'id','type':'INT NOT NULL'},{'name':'_Version','type':'INT'}]",
                "'_columns':[{'name':'id','type':'INT NOT NULL'},{'name':'ID','type':'INT'}]",
                "'_columns':[{'name':'x','type':'INT NOT NULL'}]",
                "'_columns':[]",
                "'_columns':'id'",
                "'_columns':null"
            })
    void aShapeThatNoRecordOfOursCanTellIsPutAsideAndChangesNothing(String columns) throws SQLException {
        refusesShape(columns.replace('\'', '"').replace("\"java.net.URL\", \"AAAA\"", "'java.net.URL', 'AAAA'"));
    }

    @Test
    void aShapeOfAbsurdlyManyColumnsIsPutAsideAndChangesNothing() throws SQLException {
        StringJoiner many = new StringJoiner(",", "\"_columns\":[", "]");
        for (int i = 0; i < 70_000; i++) {
            many.add("{\"name\":\"c" + i + "\",\"type\":\"INT\"}");
        }
        refusesShape(many.toString());
    }

    @Test
    void aTypeOfAbsurdDepthIsPutAsideAndChangesNothing() throws SQLException {
        refusesShape("\"_columns\":[{\"name\":\"id\",\"type\":\"" + "ARRAY<".repeat(5_000) + "INT" + ">".repeat(5_000)
                + "\"}]");
    }

    private void refusesShape(String columns) throws SQLException {
        warehouse.land(told(NARROW, 1));
        warehouse.land(row("orders", "c", 1, 1, "\"id\":1"));
        warehouse.merge();
        List<String> before = columns();
        String record = told(NARROW, 2).replaceFirst("\"_columns\":.*]", Matcher.quoteReplacement(columns));
        warehouse.land(record);
        MergeStatus status = warehouse.merge("orders");

        assertThat(columns()).isEqualTo(before);
        assertThat(status.problem()).isNull();
        assertThat(status.rejected()).isPositive();
        assertThat(warehouse.query(
                        "SELECT schema_number FROM " + warehouse.names().schemas()))
                .containsExactly("1");
        assertThat(warehouse.query(
                        "SELECT DISTINCT reason FROM " + warehouse.names().rejected() + " WHERE payload IS NOT NULL"))
                .allMatch(reason -> reason.startsWith("The schema record of table orders cannot be read"))
                .isNotEmpty();
        // The number is free for the one who has it.
        warehouse.land(told(WIDE, 2));
        warehouse.land(row("orders", "c", 2, 2, "\"id\":2,\"note\":\"x\""));
        warehouse.merge();
        assertThat(warehouse.query("SELECT note FROM " + target() + " WHERE id = 2"))
                .containsExactly("x");
    }

    @Test
    void aTableThatNobodyNamedIsPutAsideAndChangesNothing() throws SQLException {
        warehouse.land(told(NARROW, 1).replace("\"orders\"", "\"strangers\""));
        warehouse.land(row("strangers", "c", 1, 1, "\"id\":1"));
        warehouse.land(told(schema("_control", "id", "id INT NOT NULL"), 1));
        warehouse.land(row("_landing", "c", 1, 1, "\"id\":1"));
        warehouse.land(row("orders", "c", 1, 1, "\"id\":1").replace("\"_schema\":1", "\"_schema\":1e30"));
        warehouse.land(row("orders", "c", 1, 1, "\"id\":1").replace("\"_schema\":1", "\"_schema\":1.5"));
        warehouse.land(row("orders", "c", 1, 1, "\"id\":1").replace("\"_schema\":1", "\"_schema\":-1"));
        warehouse.land(row("orders", "c", 1, 1, "\"id\":1").replace("\"_schema\":1", "\"_schema\":\"1\""));
        warehouse.land(row("orders", "c", 1, 1, "\"id\":1").replace("\"c\"", "[\"c\"]"));
        warehouse.land(row("o".repeat(129), "c", 1, 1, "\"id\":1"));
        List<MergeStatus> statuses = warehouse.merge();

        assertThat(statuses).noneMatch(status -> status.table().equals("strangers"));
        assertThat(statuses).allMatch(status -> status.waiting() == 0 && status.problem() == null);
        assertThat(warehouse.query("SELECT * FROM " + warehouse.names().schemas()))
                .isEmpty();
        assertThat(warehouse.query("SELECT sequence_number, reason FROM "
                        + warehouse.names().rejected() + " ORDER BY sequence_number::INT"))
                .containsExactly(
                        "1|The pipeline sends no table of this name",
                        "2|The pipeline sends no table of this name",
                        "3|The pipeline sends no table of this name",
                        "4|The pipeline sends no table of this name",
                        "5|The record has no _table, no _op or no _schema that one of ours could have",
                        "6|The record has no _table, no _op or no _schema that one of ours could have",
                        "7|The record has no _table, no _op or no _schema that one of ours could have",
                        "8|The record has no _table, no _op or no _schema that one of ours could have",
                        "9|The record has no _table, no _op or no _schema that one of ours could have",
                        "10|The record has no _table, no _op or no _schema that one of ours could have");
        assertThat(warehouse.query(
                        "SELECT tablename FROM pg_tables WHERE tablename IN ('strangers', '_merge_strangers')"))
                .isEmpty();
    }

    /** The job may be started with a new table before the merges know of it. */
    @Test
    void aTableThatIsNamedLaterGetsWhatLandedBefore() throws SQLException {
        warehouse.land(told(NARROW, 1).replace("\"orders\"", "\"later\""));
        warehouse.land(row("later", "c", 1, 1, "\"id\":1,\"n\":1"));
        warehouse.land(row("later", "c", 2, 1, "\"id\":2,\"n\":2"));
        warehouse.merge();
        try (RedshiftRunner runner = new RedshiftRunner(warehouse.settings(), List.of("later"))) {
            runner.mergeOnce();
            assertThat(warehouse.query("SELECT id, n FROM " + warehouse.target("later") + " ORDER BY id"))
                    .containsExactly("1|1", "2|2");
            warehouse.land(row("later", "u", 3, 1, "\"id\":2,\"n\":3"));
            assertThat(runner.mergeOnce()).allMatch(status -> status.waiting() == 0);
        }
        assertThat(warehouse.query("SELECT id, n FROM " + warehouse.target("later") + " ORDER BY id"))
                .containsExactly("1|1", "2|3");
        assertThat(warehouse.query("SELECT reason FROM " + warehouse.names().rejected()))
                .isEmpty();
    }

    /** The job may find tables while it runs. */
    @Test
    void aTableThatFitsAPatternNeedsNoName() throws SQLException {
        try (RedshiftRunner runner =
                new RedshiftRunner(warehouse.settings(), List.of("orders", "l*", "_c*", "O*", "-left_out"))) {
            for (String table : List.of("later", "left_out", "_control", "Orders")) {
                warehouse.land(told(NARROW, 1).replace("\"orders\"", "\"" + table + "\""));
                warehouse.land(row(table, "c", 1, 1, "\"id\":1,\"n\":1"));
            }
            runner.mergeOnce();
            assertThat(warehouse.query("SELECT id, n FROM " + warehouse.target("later")))
                    .containsExactly("1|1");
            warehouse.land(row("later", "u", 2, 1, "\"id\":1,\"n\":2"));
            assertThat(runner.mergeOnce()).allMatch(status -> status.waiting() == 0);
        }
        assertThat(warehouse.query("SELECT id, n FROM " + warehouse.target("later")))
                .containsExactly("1|2");
        assertThat(warehouse.query("SELECT DISTINCT table_name, reason FROM "
                        + warehouse.names().rejected() + " ORDER BY table_name"))
                .containsExactlyInAnyOrder(
                        "Orders|The pipeline sends no table of this name",
                        "_control|The pipeline sends no table of this name",
                        "left_out|The pipeline sends no table of this name");
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
