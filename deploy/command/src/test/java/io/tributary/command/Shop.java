package io.tributary.command;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** A PostgreSQL with a small shop in it, and a user who may read its log. */
public final class Shop implements AutoCloseable {

    static final String USER = "shop";
    static final String PASSWORD = "sesame";
    static final String DATABASE = "shop";

    private final EmbeddedPostgres server;

    private Shop(EmbeddedPostgres server) {
        this.server = server;
    }

    public static Shop open() throws IOException, SQLException {
        EmbeddedPostgres server = EmbeddedPostgres.builder()
                .setServerConfig("wal_level", "logical")
                .setServerConfig("fsync", "off")
                .start();
        Shop shop = new Shop(server);
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            try (ResultSet file = statement.executeQuery("SHOW hba_file")) {
                file.next();
                Files.writeString(
                        Path.of(file.getString(1)),
                        "host all postgres all trust\nhost all all all scram-sha-256\nlocal all all trust\n");
            }
            statement.execute("SELECT pg_reload_conf()");
            statement.execute("CREATE ROLE shop WITH LOGIN REPLICATION PASSWORD 'sesame'");
            statement.execute("CREATE DATABASE shop OWNER shop");
        }
        shop.run(
                "CREATE TABLE customers (id bigint PRIMARY KEY, name text NOT NULL, email text)",
                "CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint NOT NULL REFERENCES customers,"
                        + " amount numeric(12, 2))",
                "CREATE TABLE notes (text text)",
                "INSERT INTO customers SELECT n, 'customer ' || n FROM generate_series(1, 100) n",
                "INSERT INTO orders SELECT n, n % 100 + 1, n FROM generate_series(1, 500) n");
        return shop;
    }

    int port() {
        return server.getPort();
    }

    public Connection connect() throws SQLException {
        return DriverManager.getConnection("jdbc:postgresql://localhost:" + port() + "/" + DATABASE, USER, PASSWORD);
    }

    void run(String... statements) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /** Settings for the shop with all that the job writes in the folder, too. */
    Path settings(Path folder) throws IOException {
        Path sql = Files.createDirectories(folder.resolve("sql"));
        Files.writeString(sql.resolve("spending.sql"), """
                -- How much has each customer spent?
                -- key: customer_id
                SELECT customer_id, SUM(amount) AS spent FROM orders GROUP BY customer_id
                """);
        Path password = Files.writeString(folder.resolve("password"), PASSWORD);
        return Files.writeString(folder.resolve("shop.yaml"), """
                postgres:
                  hostname: localhost
                  port: %d
                  database: shop
                  username: shop
                  password: "file:%s"
                  tables: [public.customers, public.orders]
                sql:
                  directory: "%s"
                  pass-through: [customers]
                iceberg:
                  namespace: shop
                  catalog:
                    type: hadoop
                    warehouse: "%s"
                flink:
                  execution.checkpointing.interval: 500 ms
                  execution.checkpointing.dir: "%s"
                  parallelism.default: 2
                """.formatted(
                        port(),
                        password,
                        sql,
                        folder.resolve("lake").toUri(),
                        folder.resolve("elsewhere").toUri()));
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
