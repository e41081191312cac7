package io.tributary.capture.postgres.table;

import static java.util.Objects.requireNonNull;

import io.tributary.capture.postgres.PostgresSettings;
import io.tributary.capture.postgres.PostgresTable;
import io.tributary.capture.postgres.Sql;
import io.tributary.capture.postgres.TablePatterns;
import io.tributary.capture.postgres.server.Server;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Asks the catalog which tables fit the patterns of the settings. */
public final class MatchingTables {

    private static final String QUERY = Sql.statement(MatchingTables.class, "matching_tables.sql");

    private MatchingTables() {}

    /** Those that are not among the tables of the settings, by schema and name. */
    public static List<PostgresTable> besides(PostgresSettings settings, Server server) throws SQLException {
        TablePatterns patterns = settings.patterns();
        List<PostgresTable> found = new ArrayList<>();
        if (!patterns.isOpen()) {
            return found;
        }
        Set<String> known = new HashSet<>();
        settings.tables().forEach(table -> known.add(table.toString()));
        for (List<@Nullable String> row : server.rows(QUERY, patterns.regex(), patterns.regexOfLeftOut())) {
            PostgresTable table = patterns.table(requireNonNull(row.get(0)), requireNonNull(row.get(1)));
            if (table != null && !known.contains(table.toString())) {
                found.add(table);
            }
        }
        return found;
    }

    /** The settings with all tables that fit. */
    public static PostgresSettings in(PostgresSettings settings, Server server) throws SQLException {
        List<PostgresTable> tables = new ArrayList<>(settings.tables());
        tables.addAll(besides(settings, server));
        return settings.withTables(tables);
    }
}
