package io.tributary.sink.redshift;

import static io.tributary.sink.redshift.StandInWarehouse.row;
import static io.tributary.sink.redshift.StandInWarehouse.schema;
import static io.tributary.sink.redshift.StandInWarehouse.told;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.change.Column;
import io.tributary.change.Schema;
import io.tributary.settings.Problems;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Columns of text that are narrower than text may be stay so until a longer value comes, and lose nothing then. */
final class NarrowColumnsTest {

    private static final Schema ORDERS =
            schema("orders", "id", "id BIGINT NOT NULL", "code STRING", "it's_{odd} STRING");

    private StandInWarehouse warehouse;

    @BeforeEach
    void open() throws SQLException {
        warehouse = StandInWarehouse.open(Map.of("tables.orders.redshift.varchar.Code", "4"));
    }

    @AfterEach
    void close() {
        warehouse.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aColumnIsLengthenedBeforeAValueComesThatIsLonger(boolean isRelated) throws SQLException {
        warehouse.apply();
        warehouse.land(told(isRelated ? related(ORDERS) : ORDERS, 1));
        merge(row("orders", "c", 1, 1, "\"id\":1,\"code\":\"four\""));
        assertThat(type("code")).isEqualTo("VARCHAR(4)");
        assertThat(type("it's_{odd}")).isEqualTo(ColumnTypes.TEXT);
        merge(row("orders", "c", 2, 1, "\"id\":2,\"code\":\"five!\""));
        assertThat(type("code")).as("twice as long").isEqualTo("VARCHAR(8)");
        merge(
                row("orders", "c", 3, 1, "\"id\":3,\"code\":\"" + "\u20ac".repeat(30) + "\""),
                row("orders", "c", 3, 1, "\"id\":4,\"code\":\"short\""));
        assertThat(type("code")).as("in bytes").isEqualTo("VARCHAR(90)");
        assertThat(warehouse.query("SELECT id, code FROM " + warehouse.target("orders") + " ORDER BY id"))
                .containsExactly("1|four", "2|five!", "3|" + "\u20ac".repeat(30), "4|short");
        warehouse.apply(ORDERS);
        assertThat(type("code")).as("what is wider stays").isEqualTo("VARCHAR(90)");
    }

    @Test
    void aColumnThatSomebodyMadeNarrowerStaysSo() throws SQLException {
        warehouse.apply(ORDERS);
        warehouse.land(told(ORDERS, 1));
        merge(row("orders", "c", 1, 1, "\"id\":1,\"it's_{odd}\":\"ten letter\""));
        warehouse.execute(
                "ALTER TABLE " + warehouse.target("orders") + " ALTER COLUMN \"it's_{odd}\" TYPE VARCHAR(10)");
        assertThat(new Drift(warehouse.connection(), warehouse.settings()).of("orders"))
                .isEmpty();
        warehouse.apply(ORDERS);
        assertThat(type("it's_{odd}")).isEqualTo("VARCHAR(10)");
        merge(
                row("orders", "u", 2, 1, "\"id\":1,\"code\":\"longer\",\"it's_{odd}\":\"eleven lett\""),
                row("orders", "c", 2, 1, "\"id\":2"));
        assertThat(type("it's_{odd}")).isEqualTo("VARCHAR(20)");
        assertThat(type("code")).isEqualTo("VARCHAR(8)");
        assertThat(warehouse.query("SELECT * FROM " + warehouse.target("orders") + " WHERE code = 'longer'"))
                .singleElement()
                .asString()
                .startsWith("1|longer|eleven lett|");
    }

    /** It cannot alter tables, so its table waits, and says for what. */
    @Test
    void aRoundInsideTheWarehouseLeavesItToApply() throws SQLException {
        warehouse.apply(ORDERS);
        warehouse.land(told(ORDERS, 1));
        warehouse.merge();
        warehouse.land(row("orders", "c", 1, 1, "\"id\":1,\"code\":\"longer\""));
        String round = "CALL " + warehouse.names().round() + "()";
        warehouse.execute(round);
        assertThat(warehouse.query(
                        "SELECT last_error FROM " + warehouse.names().control() + " WHERE table_name = 'orders'"))
                .containsExactly("A value of column code has 6 bytes, and it holds 4: redshift merge and redshift apply"
                        + " lengthen it");
        warehouse.apply(ORDERS);
        warehouse.execute(round);
        assertThat(warehouse.query("SELECT id, code FROM " + warehouse.target("orders")))
                .containsExactly("1|longer");
    }

    @Test
    void whatCannotBeSaidIsAProblem() throws SQLException {
        try (StandInWarehouse other = StandInWarehouse.open(
                Map.of("tables.orders.redshift.varchar.id", "4", "tables.orders.redshift.varchar.none", "4"))) {
            Problems problems = new Problems();
            new RedshiftScript(other.settings()).check(List.of(ORDERS), problems);
            assertThat(problems.sentences())
                    .containsExactlyInAnyOrder(
                            "tables.orders.redshift.varchar: column id of table orders is of the key, or no text, so how long it"
                                    + " is cannot be said: take it out",
                            "tables.orders.redshift.varchar: table orders has no column none");
        }
        assertThatThrownBy(() -> StandInWarehouse.settings(Map.of("tables.orders.redshift.varchar.code", "65536")))
                .hasMessageContaining("has 65536 for column code: write 1 to 65535 bytes");
    }

    private void merge(String... records) throws SQLException {
        for (String record : records) {
            warehouse.land(record);
        }
        MergeStatus status = warehouse.merge("orders");
        assertThat(status.problem()).isNull();
        assertThat(status.waiting()).isZero();
        assertThat(status.rejected()).isZero();
    }

    private String type(String column) throws SQLException {
        return String.valueOf(new ExistingTables(warehouse.connection(), warehouse.names())
                .columns("orders")
                .get(column));
    }

    private static Schema related(Schema schema) {
        List<Column> columns = new ArrayList<>();
        schema.columns().forEach(column -> columns.add(column.numbered(columns.size() + 1)));
        return Schema.of(schema.table(), columns, schema.keyNames()).ofRelation(77, 1);
    }
}
