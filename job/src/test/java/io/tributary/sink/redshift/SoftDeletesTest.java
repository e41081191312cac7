package io.tributary.sink.redshift;

import static io.tributary.sink.redshift.StandInWarehouse.row;
import static io.tributary.sink.redshift.StandInWarehouse.schema;
import static io.tributary.sink.redshift.StandInWarehouse.told;
import static io.tributary.sink.redshift.StandInWarehouse.version;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.change.Schema;
import io.tributary.settings.Problems;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows that their source deletes stay in the warehouse, marked, and all else is as with rows that go. */
final class SoftDeletesTest {

    private static final Schema ORDERS = schema("orders", "id", "id BIGINT NOT NULL", "n INT");
    private static final Schema PARTS = schema("parts", "id", "id BIGINT NOT NULL", "n INT");
    private static final Map<String, String> SOFT = Map.of("tables.orders.redshift.deletes", "soft");

    private StandInWarehouse warehouse;

    @BeforeEach
    void open() throws SQLException {
        warehouse = StandInWarehouse.open(SOFT);
        warehouse.apply(ORDERS, PARTS);
        warehouse.land(told(ORDERS, 1));
        warehouse.land(told(PARTS, 1));
    }

    @AfterEach
    void close() {
        warehouse.close();
    }

    private void land(String op, long version, int id, int n) throws SQLException {
        warehouse.land(row("orders", op, version, 1, "\"id\":" + id + ",\"n\":" + n));
    }

    private List<String> rows() throws SQLException {
        return warehouse.query(
                "SELECT id, n, _deleted, _deleted_at IS NOT NULL FROM " + warehouse.target("orders") + " ORDER BY id");
    }

    @Test
    void aDeletedRowStaysAsItWasAndIsMarkedAndComesBackWithANewerOne() throws SQLException {
        land("c", 1, 1, 1);
        land("c", 1, 2, 1);
        warehouse.merge();
        land("d", 5, 1, 0);
        assertThat(warehouse.merge("orders").deleted()).isEqualTo(1);
        assertThat(rows()).containsExactly("1|1|t|t", "2|1|f|f");
        land("u", 4, 1, 4);
        land("d", 5, 1, 0);
        assertThat(warehouse.merge("orders").late())
                .as("the same once more, ahead of an older one")
                .isEqualTo(1);
        assertThat(rows()).containsExactly("1|1|t|t", "2|1|f|f");
        land("c", 6, 1, 6);
        warehouse.merge();
        assertThat(rows()).containsExactly("1|6|f|f", "2|1|f|f");
        assertThat(warehouse.query("SELECT * FROM " + warehouse.names().tombstones("orders")))
                .as("the row tells its version")
                .isEmpty();
    }

    @Test
    void aKeyThatWasNeverThereIsBuriedAsEver() throws SQLException {
        land("d", 5, 9, 0);
        warehouse.merge();
        land("c", 4, 9, 4);
        assertThat(warehouse.merge("orders").late()).isEqualTo(1);
        assertThat(rows()).isEmpty();
    }

    @Test
    void otherTablesLoseTheirRows() throws SQLException {
        warehouse.land(row("parts", "c", 1, 1, "\"id\":1,\"n\":1"));
        warehouse.land(row("parts", "d", 2, 1, "\"id\":1"));
        warehouse.merge();
        assertThat(warehouse.query("SELECT * FROM " + warehouse.target("parts")))
                .isEmpty();
        assertThat(warehouse.query("SELECT column_name FROM information_schema.columns WHERE table_schema = '"
                        + warehouse.names().schemaName()
                        + "' AND table_name = 'parts' AND column_name LIKE '!_deleted%' ESCAPE '!'"))
                .isEmpty();
    }

    @Test
    void aTableThatIsMadeAnewMarksWhatDoesNotComeAgain() throws SQLException {
        land("c", 1, 1, 1);
        land("c", 1, 2, 1);
        warehouse.merge();
        warehouse.land(row("orders", "t", 5, 1, "\"id\":null"));
        land("c", 5, 2, 5);
        land("c", 3, 1, 3);
        warehouse.merge();
        assertThat(rows()).containsExactly("1|1|t|t", "2|5|f|f");
    }

    @Test
    void aReloadMarksWhatIsNotInItAlsoTheSecondTime() throws Exception {
        land("c", 1, 1, 1);
        land("c", 1, 2, 1);
        land("c", 9, 3, 9);
        warehouse.merge();
        Reload reload = new Reload(warehouse.settings(), warehouse.connection());
        for (int i = 0; i < 2; i++) {
            reload.load("orders", refill(5, 2, 4));
            assertThat(rows()).containsExactly("1|1|t|t", "2|5|f|f", "3|9|f|f", "4|5|f|f");
        }
        land("u", 4, 1, 4);
        warehouse.merge();
        assertThat(rows()).as("what lands late").startsWith("1|1|t|t");
    }

    private static Refill refill(long completeTo, int... ids) {
        return new Refill() {
            @Override
            public String completeTo() {
                return version(completeTo);
            }

            @Override
            public void forEach(Consumer<byte[]> records) {
                for (int id : ids) {
                    records.accept(row("orders", "r", completeTo, 1, "\"id\":" + id + ",\"n\":" + completeTo)
                            .getBytes(UTF_8));
                }
            }
        };
    }

    @Test
    void aStandingTableIsTurnedToItAndBack() throws SQLException {
        try (StandInWarehouse hard = StandInWarehouse.open()) {
            hard.apply(ORDERS);
            hard.land(told(ORDERS, 1));
            hard.land(row("orders", "c", 1, 1, "\"id\":1,\"n\":1"));
            hard.land(row("orders", "c", 1, 1, "\"id\":2,\"n\":1"));
            hard.merge();
            Problems problems = new Problems();
            RedshiftScript soft = new RedshiftScript(StandInWarehouse.settings(Map.of(
                    "redshift.deletes",
                    "soft",
                    "redshift.schema",
                    hard.settings().schema())));
            soft.apply(List.of(ORDERS), problems);
            problems.throwIfAny();
            hard.land(row("orders", "d", 2, 1, "\"id\":1"));
            hard.merge();
            assertThat(hard.query(
                            "SELECT id, COALESCE(_deleted, FALSE) FROM " + hard.target("orders") + " ORDER BY id"))
                    .containsExactly("1|t", "2|f");
            hard.apply(ORDERS);
            assertThat(hard.query("SELECT id FROM " + hard.target("orders"))).containsExactly("2");
            hard.land(row("orders", "c", 1, 1, "\"id\":1,\"n\":1"));
            hard.land(row("orders", "d", 2, 1, "\"id\":2"));
            hard.merge();
            assertThat(hard.query("SELECT id FROM " + hard.target("orders")))
                    .as("an older record brings nothing back")
                    .isEmpty();
        }
    }

    @Test
    void aColumnOfTheNameIsRefused() throws SQLException {
        Problems problems = new Problems();
        new RedshiftScript(warehouse.settings())
                .check(List.of(schema("orders", "id", "id BIGINT NOT NULL", "_Deleted BOOLEAN")), problems);
        assertThat(problems.sentences())
                .anyMatch(problem ->
                        problem.contains("Column _deleted of table orders has the name of the column that marks")
                                && problem.contains("tables.orders.redshift.deletes to hard"));
    }

    /** Rows that are not marked are those that a table with hard deletes has. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void whatIsNotMarkedIsWhatAHardTableHasInAnyOrderAndBatches(long seed) throws SQLException {
        Random random = new Random(seed);
        Map<Integer, String> newest = new TreeMap<>();
        List<String> records = new ArrayList<>();
        for (int version = 1; version <= 200; version++) {
            int id = random.nextInt(12);
            boolean isDelete = random.nextInt(3) == 0;
            newest.put(id, isDelete ? "gone" : id + "|" + version);
            records.add(
                    isDelete
                            ? row("orders", "d", version, 1, "\"id\":" + id)
                            : row("orders", "u", version, 1, "\"id\":" + id + ",\"n\":" + version));
        }
        Collections.shuffle(records, random);
        for (int i = 0; i < records.size(); i++) {
            warehouse.land(records.get(i));
            if (random.nextInt(20) == 0) {
                warehouse.merge();
            }
        }
        warehouse.merge();
        assertThat(warehouse.query(
                        "SELECT id, n FROM " + warehouse.target("orders") + " WHERE NOT _deleted ORDER BY id"))
                .containsExactlyElementsOf(newest.values().stream()
                        .filter(row -> !row.equals("gone"))
                        .toList());
        assertThat(warehouse.query("SELECT COUNT(*) - COUNT(DISTINCT id) FROM " + warehouse.target("orders")))
                .containsExactly("0");
    }
}
