package io.tributary.capture.postgres.plan;

import io.tributary.capture.CapturePlan;
import io.tributary.capture.postgres.PostgresSettings;
import io.tributary.capture.postgres.PostgresTable;
import io.tributary.capture.postgres.Sql;
import io.tributary.capture.postgres.row.TableReader;
import io.tributary.capture.postgres.server.ConnectionFailure;
import io.tributary.capture.postgres.server.JdbcOptions;
import io.tributary.capture.postgres.server.Server;
import io.tributary.capture.postgres.server.ServerIdentity;
import io.tributary.capture.postgres.server.Slot;
import io.tributary.capture.postgres.server.SlotPosition;
import io.tributary.capture.postgres.source.Tables;
import io.tributary.change.Schema;
import io.tributary.settings.Problems;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What has to be true in the database before the start: {@link #check} finds everything that is not, with the statement
 * that mends it, and changes nothing; {@link #start} makes the publication and the slot.
 */
public final class PostgresPlan implements CapturePlan {

    private static final Logger LOG = LoggerFactory.getLogger(PostgresPlan.class);

    private final PostgresSettings settings;
    private final Map<String, Schema> schemas = new LinkedHashMap<>();
    private final List<PostgresTable> tables = new ArrayList<>();
    private final List<String> statements = new ArrayList<>();
    private boolean isSlotNew;

    private PostgresPlan(PostgresSettings settings) {
        this.settings = settings;
    }

    public static PostgresPlan of(PostgresSettings settings) {
        return new PostgresPlan(settings);
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
        schemas.clear();
        tables.clear();
        statements.clear();
        try (Connection connection = JdbcOptions.connect(settings)) {
            Server server = new Server(connection);
            if (!new ServerChecks(server, settings).check(problems)) {
                return;
            }
            new Slot(server, settings).check(problems);
            CaptureChecks checks = new CaptureChecks(server, settings);
            for (PostgresTable table : settings.tables()) {
                TableReader reader = checks.check(table, problems);
                if (reader != null) {
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
    public Map<String, Schema> schemas() {
        return schemas;
    }

    @Override
    public List<String> statements() {
        return List.copyOf(statements);
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
    public void keepKeys(Set<String> kept) {
        tables.replaceAll(table -> kept.contains(table.alias()) ? table.keepingKey() : table);
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
            PostgresSettings captured = settings.withTables(tables);
            return new PostgresCapture(captured, start, ServerIdentity.of(settings), Tables.at(server, captured));
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
