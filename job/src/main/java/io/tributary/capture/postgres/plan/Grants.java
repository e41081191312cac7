package io.tributary.capture.postgres.plan;

import io.tributary.capture.postgres.PostgresSettings;
import io.tributary.capture.postgres.PostgresTable;
import io.tributary.capture.postgres.ServerSettings;
import io.tributary.capture.postgres.Sql;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The statements that make the users who may capture the tables, for administrators to run. No database is asked. */
public final class Grants {

    private Grants() {}

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
                grants.add("CREATE ROLE " + user + " WITH LOGIN REPLICATION PASSWORD '...';");
            }
            addTo(grants, source, user);
        }
        return grants;
    }

    private static void addTo(List<String> grants, PostgresSettings source, String user) {
        grants.add("GRANT CONNECT ON DATABASE " + Sql.identifier(source.server().database()) + " TO " + user + ";");
        source.tables().stream()
                .map(PostgresTable::schema)
                .distinct()
                .forEach(schema -> grants.add("GRANT USAGE ON SCHEMA " + Sql.identifier(schema) + " TO " + user + ";"));
        grants.add("GRANT SELECT ON "
                + source.tables().stream().map(PostgresTable::quoted).collect(Collectors.joining(", ")) + " TO "
                + user + ";");
        grants.add(Publication.create(source.publication(), source.tables()) + ";");
    }
}
