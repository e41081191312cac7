package io.tributary.sink.redshift;

import static io.tributary.sink.redshift.StandInWarehouse.row;
import static io.tributary.sink.redshift.StandInWarehouse.schema;
import static io.tributary.sink.redshift.StandInWarehouse.told;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.change.Schema;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a merge costs, in statements and in records that are read: never in seconds, which are those of the machine. */
final class MergeCostTest {

    private static final Schema ORDERS = schema("orders", "id", "id BIGINT NOT NULL", "n INT");
    private static final Schema PARTS = schema("parts", "id", "id BIGINT NOT NULL", "n INT");

    /** Where a statement begins that the database plans or locks for; assignments and diagnostics are none. */
    private static final Pattern STATEMENT =
            Pattern.compile("(?m)(?<=;\n|THEN\n|BEGIN\n|^)( *)(?=(LOCK|CREATE|SELECT|DELETE|INSERT|UPDATE|DROP) )");

    private StandInWarehouse warehouse;

    @BeforeEach
    void open() throws SQLException {
        warehouse = StandInWarehouse.open();
        warehouse.apply(ORDERS, PARTS);
        warehouse.land(told(ORDERS, 1));
        warehouse.land(told(PARTS, 1));
        warehouse.merge();
        warehouse.execute("CREATE SEQUENCE " + warehouse.settings().schema() + ".statements");
    }

    @AfterEach
    void close() {
        warehouse.close();
    }

    @Test
    void aMergeTakesSevenToNineStatements() throws SQLException {
        count("orders", ORDERS);
        receive(row("orders", "c", 1, 1, "\"id\":1"), row("orders", "c", 1, 1, "\"id\":2"));
        assertThat(statements("orders")).as("the first one, of inserts").isEqualTo(7);
        receive(row("orders", "c", 2, 1, "\"id\":3"), row("orders", "u", 2, 1, "\"id\":1"));
        assertThat(statements("orders")).as("inserts and updates").isEqualTo(8);
        receive(row("orders", "d", 3, 1, "\"id\":1"));
        assertThat(statements("orders")).as("deletes").isEqualTo(8);
        receive(row("orders", "d", 3, 1, "\"id\":99"));
        assertThat(statements("orders")).as("deletes of unknown keys").isEqualTo(7);
        receive(
                row("orders", "d", 4, 1, "\"id\":2"),
                row("orders", "c", 4, 1, "\"id\":5"),
                row("orders", "u", 4, 1, "\"id\":3"));
        assertThat(statements("orders")).as("all at once").isEqualTo(9);
        receive(row("orders", "u", 1, 1, "\"id\":3"));
        assertThat(statements("orders")).as("what is late").isEqualTo(6);
        assertThat(statements("orders")).as("nothing at all").isEqualTo(8);
        assertThat(warehouse.query("SELECT id FROM " + warehouse.target("orders") + " ORDER BY id"))
                .containsExactly("3", "5");
    }

    /** A table whose records wait, for whatever reason, costs the others nothing, and no round looks at them. */
    @Test
    void whatWaitsForOneTableIsReadByNoMergeOfAnotherAndByNoRound() throws SQLException {
        for (int i = 0; i < 3_000; i++) {
            warehouse.land(row("orders", "c", 1, i % 2 == 0 ? 1 : 7, "\"id\":" + i));
        }
        warehouse.execute("UPDATE " + warehouse.names().control() + " SET paused = TRUE WHERE table_name = 'orders'");
        warehouse.merge();
        warehouse.execute("ANALYZE " + warehouse.names().stage());
        String round = "CALL " + warehouse.names().round() + "()";
        warehouse.execute(round);
        long before = read();
        warehouse.execute(round);
        warehouse.query(Round.due(warehouse.names()));
        assertThat(read() - before).as("an idle round").isZero();
        warehouse.land(row("parts", "c", 1, 1, "\"id\":1"));
        warehouse.execute(round);
        assertThat(read() - before).as("a merge of another table").isBetween(1L, 10L);
        assertThat(warehouse.query("SELECT id FROM " + warehouse.target("parts")))
                .containsExactly("1");
    }

    /** What lands after a merge has looked, and before it is committed, is nothing that it has seen. */
    @Test
    void whatLandsWhileAMergeRunsIsMergedByTheNextRound() throws Exception {
        warehouse.land(row("orders", "c", 1, 1, "\"id\":1"));
        try (RedshiftRunner runner = warehouse.runner();
                Connection reader = RedshiftScript.connect(warehouse.settings());
                Statement held = reader.createStatement()) {
            reader.setAutoCommit(false);
            // Reads go on, writes wait.
            held.execute("LOCK TABLE " + warehouse.target("orders") + " IN SHARE MODE");
            runner.mergeOnce();
            warehouse.land(row("orders", "c", 2, 1, "\"id\":2"));
            runner.mergeOnce();
            reader.rollback();
            for (int round = 0; round < 100 && waits(runner.mergeOnce()); round++) {
                Thread.sleep(20);
            }
        }
        assertThat(warehouse.query("SELECT id FROM " + warehouse.target("orders") + " ORDER BY id"))
                .containsExactly("1", "2");
    }

    /** Two hundred tables, a record in each, cost two hundred merges of one record, and the next round none. */
    @Test
    @Tag("slow")
    void twoHundredTablesWithARecordEachTakeSevenStatementsEachAndNoneWhenIdle() throws SQLException {
        List<String> tables = new ArrayList<>();
        List<Schema> schemas = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            Schema schema = schema("many" + i, "id", "id BIGINT NOT NULL", "name STRING");
            schemas.add(schema);
            tables.add(schema.table());
            warehouse.land(told(schema, 1));
        }
        try (RedshiftRunner runner = new RedshiftRunner(warehouse.settings(), tables)) {
            runner.mergeOnce();
            for (Schema schema : schemas) {
                count(schema.table(), schema);
                warehouse.land(row(schema.table(), "c", 1, 1, "\"id\":1,\"name\":\"one\""));
            }
            long before = counted();
            runner.mergeOnce();
            assertThat(counted() - before).isEqualTo(200 * 7);
            assertThat(runner.mergeOnce())
                    .filteredOn(status -> status.table().startsWith("many"))
                    .hasSize(200)
                    .allMatch(status -> status.merges() == 1 && status.waiting() == 0);
            assertThat(counted() - before).isEqualTo(200 * 7);
        }
    }

    private static boolean waits(List<MergeStatus> statuses) {
        return statuses.stream().anyMatch(status -> status.waiting() > 0);
    }

    private void receive(String... records) throws SQLException {
        for (String record : records) {
            warehouse.land(record);
        }
        warehouse.execute("CALL " + warehouse.names().receive() + "()");
    }

    /** Makes the table's merge count its statements as it runs them. */
    private void count(String table, Schema schema) throws SQLException {
        Procedure merge = Merge.procedure(
                schema,
                List.of(1L),
                warehouse.settings().deletions("orders"),
                warehouse.names(),
                WarehouseDialect.POSTGRES);
        List<String> counting = new ArrayList<>();
        for (String statement : merge.statements()) {
            counting.add(STATEMENT
                    .matcher(statement)
                    .replaceFirst("$1PERFORM nextval('" + warehouse.settings().schema() + ".statements');\n$1"));
        }
        warehouse.execute(merge.withStatements(counting).create(WarehouseDialect.POSTGRES));
    }

    /** Of one merge. */
    private long statements(String table) throws SQLException {
        long before = counted();
        warehouse.execute("CALL " + warehouse.names().merge(table) + "()");
        return counted() - before;
    }

    private long counted() throws SQLException {
        return Long.parseLong(warehouse
                .query("SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM "
                        + warehouse.settings().schema() + ".statements")
                .get(0));
    }

    /** How many records of the stage this session has read. */
    private long read() throws SQLException {
        warehouse.query("SELECT pg_stat_force_next_flush()");
        return Long.parseLong(warehouse
                .query("SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_user_tables WHERE relname = '_stage'"
                        + " AND schemaname = '" + warehouse.settings().schema() + "'")
                .get(0));
    }
}
