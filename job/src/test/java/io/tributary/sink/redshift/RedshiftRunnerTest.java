package io.tributary.sink.redshift;

import static io.tributary.sink.redshift.StandInWarehouse.row;
import static io.tributary.sink.redshift.StandInWarehouse.schema;
import static io.tributary.sink.redshift.StandInWarehouse.told;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.MetricsPage;
import io.tributary.change.Schema;
import io.tributary.metrics.Exposition;
import io.tributary.settings.Given;
import io.tributary.settings.Problems;
import io.tributary.settings.Secrets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The runner goes on by itself, whatever happens to its connection or to one of the tables. */
final class RedshiftRunnerTest {

    private static final Schema ORDERS = schema("orders", "id", "id BIGINT NOT NULL", "n INT");
    private static final Schema PARTS = schema("parts", "id", "id BIGINT NOT NULL", "n INT");

    private StandInWarehouse warehouse;

    @BeforeEach
    void open() throws SQLException {
        warehouse = StandInWarehouse.open(Map.of("redshift.merge-interval", "1 s"));
        warehouse.apply(ORDERS, PARTS);
        warehouse.land(told(ORDERS, 1));
        warehouse.land(told(PARTS, 1));
    }

    @AfterEach
    void close() {
        warehouse.close();
    }

    @Test
    void itTellsHowFarEachTableIs() throws SQLException {
        warehouse.land(row("orders", "c", 1, 1, "\"id\":1,\"n\":1"));
        warehouse.land(row("orders", "c", 2, 1, "\"id\":2,\"n\":1"));
        warehouse.merge();
        warehouse.land(row("orders", "d", 3, 1, "\"id\":2"));
        warehouse.land(row("orders", "c", 1, 1, "\"id\":1,\"n\":1"));
        MergeStatus status = warehouse.merge("orders");
        assertThat(status.merges()).isEqualTo(2);
        assertThat(status.upserted()).isEqualTo(2);
        assertThat(status.deleted()).isEqualTo(1);
        assertThat(status.late()).isEqualTo(1);
        assertThat(status.waiting()).isZero();
        assertThat(status.sourceTime()).isEqualTo(Instant.ofEpochMilli(1003));
        assertThat(status.mergedAt())
                .isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(60));
        assertThat(status.lastDuration()).isNotNull().isLessThan(Duration.ofSeconds(30));
        assertThat(status.problem()).isNull();
    }

    @Test
    void whatBelongsToNoTableIsCountedForTheLanding() throws SQLException {
        warehouse.land("not json");
        try (RedshiftRunner runner = new RedshiftRunner(warehouse.settings(), List.of("orders", "parts"))) {
            assertThat(runner.landing()).isNull();
            assertThat(runner.mergeOnce()).extracting(MergeStatus::table).containsExactly("orders", "parts");
            assertThat(runner.landing())
                    .isNotNull()
                    .extracting(MergeStatus::rejected)
                    .isEqualTo(1L);
        }
    }

    @Test
    void oneTableThatFailsKeepsNoOtherFromBeingMergedAndIsTriedAgain() throws SQLException {
        warehouse.execute("ALTER TABLE " + warehouse.target("orders") + " ADD CONSTRAINT few CHECK (n < 9)");
        warehouse.land(row("orders", "c", 1, 1, "\"id\":1,\"n\":10"));
        warehouse.land(row("parts", "c", 1, 1, "\"id\":1,\"n\":1"));
        try (RedshiftRunner runner = warehouse.runner()) {
            runner.mergeOnce();
            assertThat(runner.statuses())
                    .filteredOn(status -> status.table().equals("orders"))
                    .singleElement()
                    .satisfies(status -> {
                        assertThat(status.problem()).contains("violates check constraint \"few\"");
                        assertThat(status.waiting()).isEqualTo(1);
                    });
            assertThat(warehouse.query("SELECT id FROM " + warehouse.names().table("parts")))
                    .containsExactly("1");
            warehouse.execute("ALTER TABLE " + warehouse.target("orders") + " DROP CONSTRAINT few");
            runner.mergeOnce();
            assertThat(runner.statuses()).allMatch(status -> status.problem() == null);
            assertThat(warehouse.query("SELECT id FROM " + warehouse.target("orders")))
                    .containsExactly("1");
        }
    }

    @Test
    void manyTablesWithARecordEachAreMergedInOneRoundAndNoneIsInTheNext() throws SQLException {
        List<String> tables = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            Schema schema = schema("many" + i, "id", "id BIGINT NOT NULL");
            tables.add(schema.table());
            warehouse.land(told(schema, 1));
            warehouse.land(row(schema.table(), "c", 1, 1, "\"id\":" + i));
        }
        try (RedshiftRunner runner = new RedshiftRunner(warehouse.settings(), tables)) {
            runner.mergeOnce();
            for (int i = 0; i < 40; i++) {
                assertThat(warehouse.query("SELECT id FROM " + warehouse.target("many" + i)))
                        .containsExactly(Integer.toString(i));
            }
            assertThat(runner.mergeOnce())
                    .filteredOn(status -> status.table().startsWith("many"))
                    .hasSize(40)
                    .allMatch(status -> status.merges() == 1 && status.waiting() == 0);
        }
    }

    @Test
    void whatIsWatchedTellsIdleTablesFromThoseThatAreBehind() throws SQLException {
        try (RedshiftRunner runner = warehouse.runner()) {
            runner.mergeOnce();
            warehouse.execute("ALTER TABLE " + warehouse.target("orders") + " ADD CHECK (n < 9)");
            warehouse.land(row("orders", "c", 1, 1, "\"id\":1,\"n\":10"));
            warehouse.land(row("parts", "c", 1, 1, "\"id\":1,\"n\":1"));
            runner.mergeOnce();
            String before = lineOf(runner, "tributary_warehouse_complete_timestamp_seconds{table=\"orders\"}");
            runner.mergeOnce();

            assertThat(lineOf(runner, "tributary_warehouse_complete_timestamp_seconds{table=\"orders\"}"))
                    .as("a record that cannot be merged waits")
                    .isEqualTo(before);
            assertThat(lineOf(runner, "tributary_warehouse_failing{table=\"orders\"}"))
                    .endsWith(" 1");
            assertThat(lineOf(runner, "tributary_warehouse_merge_errors_total{table=\"orders\"}"))
                    .endsWith(" 2");
            assertThat(lineOf(runner, "tributary_warehouse_failing{table=\"parts\"}"))
                    .endsWith(" 0");
            assertThat(lineOf(runner, "tributary_merge_rounds_total")).endsWith(" 3");
            assertThat(complete(runner, "parts")).isAfter(complete(runner, "orders"));

            Exposition shown = new Exposition();
            runner.expose(shown);
            MetricsPage.assertThatSectionTells("Merges", shown);
        }
    }

    private static Instant complete(RedshiftRunner runner, String table) {
        String line = lineOf(runner, "tributary_warehouse_complete_timestamp_seconds{table=\"" + table + "\"}");
        return Instant.ofEpochMilli(Math.round(Double.parseDouble(line.substring(line.indexOf(' '))) * 1000));
    }

    private static String lineOf(RedshiftRunner runner, String metric) {
        Exposition shown = new Exposition();
        runner.expose(shown);
        return shown.toString()
                .lines()
                .filter(line -> line.startsWith(metric + " "))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aPausedTableWaitsUntilItIsResumedAndOneWithAnIntervalUntilItsTimeHasCome() throws SQLException {
        warehouse.merge();
        String control = "UPDATE " + warehouse.names().control() + " SET ";
        warehouse.execute(control + "paused = TRUE WHERE table_name = 'orders'");
        warehouse.execute(control + "merge_every_s = 3600 WHERE table_name = 'parts'");
        warehouse.land(row("orders", "c", 1, 1, "\"id\":1"));
        warehouse.land(row("parts", "c", 1, 1, "\"id\":1"));
        assertThat(warehouse.merge("parts").waiting())
                .as("not merged yet at all")
                .isZero();
        warehouse.land(row("parts", "c", 2, 1, "\"id\":2"));
        assertThat(warehouse.merge())
                .filteredOn(status -> List.of("orders", "parts").contains(status.table()))
                .allMatch(status -> status.waiting() == 1)
                .extracting(MergeStatus::isPaused)
                .containsExactly(true, false);

        warehouse.execute(control + "paused = FALSE WHERE table_name = 'orders'");
        warehouse.execute(control + "merged_at = merged_at - INTERVAL '2 hours' WHERE table_name = 'parts'");
        assertThat(warehouse.merge()).allMatch(status -> status.waiting() == 0);
    }

    @Test
    void aRoundInsideTheWarehouseMergesAllTablesAndOneThatFailsKeepsNoOther() throws SQLException {
        warehouse.merge();
        String round = "CALL " + warehouse.names().round() + "()";
        warehouse.execute("ALTER TABLE " + warehouse.target("orders") + " ADD CONSTRAINT few CHECK (n < 9)");
        warehouse.land(row("orders", "c", 1, 1, "\"id\":1,\"n\":10"));
        warehouse.land(row("parts", "c", 1, 1, "\"id\":1,\"n\":1"));
        warehouse.land(row("parts", "c", 2, 7, "\"id\":2,\"m\":1"));
        warehouse.execute(round);
        assertThat(warehouse.query("SELECT id FROM " + warehouse.target("parts")))
                .containsExactly("1");
        assertThat(warehouse.query(
                        "SELECT last_error FROM " + warehouse.names().control() + " WHERE table_name = 'orders'"))
                .singleElement()
                .asString()
                .contains("violates check constraint \"few\"");

        warehouse.execute("ALTER TABLE " + warehouse.target("orders") + " DROP CONSTRAINT few");
        warehouse.land(told(schema("parts", "id", "id BIGINT NOT NULL", "n INT", "m INT"), 7));
        warehouse.execute(round);
        assertThat(warehouse.query("SELECT id FROM " + warehouse.target("orders")))
                .containsExactly("1");
        assertThat(warehouse.query("SELECT id FROM " + warehouse.target("parts")))
                .containsExactly("1");
        // New shapes are taken by apply.
        warehouse.apply(ORDERS);
        warehouse.execute(round);
        assertThat(warehouse.query("SELECT id, m FROM " + warehouse.target("parts") + " ORDER BY id"))
                .containsExactly("1|null", "2|1");
    }

    /** As PostgreSQL says it, and as Redshift does: with a code of its own in the text alone. */
    @ParameterizedTest
    @CsvSource({
        "40001, could not serialize access due to concurrent update",
        "40P01, deadlock detected",
        "XX000, 1023 DETAIL: Serializable isolation violation on table - 163852"
    })
    void aTransactionThatAnotherOneWasInTheWayOfIsRunAgain(String code, String message) throws SQLException {
        warehouse.merge();
        conflicting(code, message, 3);
        warehouse.land(row("orders", "c", 1, 1, "\"id\":1,\"n\":1"));
        assertThat(warehouse.merge("orders").problem()).isNull();
        assertThat(warehouse.query("SELECT id FROM " + warehouse.target("orders")))
                .containsExactly("1");
        assertThat(warehouse.query(
                        "SELECT last_value FROM " + warehouse.settings().schema() + ".tries"))
                .containsExactly("3");
    }

    /** Four times in one round; then the others go on, and the next round tries again. */
    @Test
    void whatIsInTheWayForLongKeepsNoOtherTableFromBeingMerged() throws SQLException {
        warehouse.merge();
        conflicting("XX000", "1023 DETAIL: Serializable isolation violation on table - 163852", 6);
        warehouse.land(row("orders", "c", 1, 1, "\"id\":1,\"n\":1"));
        warehouse.land(row("parts", "c", 1, 1, "\"id\":1,\"n\":1"));
        try (RedshiftRunner runner = warehouse.runner()) {
            assertThat(runner.mergeOnce())
                    .filteredOn(status -> status.waiting() > 0)
                    .singleElement()
                    .satisfies(status -> {
                        assertThat(status.table()).isEqualTo("orders");
                        assertThat(status.problem()).contains("1023");
                    });
            assertThat(warehouse.query(
                            "SELECT last_value FROM " + warehouse.settings().schema() + ".tries"))
                    .containsExactly("4");
            assertThat(runner.mergeOnce()).allMatch(status -> status.problem() == null && status.waiting() == 0);
        }
    }

    /** Inserts into orders fail so until this one of them. */
    private void conflicting(String code, String message, int succeeds) throws SQLException {
        String schema = warehouse.settings().schema();
        warehouse.execute("CREATE SEQUENCE " + schema + ".tries");
        warehouse.execute("CREATE FUNCTION " + schema
                + ".conflict() RETURNS TRIGGER LANGUAGE plpgsql AS $$ BEGIN IF nextval('" + schema + ".tries') < "
                + succeeds + " THEN RAISE EXCEPTION '" + message + "' USING ERRCODE = '" + code
                + "'; END IF; RETURN NEW; END $$");
        warehouse.execute("CREATE TRIGGER conflict BEFORE INSERT ON " + warehouse.target("orders")
                + " FOR EACH ROW EXECUTE FUNCTION " + schema + ".conflict()");
    }

    @Test
    void aMergeThatTakesTooLongIsRolledBackAndTriedAgain() throws Exception {
        warehouse.merge();
        warehouse.land(row("orders", "c", 1, 1, "\"id\":1"));
        warehouse.land(row("parts", "c", 1, 1, "\"id\":1"));
        try (Connection other = RedshiftScript.connect(warehouse.settings());
                Statement statement = other.createStatement();
                RedshiftRunner runner = warehouse.runner(Map.of("redshift.statement-timeout", "1 s"), null)) {
            other.setAutoCommit(false);
            statement.execute("LOCK TABLE " + warehouse.target("orders"));
            await(() -> runner.mergeOnce().stream()
                    .anyMatch(status -> status.table().equals("orders")
                            && String.valueOf(status.problem()).contains("statement timeout")));
            other.rollback();
            await(() ->
                    runner.mergeOnce().stream().allMatch(status -> status.problem() == null && status.waiting() == 0));
        }
    }

    /** A session that altered a table keeps it from being merged, and a reader that stays open keeps it from being altered. */
    @Test
    void aTableThatIsLockedStopsItselfAloneAndSaysForWhomItWaits() throws Exception {
        warehouse.land(told(schema("orders", "id", "id BIGINT NOT NULL", "n INT", "more INT"), 9));
        warehouse.land(row("orders", "c", 1, 9, "\"id\":1,\"more\":7"));
        try (Connection other = RedshiftScript.connect(warehouse.settings());
                Statement statement = other.createStatement();
                RedshiftRunner runner = warehouse.runner()) {
            other.setAutoCommit(false);
            statement.executeQuery("SELECT * FROM " + warehouse.target("orders"));
            int session = LockWaits.sessionOf(other);
            for (int round = 1; round <= 3; round++) {
                warehouse.land(row("parts", "c", round, 1, "\"id\":" + round));
                assertThat(runner.mergeOnce())
                        .filteredOn(status -> status.table().equals("orders"))
                        .singleElement()
                        .satisfies(status -> assertThat(status.problem())
                                .startsWith("It waits for a lock that is held by session " + session
                                        + " of user loader, whose transaction began at "));
                assertThat(warehouse.query("SELECT COUNT(*) FROM " + warehouse.target("parts")))
                        .containsExactly(Integer.toString(round));
            }
            other.rollback();
            await(() ->
                    runner.mergeOnce().stream().allMatch(status -> status.problem() == null && status.waiting() == 0));
            assertThat(warehouse.query("SELECT id, more FROM " + warehouse.target("orders")))
                    .containsExactly("1|7");
        }
    }

    @Test
    void aRunnerThatIsClosedEndsWhatWaits() throws SQLException {
        warehouse.merge();
        warehouse.land(row("orders", "c", 1, 1, "\"id\":1"));
        try (Connection other = RedshiftScript.connect(warehouse.settings());
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("LOCK TABLE " + warehouse.target("orders"));
            try (RedshiftRunner runner =
                    warehouse.runner(Map.of("redshift.connections", "1", "redshift.statement-timeout", "1 h"), null)) {
                runner.mergeOnce();
            }
            assertThat(warehouse.query("SELECT COUNT(*) FROM pg_stat_activity WHERE query LIKE '%"
                            + warehouse.settings().schema() + "%' AND wait_event_type = 'Lock'"))
                    .containsExactly("0");
        }
    }

    /** As Redshift logs them, in a table that stands in for its view. */
    @Test
    void recordsThatARefreshSkippedMarkAllTablesThatHaveRowsAndOnce() throws SQLException {
        warehouse.land(row("orders", "c", 1, 1, "\"id\":1,\"n\":1"));
        warehouse.merge();
        String schema = warehouse.settings().schema();
        String errors = "INSERT INTO " + schema + "._stream_scan_errors VALUES ";
        warehouse.execute(errors + "('another_stream', '2026-01-01 00:00:00', 'too large')");
        assertThat(warehouse.merge("orders").problem()).isNull();
        warehouse.execute(errors + "('" + schema + "_stream', '2026-01-01 00:00:00.5', 'The record is too large')");
        assertThat(warehouse.merge("orders").problem())
                .isEqualTo(
                        "A refresh skipped records of the stream: The record is too large: fill it again with redshift reload");
        assertThat(warehouse.merge("parts").problem()).isNull();
        warehouse.execute("DELETE FROM " + warehouse.names().reloads());
        assertThat(warehouse.merge("orders").problem()).isNull();
        warehouse.execute(errors + "('" + schema + "_stream', '2026-01-01 00:00:00.500001', 'again')");
        assertThat(warehouse.merge("orders").problem()).startsWith("A refresh skipped records of the stream: again");
    }

    @Test
    void aLostConnectionIsOpenedAgain() throws SQLException {
        try (RedshiftRunner runner = warehouse.runner()) {
            runner.mergeOnce();
            warehouse.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'loader'"
                    + " AND pid <> pg_backend_pid()");
            assertThatThrownBy(runner::mergeOnce).isInstanceOf(SQLException.class);
            warehouse.land(row("orders", "c", 1, 1, "\"id\":1,\"n\":1"));
            runner.mergeOnce();
            assertThat(warehouse.query("SELECT id FROM " + warehouse.names().table("orders")))
                    .containsExactly("1");
        }
    }

    @Test
    void startedItMergesWhatLandsUntilItIsClosed() throws Exception {
        try (RedshiftRunner runner = warehouse.runner()) {
            runner.start();
            warehouse.land(row("orders", "c", 1, 1, "\"id\":1,\"n\":1"));
            await(() -> !warehouse
                    .query("SELECT id FROM " + warehouse.names().table("orders"))
                    .isEmpty());
            assertThat(runner.problem()).isNull();
        }
    }

    @Test
    void anErrorOfTheMachineEndsNoLaterMerge() throws Exception {
        AtomicInteger failures = new AtomicInteger();
        Configuration configuration = new Configuration();
        configuration.setString("redshift.url", warehouse.settings().url());
        configuration.setString("redshift.username", "loader");
        configuration.setString("redshift.password", "secretsmanager:warehouse");
        configuration.setString("redshift.dialect", "postgres");
        configuration.setString("redshift.schema", warehouse.settings().schema());
        configuration.setString("redshift.merge-interval", "1 s");
        Problems problems = new Problems();
        RedshiftSettings settings = RedshiftSettings.from(
                Given.of(configuration, new Secrets(name -> null, name -> failingTwice(failures)), problems));
        problems.throwIfAny();
        warehouse.land(row("orders", "c", 1, 1, "\"id\":1,\"n\":1"));

        try (RedshiftRunner runner = new RedshiftRunner(settings, List.of("orders", "parts"))) {
            runner.start();
            await(() -> String.valueOf(runner.problem()).contains("StackOverflowError"));
            await(() -> !warehouse
                    .query("SELECT id FROM " + warehouse.names().table("orders"))
                    .isEmpty());
            await(() -> runner.problem() == null);
            assertThat(lineOf(runner, "tributary_merge_round_errors_total")).endsWith(" 2");
        }
    }

    /** The settings read the password once; then each connection does. */
    private static String failingTwice(AtomicInteger calls) {
        int call = calls.getAndIncrement();
        if (call == 1 || call == 2) {
            throw new StackOverflowError();
        }
        return StandInWarehouse.PASSWORD;
    }

    private static void await(Callable<Boolean> happened) throws Exception {
        Instant end = Instant.now().plusSeconds(30);
        while (!happened.call()) {
            assertThat(Instant.now()).isBefore(end);
            Thread.sleep(20);
        }
    }

    @Test
    void takenRecordsLeaveTheLandingAfterTheirTimeAndThoseThatWaitAreKept() throws SQLException {
        warehouse.land(row("orders", "c", 1, 1, "\"id\":1"));
        warehouse.land(row("parts", "c", 1, 9, "\"id\":1"));
        warehouse.land("of a stranger");
        warehouse.merge();
        Control control = new Control(warehouse.connection(), warehouse.names(), WarehouseDialect.POSTGRES);
        assertThat(control.expireLanding(Duration.ofDays(1))).isZero();
        String aged = "UPDATE " + warehouse.names().landing() + " SET refresh_time = refresh_time - INTERVAL '2 days'";
        warehouse.execute(aged);
        assertThat(control.expireLanding(Duration.ofDays(1))).isEqualTo(5);
        warehouse.land(told(schema("parts", "id", "id BIGINT NOT NULL", "n INT", "m INT"), 9));
        warehouse.execute(aged);
        warehouse.execute("UPDATE " + warehouse.names().control() + " SET landed_until = NULL");
        assertThat(control.expireLanding(Duration.ofDays(1)))
                .as("a record that was not taken yet")
                .isZero();
        assertThat(warehouse.merge("parts").waiting()).isZero();
        assertThat(warehouse.query("SELECT id FROM " + warehouse.names().table("parts")))
                .containsExactly("1");
    }
}
