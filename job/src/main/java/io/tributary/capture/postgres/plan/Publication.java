package io.tributary.capture.postgres.plan;

import io.tributary.capture.postgres.PostgresSettings;
import io.tributary.capture.postgres.PostgresTable;
import io.tributary.capture.postgres.Sql;
import io.tributary.capture.postgres.server.Server;
import io.tributary.settings.Problems;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The publication: it has to cover the tables with all rows, all columns and all operations. The connector's own ways of
 * making one need a superuser, or take tables out while it is in use.
 */
final class Publication {

    private static final String CREATE = statement("create_publication.sql");
    private static final String PUBLISH_TABLES = statement("publish_tables.sql");
    private static final String WITHHOLD_TABLE = statement("withhold_table.sql");
    private static final String PUBLISH_OPERATIONS = statement("publish_operations.sql");
    private static final String PUBLISH_ROOTS = statement("publish_roots.sql");

    private static final String PUBLISHED_TABLES = statement("published_tables.sql");
    private static final String PUBLISHED_OPERATIONS = statement("published_operations.sql");
    private static final String PUBLISHES_ROOTS = statement("publishes_roots.sql");
    private static final String PUBLISHES_GENERATED = statement("publishes_generated.sql");
    private static final String FILTER = statement("publication_filter.sql");
    private static final String OWNS_TABLE = statement("owns_table.sql");
    private static final String OWNS_PUBLICATION = statement("owns_publication.sql");

    private static final String HAS_ALL_TABLES =
            "SELECT coalesce(bool_or(puballtables), false) FROM pg_catalog.pg_publication WHERE pubname = ?";

    private final Server server;
    private final PostgresSettings settings;
    private final String name;

    Publication(Server server, PostgresSettings settings) {
        this.server = server;
        this.settings = settings;
        this.name = settings.publication();
    }

    static String create(String name, List<PostgresTable> tables) {
        return create(name, "TABLE " + list(tables));
    }

    /**
     * @param objects what it is for, as SQL wants it
     */
    static String create(String name, String objects) {
        return Sql.fill(CREATE, Map.of("publication", Sql.identifier(name), "objects", objects));
    }

    /** The statements that make it so; problems where we may not run them. */
    List<String> check(List<PostgresTable> tables, Problems problems) throws SQLException {
        if (tables.isEmpty()) {
            return List.of();
        }
        boolean exists = server.find("SELECT pubname FROM pg_catalog.pg_publication WHERE pubname = ?", name) != null;
        List<String> statements = new ArrayList<>();
        List<PostgresTable> added = tables;
        if (exists) {
            added = uncovered(tables);
            if (!added.isEmpty() && server.is(HAS_ALL_TABLES, name)) {
                problems.add(settings.key("postgres.publication") + ": publication " + name
                        + " is FOR ALL TABLES, yet it does not have "
                        + added.stream().map(PostgresTable::toString).collect(Collectors.joining(", "))
                        + "; name another publication");
                return List.of();
            }
            if (!added.isEmpty()) {
                statements.add(change(PUBLISH_TABLES, added));
            }
            checkOperations(statements);
            checkGenerated(problems);
            checkPartitions(tables, statements);
            checkFilters(tables, problems);
        } else {
            statements.add(create(name, tables));
        }
        boolean isStandby = server.isStandby();
        boolean allowed = settings.managePublication() && !isStandby && mayManage(exists, added);
        if (!allowed) {
            statements.forEach(statement -> problems.add(settings.key("postgres.publication") + ": publication " + name
                    + (exists ? " does not cover what is captured" : " does not exist") + "; run " + statement
                    + (isStandby ? " on the primary" : whyNot())));
        }
        return allowed ? statements : List.of();
    }

    private String whyNot() {
        return settings.managePublication()
                ? ", which user " + settings.server().username() + " may not"
                : "";
    }

    private List<PostgresTable> uncovered(List<PostgresTable> tables) throws SQLException {
        List<String> covered = server.texts(PUBLISHED_TABLES, name, name);
        return tables.stream()
                .filter(table -> !covered.contains(table.toString()))
                .collect(Collectors.toList());
    }

    private void checkOperations(List<String> statements) throws SQLException {
        if (!server.is(PUBLISHED_OPERATIONS, name)) {
            statements.add(change(PUBLISH_OPERATIONS));
        }
    }

    /** The snapshot does not read them, for before version 18 no publication has them. */
    private void checkGenerated(Problems problems) throws SQLException {
        if (server.is(PUBLISHES_GENERATED, name)) {
            problems.add(settings.key("postgres.publication") + ": publication " + name
                    + " publishes generated columns, which are not captured;"
                    + " run ALTER PUBLICATION " + Sql.identifier(name)
                    + " SET (publish_generated_columns = none), or let SQL"
                    + " compute them");
        }
    }

    private void checkPartitions(List<PostgresTable> tables, List<String> statements) throws SQLException {
        for (PostgresTable table : tables) {
            boolean partitioned = server.is(
                    "SELECT relkind = 'p' FROM pg_catalog.pg_class WHERE oid = to_regclass(?)", table.quoted());
            if (partitioned && !server.is(PUBLISHES_ROOTS, name)) {
                statements.add(change(PUBLISH_ROOTS));
                return;
            }
        }
    }

    private void checkFilters(List<PostgresTable> tables, Problems problems) throws SQLException {
        for (PostgresTable table : tables) {
            if (server.find(FILTER, name, table.quoted()) != null) {
                List<PostgresTable> filtered = List.of(table);
                problems.add(settings.key("postgres.publication") + ": publication " + name
                        + " leaves out rows or columns of table " + table
                        + "; take the table out and add it whole: " + change(WITHHOLD_TABLE, filtered) + ", "
                        + change(PUBLISH_TABLES, filtered));
            }
        }
    }

    private boolean mayManage(boolean exists, List<PostgresTable> added) throws SQLException {
        for (PostgresTable table : added) {
            if (!server.is(OWNS_TABLE, table.quoted())) {
                return false;
            }
        }
        return exists
                ? server.is(OWNS_PUBLICATION, name)
                : server.is("SELECT pg_catalog.has_database_privilege(current_database(), 'CREATE')");
    }

    private String change(String statement, List<PostgresTable> tables) {
        return Sql.fill(statement, Map.of("publication", Sql.identifier(name), "tables", list(tables)));
    }

    private String change(String statement) {
        return Sql.fill(statement, Map.of("publication", Sql.identifier(name)));
    }

    static String list(List<PostgresTable> tables) {
        return tables.stream().map(PostgresTable::quoted).collect(Collectors.joining(", "));
    }

    private static String statement(String file) {
        return Sql.statement(Publication.class, file);
    }
}
