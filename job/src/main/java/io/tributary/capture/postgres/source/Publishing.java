package io.tributary.capture.postgres.source;

import io.tributary.capture.postgres.PostgresSettings;
import io.tributary.capture.postgres.PostgresTable;
import io.tributary.capture.postgres.Sql;
import io.tributary.capture.postgres.server.ReplicaIdentity;
import io.tributary.capture.postgres.server.Server;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts tables into the publication that have taken the name of one that was in it. Used by the thread that reads the slot. */
final class Publishing {

    private static final Logger LOG = LoggerFactory.getLogger(Publishing.class);

    /** Tables that could not be published when they took the place of others; it is tried again with each look. */
    private final Set<String> unpublished = new HashSet<>();

    /**
     * True if there were any.
     *
     * @param known what was known of the tables
     * @param now what the catalog says of them
     */
    boolean publish(PostgresSettings settings, Tables known, Map<String, TableState> now, Server asked)
            throws SQLException {
        boolean isChanged = false;
        for (PostgresTable table : settings.tables()) {
            TableState before = known.state(table.toString());
            TableState found = now.get(table.toString());
            if (before == null || found == null || found.isWhole()) {
                continue;
            }
            boolean isAnother = before.relation() != found.relation() || unpublished.contains(table.toString());
            if (isAnother && settings.managePublication()) {
                isChanged |= publish(settings, table, found, asked);
            }
        }
        return isChanged;
    }

    private boolean publish(PostgresSettings settings, PostgresTable table, TableState found, Server asked)
            throws SQLException {
        List<String> obstacles = obstacles(table, found, asked);
        if (!obstacles.isEmpty()) {
            LOG.warn("{}: table {} is another one now, and is not published: {}", settings, table, obstacles);
            return false;
        }
        try {
            asked.run("ALTER PUBLICATION " + Sql.identifier(settings.publication()) + " ADD TABLE " + table.quoted());
            LOG.info("{}: table {} is another one now, and was added to the publication", settings, table);
            unpublished.remove(table.toString());
            return true;
        } catch (SQLException e) {
            // Somebody else may be at it just now.
            unpublished.add(table.toString());
            LOG.warn("{}: table {} is another one now, and cannot be published: {}", settings, table, e.getMessage());
            return false;
        }
    }

    /** Why the application could not write the table any more, or its changes could not be taken, if it were published. */
    static List<String> obstacles(PostgresTable table, TableState found, Server asked) throws SQLException {
        List<String> key = found.keyNames().isEmpty() ? found.known().names() : found.keyNames();
        return ReplicaIdentity.problems(table, key, asked);
    }
}
