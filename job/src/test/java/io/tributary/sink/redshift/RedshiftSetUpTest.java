package io.tributary.sink.redshift;

import static io.tributary.sink.redshift.StandInWarehouse.row;
import static io.tributary.sink.redshift.StandInWarehouse.schema;
import static io.tributary.sink.redshift.StandInWarehouse.told;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.change.Schema;
import io.tributary.settings.Given;
import io.tributary.settings.Problems;
import io.tributary.settings.Secrets;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Settings, the script and the checks: what is wrong is said before anything runs, each in its own sentence. */
final class RedshiftSetUpTest {

    private static final Schema ORDERS = schema(
            "Orders",
            "Id",
            "Id BIGINT NOT NULL",
            "placed TIMESTAMP(6)",
            "total DECIMAL(12, 2)",
            "rate DOUBLE",
            "tags ARRAY<STRING>",
            "raw BYTES");

    private static final Path GOLDEN = Path.of("src/test/resources/io/tributary/sink/redshift/orders.sql");

    @Test
    void thePrintedScriptIsTheOneWeReviewed() throws IOException {
        RedshiftSettings settings = settings(Map.of(
                "redshift.dialect", "redshift",
                "redshift.iam-role", "arn:aws:iam::123456789012:role/reads-the-stream",
                "redshift.stream", "shop-changes",
                "tables.Orders.redshift.distribution-key", "id",
                "tables.Orders.redshift.sort-keys", "placed;id"));
        String script = String.join(";\n\n", new RedshiftScript(settings).statements(List.of(ORDERS))) + ";\n";
        if (Boolean.getBoolean("golden.regenerate")) {
            Files.createDirectories(GOLDEN.getParent());
            Files.writeString(GOLDEN, script);
        }
        assertThat(script)
                .as("run with -Dgolden.regenerate=true and review the difference")
                .isEqualTo(Files.readString(GOLDEN));
    }

    @Test
    void defaultsAreThese() {
        RedshiftSettings settings = settings(Map.of("redshift.iam-role", "default", "redshift.stream", "changes"));
        assertThat(settings.isEnabled()).isTrue();
        assertThat(settings.schema()).isEqualTo("public");
        assertThat(settings.dialect()).isEqualTo(WarehouseDialect.REDSHIFT);
        assertThat(settings.autoRefresh()).isFalse();
        assertThat(settings.mergeInterval()).isEqualTo(Duration.ofSeconds(5));
        assertThat(settings.mergeIntervalIdle()).isEqualTo(Duration.ofMinutes(1));
        assertThat(settings.deletions("orders").tombstoneTtl()).isEqualTo(Duration.ofDays(7));
        assertThat(settings.landingTtl()).isEqualTo(Duration.ofDays(1));
        assertThat(settings.layout("orders")).isSameAs(TableLayout.AUTO);
    }

    @Test
    void withoutAUrlThereIsNoWarehouse() {
        assertThat(RedshiftSettings.from(Given.of(new Configuration(), secrets(), new Problems()))
                        .isEnabled())
                .isFalse();
    }

    @Test
    void everythingThatIsWrongWithTheSettingsIsListed() {
        assertThat(problems(Map.of("redshift.schema", "shop", "redshift.stream", "changes")))
                .containsExactly("redshift.url is missing, but redshift.schema, redshift.stream is set: name the"
                        + " warehouse, or take the redshift settings out");
        assertThat(problems(Map.of(
                        "redshift.url", "jdbc:postgresql://h/db?password=hush",
                        "redshift.password", "hush",
                        "redshift.merge-interval", "soon",
                        "redshift.tombstone-ttl", "1 ms",
                        "redshift.dialect", "oracle")))
                .hasSize(8)
                .noneMatch(problem -> problem.contains("hush"))
                .anyMatch(problem -> problem.startsWith("redshift.merge-interval: 'soon' cannot be read"))
                .anyMatch(problem -> problem.startsWith("redshift.dialect: 'oracle' cannot be read"))
                .anyMatch(problem -> problem.startsWith("redshift.url is a URL that carries a secret"))
                .anyMatch(problem -> problem.startsWith("redshift.username is missing"))
                .anyMatch(problem -> problem.startsWith("redshift.password has to be a reference"))
                .anyMatch(problem -> problem.startsWith("redshift.iam-role is missing"))
                .anyMatch(problem -> problem.startsWith("redshift.stream is missing"))
                .anyMatch(problem -> problem.startsWith("redshift.tombstone-ttl is 1 ms: write 1 s or more"));
    }

    @Test
    void aWrongPasswordIsSaidWithoutTheOneThatWasTried() {
        RedshiftSettings wrong =
                StandInWarehouse.settings(Map.of("redshift.password", "env:WRONG", "WRONG", "not-the-password"));
        Problems problems = new Problems();
        new RedshiftScript(wrong).check(List.of(), problems);
        assertThat(problems.sentences())
                .singleElement()
                .asString()
                .startsWith("Cannot connect to jdbc:redshift://127.0.0.1:")
                .contains(
                        "as loader", "password authentication failed", "Check redshift.username and redshift.password")
                .doesNotContain("not-the-password");
        try (RedshiftRunner runner = new RedshiftRunner(wrong, List.of())) {
            assertThatThrownBy(runner::mergeOnce)
                    .isInstanceOf(SQLException.class)
                    .satisfies(e -> {
                        StringWriter trace = new StringWriter();
                        e.printStackTrace(new PrintWriter(trace));
                        assertThat(trace.toString()).doesNotContain("not-the-password");
                    });
        }
        assertThat(wrong.toString()).doesNotContain("not-the-password");
    }

    @Test
    void aMissingSchemaThatTheUserMayNotCreateIsAProblem() {
        RedshiftSettings guest =
                StandInWarehouse.settings(Map.of("redshift.username", "guest", "redshift.schema", "nowhere"));
        Problems problems = new Problems();
        new RedshiftScript(guest).check(List.of(), problems);
        assertThat(problems.sentences())
                .containsExactly("redshift.schema: the schema \"nowhere\" does not exist and guest may not create it:"
                        + " CREATE SCHEMA \"nowhere\" AUTHORIZATION \"guest\"");
        try (RedshiftRunner runner = new RedshiftRunner(StandInWarehouse.settings(Map.of()), List.of())) {
            assertThatThrownBy(runner::mergeOnce).hasMessageContaining("is not set up: run redshift apply");
        }
    }

    @Test
    void aSchemaTheUserMayNotWriteToIsAProblem() throws SQLException {
        try (StandInWarehouse warehouse = StandInWarehouse.open()) {
            warehouse.apply();
            Problems problems = new Problems();
            new RedshiftScript(StandInWarehouse.settings(Map.of(
                            "redshift.username",
                            "guest",
                            "redshift.schema",
                            warehouse.settings().schema())))
                    .check(List.of(), problems);
            assertThat(problems.sentences())
                    .singleElement()
                    .asString()
                    .contains("guest may not create tables", "GRANT USAGE, CREATE ON SCHEMA");
        }
    }

    @Test
    void aTableThatExistsAndDiffersIsAProblemWithTheStatementThatMendsIt() throws SQLException {
        try (StandInWarehouse warehouse = StandInWarehouse.open()) {
            warehouse.apply();
            warehouse.execute("CREATE TABLE " + warehouse.names().table("orders")
                    + " (id BIGINT, total DATE, placed VARCHAR(10), reason TEXT NOT NULL, PRIMARY KEY (reason))");
            Problems problems = new Problems();
            new RedshiftScript(warehouse.settings()).check(List.of(ORDERS), problems);
            String table = warehouse.names().table("orders");
            assertThat(problems.sentences())
                    .hasSize(3)
                    .anySatisfy(problem -> assertThat(problem)
                            .contains(
                                    "exists with the primary key [reason], the pipeline's is [id]",
                                    "ALTER TABLE " + table + " ADD PRIMARY KEY (\"id\")"))
                    .anySatisfy(problem ->
                            assertThat(problem).contains("requires a value for reason", "DROP COLUMN \"reason\""))
                    .anySatisfy(problem ->
                            assertThat(problem).contains("Column placed", "VARCHAR(10)", "has to be TIMESTAMP"));
        }
    }

    @Test
    void namesAndLayoutsThatCannotBeAreProblems() throws SQLException {
        try (StandInWarehouse warehouse = StandInWarehouse.open(Map.of(
                "tables.Orders.redshift.distribution-key", "customer",
                "tables.Orders.redshift.sort-keys", "tags"))) {
            warehouse.apply();
            Problems problems = new Problems();
            new RedshiftScript(warehouse.settings())
                    .check(
                            List.of(
                                    ORDERS,
                                    schema("orders", "id", "id INT NOT NULL", "ID INT"),
                                    schema("_control", "id", "id INT NOT NULL", "took INTERVAL DAY TO SECOND"),
                                    schema("a", "_Deleted_at", "_Deleted_at TIMESTAMP NOT NULL"),
                                    schema("b", "id", "id INT NOT NULL", "insertxid INT", "_tributary_nth INT"),
                                    wide(1598)),
                            problems);
            assertThat(problems.sentences())
                    .anyMatch(problem -> problem.startsWith("Tables Orders and orders would be one in Redshift"))
                    .anyMatch(problem -> problem.startsWith("Columns id and ID of table orders would be one"))
                    .anyMatch(
                            problem -> problem.startsWith("Column took of table _control: No column of the warehouse"))
                    .anyMatch(problem -> problem.startsWith("Table _control cannot have this name"))
                    .anyMatch(problem -> problem.startsWith("Column _deleted_at of table a is of its key"))
                    .anyMatch(problem -> problem.startsWith("Table b: Column insertxid has the name of a column that"))
                    .anyMatch(problem -> problem.startsWith("Table b: Column _tributary_nth begins as the columns do"))
                    .anyMatch(
                            problem -> problem.startsWith("Table wide has 1598 columns, and the warehouse takes 1597"))
                    .contains("tables.Orders.redshift.distribution-key: table Orders has no column customer")
                    .anyMatch(problem -> problem.startsWith("tables.Orders.redshift.sort-keys: column tags is a"));
        }
    }

    /** Which every table of the warehouse has, so that CREATE TABLE would fail. */
    @ParameterizedTest
    @ValueSource(
            strings = {"oid", "tableoid", "xmin", "cmin", "xmax", "cmax", "ctid", "insertxid", "deletexid", "XMin"})
    void aColumnThatTheWarehouseHasItselfIsAProblemOfThePlan(String column) {
        Problems problems = new Problems();
        new TargetChecks(StandInWarehouse.settings(Map.of()), problems)
                .sound(List.of(schema("a", "id", "id INT NOT NULL", column + " INT")));
        assertThat(problems.sentences())
                .containsExactly("Table a: Column " + column.toLowerCase(Locale.ROOT)
                        + " has the name of a column that every table of the warehouse has: give it another in the source, in the"
                        + " settings of its table or in a SQL file");
    }

    @Test
    void anIdleIntervalBelowTheOtherIsAProblem() {
        Map<String, String> options =
                Map.of("redshift.url", "jdbc:redshift://h:1/d", "redshift.username", "u", "redshift.password", "env:P");
        Map<String, String> idle = new HashMap<>(options);
        idle.putAll(Map.of("redshift.dialect", "postgres", "redshift.merge-interval", "2 min"));
        assertThat(problems(idle)).isEmpty();
        idle.put("redshift.merge-interval-idle", "1 min");
        assertThat(problems(idle))
                .containsExactly(
                        "redshift.merge-interval-idle is less than redshift.merge-interval: write as much or more");
    }

    /** Its merges read the landing themselves, each with a watermark of its own. */
    @Test
    void aWarehouseOfAnEarlierReleaseLosesNothingThatWaitsInItsLanding() throws SQLException {
        try (StandInWarehouse warehouse = StandInWarehouse.open()) {
            warehouse.apply(ORDERS);
            warehouse.land(told(ORDERS, 1));
            warehouse.land(row("Orders", "c", 1, 1, "\"id\":1,\"total\":1.5"));
            try (RedshiftRunner runner = new RedshiftRunner(warehouse.settings(), List.of("Orders"))) {
                runner.mergeOnce();
            }
            warehouse.land(row("Orders", "c", 2, 1, "\"id\":2,\"total\":2.5"));
            WarehouseNames names = warehouse.names();
            warehouse.execute("CALL " + names.receive() + "()");
            warehouse.execute("DROP TABLE " + names.stage());
            warehouse.execute("ALTER TABLE " + names.control() + " DROP COLUMN rows_cut");
            warehouse.execute("ALTER TABLE " + names.control() + " DROP COLUMN rows_seen");
            warehouse.execute("ALTER TABLE " + names.control() + " DROP COLUMN paused");
            warehouse.execute("ALTER TABLE " + names.control() + " DROP COLUMN merge_every_s");
            warehouse.execute("ALTER TABLE " + names.control() + " ADD COLUMN rows_held BIGINT NOT NULL DEFAULT 0");
            warehouse.execute("ALTER TABLE " + names.control() + " ALTER COLUMN rows_held DROP DEFAULT");
            try (RedshiftRunner runner = new RedshiftRunner(warehouse.settings(), List.of("Orders"))) {
                assertThatThrownBy(runner::mergeOnce).hasMessageContaining("run redshift apply");
            }
            warehouse.apply(ORDERS);
            try (RedshiftRunner runner = new RedshiftRunner(warehouse.settings(), List.of("Orders"))) {
                assertThat(runner.mergeOnce()).singleElement().satisfies(status -> {
                    assertThat(status.problem()).isNull();
                    assertThat(status.waiting()).isZero();
                });
            }
            assertThat(warehouse.query("SELECT id, total FROM " + warehouse.target("orders") + " ORDER BY id"))
                    .containsExactly("1|1.50", "2|2.50");
        }
    }

    @Test
    void applyingAgainChangesNothing() throws SQLException {
        try (StandInWarehouse warehouse = StandInWarehouse.open()) {
            warehouse.apply(ORDERS);
            warehouse.apply(ORDERS);
            Problems problems = new Problems();
            new RedshiftScript(warehouse.settings()).check(List.of(ORDERS), problems);
            assertThat(problems.sentences()).isEmpty();
            assertThat(warehouse.query(
                            "SELECT COUNT(*) FROM " + warehouse.names().control()))
                    .containsExactly("2");
        }
    }

    private static Schema wide(int columns) {
        String[] all = new String[columns];
        for (int i = 0; i < columns; i++) {
            all[i] = "c" + i + " INT" + (i == 0 ? " NOT NULL" : "");
        }
        return schema("wide", "c0", all);
    }

    private static RedshiftSettings settings(Map<String, String> options) {
        Configuration configuration = new Configuration();
        configuration.setString("redshift.url", "jdbc:redshift://warehouse:5439/dev");
        configuration.setString("redshift.username", "loader");
        configuration.setString("redshift.password", "env:P");
        options.forEach(configuration::setString);
        Problems problems = new Problems();
        RedshiftSettings settings = RedshiftSettings.from(Given.of(configuration, secrets(), problems));
        problems.throwIfAny();
        return settings;
    }

    private static List<String> problems(Map<String, String> options) {
        Configuration configuration = new Configuration();
        options.forEach(configuration::setString);
        Problems problems = new Problems();
        RedshiftSettings.from(Given.of(configuration, secrets(), problems));
        return problems.sentences();
    }

    private static Secrets secrets() {
        return new Secrets(name -> "secret", name -> null);
    }
}
