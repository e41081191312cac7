package io.tributary.capture.postgres;

import io.tributary.capture.ColumnSettings;
import io.tributary.capture.Newcomers;
import io.tributary.settings.CloudWatch;
import io.tributary.settings.Given;
import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.jspecify.annotations.Nullable;

/** Which tables of which PostgreSQL database to read, and how. */
public final class PostgresSettings implements Serializable {

    private static final long serialVersionUID = 1L;

    static final ConfigOption<List<String>> TABLES = ConfigOptions.key("postgres.tables")
            .stringType()
            .asList()
            .noDefaultValue()
            .withDescription("The tables to capture, as schema.table or schema.table=alias. In the pipeline a table"
                    + " goes by its alias, or else by its name without the schema. * stands for any characters:"
                    + " public.*, sales.order_*, or *.orders={schema}_{table}; then - in front leaves tables out again:"
                    + " -public.audit_*. In YAML what begins with * stands in quotes.");

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

    static final ConfigOption<ReaderChoice> READER = ConfigOptions.key("postgres.reader")
            .enumType(ReaderChoice.class)
            .defaultValue(ReaderChoice.NATIVE)
            .withDescription("Which reader reads the snapshot and the slot: native is Tributary's own, flink-cdc is"
                    + " the one of flink-connector-postgres-cdc with our decoding. Neither can resume from the"
                    + " state of the other.");

    static final ConfigOption<Integer> SNAPSHOT_CHUNK_ROWS = ConfigOptions.key("postgres.snapshot-chunk-rows")
            .intType()
            .defaultValue(50_000)
            .withDescription("About how many rows a chunk of a table's snapshot has. A chunk is read in one statement,"
                    + " and again from its beginning if that is broken off.");

    static final ConfigOption<Integer> SNAPSHOT_FETCH_ROWS = ConfigOptions.key("postgres.snapshot-fetch-rows")
            .intType()
            .defaultValue(2_000)
            .withDescription("How many rows the snapshot fetches at once, with the reader flink-cdc.");

    static final ConfigOption<Integer> SNAPSHOT_PARALLEL_CHUNKS = ConfigOptions.key("postgres.snapshot-parallel-chunks")
            .intType()
            .noDefaultValue()
            .withDescription("The most chunks that are read at the same time, with the reader native. By default as"
                    + " many as the source's parallelism.");

    static final ConfigOption<Integer> SNAPSHOT_ROWS_PER_SECOND = ConfigOptions.key("postgres.snapshot-rows-per-second")
            .intType()
            .noDefaultValue()
            .withDescription("The most rows of the snapshot that are read per second, with the reader native. By"
                    + " default as many as the job can take.");

    static final ConfigOption<Duration> SNAPSHOT_CHUNK_TIME = ConfigOptions.key("postgres.snapshot-chunk-time")
            .durationType()
            .defaultValue(Duration.ofSeconds(5))
            .withDescription("How long the reading of a chunk may take where postgres.snapshot-rows-per-second holds it"
                    + " back, with the reader native: chunks get fewer rows then, since each is a transaction, and VACUUM"
                    + " cannot remove what is deleted meanwhile.");

    static final ConfigOption<Boolean> STREAM_DURING_SNAPSHOT = ConfigOptions.key("postgres.stream-during-snapshot")
            .booleanType()
            .defaultValue(true)
            .withDescription("Whether the slot is read during the snapshot, with the reader native, so that the server"
                    + " need not keep the WAL of that time. Until the snapshot is complete, UPDATEs that leave"
                    + " out large columns cost a query each. The reader flink-cdc reads the slot after the"
                    + " snapshot.");

    static final ConfigOption<Duration> HEARTBEAT_INTERVAL = ConfigOptions.key("postgres.heartbeat-interval")
            .durationType()
            .defaultValue(Duration.ofSeconds(30))
            .withDescription(
                    "How often a small message is written to the WAL (pg_logical_emit_message), so that the slot"
                            + " moves on when the captured tables are idle and others are not. 0 turns it off: then WAL is kept"
                            + " until a captured table changes. With the reader flink-cdc; native needs no such message.");

    static final ConfigOption<Duration> WATCH_INTERVAL = ConfigOptions.key("postgres.watch-interval")
            .durationType()
            .defaultValue(Duration.ofSeconds(5))
            .withDescription(
                    "How often the catalog is asked what became of the tables beside what the WAL tells, with the"
                            + " reader native: one query for all tables.");

    static final ConfigOption<DroppedTable> ON_DROPPED_TABLE = ConfigOptions.key("postgres.on-dropped-table")
            .enumType(DroppedTable.class)
            .defaultValue(DroppedTable.KEEP)
            .withDescription(
                    "What becomes of the rows of a table that is dropped, or gets another name, with the reader"
                            + " native: keep leaves them in the targets, delete deletes them.");

    static final ConfigOption<LostSlot> ON_LOST_SLOT = ConfigOptions.key("postgres.on-lost-slot")
            .enumType(LostSlot.class)
            .defaultValue(LostSlot.STOP)
            .withDescription(
                    "What becomes of a job whose slot is gone or has lost WAL, or whose server is another one than before,"
                            + " or has lost transactions: stop ends it with a sentence that says what happened. resync, with"
                            + " the reader native, makes a new slot, reads all tables again beside the stream, and mends what"
                            + " differs in the targets, rows that were deleted meanwhile included.");

    static final ConfigOption<Integer> CONFIRM_DELAY = ConfigOptions.key("postgres.confirm-delay-checkpoints")
            .intType()
            .defaultValue(1)
            .withDescription("How many newer checkpoints have to complete before the slot is told that a checkpoint's"
                    + " changes are no longer needed. A job can go back this many checkpoints.");

    /** The readers there are. */
    public enum ReaderChoice {
        NATIVE("native"),
        FLINK_CDC("flink-cdc");

        private final String spelled;

        ReaderChoice(String spelled) {
            this.spelled = spelled;
        }

        @Override
        public String toString() {
            return spelled;
        }
    }

    /** What becomes of the rows of a table that is gone. */
    public enum DroppedTable {
        KEEP("keep"),
        DELETE("delete");

        private final String spelled;

        DroppedTable(String spelled) {
            this.spelled = spelled;
        }

        @Override
        public String toString() {
            return spelled;
        }
    }

    /** What becomes of a job that cannot go on where it was. */
    public enum LostSlot {
        STOP("stop"),
        RESYNC("resync");

        private final String spelled;

        LostSlot(String spelled) {
            this.spelled = spelled;
        }

        @Override
        public String toString() {
            return spelled;
        }
    }

    private static final List<ConfigOption<?>> OPTIONS = List.of(
            TABLES,
            SLOT,
            PUBLICATION,
            MANAGE_PUBLICATION,
            READER,
            SNAPSHOT_CHUNK_ROWS,
            SNAPSHOT_FETCH_ROWS,
            SNAPSHOT_PARALLEL_CHUNKS,
            SNAPSHOT_ROWS_PER_SECOND,
            SNAPSHOT_CHUNK_TIME,
            STREAM_DURING_SNAPSHOT,
            HEARTBEAT_INTERVAL,
            WATCH_INTERVAL,
            ON_DROPPED_TABLE,
            ON_LOST_SLOT,
            CONFIRM_DELAY);

    private static final Pattern SLOT_NAME = Pattern.compile("[a-z0-9_]{1,63}");

    private final SourceName source;
    private final Configuration values;
    private final ServerSettings server;
    private final List<PostgresTable> tables;
    private final TablePatterns patterns;
    private final Newcomers newcomers;
    private final CloudWatch cloudWatch;

    private PostgresSettings(
            SourceName source,
            Configuration values,
            ServerSettings server,
            List<PostgresTable> tables,
            TablePatterns patterns,
            Newcomers newcomers,
            CloudWatch cloudWatch) {
        this.source = source;
        this.values = values;
        this.server = server;
        this.tables = new ArrayList<>(tables);
        this.patterns = patterns;
        this.newcomers = newcomers;
        this.cloudWatch = cloudWatch;
    }

    /** The same, with those that fit the patterns, and with the tables' keys filled in. */
    public PostgresSettings withTables(List<PostgresTable> newTables) {
        return new PostgresSettings(source, values, server, newTables, patterns, newcomers, cloudWatch);
    }

    /** The same, with tables whose larger rows become dead letters. */
    public PostgresSettings limitingRowsTo(MemorySize size) {
        return new PostgresSettings(
                source,
                values,
                server,
                tables.stream().map(table -> table.limitingRowsTo(size)).collect(Collectors.toList()),
                patterns.limitingRowsTo(size),
                newcomers,
                cloudWatch);
    }

    /** The same, with what tells which tables may join a job that runs. */
    public PostgresSettings admitting(Newcomers newNewcomers) {
        return new PostgresSettings(source, values, server, tables, patterns, newNewcomers, cloudWatch);
    }

    /** Of the database that is in no source of a name. */
    public static PostgresSettings from(Given given) {
        return from(given, ColumnSettings.from(given), SourceName.NONE);
    }

    static PostgresSettings from(Given given, ColumnSettings columns, SourceName source) {
        ServerSettings server = ServerSettings.from(given);
        TableEntries entries = TableEntries.from(given, columns);
        if (!SLOT_NAME.matcher(given.get(SLOT)).matches()) {
            given.problem(
                    SLOT,
                    ": '" + given.get(SLOT)
                            + "' is not the name of a replication slot: use up to 63 lower-case letters, digits and underscores");
        }
        for (ConfigOption<Integer> option :
                List.of(SNAPSHOT_CHUNK_ROWS, SNAPSHOT_FETCH_ROWS, SNAPSHOT_PARALLEL_CHUNKS, SNAPSHOT_ROWS_PER_SECOND)) {
            given.atLeast(1, option);
        }
        given.atLeast(0, CONFIRM_DELAY);
        given.atLeast(Duration.ZERO, HEARTBEAT_INTERVAL);
        given.atLeast(Duration.ofMillis(100), WATCH_INTERVAL);
        given.atLeast(Duration.ofMillis(100), SNAPSHOT_CHUNK_TIME);
        if (given.get(READER) == ReaderChoice.FLINK_CDC && server.isIam()) {
            given.problem(
                    Login.AUTHENTICATION,
                    " is iam, and connections of the reader flink-cdc may outlive its tokens: set " + given.key(READER)
                            + " to native, or use a password");
        }
        if (given.get(READER) == ReaderChoice.FLINK_CDC) {
            if (given.get(ON_LOST_SLOT) == LostSlot.RESYNC) {
                given.problem(
                        ON_LOST_SLOT,
                        ": the reader flink-cdc cannot read tables again beside the stream: set " + given.key(READER)
                                + " to native, or " + given.key(ON_LOST_SLOT) + " to stop");
            }
            server.secretOptions()
                    .forEach(option -> given.problem(
                            ServerSettings.JDBC,
                            option,
                            " is a secret, and the reader flink-cdc logs all options: set " + given.key(READER)
                                    + " to native, or take it out"));
        }
        return new PostgresSettings(
                source,
                given.values(OPTIONS),
                server,
                entries.tables(),
                entries.patterns(),
                Newcomers.ALL,
                CloudWatch.from(given));
    }

    public static List<ConfigOption<?>> options() {
        List<ConfigOption<?>> options = new ArrayList<>(ServerSettings.OPTIONS);
        options.addAll(OPTIONS);
        return options;
    }

    /** Which of the job's sources it is. */
    public SourceName source() {
        return source;
    }

    /** The key of one of its settings, {@code postgres.slot} for instance, as it stands in the settings. */
    public String key(String option) {
        return source.key(option);
    }

    /** The server that is read from. */
    public ServerSettings server() {
        return server;
    }

    /** Where the reader's metrics are shown besides. */
    public CloudWatch cloudWatch() {
        return cloudWatch;
    }

    public String slot() {
        return values.get(SLOT);
    }

    public String publication() {
        return values.get(PUBLICATION);
    }

    /** The captured tables, by their names in the pipeline. */
    public List<String> tableNames() {
        return tables.stream().map(PostgresTable::alias).collect(Collectors.toList());
    }

    /** Those that are listed by themselves; when the job was planned, with those that fit the patterns. */
    public List<PostgresTable> tables() {
        return tables;
    }

    /** The table of this name, as {@link PostgresTable#toString} gives it; null if it is not listed and fits no pattern. */
    public @Nullable PostgresTable table(String name) {
        for (PostgresTable table : tables) {
            if (table.toString().equals(name)) {
                return table;
            }
        }
        int dot = name.indexOf('.');
        return patterns.table(name.substring(0, dot), name.substring(dot + 1));
    }

    public TablePatterns patterns() {
        return patterns;
    }

    /** Which tables that begin to fit a pattern may join the job while it runs. */
    public Newcomers newcomers() {
        return newcomers;
    }

    public boolean managePublication() {
        return values.get(MANAGE_PUBLICATION);
    }

    public int snapshotChunkRows() {
        return values.get(SNAPSHOT_CHUNK_ROWS);
    }

    /**
     * How many rows a chunk has at the most, where so many are read at the same time: no more than may be read in the time that a
     * chunk may take.
     */
    public long chunkRows(int readers) {
        int rate = snapshotRowsPerSecond();
        if (rate == 0) {
            return snapshotChunkRows();
        }
        double seconds = values.get(SNAPSHOT_CHUNK_TIME).toMillis() / 1000.0;
        return Math.max(1, Math.min(snapshotChunkRows(), (long) (rate * seconds / readers)));
    }

    public int snapshotFetchRows() {
        return values.get(SNAPSHOT_FETCH_ROWS);
    }

    /** How many chunks may be read at the same time. */
    public int snapshotParallelChunks() {
        return values.getOptional(SNAPSHOT_PARALLEL_CHUNKS).orElse(Integer.MAX_VALUE);
    }

    /** 0: as many as possible. */
    public int snapshotRowsPerSecond() {
        return values.getOptional(SNAPSHOT_ROWS_PER_SECOND).orElse(0);
    }

    public boolean streamsDuringSnapshot() {
        return values.get(STREAM_DURING_SNAPSHOT);
    }

    public ReaderChoice reader() {
        return values.get(READER);
    }

    public Duration heartbeatInterval() {
        return values.get(HEARTBEAT_INTERVAL);
    }

    public Duration watchInterval() {
        return values.get(WATCH_INTERVAL);
    }

    public DroppedTable onDroppedTable() {
        return values.get(ON_DROPPED_TABLE);
    }

    /** Whether the job goes on with a new slot where it cannot go on with the one it had. */
    public boolean resyncsLostSlot() {
        return values.get(ON_LOST_SLOT) == LostSlot.RESYNC && reader() == ReaderChoice.NATIVE;
    }

    public int confirmDelay() {
        return values.get(CONFIRM_DELAY);
    }

    @Override
    public String toString() {
        return server.toString();
    }
}
