package io.tributary.capture.postgres.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.capture.postgres.FromVersion;
import io.tributary.capture.postgres.TestDatabase;
import io.tributary.settings.Problems;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Which tables are captured where the settings have patterns, as of the start. */
class PatternsPlanTest {

    @AutoClose
    private final TestDatabase database = TestDatabase.create();

    private PostgresPlan plan(String tables) {
        return PostgresPlan.of(TestDatabase.settings(database.settings(tables)));
    }

    private List<String> problems(String tables) {
        Problems problems = new Problems();
        plan(tables).check(problems);
        return problems.sentences();
    }

    @Test
    void whatIsATableOfTheApplicationIsTaken() throws Exception {
        database.run(
                "CREATE SCHEMA sales",
                "CREATE SCHEMA \"a.b\"",
                "CREATE TABLE orders (id int PRIMARY KEY)",
                "CREATE TABLE \"Odd *'\"\"name\" (id int PRIMARY KEY)",
                "CREATE TABLE sales.facts (id int PRIMARY KEY) PARTITION BY RANGE (id)",
                "CREATE TABLE sales.facts_1 PARTITION OF sales.facts FOR VALUES FROM (0) TO (10) PARTITION BY RANGE (id)",
                "CREATE TABLE sales.facts_1_1 PARTITION OF sales.facts_1 FOR VALUES FROM (0) TO (10)",
                "CREATE TABLE \"a.b\".c (id int PRIMARY KEY)",
                "CREATE VIEW viewed AS SELECT * FROM orders",
                "CREATE MATERIALIZED VIEW kept AS SELECT * FROM orders",
                "CREATE UNLOGGED TABLE unlogged (id int PRIMARY KEY)",
                "CREATE TEMP TABLE passing (id int PRIMARY KEY)",
                "CREATE TABLE iceberg_tables (id int PRIMARY KEY)",
                "CREATE TABLE iceberg_namespace_properties (id int PRIMARY KEY)",
                "CREATE TABLE audit_1 (id int)");
        PostgresPlan plan = plan("*.*;-public.audit_*");
        Problems problems = new Problems();
        plan.check(problems);
        assertThat(problems.sentences()).isEmpty();
        assertThat(plan.tableNames()).containsExactly("Odd *'\"name", "orders", "facts");
        assertThat(plan.schemas().keySet()).containsExactlyElementsOf(plan.tableNames());
        assertThat(plan.joining()).containsExactlyElementsOf(plan.tableNames());
        assertThat(plan.statements())
                .containsExactly("CREATE PUBLICATION \"tributary\" FOR TABLE \"public\".\"Odd *'\"\"name\","
                        + " \"public\".\"orders\", \"sales\".\"facts\" WITH (publish_via_partition_root = true)");
    }

    @Test
    void eachIsCheckedAsIfItWereListed() throws Exception {
        database.run("CREATE TABLE a (id int)", "CREATE TABLE b (id int PRIMARY KEY)", "CREATE TABLE \"b/c\" (id int)");
        assertThat(problems("public.*"))
                .hasSize(3)
                .anyMatch(problem -> problem.startsWith("Table public.a has no primary key; "))
                .anyMatch(problem -> problem.startsWith("Table public.b/c has no primary key; "))
                .contains(
                        "postgres.tables: of table public.b/c, no table can be named 'b/c', which holds a separator of"
                                + " paths: give it another name, as <table>=<name>");
    }

    @Test
    void noTwoTablesGoByOneName() throws Exception {
        database.run(
                "CREATE SCHEMA sales",
                "CREATE TABLE orders (id int PRIMARY KEY)",
                "CREATE TABLE sales.orders (id int PRIMARY KEY)");
        assertThat(problems("*.orders"))
                .containsExactly(
                        "postgres.tables: tables public.orders and sales.orders go by the name orders; list one of"
                                + " them by itself with an alias, sales.orders=<another name>, leave it out with -sales.orders, or"
                                + " give the tables of the pattern names with their schema, ={schema}_{table}");
        assertThat(problems("*.orders={schema}_{table}")).isEmpty();
        assertThat(problems("*.orders;sales.orders=sold")).isEmpty();
        assertThat(problems("*.orders;-sales.*")).isEmpty();
        assertThat(problems("nowhere.*"))
                .containsExactly("postgres.tables: no table of database " + database.name()
                        + " fits a pattern, so there is nothing to capture");
    }

    @Test
    void aTableThatFitsAPatternCanBeResynced() throws Exception {
        database.run("CREATE TABLE orders (id int PRIMARY KEY)");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Problems problems = new Problems();
        ResyncCommand.run(
                List.of(TestDatabase.settings(database.settings("public.*"))),
                List.of("orders", "people"),
                Again.toNobody(),
                problems,
                new PrintStream(out, true, StandardCharsets.UTF_8));
        assertThat(problems.sentences())
                .containsExactly(
                        "--table people: the job does not capture such a table. postgres.tables has public.orders");
    }

    @Test
    @FromVersion(value = 15, because = "publications may be of all tables of a schema")
    void theGrantsHoldForTablesThatComeLater() throws Exception {
        String user = "user_" + database.name();
        Map<String, String> settings = database.settings("public.*;sales.orders");
        settings.put("postgres.username", user);
        settings.put("postgres.manage-publication", "false");
        database.run(
                "CREATE SCHEMA sales",
                "CREATE TABLE sales.orders (id int PRIMARY KEY)",
                "CREATE TABLE a (id int PRIMARY KEY)");
        PostgresPlan plan = PostgresPlan.of(TestDatabase.settings(settings));
        List<String> grants = Grants.of(List.of(TestDatabase.settings(settings)));
        assertThat(grants)
                .containsExactly(
                        "CREATE ROLE \"" + user + "\" WITH LOGIN REPLICATION PASSWORD '...';",
                        "GRANT CONNECT ON DATABASE \"" + database.name() + "\" TO \"" + user + "\";",
                        "GRANT USAGE ON SCHEMA \"sales\" TO \"" + user + "\";",
                        "GRANT USAGE ON SCHEMA \"public\" TO \"" + user + "\";",
                        "GRANT SELECT ON \"sales\".\"orders\" TO \"" + user + "\";",
                        "GRANT SELECT ON ALL TABLES IN SCHEMA \"public\" TO \"" + user + "\";",
                        "-- As each role that makes tables there, or with FOR ROLE:",
                        "ALTER DEFAULT PRIVILEGES IN SCHEMA \"public\" GRANT SELECT ON TABLES TO \"" + user + "\";",
                        "-- Version 15 or newer, as a superuser. From then on PostgreSQL refuses to update and delete rows of"
                                + " tables there that have no primary key:",
                        "CREATE PUBLICATION \"tributary\" FOR TABLE \"sales\".\"orders\", TABLES IN SCHEMA \"public\""
                                + " WITH (publish_via_partition_root = true);");
        try {
            for (String grant : grants) {
                database.run(grant.replace("'...'", "'" + TestDatabase.PASSWORD + "'"));
            }
            database.run("CREATE TABLE b (id int PRIMARY KEY)");
            Problems problems = new Problems();
            plan.check(problems);
            assertThat(problems.sentences()).isEmpty();
            assertThat(plan.tableNames()).containsExactly("orders", "a", "b");
            assertThat(plan.statements()).isEmpty();
        } finally {
            database.run("DROP OWNED BY " + user, "DROP ROLE " + user);
        }
    }

    @Test
    void theGrantsSayWhatIsToBeDoneTableByTable() {
        assertThat(Grants.of(List.of(
                        TestDatabase.settings(database.settings("sales.*;-sales.audit_*;sales.order_*;*.people")))))
                .endsWith(
                        "GRANT USAGE ON SCHEMA \"sales\" TO \"reader\";",
                        "GRANT SELECT ON ALL TABLES IN SCHEMA \"sales\" TO \"reader\";",
                        "-- As each role that makes tables there, or with FOR ROLE:",
                        "ALTER DEFAULT PRIVILEGES IN SCHEMA \"sales\" GRANT SELECT ON TABLES TO \"reader\";",
                        "-- For each schema of *.people GRANT USAGE ON SCHEMA, GRANT SELECT ON ALL TABLES IN SCHEMA and ALTER"
                                + " DEFAULT PRIVILEGES, too.",
                        "-- Tables that fit sales.*, sales.order_*, *.people are published one by one: by the job, where its"
                                + " user owns them and the publication, or by ALTER PUBLICATION \"tributary\" ADD TABLE"
                                + " <table>.");
    }
}
