package io.tributary.capture.postgres.plan;

import io.tributary.capture.postgres.PostgresSettings;
import io.tributary.capture.postgres.PostgresTable;
import io.tributary.capture.postgres.Sql;
import io.tributary.capture.postgres.server.ConnectionFailure;
import io.tributary.capture.postgres.server.JdbcOptions;
import io.tributary.capture.postgres.server.Server;
import io.tributary.capture.postgres.source.ResyncMessage;
import io.tributary.capture.postgres.table.MatchingTables;
import io.tributary.settings.Problems;
import java.io.PrintStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Asks the running job, by messages in the log, to read tables again. */
public final class ResyncCommand {

    private static final int MESSAGES = 140_000;

    private ResyncCommand() {}

    /**
     * Asks for nothing if a table is not captured; then that is a problem.
     *
     * @param names schema and name, or alias, of each table
     * @param again to whom rows that did not change are to be shown, too
     */
    public static void run(
            List<PostgresSettings> given, List<String> names, Again again, Problems problems, PrintStream out) {
        List<PostgresSettings> sources =
                given.stream().map(source -> whole(source, problems)).collect(Collectors.toList());
        Map<PostgresSettings, List<PostgresTable>> wanted = new LinkedHashMap<>();
        for (String name : names) {
            find(name, sources, problems)
                    .forEach((source, tables) -> wanted.computeIfAbsent(source, first -> new ArrayList<>())
                            .addAll(tables));
        }
        wanted.values().forEach(tables -> again.check(tables, problems));
        if (problems.isEmpty()) {
            wanted.forEach((source, tables) -> ask(source, tables, again, problems, out));
        }
    }

    /** With the tables that fit its patterns. */
    private static PostgresSettings whole(PostgresSettings source, Problems problems) {
        if (!source.patterns().isOpen()) {
            return source;
        }
        try (Connection connection = JdbcOptions.connectToSource(source)) {
            return MatchingTables.in(source, new Server(connection));
        } catch (SQLException e) {
            problems.add(ConnectionFailure.explain(e, source));
            return source;
        }
    }

    /** In the one database that has it. */
    private static Map<PostgresSettings, List<PostgresTable>> find(
            String name, List<PostgresSettings> sources, Problems problems) {
        Map<PostgresSettings, List<PostgresTable>> found = tables(sources, table -> name.equals(table.alias()));
        if (found.isEmpty()) {
            found = tables(sources, table -> name.equals(table.toString()));
        }
        if (found.isEmpty()) {
            problems.add("--table " + name + ": the job does not capture such a table. "
                    + sources.stream()
                            .map(source -> source.key("postgres.tables") + " has "
                                    + names(source.tables().stream().map(PostgresTable::toString)))
                            .collect(Collectors.joining("; ")));
        } else if (found.size() > 1) {
            problems.add("--table " + name + ": several databases have such a table. Name it as the pipeline does: "
                    + names(found.values().stream().flatMap(List::stream).map(PostgresTable::alias)));
            return Map.of();
        }
        return found;
    }

    private static String names(Stream<String> tables) {
        return tables.collect(Collectors.joining(", "));
    }

    private static Map<PostgresSettings, List<PostgresTable>> tables(
            List<PostgresSettings> sources, Predicate<PostgresTable> isWanted) {
        Map<PostgresSettings, List<PostgresTable>> found = new LinkedHashMap<>();
        for (PostgresSettings source : sources) {
            List<PostgresTable> tables =
                    source.tables().stream().filter(isWanted).collect(Collectors.toList());
            if (!tables.isEmpty()) {
                found.put(source, tables);
            }
        }
        return found;
    }

    private static void ask(
            PostgresSettings settings, List<PostgresTable> tables, Again again, Problems problems, PrintStream out) {
        try (Connection connection = JdbcOptions.connectToSource(settings)) {
            Server server = new Server(connection);
            if (server.version() < MESSAGES || settings.reader() != PostgresSettings.ReaderChoice.NATIVE) {
                problems.add("resync needs PostgreSQL 14 or newer, and " + settings.key("postgres.reader") + " native");
                return;
            }
            if (server.isStandby()) {
                tables.forEach(table -> problems.add("resync: nothing can be written on a replica; run SELECT"
                        + " pg_logical_emit_message(true, " + Sql.literal(ResyncMessage.prefix(settings)) + ", "
                        + Sql.literal(again.message(table)) + ") on the primary"));
                return;
            }
            for (PostgresTable table : tables) {
                server.text(
                        "SELECT pg_catalog.pg_logical_emit_message(true, ?, ?)::text",
                        ResyncMessage.prefix(settings),
                        again.message(table));
                out.println("Asked for a resync of table " + table + ". The job that reads slot " + settings.slot()
                        + " begins it as soon as it reads that in the WAL; the metrics resyncTables and resyncs tell when it"
                        + " is over");
            }
        } catch (SQLException e) {
            problems.add(ConnectionFailure.explain(e, settings));
        }
    }
}
