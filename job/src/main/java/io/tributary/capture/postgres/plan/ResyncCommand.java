package io.tributary.capture.postgres.plan;

import io.tributary.capture.postgres.PostgresSettings;
import io.tributary.capture.postgres.PostgresTable;
import io.tributary.capture.postgres.Sql;
import io.tributary.capture.postgres.server.ConnectionFailure;
import io.tributary.capture.postgres.server.JdbcOptions;
import io.tributary.capture.postgres.server.Server;
import io.tributary.capture.postgres.source.ResyncMessage;
import io.tributary.settings.Problems;
import java.io.PrintStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Asks the running job, by messages in the log, to read tables again. */
public final class ResyncCommand {

    private static final int MESSAGES = 140_000;

    private ResyncCommand() {}

    /**
     * Asks for nothing if a table is not captured; then that is a problem.
     *
     * @param names schema and name, or alias, of each table
     * @param again whether targets are to be shown the rows that did not change, too
     */
    public static void run(
            PostgresSettings settings, List<String> names, boolean again, Problems problems, PrintStream out) {
        List<PostgresTable> tables = new ArrayList<>();
        for (String name : names) {
            List<PostgresTable> named = settings.tables().stream()
                    .filter(table -> name.equals(table.toString()) || name.equals(table.alias()))
                    .collect(Collectors.toList());
            if (named.isEmpty()) {
                problems.add("--table " + name + ": the job does not capture such a table. postgres.tables has "
                        + settings.tables().stream()
                                .map(PostgresTable::toString)
                                .collect(Collectors.joining(", ")));
            }
            tables.addAll(named);
        }
        if (!problems.isEmpty()) {
            return;
        }
        try (Connection connection = JdbcOptions.connectToSource(settings)) {
            Server server = new Server(connection);
            if (server.version() < MESSAGES || settings.reader() != PostgresSettings.ReaderChoice.NATIVE) {
                problems.add("resync needs PostgreSQL 14 or newer, and postgres.reader native");
                return;
            }
            if (server.isStandby()) {
                tables.forEach(table -> problems.add("resync: nothing can be written on a replica; run SELECT"
                        + " pg_logical_emit_message(true, " + Sql.literal(ResyncMessage.prefix(settings)) + ", "
                        + Sql.literal(ResyncMessage.text(table, again)) + ") on the primary"));
                return;
            }
            for (PostgresTable table : tables) {
                server.text(
                        "SELECT pg_catalog.pg_logical_emit_message(true, ?, ?)::text",
                        ResyncMessage.prefix(settings),
                        ResyncMessage.text(table, again));
                out.println("Asked for a resync of table " + table + ". The job that reads slot " + settings.slot()
                        + " begins it as soon as it reads that in the WAL; the metrics resyncTables and resyncs tell when it"
                        + " is over");
            }
        } catch (SQLException e) {
            problems.add(ConnectionFailure.explain(e, settings));
        }
    }
}
