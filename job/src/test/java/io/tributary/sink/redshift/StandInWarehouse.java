package io.tributary.sink.redshift;

import io.tributary.change.Column;
import io.tributary.change.Schema;
import io.tributary.settings.Given;
import io.tributary.settings.Problems;
import io.tributary.settings.Secrets;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.table.types.logical.utils.LogicalTypeParser;
import org.jspecify.annotations.Nullable;

/** A schema of its own in a PostgreSQL shared by the tests of this package, and what a test needs to land records in it. */
public final class StandInWarehouse implements AutoCloseable {

    public static final String PASSWORD = "correct-horse-battery";

    private static final Set<String> TABLES = Set.of("orders", "parts", "items", "everything", "n");

    private static final AtomicInteger SCHEMAS = new AtomicInteger();

    private final RedshiftSettings settings;
    private final Connection connection;
    private long sequence;

    private StandInWarehouse(RedshiftSettings settings, Connection connection) {
        this.settings = settings;
        this.connection = connection;
    }

    /** One server for the JVM; it asks for the password, since the wrong one has to be refused. */
    private static final class Server {

        private static final EmbeddedPostgres POSTGRES = start();

        private static EmbeddedPostgres start() {
            try {
                Path data = Files.createTempDirectory("stand-in");
                EmbeddedPostgres postgres = EmbeddedPostgres.builder()
                        .setDataDirectory(data)
                        .setCleanDataDirectory(true)
                        .start();
                try (Connection connection = postgres.getPostgresDatabase().getConnection();
                        Statement statement = connection.createStatement()) {
                    statement.execute("SET password_encryption = 'md5'");
                    statement.execute("CREATE ROLE loader SUPERUSER LOGIN PASSWORD '" + PASSWORD + "'");
                    statement.execute("CREATE ROLE guest LOGIN PASSWORD '" + PASSWORD + "'");
                    Files.writeString(data.resolve("pg_hba.conf"), "host all all 127.0.0.1/32 md5\n");
                    statement.execute("SELECT pg_reload_conf()");
                }
                return postgres;
            } catch (IOException | SQLException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    public static StandInWarehouse open(Map<String, String> options) throws SQLException {
        RedshiftSettings settings = settings(options);
        return new StandInWarehouse(settings, RedshiftScript.connect(settings));
    }

    public static StandInWarehouse open() throws SQLException {
        return open(Map.of());
    }

    static RedshiftSettings settings(Map<String, String> options) {
        Configuration configuration = new Configuration();
        configuration.setString("redshift.url", "jdbc:redshift://127.0.0.1:" + Server.POSTGRES.getPort() + "/postgres");
        configuration.setString("redshift.username", "loader");
        configuration.setString("redshift.password", "env:WAREHOUSE_PASSWORD");
        configuration.setString("redshift.dialect", "postgres");
        configuration.setString("redshift.schema", "shop" + SCHEMAS.incrementAndGet());
        options.forEach(configuration::setString);
        Problems problems = new Problems();
        RedshiftSettings settings = RedshiftSettings.from(Given.of(
                configuration, new Secrets(name -> options.getOrDefault(name, PASSWORD), name -> null), problems));
        problems.throwIfAny();
        return settings;
    }

    public RedshiftSettings settings() {
        return settings;
    }

    WarehouseNames names() {
        return new WarehouseNames(settings.schema());
    }

    public String target(String table) {
        return names().table(table);
    }

    Connection connection() {
        return connection;
    }

    public void apply(Schema... schemas) {
        Problems problems = new Problems();
        new RedshiftScript(settings).apply(List.of(schemas), problems);
        problems.throwIfAny();
    }

    /** Lands a record in the only shard, after all others. */
    public void land(String json) throws SQLException {
        landAt("shardId-000000000000", ++sequence, json);
    }

    void landAt(String shard, long at, String json) throws SQLException {
        landBytes(shard, at, json.getBytes(StandardCharsets.UTF_8));
    }

    void landBytes(String shard, long at, byte[] data) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(RedshiftScript.landingInsert(settings))) {
            insert.setTimestamp(1, new Timestamp(System.currentTimeMillis()));
            insert.setString(2, "key");
            insert.setString(3, shard);
            insert.setString(4, Long.toString(at));
            insert.setTimestamp(5, new Timestamp(System.currentTimeMillis()));
            insert.setBytes(6, data);
            insert.executeUpdate();
        }
    }

    public List<MergeStatus> merge() throws SQLException {
        try (RedshiftRunner runner = runner()) {
            return runner.mergeOnce();
        }
    }

    /** Of a pipeline with all tables that the tests have. */
    RedshiftRunner runner() {
        return new RedshiftRunner(settings, TABLES);
    }

    /** Of the same warehouse, with other settings. */
    public RedshiftRunner runner(Map<String, String> options, @Nullable Refiller refiller) {
        Map<String, String> all = new HashMap<>(options);
        all.put("redshift.schema", settings.schema());
        return new RedshiftRunner(settings(all), TABLES, refiller);
    }

    /** Of a pipeline with these tables. */
    public RedshiftRunner runnerOf(Map<String, String> options, Set<String> tables) {
        Map<String, String> all = new HashMap<>(options);
        all.put("redshift.schema", settings.schema());
        return new RedshiftRunner(settings(all), tables);
    }

    /** Where the next record lands in the only shard: lower than the last one, it is another stream's. */
    public void streamAt(long at) {
        sequence = at;
    }

    MergeStatus merge(String table) throws SQLException {
        return merge().stream()
                .filter(status -> status.table().equals(table))
                .findFirst()
                .orElseThrow();
    }

    public void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Rows as text, their columns joined by a bar. */
    public List<String> query(String sql) throws SQLException {
        List<String> found = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                StringJoiner row = new StringJoiner("|");
                for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                    row.add(rows.getString(i));
                }
                found.add(row.toString());
            }
        }
        return found;
    }

    static Schema schema(String table, String key, String... columns) {
        List<Column> parsed = new ArrayList<>();
        for (String column : columns) {
            String[] parts = column.split(" ", 2);
            parsed.add(Column.of(parts[0], LogicalTypeParser.parse(parts[1], StandInWarehouse.class.getClassLoader())));
        }
        return Schema.of(table, parsed, List.of(key.split(",")));
    }

    /** The record by which the stream tells a shape. */
    static String told(Schema schema, long number) {
        StringJoiner columns = new StringJoiner(",");
        schema.columns()
                .forEach(column -> columns.add("{\"name\":\"" + column.name() + "\",\"type\":\""
                        + column.type().asSerializableString() + "\""
                        + (column.isInferred() ? ",\"inferred\":true" : "")
                        + (column.isJson() ? ",\"json\":true" : "")
                        + (column.number() > 0 ? ",\"number\":" + column.number() : "") + "}"));
        StringJoiner key = new StringJoiner(",");
        schema.keyNames().forEach(name -> key.add("\"" + name + "\""));
        return "{\"_table\":\"" + schema.table() + "\",\"_op\":\"s\",\"_schema\":" + number + ",\"_version\":\""
                + version(0) + "\",\"_ts_ms\":1,\"_key\":[" + key + "],"
                + (schema.relation() > 0
                        ? "\"_relation\":" + schema.relation() + ",\"_revision\":" + schema.revision() + ","
                        : "")
                + "\"_columns\":[" + columns + "]}";
    }

    /** A record of a row; the fields are JSON members without braces. */
    static String row(String table, String op, long version, long schema, String fields) {
        return "{\"_table\":\"" + table + "\",\"_op\":\"" + op + "\",\"_version\":\"" + version(version)
                + "\",\"_ts_ms\":" + (1_000 + version) + ",\"_schema\":" + schema + "," + fields + "}";
    }

    static String version(long version) {
        return String.format("%032x", version);
    }

    @Override
    public void close() {
        try (connection) {
            execute("DROP SCHEMA IF EXISTS " + names().schema() + " CASCADE");
        } catch (SQLException e) {
            throw new UncheckedIOException(new IOException(e));
        }
    }
}
