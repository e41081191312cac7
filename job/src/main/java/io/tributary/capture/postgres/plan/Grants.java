package io.tributary.capture.postgres.plan;

import io.tributary.capture.postgres.PostgresSettings;
import io.tributary.capture.postgres.PostgresTable;
import io.tributary.capture.postgres.ServerSettings;
import io.tributary.capture.postgres.Sql;
import io.tributary.capture.postgres.TablePatterns;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The statements that make the users who may capture the tables, for administrators to run. No database is asked. */
public final class Grants {

    private final PostgresSettings settings;
    private final TablePatterns patterns;
    private final String user;

    private Grants(PostgresSettings settings) {
        this.settings = settings;
        this.patterns = settings.patterns();
        this.user = Sql.identifier(settings.server().username());
    }

    /** Those of each database, each under a comment that says which it is where there are several. */
    public static List<String> of(List<PostgresSettings> sources) {
        List<String> grants = new ArrayList<>();
        Set<String> roles = new HashSet<>();
        for (PostgresSettings source : sources) {
            ServerSettings server = source.server();
            if (sources.size() > 1) {
                grants.add("-- " + source.source() + ": in database " + server.database() + " of " + server.hostname()
                        + ":" + server.port());
            }
            String user = Sql.identifier(server.username());
            // A role is one of the whole server.
            if (roles.add(server.hostname() + ":" + server.port() + " " + user)) {
                addRole(grants, server, user);
            }
            grants.addAll(new Grants(source).statements());
        }
        return grants;
    }

    private static void addRole(List<String> grants, ServerSettings server, String user) {
        if (server.isIam()) {
            // RDS lets nobody give the attribute REPLICATION.
            grants.add("CREATE ROLE " + user + " WITH LOGIN;");
            grants.add("GRANT rds_iam, rds_replication TO " + user + ";");
        } else {
            grants.add("CREATE ROLE " + user + " WITH LOGIN REPLICATION PASSWORD '...';");
        }
    }

    private List<String> statements() {
        List<String> statements = new ArrayList<>();
        statements.add(
                "GRANT CONNECT ON DATABASE " + Sql.identifier(settings.server().database()) + " TO " + user + ";");
        Set<String> schemas = new LinkedHashSet<>();
        settings.tables().forEach(table -> schemas.add(table.schema()));
        schemas.addAll(patterns.schemas());
        schemas.forEach(
                schema -> statements.add("GRANT USAGE ON SCHEMA " + Sql.identifier(schema) + " TO " + user + ";"));
        if (!settings.tables().isEmpty()) {
            statements.add("GRANT SELECT ON " + Publication.list(settings.tables()) + " TO " + user + ";");
        }
        patterns.schemas().forEach(schema -> all(schema, statements));
        if (!patterns.ofManySchemas().isEmpty()) {
            statements.add(
                    "-- For each schema of " + String.join(", ", patterns.ofManySchemas())
                            + " GRANT USAGE ON SCHEMA, GRANT SELECT ON ALL TABLES IN SCHEMA and ALTER DEFAULT PRIVILEGES, too.");
        }
        publish(statements);
        return statements;
    }

    private void all(String schema, List<String> statements) {
        String name = Sql.identifier(schema);
        statements.add("GRANT SELECT ON ALL TABLES IN SCHEMA " + name + " TO " + user + ";");
        statements.add("-- As each role that makes tables there, or with FOR ROLE:");
        statements.add("ALTER DEFAULT PRIVILEGES IN SCHEMA " + name + " GRANT SELECT ON TABLES TO " + user + ";");
    }

    private void publish(List<String> statements) {
        Set<String> whole = patterns.wholeSchemas();
        List<PostgresTable> tables = settings.tables().stream()
                .filter(table -> !whole.contains(table.schema()))
                .collect(Collectors.toList());
        List<String> objects = new ArrayList<>();
        if (!tables.isEmpty()) {
            objects.add("TABLE " + Publication.list(tables));
        }
        if (!whole.isEmpty()) {
            statements.add(
                    "-- Version 15 or newer, as a superuser. From then on PostgreSQL refuses to update and delete rows of"
                            + " tables there that have no primary key:");
            objects.add(
                    "TABLES IN SCHEMA " + whole.stream().map(Sql::identifier).collect(Collectors.joining(", ")));
        }
        if (!objects.isEmpty()) {
            statements.add(Publication.create(settings.publication(), String.join(", ", objects)) + ";");
        }
        if (!patterns.ofParts().isEmpty()) {
            statements.add("-- Tables that fit " + String.join(", ", patterns.ofParts())
                    + " are published one by one: by the job, where its user owns them and the publication, or by"
                    + " ALTER PUBLICATION " + Sql.identifier(settings.publication())
                    + " ADD TABLE <table>.");
        }
    }
}
