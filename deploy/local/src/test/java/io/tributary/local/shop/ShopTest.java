package io.tributary.local.shop;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.command.verify.Queries;
import io.tributary.local.service.Guard;
import io.tributary.local.service.PostgresServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ShopTest {

    @Test
    void isFilledAndWorkedOnAndRunsTheSqlFiles(@TempDir Path folder) throws Exception {
        try (Guard guard = Guard.start();
                PostgresServer server = PostgresServer.start(guard, folder)) {
            PostgresServer.Login shop = server.create("shop", "shop", "sesame", PostgresServer.Passwords.SCRAM);
            try (Connection connection = shop.connect();
                    Statement statement = connection.createStatement()) {
                Shop.create(connection);
                assertThat(rows(statement)).isGreaterThan(100_000);
                assertThat(number(
                                statement,
                                "SELECT pg_relation_size(reltoastrelid) FROM pg_class WHERE relname = 'customers'"))
                        .as("bytes of notes out of line")
                        .isGreaterThan(5_000_000);
            }
            try (Connection connection = shop.connect();
                    ShopTransactions transactions = new ShopTransactions(connection, 1)) {
                long changes = 0;
                for (int i = 0; i < 2_000; i++) {
                    changes += transactions.next();
                }
                assertThat(changes).isGreaterThan(2_000);
            }
            try (Connection connection = shop.connect();
                    Statement statement = connection.createStatement()) {
                assertThat(number(statement, "SELECT count(*) FROM orders WHERE id > " + Shop.ORDERS))
                        .isGreaterThan(100);
                checkSqlFiles(connection);
            }
        }
    }

    private static void checkSqlFiles(Connection connection) throws Exception {
        Map<String, String> tables = new LinkedHashMap<>();
        Map<String, String> files = new LinkedHashMap<>();
        Shop.TABLES.forEach(table -> tables.put(table, "public." + table));
        try (Stream<Path> found = Files.list(Path.of(System.getProperty("tributary.home"), "sql"))) {
            for (Path file :
                    found.filter(path -> path.toString().endsWith(".sql")).toList()) {
                String name = file.getFileName().toString();
                files.put(name.substring(0, name.length() - ".sql".length()), Files.readString(file));
            }
        }
        Queries all = new Queries(tables, files);
        for (String output : files.keySet()) {
            try (Statement statement = connection.createStatement()) {
                assertThat(number(statement, "SELECT count(*) FROM (" + all.of(output) + ") AS made"))
                        .as("rows of " + output)
                        .isGreaterThan(900);
            }
        }
    }

    private static long rows(Statement statement) throws SQLException {
        long rows = 0;
        for (String table : Shop.TABLES) {
            rows += number(statement, "SELECT count(*) FROM " + table);
        }
        return rows;
    }

    private static long number(Statement statement, String sql) throws SQLException {
        try (ResultSet result = statement.executeQuery(sql)) {
            result.next();
            return result.getLong(1);
        }
    }
}
