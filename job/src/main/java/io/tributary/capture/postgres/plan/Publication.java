package io.tributary.capture.postgres.plan;

import io.tributary.capture.postgres.PostgresSettings;
import io.tributary.capture.postgres.PostgresTable;
import io.tributary.capture.postgres.Sql;
import io.tributary.capture.postgres.server.Server;
import io.tributary.settings.Problems;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The publication: it has to cover the tables with all rows, all columns and all operations. The connector's own ways of
 * making one need a superuser, or take tables out while it is in use.
 */
final class Publication {

    private final Server server;
    private final PostgresSettings settings;
    private final String name;

    Publication(Server server, PostgresSettings settings) {
        this.server = server;
        this.settings = settings;
        this.name = settings.publication();
    }

    static String create(String name, List<PostgresTable> tables) {
        return "CREATE PUBLICATION " + Sql.identifier(name) + " FOR TABLE " + list(tables)
                + " WITH (publish_via_partition_root = true)";
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
            if (!added.isEmpty()) {
                statements.add("ALTER PUBLICATION " + Sql.identifier(name) + " ADD TABLE " + list(added));
            }
            checkOperations(statements);
            checkPartitions(tables, statements);
            checkFilters(tables, problems);
        } else {
            statements.add(create(name, tables));
        }
        boolean allowed = settings.managePublication() && mayManage(exists, added);
        if (!allowed) {
            statements.forEach(statement -> problems.add("postgres.publication: publication " + name
                    + (exists ? " does not cover what is captured" : " does not exist") + "; run " + statement
                    + (settings.managePublication() ? ", which user " + settings.username() + " may not" : "")));
        }
        return allowed ? statements : List.of();
    }

    private List<PostgresTable> uncovered(List<PostgresTable> tables) throws SQLException {
        List<String> covered = server.texts(
                "SELECT schemaname || '.' || tablename FROM pg_catalog.pg_publication_tables WHERE pubname = ?", name);
        // Before publish_via_partition_root is set, the view lists the partitions and not their root.
        List<String> direct = server.texts(
                "SELECT n.nspname || '.' || c.relname FROM pg_catalog.pg_publication_rel r"
                        + " JOIN pg_catalog.pg_publication p ON p.oid = r.prpubid JOIN pg_catalog.pg_class c ON c.oid = r.prrelid"
                        + " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE p.pubname = ?",
                name);
        return tables.stream()
                .filter(table -> !covered.contains(table.toString()) && !direct.contains(table.toString()))
                .collect(Collectors.toList());
    }

    private void checkOperations(List<String> statements) throws SQLException {
        if (!server.is(
                "SELECT pubinsert AND pubupdate AND pubdelete AND pubtruncate FROM pg_catalog.pg_publication WHERE pubname = ?",
                name)) {
            statements.add("ALTER PUBLICATION " + Sql.identifier(name)
                    + " SET (publish = 'insert, update, delete, truncate')");
        }
    }

    private void checkPartitions(List<PostgresTable> tables, List<String> statements) throws SQLException {
        for (PostgresTable table : tables) {
            boolean partitioned = server.is(
                    "SELECT relkind = 'p' FROM pg_catalog.pg_class WHERE oid = to_regclass(?)", table.quoted());
            // The column is of version 13; before that partitions cannot be published as their root.
            if (partitioned
                    && !"true"
                            .equals(server.find(
                                    "SELECT to_jsonb(p) ->> 'pubviaroot' FROM pg_catalog.pg_publication p WHERE pubname = ?",
                                    name))) {
                statements.add(
                        "ALTER PUBLICATION " + Sql.identifier(name) + " SET (publish_via_partition_root = true)");
                return;
            }
        }
    }

    /** Of version 15: a publication may carry some rows and columns only. */
    private void checkFilters(List<PostgresTable> tables, Problems problems) throws SQLException {
        for (PostgresTable table : tables) {
            String filter = server.find(
                    "SELECT 1 FROM pg_catalog.pg_publication_rel r JOIN pg_catalog.pg_publication p"
                            + " ON p.oid = r.prpubid WHERE p.pubname = ? AND r.prrelid = to_regclass(?) AND"
                            + " (to_jsonb(r) ->> 'prqual' IS NOT NULL OR to_jsonb(r) ->> 'prattrs' IS NOT NULL)",
                    name,
                    table.quoted());
            if (filter != null) {
                problems.add(
                        "postgres.publication: publication " + name + " leaves out rows or columns of table " + table
                                + "; take the table out and add it whole: ALTER PUBLICATION " + Sql.identifier(name)
                                + " DROP TABLE " + table.quoted() + ", ALTER PUBLICATION " + Sql.identifier(name)
                                + " ADD TABLE "
                                + table.quoted());
            }
        }
    }

    private boolean mayManage(boolean exists, List<PostgresTable> added) throws SQLException {
        for (PostgresTable table : added) {
            if (!server.is(
                    "SELECT pg_catalog.pg_has_role(relowner, 'USAGE') FROM pg_catalog.pg_class"
                            + " WHERE oid = to_regclass(?)",
                    table.quoted())) {
                return false;
            }
        }
        return exists
                ? server.is(
                        "SELECT pg_catalog.pg_has_role(pubowner, 'USAGE') FROM pg_catalog.pg_publication"
                                + " WHERE pubname = ?",
                        name)
                : server.is("SELECT pg_catalog.has_database_privilege(current_database(), 'CREATE')");
    }

    private static String list(List<PostgresTable> tables) {
        return tables.stream().map(PostgresTable::quoted).collect(Collectors.joining(", "));
    }
}
