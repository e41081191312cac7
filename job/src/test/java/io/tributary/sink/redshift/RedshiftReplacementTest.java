package io.tributary.sink.redshift;

import static io.tributary.sink.redshift.StandInWarehouse.row;
import static io.tributary.sink.redshift.StandInWarehouse.schema;
import static io.tributary.sink.redshift.StandInWarehouse.told;
import static io.tributary.sink.redshift.StandInWarehouse.version;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.change.Schema;
import io.tributary.settings.Problems;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tables that are made anew: what has a lower version is gone, whenever it lands. */
final class RedshiftReplacementTest {

    private static final Schema ORDERS = schema("orders", "id", "id BIGINT NOT NULL", "state STRING");

    private StandInWarehouse warehouse;

    @BeforeEach
    void open() throws SQLException {
        warehouse = StandInWarehouse.open();
        warehouse.apply(ORDERS);
        warehouse.land(told(ORDERS, 1));
        warehouse.merge();
    }

    @AfterEach
    void close() {
        warehouse.close();
    }

    @Test
    void whatIsOlderGoesAndNeverComesBack() throws SQLException {
        warehouse.land(order("c", 10, 1, "old"));
        warehouse.land(order("c", 11, 2, "old"));
        warehouse.land(order("c", 12, 3, "old"));
        warehouse.land(order("d", 13, 3, null));
        warehouse.merge();
        warehouse.land(order("c", 50, 2, "new"));
        warehouse.land(replacement(50));
        warehouse.land(order("c", 49, 4, "older than it"));
        warehouse.land(order("c", 51, 5, "new"));
        MergeStatus status = warehouse.merge("orders");

        assertThat(rows()).containsExactly("2|new|" + version(50), "5|new|" + version(51));
        assertThat(warehouse.query("SELECT id FROM " + warehouse.names().tombstones("orders")))
                .isEmpty();
        assertThat(status.waiting()).isZero();
        assertThat(status.rejected()).isZero();
        assertThat(status.late()).isEqualTo(1);
        assertThat(status.deleted()).isEqualTo(2);

        warehouse.land(order("u", 20, 1, "late"));
        warehouse.land(replacement(30));
        warehouse.land(order("d", 40, 5, null));
        warehouse.land(replacement(50));
        warehouse.merge();
        assertThat(rows()).containsExactly("2|new|" + version(50), "5|new|" + version(51));
        assertThat(warehouse.query("SELECT * FROM " + warehouse.names().replacements()))
                .containsExactly("orders|" + version(50));

        warehouse.land(replacement(60));
        warehouse.merge();
        assertThat(rows()).isEmpty();
    }

    @Test
    void rowsWithoutAVersionGo() throws SQLException {
        warehouse.execute("INSERT INTO " + target() + " (id, state) VALUES (1, 'somebody else')");
        warehouse.land(replacement(50));
        warehouse.merge();
        assertThat(rows()).isEmpty();
    }

    @Test
    void everyOrderInEveryBatchesOverTwoShardsEndsInTheSameRows() throws SQLException {
        List<String> records = new ArrayList<>();
        for (int id = 0; id < 20; id++) {
            records.add(order("c", 1 + id, id, "old"));
            records.add(order(id % 3 == 0 ? "d" : "u", 30 + id, id, "older"));
        }
        records.add(replacement(20));
        records.add(replacement(60));
        records.add(replacement(60));
        for (int id = 10; id < 30; id++) {
            records.add(order("c", 60 + id, id, "new"));
        }
        records.add(order("d", 100, 15, null));
        List<String> expected = new ArrayList<>();
        for (int id = 10; id < 30; id++) {
            if (id != 15) {
                expected.add(id + "|new|" + version(60 + id));
            }
        }
        Random random = new Random(5);
        for (int round = 0; round < 2; round++) {
            try (StandInWarehouse other = StandInWarehouse.open()) {
                other.apply(ORDERS);
                other.land(told(ORDERS, 1));
                Collections.shuffle(records, random);
                for (int i = 0; i < records.size(); i++) {
                    other.landAt("shardId-00000000000" + (1 + random.nextInt(2)), i + 1, records.get(i));
                    if (random.nextInt(12) == 0) {
                        other.merge();
                    }
                }
                other.merge();
                assertThat(other.query("SELECT id, state, _version FROM "
                                + other.names().table("orders") + " ORDER BY id"))
                        .isEqualTo(expected);
            }
        }
    }

    @Test
    void anEntryWithoutAVersionReplacesNothing() throws SQLException {
        warehouse.land(order("c", 10, 1, "there"));
        warehouse.land(replacement(50).replace(version(50), "g"));
        assertThat(warehouse.merge("orders").rejected()).isEqualTo(1);
        assertThat(rows()).containsExactly("1|there|" + version(10));
    }

    /** Shapes that do not go together: the target is made again once the record has landed that says so. */
    @Test
    void theShapeOfATableThatIsMadeAnewNeedsNotHoldTheEarlierOnes() throws SQLException {
        Schema retyped = schema("orders", "state", "id STRING", "state INT NOT NULL");
        warehouse.land(order("c", 10, 1, "old"));
        warehouse.land(order("d", 11, 2, null));
        warehouse.merge();
        assertThat(setUp(Set.of())).hasSize(3);
        assertThat(setUp(Set.of("orders"))).isEmpty();
        warehouse.landAt("shardId-000000000001", 1, told(retyped, 2));
        warehouse.landAt("shardId-000000000001", 2, row("orders", "c", 60, 2, "\"id\":\"x\",\"state\":1"));
        assertThat(warehouse.merge("orders").problem()).contains("orders");
        assertThat(rows()).containsExactly("1|old|" + version(10));

        warehouse.landAt("shardId-000000000001", 3, replacement(60, 2));
        warehouse.landAt("shardId-000000000002", 1, order("u", 20, 1, "late"));
        warehouse.landAt("shardId-000000000002", 2, row("orders", "c", 61, 2, "\"id\":null,\"state\":2"));
        MergeStatus status = warehouse.merge("orders");
        assertThat(status.problem()).isNull();
        assertThat(status.waiting()).isZero();
        assertThat(status.rejected()).isZero();
        assertThat(rows()).containsExactly("x|1|" + version(60), "null|2|" + version(61));

        // And back again.
        warehouse.landAt("shardId-000000000001", 4, told(ORDERS, 1));
        warehouse.landAt("shardId-000000000001", 5, replacement(80, 1));
        warehouse.landAt("shardId-000000000001", 6, order("c", 80, 7, "again"));
        warehouse.landAt("shardId-000000000002", 3, row("orders", "c", 70, 2, "\"id\":\"late\",\"state\":3"));
        assertThat(warehouse.merge("orders").problem()).isNull();
        assertThat(rows()).containsExactly("7|again|" + version(80));
    }

    /** Until all of a new result is there, the old one is, whatever of the new one has landed. */
    @Test
    void aTableThatIsHeldShowsWhatItHadUntilItIsReleased() throws SQLException {
        warehouse.land(order("c", 10, 1, "old"));
        warehouse.land(order("c", 11, 2, "old"));
        warehouse.merge();
        List<String> old = rows();

        warehouse.land(order("u", 50, 1, "new"));
        warehouse.land(hold("h", 1_000));
        assertThat(warehouse.merge("orders").isHeld()).isTrue();
        assertThat(rows()).isEqualTo(old);

        warehouse.land(order("u", 51, 2, "new"));
        warehouse.land(hold("h", 3_000));
        warehouse.land(hold("h", 2_000));
        // Somebody who held it, too, and was done before.
        warehouse.land(hold("f", 2_000));
        MergeStatus held = warehouse.merge("orders");
        assertThat(held.waiting()).isEqualTo(2);
        assertThat(held.toString()).contains("waiting for the rest of a new result");
        assertThat(rows()).isEqualTo(old);

        warehouse.land(hold("f", 3_000));
        MergeStatus status = warehouse.merge("orders");
        assertThat(status.isHeld()).isFalse();
        assertThat(status.waiting()).isZero();
        assertThat(rows()).containsExactly("1|new|" + version(50), "2|new|" + version(51));

        warehouse.land(hold("h", 3_000));
        warehouse.land(order("c", 60, 3, "of a later change"));
        warehouse.merge();
        assertThat(rows()).as("what was said comes again after a failure").hasSize(3);
    }

    @Test
    void theShapeOfATableThatIsHeldWaits() throws SQLException {
        Schema wider = schema("orders", "id", "id BIGINT NOT NULL", "state STRING", "note STRING");
        warehouse.land(order("c", 10, 1, "old"));
        warehouse.land(hold("h", 1_000));
        warehouse.land(told(wider, 2));
        warehouse.land(row("orders", "u", 50, 2, "\"id\":1,\"state\":\"new\",\"note\":\"more\""));
        MergeStatus held = warehouse.merge("orders");
        assertThat(held.problem()).isNull();
        assertThat(warehouse.query("SELECT column_name FROM information_schema.columns WHERE table_name = 'orders'"))
                .doesNotContain("note");

        warehouse.land(hold("f", 1_000));
        assertThat(warehouse.merge("orders").problem()).isNull();
        assertThat(warehouse.query("SELECT id, state, note FROM " + target())).containsExactly("1|new|more");
    }

    @Test
    void whoHoldsHasToSaySinceWhen() throws SQLException {
        warehouse.land(hold("h", 1_000).replace("1000", "\"soon\""));
        MergeStatus status = warehouse.merge("orders");
        assertThat(status.isHeld()).isFalse();
        assertThat(status.rejected()).isEqualTo(1);
    }

    private static String hold(String op, long time) {
        String record = row("orders", op, 0, 1, "").replace(",}", "}");
        return record.replaceFirst("\"_ts_ms\":[0-9]+", "\"_ts_ms\":" + time);
    }

    private List<String> setUp(Set<String> replaced) {
        Schema retyped = schema("orders", "state", "id STRING", "state INT NOT NULL");
        Problems problems = new Problems();
        RedshiftScript script = new RedshiftScript(warehouse.settings());
        script.check(List.of(retyped), replaced, problems);
        script.apply(List.of(retyped), replaced, problems);
        return problems.sentences();
    }

    private List<String> rows() throws SQLException {
        return warehouse.query("SELECT id, state, _version FROM " + target() + " ORDER BY id");
    }

    private String target() {
        return warehouse.names().table("orders");
    }

    private static String replacement(long version) {
        return replacement(version, 1);
    }

    private static String replacement(long version, long schema) {
        return row("orders", "t", version, schema, "").replace(",}", "}");
    }

    private static String order(String op, long version, long id, String state) {
        return row("orders", op, version, 1, "\"id\":" + id + (state == null ? "" : ",\"state\":\"" + state + "\""));
    }
}
