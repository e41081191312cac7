package io.tributary.capture.postgres;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import io.zonky.test.db.postgres.util.LinuxUtils;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.postgresql.PGConnection;

/**
 * A PostgreSQL server that one test starts, stops, copies and promotes as it likes. All of one version but {@link #stranger strangers}
 * come from one folder that initdb made.
 */
public final class OwnServer implements Asked, AutoCloseable {

    private static final Set<OwnServer> RUNNING = ConcurrentHashMap.newKeySet();
    private static final Map<PostgresVersion, Template> TEMPLATES = new ConcurrentHashMap<>();

    private final Template template;
    private final Path data;
    private final int port;
    private final Map<String, String> configuration = new LinkedHashMap<>();

    private OwnServer(Template template, Path data) throws IOException {
        this.template = template;
        this.data = data;
        try (ServerSocket socket = new ServerSocket(0)) {
            this.port = socket.getLocalPort();
        }
        with("wal_level", "logical").with("fsync", "off").with("max_wal_senders", "10");
        with("max_connections", "40").with("shared_buffers", "16MB").with("listen_addresses", "localhost");
        with("unix_socket_directories", "").with("hot_standby_feedback", "on").with("max_prepared_transactions", "5");
    }

    /** Not running yet. */
    public static OwnServer in(Path folder) throws IOException {
        return in(folder, PostgresVersion.OF_TESTS);
    }

    /** Not running yet. */
    public static OwnServer in(Path folder, PostgresVersion version) throws IOException {
        Template template = TEMPLATES.computeIfAbsent(version, Template::make);
        copy(template.folder, folder);
        return new OwnServer(template, folder);
    }

    /** One that has nothing in common with the others: initdb made it by itself. Not running yet. */
    static OwnServer stranger(Path folder) throws IOException {
        copy(Stranger.TEMPLATE.folder, folder);
        return new OwnServer(Stranger.TEMPLATE, folder);
    }

    /** A copy of what a stopped server has. Not running yet. */
    OwnServer copy(Path folder) throws IOException {
        copy(data, folder);
        OwnServer copy = new OwnServer(template, folder);
        copy.configuration.putAll(configuration);
        return copy;
    }

    /** A copy of what a stopped server has, that follows it. Not running yet; see {@link Standby}. */
    OwnServer standby(Path folder) throws IOException {
        OwnServer standby = copy(folder);
        Files.writeString(folder.resolve("standby.signal"), "");
        return standby.with("primary_conninfo", "host=localhost port=" + port + " user=postgres dbname=postgres");
    }

    public OwnServer with(String setting, String value) {
        configuration.put(setting, value);
        return this;
    }

    public OwnServer start() throws IOException {
        List<String> options = new ArrayList<>(List.of("-p " + port));
        configuration.forEach((name, value) -> options.add("-c " + name + "='" + value + "'"));
        RUNNING.add(this);
        pgCtl("-l", data + ".log", "-o", String.join(" ", options), "-w", "-t", "60", "start");
        return this;
    }

    /** Waits until all that was written has been sent to those who follow it. */
    public void stop() throws IOException {
        stop("fast");
    }

    /** Without a checkpoint; it recovers when it is started again. */
    public void crash() throws IOException {
        stop("immediate");
    }

    private void stop(String mode) throws IOException {
        pgCtl("-m", mode, "-w", "-t", "60", "stop");
        RUNNING.remove(this);
    }

    public void promote() throws IOException {
        pgCtl("-w", "-t", "60", "promote");
    }

    private void pgCtl(String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        if (LinuxUtils.isUnshareAvailable()) {
            command.addAll(List.of("unshare", "-U"));
        }
        command.addAll(List.of(template.pgCtl, "-D", data.toString()));
        command.addAll(Arrays.asList(arguments));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            if (process.waitFor() != 0) {
                throw new IOException(command + " failed:\n" + Files.readString(Path.of(data + ".log")));
            }
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    public int port() {
        return port;
    }

    Path data() {
        return data;
    }

    public Connection connect() throws SQLException {
        return DriverManager.getConnection("jdbc:postgresql://localhost:" + port + "/postgres", "postgres", "postgres");
    }

    public void run(String... statements) throws SQLException {
        try (Connection connection = connect();
                var statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    @Override
    public String ask(String query) throws SQLException {
        try (Connection connection = connect();
                var statement = connection.createStatement();
                var result = statement.executeQuery(query)) {
            result.next();
            return result.getString(1);
        }
    }

    public void await(String condition) throws SQLException {
        TestDatabase.await(condition, () -> ask("SELECT " + condition));
    }

    /** Copies the rows of tables into those of the same names and columns of another server, of whatever version. */
    public void copyRows(OwnServer other, String... tables) throws SQLException, IOException {
        try (Connection from = connect();
                Connection to = other.connect()) {
            for (String table : tables) {
                ByteArrayOutputStream rows = new ByteArrayOutputStream();
                from.unwrap(PGConnection.class).getCopyAPI().copyOut("COPY " + table + " TO STDOUT", rows);
                to.unwrap(PGConnection.class)
                        .getCopyAPI()
                        .copyIn("COPY " + table + " FROM STDIN", new ByteArrayInputStream(rows.toByteArray()));
            }
        }
    }

    /** Of a job with the reader native. */
    public Map<String, String> settings(String tables) {
        Map<String, String> settings = new HashMap<>();
        settings.put("postgres.hostname", "localhost");
        settings.put("postgres.port", String.valueOf(port));
        settings.put("postgres.database", "postgres");
        settings.put("postgres.username", "reader");
        settings.put("postgres.password", "env:PASSWORD");
        settings.put("postgres.tables", tables);
        settings.put("postgres.slot", "slot");
        settings.put("postgres.reader", "native");
        settings.put("postgres.confirm-delay-checkpoints", "0");
        settings.put("postgres.reconnect-timeout", "60 s");
        return settings;
    }

    @Override
    public void close() throws IOException {
        if (RUNNING.contains(this)) {
            crash();
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.walkFileTree(from, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
                Files.copy(folder, to.resolve(from.relativize(folder).toString()), StandardCopyOption.COPY_ATTRIBUTES);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                String name = file.getFileName().toString();
                if (!name.startsWith("postmaster.") && !name.equals("epg-lock")) {
                    Files.copy(file, to.resolve(from.relativize(file).toString()), StandardCopyOption.COPY_ATTRIBUTES);
                }
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private static final class Stranger {
        private static final Template TEMPLATE = Template.make(PostgresVersion.OF_TESTS);
    }

    /** Made once; it goes with the JVM, as do servers that a test left running. */
    private static final class Template {
        private final Path folder;
        private final String pgCtl;

        private Template(Path folder, String pgCtl) {
            this.folder = folder;
            this.pgCtl = pgCtl;
        }

        private static Template make(PostgresVersion version) {
            try {
                Path folder = Files.createTempDirectory("postgres-template");
                Path data = folder.resolve("data");
                Runtime.getRuntime().addShutdownHook(new Thread(() -> end(folder)));
                try (EmbeddedPostgres postgres = version.server()
                                .setDataDirectory(data)
                                .setCleanDataDirectory(true)
                                .setRegisterShutdownHook(false)
                                .start();
                        Connection connection = postgres.getPostgresDatabase().getConnection();
                        var statement = connection.createStatement()) {
                    statement.execute(
                            "CREATE ROLE reader LOGIN SUPERUSER REPLICATION PASSWORD '" + TestDatabase.PASSWORD + "'");
                    statement.execute("CHECKPOINT");
                    String binary =
                            Files.readString(data.resolve("postmaster.opts")).split(" ")[0];
                    Path copy = folder.resolve("template");
                    // Its own server is of no use any more, and a copy of a running one recovers.
                    copy(data, copy);
                    Files.writeString(
                            copy.resolve("pg_hba.conf"),
                            "host all,replication postgres all trust\nhost all,replication all all scram-sha-256\n");
                    return new Template(
                            copy,
                            Path.of(binary.replace("\"", ""))
                                    .resolveSibling("pg_ctl")
                                    .toString());
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }

        private static void end(Path folder) {
            try {
                for (OwnServer server : RUNNING) {
                    server.close();
                }
                Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                        Files.delete(file);
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult postVisitDirectory(Path visited, IOException e) throws IOException {
                        Files.delete(visited);
                        return FileVisitResult.CONTINUE;
                    }
                });
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
