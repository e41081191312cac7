package io.tributary.capture.postgres.plan;

import io.tributary.capture.CapturePlan;
import io.tributary.capture.Newcomers;
import io.tributary.capture.Readership;
import io.tributary.capture.postgres.PostgresSettings;
import io.tributary.capture.postgres.PostgresTable;
import io.tributary.capture.postgres.Sql;
import io.tributary.capture.postgres.row.TableReader;
import io.tributary.capture.postgres.server.ConnectionFailure;
import io.tributary.capture.postgres.server.Era;
import io.tributary.capture.postgres.server.JdbcOptions;
import io.tributary.capture.postgres.server.Server;
import io.tributary.capture.postgres.server.ServerIdentity;
import io.tributary.capture.postgres.server.Slot;
import io.tributary.capture.postgres.server.SlotPosition;
import io.tributary.capture.postgres.source.Tables;
import io.tributary.capture.postgres.table.CaptureChecks;
import io.tributary.capture.postgres.table.MatchingTables;
import io.tributary.change.Column;
import io.tributary.change.Comments;
import io.tributary.change.Position;
import io.tributary.change.RequiredColumns;
import io.tributary.change.Schema;
import io.tributary.change.TableName;
import io.tributary.settings.NamePatterns;
import io.tributary.settings.Problems;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What has to be true in the database before the start: {@link #check} finds everything that is not, with the statement
 * that mends it, and changes nothing; {@link #start} makes the publication and the slot.
 */
public final class PostgresPlan implements CapturePlan {

    private static final Logger LOG = LoggerFactory.getLogger(PostgresPlan.class);

    private static final Pattern ESTIMATE = Pattern.compile(" rows=(\\d+) ");

    private final PostgresSettings given;
    private final Map<String, Schema> schemas = new LinkedHashMap<>();
    private final Map<String, RequiredColumns> required = new LinkedHashMap<>();
    private final Map<String, Comments> comments = new LinkedHashMap<>();
    private final List<PostgresTable> tables = new ArrayList<>();
    private final List<String> statements = new ArrayList<>();
    /** With the tables that fit the patterns, as soon as the server was asked. */
    private PostgresSettings settings;

    private Newcomers newcomers = Newcomers.ALL;
    private Era era = Era.FIRST;
    private boolean compares;
    private boolean isSlotNew;
    private Problems readers = new Problems();

    private PostgresPlan(PostgresSettings settings) {
        this.given = settings;
        this.settings = settings;
    }

    public static PostgresPlan of(PostgresSettings settings) {
        return new PostgresPlan(settings);
    }

    @Override
    public boolean repeatsChanges() {
        return true;
    }

    @Override
    public String system() {
        return settings.source().system();
    }

    @Override
    public String tablesSetting() {
        return settings.key("postgres.tables");
    }

    @Override
    public Set<String> tableNames() {
        return new LinkedHashSet<>(settings.tableNames());
    }

    @Override
    public void check(Problems problems) {
        readers = new Problems();
        schemas.clear();
        required.clear();
        comments.clear();
        tables.clear();
        statements.clear();
        try (Connection connection = JdbcOptions.connect(settings)) {
            Server server = new Server(connection);
            if (!new ServerChecks(server, settings).check(problems)) {
                return;
            }
            Slot slot = new Slot(server, settings);
            slot.check(problems);
            slot.checkFree(readers);
            settings = MatchingTables.in(given, server);
            checkNames(problems);
            CaptureChecks checks = new CaptureChecks(server, settings);
            for (PostgresTable table : settings.tables()) {
                RequiredColumns neverNull = checks.required(table);
                TableReader reader = checks.check(table, problems);
                if (reader != null) {
                    required.put(table.alias(), neverNull);
                    List<String> names =
                            reader.schema().columns().stream().map(Column::name).collect(Collectors.toList());
                    comments.put(table.alias(), checks.comments(table, names));
                    schemas.put(table.alias(), reader.schema());
                    tables.add(reader.table());
                }
            }
            statements.addAll(new Publication(server, settings).check(tables, problems));
        } catch (SQLException e) {
            problems.add(ConnectionFailure.explain(e, settings));
        }
    }

    @Override
    public void checkFree(Problems problems) {
        readers.sentences().forEach(problems::add);
    }

    @Override
    public List<String> remarks() {
        return readers.isEmpty()
                ? List.of()
                : List.of("replication slot " + settings.slot()
                        + " is being read by a job that runs: until that one has" + " ended, another one cannot start");
    }

    /** Of tables that fit a pattern: those that are listed by themselves were looked at with the settings. */
    private void checkNames(Problems problems) {
        if (settings.tables().isEmpty()) {
            problems.add(settings.key("postgres.tables") + ": no table of database "
                    + settings.server().database() + " fits a pattern, so there is nothing to capture");
        }
        Map<String, PostgresTable> byAlias = new HashMap<>();
        for (PostgresTable table : settings.tables()) {
            String fault = TableName.problem(table.alias());
            if (fault != null) {
                problems.add(settings.key("postgres.tables") + ": of table " + table + ", " + fault);
            }
            PostgresTable other = byAlias.put(table.alias(), table);
            if (other != null) {
                problems.add(settings.key("postgres.tables") + ": tables " + other + " and " + table
                        + " go by the name " + table.alias()
                        + "; list one of them by itself with an alias, " + table
                        + "=<another name>, leave it out with -" + table
                        + ", or give the tables of the pattern names with their schema, ={schema}_{table}");
            }
        }
    }

    @Override
    public Map<String, Schema> schemas() {
        return schemas;
    }

    @Override
    public Map<String, Comments> comments() {
        return comments;
    }

    /** The reader flink-cdc does not read rows again that were there before a column was. */
    @Override
    public Map<String, RequiredColumns> requiredColumns() {
        return settings.reader() == PostgresSettings.ReaderChoice.NATIVE ? required : Map.of();
    }

    @Override
    public List<String> statements() {
        return List.copyOf(statements);
    }

    /** As PostgreSQL's planner has them, which knows of tables that were never analyzed, and of partitioned ones. */
    @Override
    public Map<String, Long> rows() {
        Map<String, Long> rows = new HashMap<>();
        try (Connection connection = JdbcOptions.connect(settings);
                Statement statement = connection.createStatement()) {
            for (PostgresTable table : tables) {
                try (ResultSet plan = statement.executeQuery("EXPLAIN SELECT 1 FROM " + table.quoted())) {
                    Matcher estimate = ESTIMATE.matcher(plan.next() ? plan.getString(1) : "");
                    if (estimate.find()) {
                        rows.put(table.alias(), Long.parseLong(estimate.group(1)));
                    }
                }
            }
        } catch (SQLException e) {
            LOG.warn("How many rows the tables have cannot be said", e);
        }
        return rows;
    }

    /** The reader native reads the table again. */
    @Override
    public Map<String, Long> columnRules() {
        Map<String, Long> rules = new LinkedHashMap<>();
        if (settings.reader() != PostgresSettings.ReaderChoice.NATIVE) {
            settings.tables()
                    .forEach(table -> rules.put(table.alias(), table.rules().fingerprint()));
        }
        return rules;
    }

    /** The reader native finds that it has never met a table, and reads it beside the stream. */
    @Override
    public Set<String> joining() {
        return settings.reader() == PostgresSettings.ReaderChoice.NATIVE ? tableNames() : Set.of();
    }

    @Override
    public Set<String> refilled() {
        return joining();
    }

    @Override
    public void keepKeys(Set<String> kept) {
        tables.replaceAll(table -> kept.contains(table.alias()) ? table.keepingKey() : table);
    }

    @Override
    public void readBy(Map<String, Readership> readerships) {
        tables.replaceAll(table -> {
            Readership readership = readerships.get(table.alias());
            return readership == null ? table : table.readBy(readership);
        });
    }

    @Override
    public NamePatterns namesToCome() {
        return settings.reader() == PostgresSettings.ReaderChoice.NATIVE
                ? settings.patterns().aliases()
                : NamePatterns.of(List.of());
    }

    @Override
    public void admit(Newcomers newNewcomers) {
        newcomers = newNewcomers;
    }

    /**
     * Positions of the first era grow with the server's log, and what is read again has the positions that it had. Another era is to
     * begin where targets have one, or may have rows of another log.
     */
    @Override
    public void outrank(Position newest, boolean isToCompare) {
        compares = isToCompare;
        era = isToCompare || Era.number(newest.major()) > 0
                ? Era.FIRST.next(newest.major(), false, Instant.now())
                : Era.FIRST;
    }

    /** Makes the publication, adds tables to it, and makes the slot, as far as they are missing. */
    @Override
    public PostgresCapture start() throws SQLException {
        try (Connection connection = JdbcOptions.connectToSource(settings)) {
            Server server = new Server(connection);
            for (String statement : statements) {
                LOG.info("{}: {}", settings, statement);
                server.run(statement);
            }
            Slot slot = new Slot(server, settings);
            isSlotNew = !slot.exists();
            SlotPosition start = slot.open(!statements.isEmpty());
            PostgresSettings captured = settings.withTables(tables).admitting(newcomers);
            Tables known = Tables.at(server, captured);
            return new PostgresCapture(
                    captured,
                    start,
                    era,
                    ServerIdentity.of(settings),
                    compares
                            ? known.wantingAll(era.at(start.lsn()), "the targets may have rows that are gone", era)
                            : known);
        }
    }

    /** A slot that nobody reads keeps WAL until the disk is full. */
    @Override
    public void undo() {
        if (!isSlotNew) {
            return;
        }
        try (Connection connection = JdbcOptions.connectToSource(settings)) {
            new Slot(new Server(connection), settings).drop();
            LOG.info("{}: replication slot {} is dropped again, since no job was submitted", settings, settings.slot());
        } catch (SQLException e) {
            LOG.warn(
                    "{}: replication slot {} was made, no job was submitted, and it cannot be dropped: {}. Run SELECT"
                            + " pg_drop_replication_slot({})",
                    settings,
                    settings.slot(),
                    e.getMessage(),
                    Sql.literal(settings.slot()));
        }
    }
}
