package io.tributary.sink.redshift;

import static io.tributary.sink.redshift.StandInWarehouse.row;
import static io.tributary.sink.redshift.StandInWarehouse.schema;
import static io.tributary.sink.redshift.StandInWarehouse.told;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.change.Column;
import io.tributary.change.Schema;
import io.tributary.settings.Problems;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What somebody has changed in a target by hand is told by plan and by status, with what to do, which then helps. */
final class DriftTest {

    private static final Schema ORDERS =
            schema("orders", "id", "id BIGINT NOT NULL", "state STRING", "total BIGINT", "tags ARRAY<STRING>");

    private StandInWarehouse warehouse;

    @BeforeEach
    void open() throws SQLException {
        warehouse = StandInWarehouse.open();
    }

    @AfterEach
    void close() {
        warehouse.close();
    }

    private Schema fill(boolean isRelated) throws SQLException {
        Schema orders = isRelated ? related(ORDERS) : ORDERS;
        warehouse.apply(ORDERS);
        warehouse.land(told(orders, 1));
        warehouse.land(row("orders", "c", 1, 1, "\"id\":1,\"state\":\"new\",\"total\":1"));
        warehouse.merge();
        warehouse.execute("ALTER TABLE " + warehouse.target("orders") + " ADD COLUMN note VARCHAR(10)");
        assertThat(sentences()).as("a column of the user's own").isEmpty();
        return orders;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aColumnThatWasRenamedGetsItsNameBack(boolean isRelated) throws SQLException {
        fill(isRelated);
        warehouse.execute("ALTER TABLE " + warehouse.target("orders") + " RENAME COLUMN total TO amount");
        assertThat(sentences())
                .singleElement()
                .asString()
                .startsWith("Column total of " + warehouse.target("orders") + " was renamed or dropped")
                .contains(mend("RENAME COLUMN \"amount\" TO \"total\""));
        warehouse.execute(mend("RENAME COLUMN \"amount\" TO \"total\""));
        mended();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aColumnThatWasDroppedIsAddedByApply(boolean isRelated) throws SQLException {
        fill(isRelated);
        warehouse.execute("ALTER TABLE " + warehouse.target("orders") + " DROP COLUMN state");
        assertThat(sentences())
                .singleElement()
                .asString()
                .startsWith("Column state of " + warehouse.target("orders") + " was renamed or dropped")
                .contains("<its name now>", "redshift apply");
        warehouse.apply(ORDERS);
        mended();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aColumnThatMustHaveAValueIsTold(boolean isRelated) throws SQLException {
        fill(isRelated);
        warehouse.execute("ALTER TABLE " + warehouse.target("orders") + " ALTER COLUMN state SET NOT NULL");
        assertThat(sentences())
                .singleElement()
                .asString()
                .startsWith("Column state of " + warehouse.target("orders") + " is NOT NULL")
                .contains(mend("DROP COLUMN \"state\""));
        warehouse.execute(mend("DROP COLUMN \"state\""));
        warehouse.apply(ORDERS);
        mended();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aColumnOfSomebodysThatMustHaveAValueIsTold(boolean isRelated) throws SQLException {
        fill(isRelated);
        warehouse.execute("UPDATE " + warehouse.target("orders") + " SET note = 'mine'");
        warehouse.execute("ALTER TABLE " + warehouse.target("orders") + " ALTER COLUMN note SET NOT NULL");
        assertThat(sentences())
                .singleElement()
                .asString()
                .startsWith(
                        "Column note of " + warehouse.target("orders") + ", which is not the pipeline's, is NOT NULL")
                .endsWith(mend("DROP COLUMN \"note\""));
        warehouse.execute(mend("DROP COLUMN \"note\""));
        mended();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aColumnThatWasMadeNarrowerIsWidenedByApply(boolean isRelated) throws SQLException {
        fill(isRelated);
        warehouse.execute("ALTER TABLE " + warehouse.target("orders") + " ALTER COLUMN total TYPE INTEGER");
        assertThat(sentences())
                .containsExactly("Column total of " + warehouse.target("orders")
                        + " is INTEGER now, and has to hold BIGINT: redshift apply widens it");
        warehouse.apply(ORDERS);
        mended();
    }

    private String mend(String change) {
        return "ALTER TABLE " + warehouse.target("orders") + " " + change;
    }

    /** Nothing is told any more, and rows with and without all values are merged. */
    private void mended() throws SQLException {
        assertThat(sentences()).isEmpty();
        warehouse.land(row("orders", "c", 2, 1, "\"id\":2,\"state\":\"paid\",\"total\":9000000000"));
        warehouse.land(row("orders", "c", 2, 1, "\"id\":3"));
        assertThat(warehouse.merge("orders").problem()).isNull();
        assertThat(warehouse.query(
                        "SELECT id, state, total FROM " + warehouse.target("orders") + " WHERE id > 1 ORDER BY id"))
                .containsExactly("2|paid|9000000000", "3|null|null");
    }

    /** Those of plan, which are those of status. */
    private List<String> sentences() throws SQLException {
        List<String> told = new Drift(warehouse.connection(), warehouse.settings()).of("orders");
        Problems problems = new Problems();
        assertThat(new RedshiftScript(warehouse.settings()).check(List.of(ORDERS), problems))
                .containsAll(told);
        assertThat(new WarehouseStatus(warehouse.settings(), warehouse.connection()).changedByHand())
                .hasSize(told.isEmpty() ? 0 : 1)
                .allSatisfy((table, sentences) -> assertThat(sentences).isEqualTo(told));
        return told;
    }

    private static Schema related(Schema schema) {
        List<Column> columns = new ArrayList<>();
        schema.columns().forEach(column -> columns.add(column.numbered(columns.size() + 1)));
        return Schema.of(schema.table(), columns, schema.keyNames()).ofRelation(77, 1);
    }
}
