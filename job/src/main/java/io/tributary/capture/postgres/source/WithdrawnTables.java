package io.tributary.capture.postgres.source;

import io.tributary.capture.postgres.PostgresSettings;
import io.tributary.capture.postgres.PostgresTable;
import io.tributary.capture.postgres.Sql;
import io.tributary.capture.postgres.server.Server;
import java.sql.SQLException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tables that the job has captured and captures no longer: what they are published for is over, so they are taken out of the
 * publication where the job manages it. Where another slot of the database may read the publication, nothing is done but to say so.
 */
final class WithdrawnTables {

    private static final Logger LOG = LoggerFactory.getLogger(WithdrawnTables.class);

    private static final String MEMBERS = Sql.statement(WithdrawnTables.class, "publication_members.sql");
    private static final String OTHER_READERS = Sql.statement(WithdrawnTables.class, "other_readers.sql");

    private final PostgresSettings settings;
    private final Set<String> names;

    /**
     * @param before all tables that were captured
     */
    WithdrawnTables(PostgresSettings settings, Set<String> before) {
        this.settings = settings;
        this.names = new LinkedHashSet<>(before);
        settings.tables().stream().map(PostgresTable::toString).forEach(names::remove);
    }

    void withdraw(Server server) throws SQLException {
        if (names.isEmpty() || !settings.managePublication()) {
            return;
        }
        List<String> members = server.texts(MEMBERS, settings.publication());
        members.retainAll(names);
        if (members.isEmpty()) {
            return;
        }
        List<String> others = server.texts(OTHER_READERS, settings.slot());
        for (String name : members) {
            int dot = name.indexOf('.');
            String statement = "ALTER PUBLICATION " + Sql.identifier(settings.publication()) + " DROP TABLE "
                    + Sql.identifier(name.substring(0, dot), name.substring(dot + 1));
            if (!others.isEmpty()) {
                LOG.warn(
                        "{}: table {} is captured no longer, and stays in publication {}, since slots {} may read that, too. If"
                                + " none of them does, run {}",
                        settings,
                        name,
                        settings.publication(),
                        others,
                        statement);
                continue;
            }
            withdraw(name, statement, server);
        }
    }

    private void withdraw(String name, String statement, Server server) throws SQLException {
        server.run(FoundTables.WAIT_LITTLE);
        try {
            server.run(statement);
            LOG.info("{}: table {} is captured no longer, and was taken out of the publication", settings, name);
        } catch (SQLException e) {
            LOG.warn(
                    "{}: table {} is captured no longer, and stays in the publication: {}. Run {}",
                    settings,
                    name,
                    e.getMessage(),
                    statement);
        } finally {
            server.run("RESET lock_timeout");
        }
    }
}
