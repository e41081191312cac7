package io.tributary.capture.postgres.source;

import io.tributary.capture.postgres.PostgresSettings;
import io.tributary.capture.postgres.PostgresTable;
import io.tributary.capture.postgres.Sql;
import io.tributary.capture.postgres.server.Era;
import io.tributary.capture.postgres.server.Server;
import io.tributary.capture.postgres.table.CaptureChecks;
import io.tributary.capture.postgres.table.MatchingTables;
import io.tributary.change.TableName;
import io.tributary.settings.Problems;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds tables that begin to fit the patterns of the settings while the job runs, and takes those that can be captured: they
 * pass what is checked at a start, and are published. Why another one is not taken is said once.
 */
final class FoundTables {

    private static final Logger LOG = LoggerFactory.getLogger(FoundTables.class);

    /** After so many looks it is asked again whether a table can be captured that could not. */
    private static final int LOOKS_BETWEEN = 12;

    private static final String PUBLISHES_ROOTS = "SELECT pubviaroot FROM pg_catalog.pg_publication WHERE pubname = ?";
    /** Nothing else is read while a lock is waited for. */
    static final String WAIT_LITTLE = "SET lock_timeout = '1s'";

    private final BiConsumer<PostgresTable, String> onRefused;
    private final Map<String, String> refused = new HashMap<>();
    private int looks;

    /**
     * @param onRefused takes a table that is not captured, and why, in a sentence
     */
    FoundTables(BiConsumer<PostgresTable, String> onRefused) {
        this.onRefused = onRefused;
    }

    /** The settings with the tables that were found before, as far as they are there still. */
    static PostgresSettings known(PostgresSettings settings, Tables tables) {
        List<PostgresTable> all = new ArrayList<>(settings.tables());
        for (String name : tables.names()) {
            TableState state = tables.state(name);
            PostgresTable table = state == null || state.isGone() ? null : settings.table(name);
            if (table != null
                    && all.stream().noneMatch(other -> other.toString().equals(name))) {
                all.add(table);
            }
        }
        return settings.withTables(all);
    }

    /** The settings with the tables that are captured from now on, too; the same object if there are none. */
    PostgresSettings look(PostgresSettings settings, Server server, Era era) throws SQLException {
        List<PostgresTable> found = MatchingTables.besides(settings, server);
        refused.keySet().retainAll(found.stream().map(PostgresTable::toString).collect(Collectors.toList()));
        boolean asksAgain = looks++ % LOOKS_BETWEEN == 0;
        PostgresSettings all = with(settings, found);
        PostgresSettings known = settings;
        for (PostgresTable table : found) {
            if (!asksAgain && refused.containsKey(table.toString())) {
                continue;
            }
            String reason = refusal(table, known, all, server, era);
            if (reason == null) {
                refused.remove(table.toString());
                known = with(known, List.of(table));
                LOG.info(
                        "{}: table {} fits a pattern of {} now, and is captured",
                        settings,
                        table,
                        settings.key("postgres.tables"));
            } else if (!reason.equals(refused.put(table.toString(), reason))) {
                onRefused.accept(table, reason);
            }
        }
        return known;
    }

    private static PostgresSettings with(PostgresSettings settings, List<PostgresTable> more) {
        List<PostgresTable> tables = new ArrayList<>(settings.tables());
        tables.addAll(more);
        return settings.withTables(tables);
    }

    private static @Nullable String refusal(
            PostgresTable table, PostgresSettings known, PostgresSettings all, Server server, Era era)
            throws SQLException {
        String alias = table.alias();
        String fault = TableName.problem(alias);
        if (fault != null) {
            return fault;
        }
        for (PostgresTable other : known.tables()) {
            if (other.alias().equalsIgnoreCase(alias)) {
                return "it would go by the name " + alias + " in the pipeline, as table " + other
                        + " does: list it with an alias, " + table + "=<another name>, or leave it out with -" + table
                        + ", and restart the job";
            }
        }
        String refusal = known.newcomers().refusal(alias);
        if (refusal != null) {
            return "it " + refusal;
        }
        try {
            Problems problems = new Problems();
            new CaptureChecks(server, all).check(table, problems);
            return problems.isEmpty()
                    ? unpublished(table, known, server, era)
                    : String.join("; ", problems.sentences());
        } catch (SQLException e) {
            if (isOfTable(e)) {
                return String.valueOf(e.getMessage());
            }
            throw e;
        }
    }

    /** It is gone again, or locked, or may not be touched. */
    private static boolean isOfTable(SQLException e) {
        String state = e.getSQLState();
        return state != null && (state.startsWith("42") || state.equals("55P03"));
    }

    /** Publishes the table where it is not and the job may; else says what is to be done. */
    private static @Nullable String unpublished(PostgresTable table, PostgresSettings settings, Server server, Era era)
            throws SQLException {
        String publication = Sql.identifier(settings.publication());
        String add = "ALTER PUBLICATION " + publication + " ADD TABLE " + table.quoted();
        String viaRoot = "ALTER PUBLICATION " + publication + " SET (publish_via_partition_root = true)";
        List<String> statements = new ArrayList<>();
        TableState state = state(table, settings, server, era);
        if (state != null && !state.isWhole()) {
            statements.add(add);
        }
        if (state != null && state.isPartitioned() && !server.is(PUBLISHES_ROOTS, settings.publication())) {
            statements.add(viaRoot);
        }
        if (!statements.isEmpty() && settings.managePublication() && !server.isStandby()) {
            server.run(WAIT_LITTLE);
            try {
                for (String statement : statements) {
                    server.run(statement);
                }
                statements.clear();
                state = state(table, settings, server, era);
            } finally {
                server.run("RESET lock_timeout");
            }
        }
        if (!statements.isEmpty()) {
            return "publication " + settings.publication() + " does not tell of it: run "
                    + String.join(", ", statements);
        }
        if (state == null || !state.isWhole()) {
            return "publication " + settings.publication() + " does not have it with all rows, columns and operations";
        }
        return null;
    }

    private static @Nullable TableState state(PostgresTable table, PostgresSettings settings, Server server, Era era)
            throws SQLException {
        return CatalogLook.at(server, settings.withTables(List.of(table)), era).get(table.toString());
    }
}
