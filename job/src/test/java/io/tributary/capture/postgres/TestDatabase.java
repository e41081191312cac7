package io.tributary.capture.postgres;

import io.tributary.settings.Given;
import io.tributary.settings.Problems;
import io.tributary.settings.Secrets;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.apache.flink.configuration.Configuration;

/** A database of its own on the one PostgreSQL server that all tests of this JVM share. */
public final class TestDatabase implements Asked, AutoCloseable {

    public static final String PASSWORD = "s3cret-and-never-logged";

    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final String name = "db" + NUMBER.incrementAndGet();
    private final Connection connection;

    private TestDatabase(String options) throws SQLException {
        try (Connection admin = connect("postgres");
                Statement statement = admin.createStatement()) {
            statement.execute("CREATE DATABASE " + name + " " + options);
        }
        this.connection = connect(name);
    }

    public static TestDatabase create() {
        return create("");
    }

    /**
     * @param options of CREATE DATABASE
     */
    public static TestDatabase create(String options) {
        try {
            return new TestDatabase(options);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    public String name() {
        return name;
    }

    public int port() {
        return Server.POSTGRES.getPort();
    }

    /** A slot's name is of the whole server. */
    public String slot() {
        return "slot_" + name;
    }

    public void run(String... statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    @Override
    public String ask(String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(query)) {
            result.next();
            return result.getString(1);
        }
    }

    public Connection open() throws SQLException {
        return connect(name);
    }

    public Map<String, String> settings(String tables) {
        Map<String, String> settings = new HashMap<>();
        settings.put("postgres.hostname", "localhost");
        settings.put("postgres.port", String.valueOf(port()));
        settings.put("postgres.database", name);
        settings.put("postgres.username", "reader");
        settings.put("postgres.password", "env:PASSWORD");
        settings.put("postgres.tables", tables);
        settings.put("postgres.slot", slot());
        settings.put("postgres.heartbeat-interval", "200 ms");
        settings.put("postgres.confirm-delay-checkpoints", "0");
        return settings;
    }

    public interface Question {
        String ask() throws SQLException;
    }

    /** Until the answer is true. */
    public static void await(String what, Question question) throws SQLException {
        long deadline = System.nanoTime() + 60_000_000_000L;
        while (!"t".equals(question.ask())) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("Still not true: " + what);
            }
            LockSupport.parkNanos(20_000_000);
        }
    }

    public void await(String condition) throws SQLException {
        await(condition, () -> ask("SELECT " + condition));
    }

    public static PostgresSettings settings(Map<String, String> settings) {
        Problems problems = new Problems();
        PostgresSettings read =
                PostgresSettings.from(Given.of(Configuration.fromMap(settings), secrets(PASSWORD), problems));
        problems.throwIfAny();
        return read;
    }

    public static Secrets secrets(String password) {
        return new Secrets(secret -> password, secret -> null);
    }

    @Override
    public void close() throws SQLException {
        connection.close();
        try (Connection admin = connect("postgres");
                Statement statement = admin.createStatement()) {
            statement.execute("SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE database = '"
                    + name + "' AND active");
            for (int attempt = 0; ; attempt++) {
                try {
                    statement.execute(
                            "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE database = '"
                                    + name + "'");
                    break;
                } catch (SQLException e) {
                    if (attempt == 500) {
                        throw e;
                    }
                    LockSupport.parkNanos(20_000_000);
                }
            }
            statement.execute("DROP DATABASE " + name + " WITH (FORCE)");
        }
    }

    /** The major version of the server. */
    public static int version() {
        try (Connection connection = connect("postgres")) {
            return connection.getMetaData().getDatabaseMajorVersion();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    static void dropRole(String role) throws SQLException {
        try (Connection admin = connect("postgres");
                Statement statement = admin.createStatement()) {
            statement.execute("DROP ROLE " + role);
        }
    }

    private static Connection connect(String database) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://localhost:" + Server.POSTGRES.getPort() + "/" + database, "postgres", "postgres");
    }

    /** Started by the first test, stopped with the JVM. */
    private static final class Server {
        private static final EmbeddedPostgres POSTGRES = start();

        private static EmbeddedPostgres start() {
            try {
                EmbeddedPostgres postgres = PostgresVersion.OF_TESTS
                        .server()
                        .setServerConfig("wal_level", "logical")
                        .setServerConfig("max_wal_senders", "20")
                        .setServerConfig("max_replication_slots", "20")
                        .setServerConfig("synchronous_commit", "on")
                        .setServerConfig("fsync", "off")
                        .start();
                try (Connection connection = postgres.getPostgresDatabase().getConnection();
                        Statement statement = connection.createStatement()) {
                    // The administrator is let in as before, everybody else with a password.
                    Files.writeString(
                            Path.of(hbaFile(statement)),
                            "host all postgres all trust\nhost all all all scram-sha-256\nlocal all all trust\n");
                    statement.execute("SELECT pg_reload_conf()");
                    statement.execute(
                            "CREATE ROLE reader WITH LOGIN SUPERUSER REPLICATION PASSWORD '" + PASSWORD + "'");
                }
                return postgres;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }

        private static String hbaFile(Statement statement) throws SQLException {
            try (ResultSet result = statement.executeQuery("SHOW hba_file")) {
                result.next();
                return result.getString(1);
            }
        }
    }
}
