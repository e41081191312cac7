package io.tributary.capture.postgres;

import io.tributary.change.TableName;
import io.tributary.settings.Problems;
import io.tributary.settings.Secret;
import io.tributary.settings.Secrets;
import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.jspecify.annotations.Nullable;

/** Which PostgreSQL database and tables to read, and how. */
public final class PostgresSettings implements Serializable {

    private static final long serialVersionUID = 1L;

    static final ConfigOption<String> HOSTNAME = ConfigOptions.key("postgres.hostname")
            .stringType()
            .noDefaultValue()
            .withDescription("The host of the database: the primary, not a replica or a connection pooler.");

    static final ConfigOption<Integer> PORT = ConfigOptions.key("postgres.port")
            .intType()
            .defaultValue(5432)
            .withDescription("The port of the database.");

    static final ConfigOption<String> DATABASE = ConfigOptions.key("postgres.database")
            .stringType()
            .noDefaultValue()
            .withDescription("The name of the database.");

    static final ConfigOption<String> USERNAME = ConfigOptions.key("postgres.username")
            .stringType()
            .noDefaultValue()
            .withDescription(
                    "A user with REPLICATION and SELECT on the tables; the command grants prints the statements.");

    static final ConfigOption<String> PASSWORD = ConfigOptions.key("postgres.password")
            .stringType()
            .noDefaultValue()
            .withDescription("A reference to the user's password: env:NAME, file:/path or secretsmanager:id#key.");

    static final ConfigOption<List<String>> TABLES = ConfigOptions.key("postgres.tables")
            .stringType()
            .asList()
            .noDefaultValue()
            .withDescription(
                    "The tables to capture, as schema.table or schema.table=alias. In the pipeline a table goes by"
                            + " its alias, else by its name without the schema.");

    static final ConfigOption<String> SLOT = ConfigOptions.key("postgres.slot")
            .stringType()
            .defaultValue("tributary")
            .withDescription("The replication slot of this job. It is made at the start if it does not exist, and never"
                    + " dropped: drop it when the job is gone for good, or it keeps WAL for ever.");

    static final ConfigOption<String> PUBLICATION = ConfigOptions.key("postgres.publication")
            .stringType()
            .defaultValue("tributary")
            .withDescription("The publication that covers the tables.");

    static final ConfigOption<Boolean> MANAGE_PUBLICATION = ConfigOptions.key("postgres.manage-publication")
            .booleanType()
            .defaultValue(true)
            .withDescription(
                    "Whether the start may make the publication and add missing tables to it. If not, the start"
                            + " fails with the statement to run.");

    static final ConfigOption<Reader> READER = ConfigOptions.key("postgres.reader")
            .enumType(Reader.class)
            .defaultValue(Reader.NATIVE)
            .withDescription(
                    "Which reader reads the snapshot and the slot: native is ours, flink-cdc is that of"
                            + " flink-connector-postgres-cdc, around our decoding. Neither can go on from the state of the other.");

    static final ConfigOption<Integer> SNAPSHOT_CHUNK_ROWS = ConfigOptions.key("postgres.snapshot-chunk-rows")
            .intType()
            .defaultValue(50_000)
            .withDescription(
                    "About how many rows one chunk of a table's snapshot has. It is read in one statement, and again"
                            + " from its begin if that is broken off.");

    static final ConfigOption<Integer> SNAPSHOT_FETCH_ROWS = ConfigOptions.key("postgres.snapshot-fetch-rows")
            .intType()
            .defaultValue(2_000)
            .withDescription("How many rows the snapshot fetches at once, with the reader flink-cdc.");

    static final ConfigOption<Integer> SNAPSHOT_PARALLEL_CHUNKS = ConfigOptions.key("postgres.snapshot-parallel-chunks")
            .intType()
            .noDefaultValue()
            .withDescription(
                    "How many chunks are read at the same time at most, with the reader native. Without it, as many"
                            + " as the source is parallel.");

    static final ConfigOption<Integer> SNAPSHOT_ROWS_PER_SECOND = ConfigOptions.key("postgres.snapshot-rows-per-second")
            .intType()
            .noDefaultValue()
            .withDescription(
                    "How many rows of the snapshot are read in a second at most, with the reader native. Without it,"
                            + " as many as the job can take.");

    static final ConfigOption<Boolean> STREAM_DURING_SNAPSHOT = ConfigOptions.key("postgres.stream-during-snapshot")
            .booleanType()
            .defaultValue(true)
            .withDescription(
                    "Whether the slot is read while the snapshot is, with the reader native, so that the server does"
                            + " not keep the WAL of that time. Until the snapshot is complete, UPDATEs that leave out large columns cost"
                            + " a query each. The reader flink-cdc reads the slot afterwards.");

    static final ConfigOption<Duration> HEARTBEAT_INTERVAL = ConfigOptions.key("postgres.heartbeat-interval")
            .durationType()
            .defaultValue(Duration.ofSeconds(30))
            .withDescription(
                    "How often a small message is written to the WAL (pg_logical_emit_message), so that the slot"
                            + " moves on when the captured tables are idle and others are not. 0 turns it off: then WAL is kept"
                            + " until a captured table changes. With the reader flink-cdc; native needs no such message.");

    static final ConfigOption<Integer> CONFIRM_DELAY = ConfigOptions.key("postgres.confirm-delay-checkpoints")
            .intType()
            .defaultValue(1)
            .withDescription("How many newer checkpoints have to complete before the slot is told that a checkpoint's"
                    + " changes are no longer needed. A job can go back this many checkpoints.");

    static final ConfigOption<Duration> CONNECT_TIMEOUT = ConfigOptions.key("postgres.connect-timeout")
            .durationType()
            .defaultValue(Duration.ofSeconds(15))
            .withDescription("How long to wait for a connection.");

    static final ConfigOption<Duration> RECONNECT_TIMEOUT = ConfigOptions.key("postgres.reconnect-timeout")
            .durationType()
            .defaultValue(Duration.ofMinutes(5))
            .withDescription(
                    "How long the reader native tries to reach a server that does not answer, or whose slot another"
                            + " connection still has, before the job fails and Flink's restart strategy decides.");

    static final ConfigOption<Map<String, String>> JDBC = ConfigOptions.key("postgres.jdbc")
            .mapType()
            .noDefaultValue()
            .withDescription("Passed to the PostgreSQL driver, for instance postgres.jdbc.sslmode and"
                    + " postgres.jdbc.sslrootcert. Passwords are refused here.");

    static final ConfigOption<List<String>> KEY = ConfigOptions.key("tables.<table>.key")
            .stringType()
            .asList()
            .noDefaultValue()
            .withDescription(
                    "The columns that identify a row of the table, in place of its primary key. They have to be"
                            + " unique, and updates and deletes have to carry them: see REPLICA IDENTITY.");

    /** The readers there are. */
    public enum Reader {
        NATIVE("native"),
        FLINK_CDC("flink-cdc");

        private final String spelled;

        Reader(String spelled) {
            this.spelled = spelled;
        }

        @Override
        public String toString() {
            return spelled;
        }
    }

    private final String hostname;
    private final int port;
    private final String database;
    private final String username;
    private final Secret password;
    private final List<PostgresTable> tables;
    private final String slot;
    private final String publication;
    private final boolean managePublication;
    private final int snapshotChunkRows;
    private final int snapshotFetchRows;
    private final int snapshotParallelChunks;
    private final int snapshotRowsPerSecond;
    private final boolean streamsDuringSnapshot;
    private final Duration reconnectTimeout;
    private final Reader reader;
    private final Duration heartbeatInterval;
    private final int confirmDelay;
    private final Duration connectTimeout;
    private final Map<String, String> jdbc;

    private PostgresSettings(
            Configuration configuration, Secret password, List<PostgresTable> tables, Map<String, String> jdbc) {
        this.hostname = configuration.get(HOSTNAME);
        this.port = configuration.get(PORT);
        this.database = configuration.get(DATABASE);
        this.username = configuration.get(USERNAME);
        this.password = password;
        this.tables = tables;
        this.slot = configuration.get(SLOT);
        this.publication = configuration.get(PUBLICATION);
        this.managePublication = configuration.get(MANAGE_PUBLICATION);
        this.snapshotChunkRows = configuration.get(SNAPSHOT_CHUNK_ROWS);
        this.snapshotFetchRows = configuration.get(SNAPSHOT_FETCH_ROWS);
        this.snapshotParallelChunks =
                configuration.getOptional(SNAPSHOT_PARALLEL_CHUNKS).orElse(Integer.MAX_VALUE);
        this.snapshotRowsPerSecond =
                configuration.getOptional(SNAPSHOT_ROWS_PER_SECOND).orElse(0);
        this.streamsDuringSnapshot = configuration.get(STREAM_DURING_SNAPSHOT);
        this.reconnectTimeout = configuration.get(RECONNECT_TIMEOUT);
        this.reader = configuration.get(READER);
        this.heartbeatInterval = configuration.get(HEARTBEAT_INTERVAL);
        this.confirmDelay = configuration.get(CONFIRM_DELAY);
        this.connectTimeout = configuration.get(CONNECT_TIMEOUT);
        this.jdbc = jdbc;
    }

    private PostgresSettings(PostgresSettings other, List<PostgresTable> tables) {
        this.hostname = other.hostname;
        this.port = other.port;
        this.database = other.database;
        this.username = other.username;
        this.password = other.password;
        this.tables = tables;
        this.slot = other.slot;
        this.publication = other.publication;
        this.managePublication = other.managePublication;
        this.snapshotChunkRows = other.snapshotChunkRows;
        this.snapshotFetchRows = other.snapshotFetchRows;
        this.snapshotParallelChunks = other.snapshotParallelChunks;
        this.snapshotRowsPerSecond = other.snapshotRowsPerSecond;
        this.streamsDuringSnapshot = other.streamsDuringSnapshot;
        this.reconnectTimeout = other.reconnectTimeout;
        this.reader = other.reader;
        this.heartbeatInterval = other.heartbeatInterval;
        this.confirmDelay = other.confirmDelay;
        this.connectTimeout = other.connectTimeout;
        this.jdbc = other.jdbc;
    }

    /** The same, with the tables' keys filled in. */
    public PostgresSettings withTables(List<PostgresTable> newTables) {
        return new PostgresSettings(this, new ArrayList<>(newTables));
    }

    /** The same, with tables whose larger rows become dead letters. */
    public PostgresSettings limitingRowsTo(MemorySize size) {
        return withTables(
                tables.stream().map(table -> table.limitingRowsTo(size)).collect(Collectors.toList()));
    }

    /** Null, and problems, if a setting is missing or wrong. */
    public static @Nullable PostgresSettings from(Configuration configuration, Secrets secrets, Problems problems) {
        Problems found = new Problems();
        required(configuration, HOSTNAME, found);
        required(configuration, DATABASE, found);
        required(configuration, USERNAME, found);
        Secret password = required(configuration, PASSWORD, found)
                ? secrets.resolve(PASSWORD.key(), configuration.get(PASSWORD), found)
                : null;
        List<PostgresTable> tables = tables(configuration, found);
        if (!configuration.get(SLOT).matches("[a-z0-9_]{1,63}")) {
            found.add(
                    SLOT.key() + ": '" + configuration.get(SLOT)
                            + "' is not the name of a replication slot: use up to 63 lower-case letters, digits and underscores");
        }
        positive(configuration, SNAPSHOT_CHUNK_ROWS, found);
        positive(configuration, SNAPSHOT_FETCH_ROWS, found);
        positive(configuration, SNAPSHOT_PARALLEL_CHUNKS, found);
        positive(configuration, SNAPSHOT_ROWS_PER_SECOND, found);
        if (configuration.get(CONFIRM_DELAY) < 0) {
            found.add(CONFIRM_DELAY.key() + " cannot be negative");
        }
        if (configuration.get(HEARTBEAT_INTERVAL).isNegative()) {
            found.add(HEARTBEAT_INTERVAL.key() + " cannot be negative; 0 turns heartbeats off");
        }
        if (configuration.get(RECONNECT_TIMEOUT).isNegative()) {
            found.add(RECONNECT_TIMEOUT.key() + " cannot be negative; 0 tries once");
        }
        if (configuration.get(CONNECT_TIMEOUT).toSeconds() < 1) {
            found.add(CONNECT_TIMEOUT.key() + " has to be a second or more");
        }
        Map<String, String> jdbc = jdbc(configuration, found);
        found.sentences().forEach(problems::add);
        return found.isEmpty() && password != null ? new PostgresSettings(configuration, password, tables, jdbc) : null;
    }

    private static List<PostgresTable> tables(Configuration configuration, Problems problems) {
        List<PostgresTable> tables = new ArrayList<>();
        Set<String> names = new HashSet<>();
        Set<String> aliases = new HashSet<>();
        for (String entry : configuration.getOptional(TABLES).orElse(List.of())) {
            PostgresTable table = PostgresTable.parse(entry);
            if (table == null) {
                problems.add(TABLES.key() + ": '" + entry + "' has to be schema.table or schema.table=alias");
                continue;
            }
            String fault = TableName.problem(table.alias());
            if (fault != null) {
                problems.add(TABLES.key() + ": " + fault);
                continue;
            }
            if (!names.add(table.toString())) {
                problems.add(TABLES.key() + " names " + table + " twice");
            }
            if (!aliases.add(table.alias())) {
                problems.add(TABLES.key() + ": two tables go by the name " + table.alias()
                        + "; give one of them an alias: " + table + "=<another name>");
            }
            ConfigOption<List<String>> key = ConfigOptions.key(KEY.key().replace("<table>", table.alias()))
                    .stringType()
                    .asList()
                    .noDefaultValue();
            tables.add(table.withKey(
                    configuration.getOptional(key).map(ArrayList::new).orElse(null)));
        }
        if (tables.isEmpty() && problems.isEmpty()) {
            problems.add(TABLES.key() + " is missing: list the tables to capture, as schema.table");
        }
        return tables;
    }

    private static Map<String, String> jdbc(Configuration configuration, Problems problems) {
        Map<String, String> jdbc = new TreeMap<>();
        for (Map.Entry<String, String> entry :
                configuration.getOptional(JDBC).orElse(Map.of()).entrySet()) {
            String name = entry.getKey();
            if (name.toLowerCase(java.util.Locale.ROOT).contains("password") || name.equals("user")) {
                problems.add(JDBC.key() + "." + name + " is not passed on, since connection options are logged;"
                        + " set postgres.username and postgres.password");
                continue;
            }
            jdbc.put(name, entry.getValue());
        }
        return jdbc;
    }

    private static boolean required(Configuration configuration, ConfigOption<String> option, Problems problems) {
        if (configuration.getOptional(option).filter(value -> !value.isBlank()).isPresent()) {
            return true;
        }
        problems.add(option.key() + " is missing");
        return false;
    }

    private static void positive(Configuration configuration, ConfigOption<Integer> option, Problems problems) {
        if (configuration.getOptional(option).orElse(1) <= 0) {
            problems.add(option.key() + " has to be more than 0");
        }
    }

    public static List<ConfigOption<?>> options() {
        return List.of(
                HOSTNAME,
                PORT,
                DATABASE,
                USERNAME,
                PASSWORD,
                TABLES,
                SLOT,
                PUBLICATION,
                MANAGE_PUBLICATION,
                READER,
                SNAPSHOT_CHUNK_ROWS,
                SNAPSHOT_FETCH_ROWS,
                SNAPSHOT_PARALLEL_CHUNKS,
                SNAPSHOT_ROWS_PER_SECOND,
                STREAM_DURING_SNAPSHOT,
                HEARTBEAT_INTERVAL,
                CONFIRM_DELAY,
                CONNECT_TIMEOUT,
                RECONNECT_TIMEOUT,
                JDBC,
                KEY);
    }

    public String hostname() {
        return hostname;
    }

    public int port() {
        return port;
    }

    public String database() {
        return database;
    }

    public String username() {
        return username;
    }

    public Secret password() {
        return password;
    }

    public String slot() {
        return slot;
    }

    public String publication() {
        return publication;
    }

    /** The captured tables, by their names in the pipeline. */
    public List<String> tableNames() {
        return tables.stream().map(PostgresTable::alias).collect(Collectors.toList());
    }

    public List<PostgresTable> tables() {
        return tables;
    }

    public boolean managePublication() {
        return managePublication;
    }

    public int snapshotChunkRows() {
        return snapshotChunkRows;
    }

    public int snapshotFetchRows() {
        return snapshotFetchRows;
    }

    /** How many chunks may be read at the same time. */
    public int snapshotParallelChunks() {
        return snapshotParallelChunks;
    }

    /** 0: as many as possible. */
    public int snapshotRowsPerSecond() {
        return snapshotRowsPerSecond;
    }

    public boolean streamsDuringSnapshot() {
        return streamsDuringSnapshot;
    }

    public Duration reconnectTimeout() {
        return reconnectTimeout;
    }

    public Reader reader() {
        return reader;
    }

    public Duration heartbeatInterval() {
        return heartbeatInterval;
    }

    public int confirmDelay() {
        return confirmDelay;
    }

    public Duration connectTimeout() {
        return connectTimeout;
    }

    /** Options for the driver, sorted by name. */
    public Map<String, String> jdbc() {
        return jdbc;
    }

    @Override
    public String toString() {
        return username + "@" + hostname + ":" + port + "/" + database;
    }
}
