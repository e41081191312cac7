package io.tributary.sink.redshift;

import static io.tributary.sink.redshift.StandInWarehouse.row;
import static io.tributary.sink.redshift.StandInWarehouse.schema;
import static io.tributary.sink.redshift.StandInWarehouse.told;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.change.Schema;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whatever arrives, in whatever order and pieces, and wherever a merge breaks off: the target ends the same. */
final class RedshiftMergeTest {

    private static final Schema ORDERS = schema("orders", "id", "id BIGINT NOT NULL", "state STRING");

    private static final List<String> HISTORY = List.of(
            order("r", 10, 1, "found"),
            order("u", 20, 1, "paid"),
            order("d", 30, 1, null),
            order("c", 40, 1, "again"),
            order("d", 50, 1, null));

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
    void everyOrderOfAKeysHistoryEndsInTheSameRow() throws SQLException {
        List<List<String>> orders = permutations(HISTORY.subList(0, 4));
        // Each order is the history of a key of its own, merged after each record: 24 keys in 4 merges.
        for (int step = 0; step < 4; step++) {
            for (int key = 0; key < orders.size(); key++) {
                warehouse.land(forKey(orders.get(key).get(step), key));
            }
            warehouse.merge();
        }
        assertThat(warehouse.query("SELECT DISTINCT state, _version FROM " + target()))
                .containsExactly("again|" + StandInWarehouse.version(40));
        assertThat(warehouse.query("SELECT COUNT(*) FROM " + target())).containsExactly("24");
        assertThat(warehouse.query("SELECT COUNT(*) FROM " + warehouse.names().tombstones("orders")))
                .containsExactly("0");
    }

    @Test
    void everyOrderOfAHistoryThatEndsInADeleteLeavesNoRow() throws SQLException {
        List<List<String>> orders = permutations(HISTORY);
        for (int step = 0; step < 5; step++) {
            for (int key = 0; key < orders.size(); key++) {
                warehouse.land(forKey(orders.get(key).get(step), key));
            }
            warehouse.merge();
        }
        assertThat(warehouse.query("SELECT * FROM " + target())).isEmpty();
        assertThat(warehouse.query("SELECT COUNT(*), MIN(_version), MAX(_version) FROM "
                        + warehouse.names().tombstones("orders")))
                .containsExactly("120|" + StandInWarehouse.version(50) + "|" + StandInWarehouse.version(50));
    }

    @Test
    void everySplitIntoBatchesAndEveryDuplicateLeavesTheSameTarget() throws SQLException {
        int key = 0;
        int splits = 1 << (HISTORY.size() - 1);
        for (int record = 0; record < 4; record++) {
            for (int split = 0; split < splits; split++, key++) {
                warehouse.land(forKey(HISTORY.get(record), key));
                if ((split >> record & 1) == 1) {
                    // Twice, and once more what came first.
                    warehouse.land(forKey(HISTORY.get(record), key));
                    warehouse.land(forKey(HISTORY.get(0), key));
                }
            }
            key = 0;
            warehouse.merge();
        }
        assertThat(warehouse.query("SELECT COUNT(*), MIN(state), MAX(state) FROM " + target()))
                .containsExactly("16|again|again");
    }

    @Test
    void randomHistoriesInRandomBatchesOverTwoShardsEndAsTheirVersionsSay() throws SQLException {
        Random random = new Random(7);
        TreeMap<Integer, Integer> newest = new TreeMap<>();
        List<String> records = new ArrayList<>();
        for (int version = 1; version <= 300; version++) {
            int key = random.nextInt(12);
            boolean delete = random.nextInt(3) == 0;
            records.add(forKey(order(delete ? "d" : "u", version, 0, delete ? null : "v" + version), key));
            newest.put(key, delete ? -version : version);
        }
        List<String> landed = new ArrayList<>(records);
        landed.addAll(records.subList(0, 100));
        Collections.shuffle(landed, random);
        for (int i = 0; i < landed.size(); i++) {
            warehouse.landAt("shardId-00000000000" + (1 + random.nextInt(2)), i + 1, landed.get(i));
            if (random.nextInt(25) == 0) {
                warehouse.merge();
            }
        }
        MergeStatus status = warehouse.merge("orders");
        List<String> expected = new ArrayList<>();
        newest.forEach((key, version) -> {
            if (version > 0) {
                expected.add(key + "|v" + version);
            }
        });
        assertThat(warehouse.query("SELECT id, state FROM " + target() + " ORDER BY id"))
                .isEqualTo(expected);
        assertThat(status.waiting()).isZero();
        assertThat(status.rejected()).isZero();
    }

    @Test
    void aMergeThatBreaksOffAfterAnyStatementLeavesAllAsItWasAndTheNextOneMendsIt() throws SQLException {
        warehouse.land(order("c", 1, 1, "old"));
        warehouse.land(order("c", 2, 2, "old"));
        warehouse.land(order("d", 3, 4, null));
        warehouse.land(order("c", 1, 5, "gone with the table"));
        warehouse.merge();
        // One for each branch of the procedure.
        warehouse.land(order("u", 5, 1, "new"));
        warehouse.land(order("d", 6, 2, null));
        warehouse.land(order("c", 7, 3, "born"));
        warehouse.land(order("c", 8, 4, "again"));
        warehouse.land(row("orders", "c", 9, 1, "\"id\":\"six\",\"state\":\"poison\""));
        warehouse.land(row("orders", "t", 2, 1, "").replace(",}", "}"));
        warehouse.execute("CALL " + warehouse.names().receive() + "()");
        warehouse.execute("UPDATE " + warehouse.names().control() + " SET merged_at = merged_at - INTERVAL '1 hour'");
        List<String> before = everything();

        Procedure merge = mergeOfOrders();
        for (int after = 0; after <= merge.statements().size(); after++) {
            // Where nothing is taken, and nowhere else.
            if (after <= waits(merge) || after > waits(merge) + 2) {
                breaksOff(merge, after, before);
            }
        }
        warehouse.execute(merge.create(WarehouseDialect.POSTGRES));
        warehouse.merge();
        assertThat(warehouse.query("SELECT id, state FROM " + target() + " ORDER BY id"))
                .containsExactly("1|new", "3|born", "4|again");
        assertThat(warehouse.query("SELECT reason FROM " + warehouse.names().rejected()))
                .containsExactly("The value of column id is no BIGINT");
        List<String> merged = everything();
        warehouse.execute(merge.call());
        assertThat(warehouse.query("SELECT id, state FROM " + target() + " ORDER BY id"))
                .containsExactly("1|new", "3|born", "4|again");
        assertThat(everything()).hasSameSizeAs(merged);
    }

    @Test
    void aMergeThatBreaksOffWhereAllWaitsForItsShapeIsDoneAgain() throws SQLException {
        warehouse.land(row("orders", "c", 1, 9, "\"id\":1,\"more\":7"));
        warehouse.execute("CALL " + warehouse.names().receive() + "()");
        List<String> before = everything();
        Procedure merge = mergeOfOrders();
        breaksOff(merge, waits(merge) + 1, before);
        breaksOff(merge, waits(merge) + 2, before);
        warehouse.execute(merge.create(WarehouseDialect.POSTGRES));
        assertThat(warehouse.merge("orders").waiting()).isEqualTo(1);
        warehouse.land(told(schema("orders", "id", "id BIGINT NOT NULL", "state STRING", "more INT"), 9));
        assertThat(warehouse.merge("orders").waiting()).isZero();
        assertThat(warehouse.query("SELECT id, more FROM " + target())).containsExactly("1|7");
    }

    private Procedure mergeOfOrders() {
        return Merge.procedure(
                ORDERS,
                List.of(1L),
                warehouse.settings().deletions("orders"),
                warehouse.names(),
                WarehouseDialect.POSTGRES);
    }

    private static int waits(Procedure merge) {
        List<String> statements = merge.statements();
        return IntStream.range(0, statements.size())
                .filter(at -> statements.get(at).contains("IF v_seen IS NULL"))
                .findFirst()
                .orElseThrow();
    }

    private void breaksOff(Procedure merge, int after, List<String> before) throws SQLException {
        List<String> broken = new ArrayList<>(merge.statements());
        broken.add(after, "RAISE EXCEPTION 'broken off'");
        warehouse.execute(merge.withStatements(broken).create(WarehouseDialect.POSTGRES));
        assertThatThrownBy(() -> warehouse.execute(merge.call())).hasMessageContaining("broken off");
        assertThat(everything()).as("after statement %d", after).isEqualTo(before);
    }

    @Test
    void receivingThatBreaksOffAfterAnyStatementCountsAndFilesEachRecordOnce() throws SQLException {
        warehouse.landAt("shardId-000000000009", 5, order("c", 1, 9, "of another stream"));
        warehouse.merge();
        // One for each branch of the procedure.
        warehouse.execute("UPDATE " + warehouse.names().control() + " SET started_at = started_at - INTERVAL '2 days'");
        warehouse.landAt("shardId-000000000009", 3, order("c", 2, 9, "of a stream made anew"));
        warehouse.land("not json");
        warehouse.land(told(schema("parts", "id", "id INT NOT NULL"), 3));
        warehouse.land(order("c", 7, 3, "born"));
        warehouse.land(row("orders", "t", 2, 1, "").replace(",}", "}"));
        warehouse.land(row("orders", "h", 0, 1, "").replace(",}", "}"));
        warehouse.land(row("orders", "f", 0, 1, "").replace(",}", "}"));
        new Schedules(warehouse.settings(), warehouse.connection()).give(List.of("orders"), null, "0 6 1 1 *");
        warehouse.execute("UPDATE " + warehouse.names().schedules() + " SET next_at = next_at - INTERVAL '2 years'");
        List<String> before = everything();
        Procedure receive =
                Receive.procedure(warehouse.names(), warehouse.settings().streamRetention(), WarehouseDialect.POSTGRES);
        for (int after = 0; after <= receive.statements().size(); after++) {
            List<String> broken = new ArrayList<>(receive.statements());
            broken.add(after, "RAISE EXCEPTION 'broken off'");
            warehouse.execute(receive.withStatements(broken).create(WarehouseDialect.POSTGRES));
            assertThatThrownBy(() -> warehouse.execute(receive.call())).hasMessageContaining("broken off");
            assertThat(everything()).as("after statement %d", after).isEqualTo(before);
        }
        warehouse.execute(receive.create(WarehouseDialect.POSTGRES));
        warehouse.merge();
        warehouse.merge();
        assertThat(warehouse.query("SELECT reason FROM " + warehouse.names().rejected()))
                .containsExactly("The record is not JSON, or a string in it is longer than 65535 bytes");
        assertThat(warehouse.query("SELECT table_name, schema_number FROM "
                        + warehouse.names().schemas() + " ORDER BY 1"))
                .containsExactly("orders|1", "parts|3");
        assertThat(warehouse.query("SELECT rows_landed, rows_merged FROM "
                        + warehouse.names().control() + " WHERE table_name = 'orders'"))
                .containsExactly("4|4");
        assertThat(warehouse.query(
                        "SELECT table_name, reason FROM " + warehouse.names().reloads()))
                .containsExactly("orders|The stream was made anew: a shard begins again");
    }

    @Test
    void aLateOlderRecordCannotBringADeletedRowBack() throws SQLException {
        warehouse.land(order("c", 10, 1, "here"));
        warehouse.merge();
        warehouse.land(order("d", 20, 1, null));
        warehouse.merge();
        warehouse.land(order("u", 15, 1, "late"));
        MergeStatus status = warehouse.merge("orders");
        assertThat(warehouse.query("SELECT * FROM " + target())).isEmpty();
        assertThat(status.late()).isEqualTo(1);
        warehouse.land(order("c", 21, 1, "reborn"));
        warehouse.merge();
        assertThat(warehouse.query("SELECT state FROM " + target())).containsExactly("reborn");
    }

    @Test
    void aDeleteOfAKeyThatIsNotThereStillStopsItsOlderRecords() throws SQLException {
        warehouse.land(order("d", 20, 9, null));
        warehouse.merge();
        warehouse.land(order("c", 10, 9, "late"));
        warehouse.merge();
        assertThat(warehouse.query("SELECT * FROM " + target())).isEmpty();
    }

    @Test
    void aDeleteAndARowAtOneVersionLeaveTheRowWhicheverLandsFirst() throws SQLException {
        warehouse.land(order("d", 10, 1, null));
        warehouse.land(order("c", 10, 1, "row"));
        warehouse.land(order("c", 10, 2, "row"));
        warehouse.land(order("d", 10, 2, null));
        warehouse.merge();
        warehouse.land(order("d", 10, 3, null));
        warehouse.land(order("c", 10, 4, "row"));
        warehouse.merge();
        warehouse.land(order("c", 10, 3, "row"));
        warehouse.land(order("d", 10, 4, null));
        warehouse.merge();
        assertThat(warehouse.query("SELECT id, state FROM " + target() + " ORDER BY id"))
                .containsExactly("1|row", "2|row", "3|row", "4|row");
    }

    @Test
    void tombstonesGoWithinAnHourOfTheEndOfTheirTime() throws SQLException {
        warehouse.land(order("d", 20, 9, null));
        warehouse.merge();
        warehouse.execute("UPDATE " + warehouse.names().tombstones("orders")
                + " SET _deleted_at = _deleted_at - INTERVAL '8 days'");
        warehouse.execute("UPDATE " + warehouse.names().control() + " SET merged_at = merged_at - INTERVAL '1 hour'");
        warehouse.land(order("d", 21, 1, null));
        warehouse.merge();
        assertThat(warehouse.query("SELECT id FROM " + warehouse.names().tombstones("orders")))
                .containsExactly("1");
    }

    @Test
    void whatCannotBeMergedIsKeptWithTheReason() throws SQLException {
        byte[] invalid = {(byte) 0xff, (byte) 0xfe, '{', '}'};
        warehouse.landBytes("shardId-000000000001", 1, invalid);
        warehouse.landAt("shardId-000000000001", 2, "{\"some\":\"thing\"}");
        warehouse.landAt("shardId-000000000001", 3, "[1,2]");
        warehouse.landAt("shardId-000000000001", 4, row("orders", "x", 1, 1, "\"id\":1"));
        warehouse.landAt("shardId-000000000001", 5, row("orders", "c", 1, 1, "\"id\":null"));
        warehouse.landAt(
                "shardId-000000000001", 6, row("orders", "c", 1, 1, "\"id\":1").replace("_version", "_v"));
        warehouse.landAt("shardId-000000000001", 7, order("c", 1, 1, "x".repeat(65_536)));
        warehouse.landAt("shardId-000000000001", 8, order("c", 1, 2, "y".repeat(65_535)));
        warehouse.landAt(
                "shardId-000000000001", 9, row("orders", "c", 1, 1, "\"id\":1").replace(":1,", ":\"one\","));
        warehouse.merge();
        warehouse.merge();
        assertThat(warehouse.query("SELECT sequence_number, reason FROM "
                        + warehouse.names().rejected() + " ORDER BY sequence_number"))
                .containsExactly(
                        "1|The record is not JSON, or a string in it is longer than 65535 bytes",
                        "2|The record has no _table, no _op or no _schema that one of ours could have",
                        "3|The record has no _table, no _op or no _schema that one of ours could have",
                        "4|The operation is none of c, u, r, d, t, h, f",
                        "5|A key column is null",
                        "6|The version is not 32 hexadecimal digits",
                        "7|The record is not JSON, or a string in it is longer than 65535 bytes",
                        "9|The record has no _table, no _op or no _schema that one of ours could have");
        assertThat(warehouse.query("SELECT encode(undecoded, 'hex') FROM "
                        + warehouse.names().rejected() + " WHERE sequence_number = '1'"))
                .containsExactly("fffe7b7d");
        assertThat(warehouse.query("SELECT id, length(state) FROM " + target())).containsExactly("2|65535");
    }

    @Test
    void aRowWhoseValuesTheJobCutSaysSoUntilItIsWholeAgain() throws SQLException {
        warehouse.land(order("c", 1, 1, "short").replace("}", ",\"_cut\":[\"state\"]}"));
        MergeStatus status = warehouse.merge("orders");
        assertThat(status.cut()).isEqualTo(1);
        assertThat(status.rejected()).isZero();
        assertThat(warehouse.query("SELECT state, _cut FROM " + target())).containsExactly("short|[\"state\"]");
        assertThat(warehouse.query(
                        "SELECT table_name, reason FROM " + warehouse.names().rejected()))
                .containsExactly("orders|The row is merged, less what no column holds of [\"state\"]");
        warehouse.land(order("u", 2, 1, "whole"));
        warehouse.merge();
        assertThat(warehouse.query("SELECT state, _cut FROM " + target())).containsExactly("whole|null");
    }

    @Test
    void aRowThatNoCastTakesIsPutAsideAndKeepsItsOlderVersionWhileTheOthersAreMerged() throws SQLException {
        Schema parts = schema("parts", "id", "id BIGINT NOT NULL", "n SMALLINT", "at DATE", "raw BYTES", "ok BOOLEAN");
        warehouse.land(told(parts, 1));
        warehouse.land(row("parts", "c", 1, 1, "\"id\":1,\"n\":1"));
        warehouse.merge();
        String[] poison = {
            "\"n\":32768",
            "\"n\":\"1\"",
            "\"at\":\"2023-02-29\"",
            "\"at\":20230301",
            "\"raw\":\"0g\"",
            "\"raw\":\"000\"",
            "\"ok\":\"perhaps\"",
            "\"ok\":1",
            "\"n\":1e400"
        };
        for (int i = 0; i < poison.length; i++) {
            warehouse.land(row("parts", "u", 10 + i, 1, "\"id\":1," + poison[i]));
        }
        warehouse.land(row("parts", "c", 2, 1, "\"id\":\"two\",\"n\":2"));
        warehouse.land(row("parts", "u", 5, 1, "\"id\":1,\"n\":5"));
        warehouse.land(row("parts", "c", 3, 1, "\"id\":3,\"n\":3,\"at\":\"2024-02-29\""));
        MergeStatus status = warehouse.merge("parts");
        assertThat(status.problem()).isNull();
        assertThat(status.waiting()).isZero();
        assertThat(status.rejected()).isEqualTo(10);
        assertThat(status).hasToString("parts: 3 upserted, 0 deleted, 0 late, 0 waiting, 10 put aside (_rejected)");
        assertThat(warehouse.query("SELECT id, n, at FROM " + warehouse.target("parts") + " ORDER BY id"))
                .containsExactly("1|5|null", "3|3|2024-02-29");
        assertThat(warehouse.query("SELECT reason, COUNT(*) FROM "
                        + warehouse.names().rejected() + " WHERE table_name = 'parts' GROUP BY reason ORDER BY reason"))
                .containsExactly(
                        "The value of column at is no DATE|2",
                        "The value of column id is no BIGINT|1",
                        "The value of column n is no SMALLINT|3",
                        "The value of column ok is no BOOLEAN|2",
                        "The value of column raw is no BYTEA|2");
    }

    /** A merge of a table that many others share a stream with must not read what is theirs. */
    @Test
    void aMergeReadsNothingButWhatWasTakenForItsTable() throws SQLException {
        Schema parts = schema("parts", "id", "id BIGINT NOT NULL");
        warehouse.land(told(parts, 1));
        warehouse.land(row("parts", "c", 1, 1, "\"id\":1"));
        warehouse.land(order("c", 1, 1, "here"));
        warehouse.execute("CALL " + warehouse.names().receive() + "()");
        warehouse.execute("DELETE FROM " + warehouse.names().landing());
        warehouse.execute("CALL " + warehouse.names().merge("orders") + "()");
        assertThat(warehouse.query("SELECT id, state FROM " + target())).containsExactly("1|here");
        assertThat(warehouse.query(
                        "SELECT table_name, op FROM " + warehouse.names().stage()))
                .containsExactly("parts|c");
        warehouse.merge();
        assertThat(warehouse.query("SELECT id FROM " + warehouse.target("parts")))
                .containsExactly("1");
        assertThat(warehouse.query("SELECT * FROM " + warehouse.names().stage()))
                .isEmpty();
    }

    @Test
    void aColumnNamedLikeAVariableOrAWordOfSqlIsJustAColumn() throws SQLException {
        Schema odd = schema(
                "n",
                "order,_deleted",
                "order STRING NOT NULL",
                "_deleted STRING NOT NULL",
                "v_read INT",
                "payload STRING",
                "n STRING",
                "it's \"odd\" STRING".replace(" STRING", "").replace(" ", "_") + " STRING");
        warehouse.apply(odd);
        warehouse.land(told(odd, 5).replace("it's_\"odd\"", "it's_\\\"odd\\\""));
        warehouse.land(
                row(
                        "n",
                        "c",
                        1,
                        5,
                        "\"order\":\"a\",\"_deleted\":\"b\",\"v_read\":7,\"payload\":\"p\",\"n\":\"m\",\"it's_\\\"odd\\\"\":\"o\""));
        warehouse.merge();
        warehouse.land(row("n", "d", 1, 5, "\"order\":\"z\",\"_deleted\":\"b\""));
        assertThat(warehouse.merge("n").problem()).isNull();
        assertThat(warehouse.query("SELECT * FROM " + warehouse.names().table("n")))
                .containsExactly("a|b|7|p|m|o|" + StandInWarehouse.version(1) + "|1001|null");
    }

    private String target() {
        return warehouse.names().table("orders");
    }

    /** All that a merge may change, but not the times of the control table. */
    private List<String> everything() throws SQLException {
        List<String> all = new ArrayList<>();
        WarehouseNames names = warehouse.names();
        for (String table : List.of(
                target(),
                names.tombstones("orders"),
                names.watermark(),
                names.schemas(),
                names.rejected(),
                names.stage(),
                names.replacements(),
                names.holds(),
                names.schedules())) {
            all.addAll(warehouse.query("SELECT t::TEXT FROM " + table + " t ORDER BY 1"));
        }
        all.addAll(warehouse.query("SELECT c::TEXT FROM " + names.control() + " c ORDER BY 1"));
        return all;
    }

    private static String order(String op, long version, int id, @Nullable String state) {
        return row("orders", op, version, 1, "\"id\":" + id + (state == null ? "" : ",\"state\":\"" + state + "\""));
    }

    private static String forKey(String record, int key) {
        return record.replaceAll("\"id\":\\d+", "\"id\":" + key);
    }

    private static <T> List<List<T>> permutations(List<T> items) {
        if (items.isEmpty()) {
            return List.of(List.of());
        }
        List<List<T>> all = new ArrayList<>();
        for (int i = 0; i < items.size(); i++) {
            List<T> rest = new ArrayList<>(items);
            T first = rest.remove(i);
            for (List<T> tail : permutations(rest)) {
                List<T> order = new ArrayList<>(List.of(first));
                order.addAll(tail);
                all.add(order);
            }
        }
        return all;
    }
}
