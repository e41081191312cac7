package io.tributary.query;

import static io.tributary.query.Rows.insert;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.change.Schema;
import io.tributary.settings.NamedKey;
import io.tributary.settings.Problems;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever a lookup's database calls a schema, a table or a column: it is a name in the statements that ask it. */
final class HostileNamesTest {

    private static final String CANARY = "create table public.canary ()";
    private static final String SCHEMA = "s.\"; " + CANARY + "; --";
    private static final String TABLE = "t'\t$$ \\ {fn x()} :id ? .\n\"; " + CANARY + "; --";
    private static final String LOOKUP = "l.\"; " + CANARY + "; --'$$\\";

    /** The first two are the key. A name with a line break cannot be written in Flink's SQL. */
    private static final List<String> COLUMNS = List.of(
            "\"; " + CANARY + "; --",
            "'; " + CANARY + "; :id ?",
            ":",
            "::int",
            ":c0",
            "c0",
            "?",
            "U&",
            "\\003A",
            "\\'; " + CANARY + "; --",
            "$$; " + CANARY + "; $$",
            "$1",
            "/* --",
            "`",
            "{fn now()}",
            "%s",
            "a;b",
            "a.b",
            "\"\"",
            " Caps ",
            "a\tb",
            "\u00e9\u6f22\ud83d\udc18",
            "x".repeat(63));

    private static EmbeddedPostgres database;

    @BeforeAll
    static void start() throws Exception {
        database = EmbeddedPostgres.start();
    }

    @AfterAll
    static void stop() throws Exception {
        database.close();
    }

    @Test
    void aLookupReadsEachColumnWhateverItsNameIs(@TempDir Path sql) throws Exception {
        Schema events = Rows.table("events", "id", "id BIGINT NOT NULL", "code STRING");
        String value = "'; " + CANARY + "; --";
        create(value);
        List<String> selected = new ArrayList<>();
        for (int i = 2; i < COLUMNS.size(); i++) {
            selected.add("r." + flinkName(COLUMNS.get(i)) + " AS v" + i);
        }
        Files.writeString(
                sql.resolve("joined.sql"),
                "-- key: id\nSELECT e.id, " + String.join(", ", selected) + "\nFROM events AS e\nLEFT JOIN "
                        + flinkName(LOOKUP) + " FOR SYSTEM_TIME AS OF e.proc_time AS r ON r."
                        + flinkName(COLUMNS.get(0)) + " = e.id AND r." + flinkName(COLUMNS.get(1)) + " = e.code");
        Map<String, String> settings = settings(sql, SCHEMA, TABLE, COLUMNS);
        assertThat(problems(settings)).isEmpty();
        String found = selected.stream()
                .map(column -> column.substring(column.lastIndexOf(" AS v") + 5))
                .collect(Collectors.joining("|"));

        try (SqlJob job = SqlJob.start(settings, Map.of("events", events))) {
            String none = "|-".repeat(selected.size());
            job.send(List.of(insert(events, "1|" + value), insert(events, "2|" + value)))
                    .await(target -> target.rows("joined").equals(List.of("1|" + found, "2" + none)));
        }
        assertThat(ask("SELECT count(*) FROM pg_class WHERE relname = 'canary'"))
                .isEqualTo("0");
    }

    @Test
    void whatNoNameOfTheDatabaseCanBeIsSaidBeforeTheStart(@TempDir Path sql) {
        for (String name : List.of("y".repeat(127), "nul\0nul")) {
            assertThat(problems(settings(sql, "public", name, COLUMNS)))
                    .singleElement()
                    .asString()
                    .startsWith("sql.lookup.")
                    .contains("cannot be read");
            assertThat(problems(settings(sql, "pg_catalog", "pg_class", List.of("oid", name, name))))
                    .anyMatch(problem -> problem.contains("has no column " + name));
        }
    }

    private static void create(String value) throws SQLException {
        String table = name(SCHEMA) + "." + name(TABLE);
        List<String> columns = new ArrayList<>();
        for (int i = 0; i < COLUMNS.size(); i++) {
            columns.add(name(COLUMNS.get(i)) + (i == 0 ? " bigint" : " text"));
        }
        try (Connection connection = database.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            statement.execute("CREATE SCHEMA " + name(SCHEMA));
            statement.execute("CREATE TABLE " + table + " (" + String.join(", ", columns) + ")");
            String places = String.join(", ", Collections.nCopies(COLUMNS.size(), "?"));
            try (PreparedStatement insert =
                    connection.prepareStatement("INSERT INTO " + table + " VALUES (" + places + ")")) {
                insert.setLong(1, 1);
                insert.setString(2, value);
                for (int i = 2; i < COLUMNS.size(); i++) {
                    insert.setString(i + 1, String.valueOf(i));
                }
                insert.execute();
            }
        }
    }

    private static String ask(String query) throws SQLException {
        try (Connection connection = database.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement();
                ResultSet answer = statement.executeQuery(query)) {
            answer.next();
            return answer.getString(1);
        }
    }

    private static List<String> problems(Map<String, String> settings) {
        Problems problems = new Problems();
        Queries.checkLookups(QueriesTest.settings(settings, problems), problems);
        return problems.sentences();
    }

    private static Map<String, String> settings(Path sql, String schema, String table, List<String> columns) {
        Configuration settings = new Configuration();
        settings.setString("sql.directory", sql.toString());
        settings.setString(key("url"), database.getJdbcUrl("postgres", "postgres"));
        settings.setString(key("username"), "postgres");
        settings.setString(key("password"), "env:PASSWORD");
        settings.setString(key("table"), name(schema) + "." + name(table));
        settings.setString(key("cache-rows"), "0");
        List<String> declared = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            declared.add(name(columns.get(i)) + (i == 0 ? " BIGINT" : "\tSTRING"));
        }
        settings.set(ConfigOptions.key(key("columns")).stringType().asList().noDefaultValue(), declared);
        return settings.toMap();
    }

    private static String key(String setting) {
        return NamedKey.of("sql.lookup.<name>." + setting, LOOKUP);
    }

    private static String name(String name) {
        return "\"" + name.replace("\"", "\"\"") + "\"";
    }

    private static String flinkName(String name) {
        return "`" + name.replace("`", "``") + "`";
    }
}
