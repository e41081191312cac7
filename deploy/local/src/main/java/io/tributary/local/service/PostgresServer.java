package io.tributary.local.service;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Properties;

/**
 * A real PostgreSQL, with logical decoding, a database and the user who owns it.
 *
 * <p>The user's password is stored the way the clients need it: SCRAM, or MD5 for the Redshift driver. Sessions are in
 * UTC. As root it needs {@code unshare -U}, because PostgreSQL refuses to run as root.
 */
public final class PostgresServer implements AutoCloseable {

    /** How passwords are stored, by the name of PostgreSQL's setting. */
    public enum Passwords {
        SCRAM("scram-sha-256"),
        MD5("md5");

        private final String setting;

        Passwords(String setting) {
            this.setting = setting;
        }
    }

    /** Who may connect to which database of the server. */
    public record Login(String url, int port, String database, String username, String password) {

        public Connection connect() throws SQLException {
            Properties properties = new Properties();
            properties.setProperty("user", username);
            properties.setProperty("password", password);
            return DriverManager.getConnection(url, properties);
        }
    }

    private final EmbeddedPostgres server;

    private final long pid;

    private PostgresServer(EmbeddedPostgres server, long pid) {
        this.server = server;
        this.pid = pid;
    }

    public static PostgresServer start(Guard guard, Path folder) throws IOException {
        return start(guard, folder, Map.of());
    }

    /** {@code settings} come after those that logical decoding needs, and win over them. */
    public static PostgresServer start(Guard guard, Path folder, Map<String, String> settings) throws IOException {
        Files.createDirectories(folder);
        EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder()
                .setDataDirectory(folder.resolve("data"))
                .setRegisterShutdownHook(false)
                .setLocaleConfig("locale", "C")
                .setServerConfig("wal_level", "logical")
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("max_connections", "100")
                .setServerConfig("max_wal_senders", "10")
                .setServerConfig("max_replication_slots", "10")
                .setServerConfig("listen_addresses", "127.0.0.1")
                .setDataDirectoryCustomizer(PostgresServer::askForPasswords);
        settings.forEach(builder::setServerConfig);
        EmbeddedPostgres server = builder.start();
        long pid = Long.parseLong(
                Files.readAllLines(folder.resolve("data/postmaster.pid")).get(0).strip());
        guard.watch(pid);
        return new PostgresServer(server, pid);
    }

    private static void askForPasswords(File data) {
        try {
            Files.writeString(data.toPath().resolve("pg_hba.conf"), """
                    host all         postgres 127.0.0.1/32 trust
                    host all         postgres ::1/128      trust
                    host all         all      127.0.0.1/32 md5
                    host replication all      127.0.0.1/32 md5
                    """);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The process that starts all others of the server. */
    public long pid() {
        return pid;
    }

    /** Makes the user, who may replicate, and a database that is the user's own. */
    public Login create(String database, String username, String password, Passwords passwords) throws SQLException {
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("SET password_encryption = '" + passwords.setting + "'");
            statement.execute("CREATE USER " + username + " REPLICATION PASSWORD '" + password + "'");
        }
        return create(database, username, password);
    }

    /** Makes another database for a user who is there. */
    public Login create(String database, String username, String password) throws SQLException {
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + database + " OWNER " + username);
        }
        int port = server.getPort();
        String url = "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
        return new Login(url, port, database, username, password);
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
