package io.tributary.capture.postgres.table;

import io.tributary.capture.postgres.PostgresSettings;
import io.tributary.capture.postgres.PostgresTable;
import io.tributary.capture.postgres.Sql;
import io.tributary.capture.postgres.server.Server;
import io.tributary.settings.Problems;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Tables whose rows are rows of other tables, too: partitions and their roots, tables that inherit and those that they inherit from.
 * Each row has to be told under one name, which is that of a table in the settings.
 */
final class Relatives {

    private static final String HEIRS = Sql.statement(Relatives.class, "heirs.sql");
    private static final String ROOTS = Sql.statement(Relatives.class, "roots.sql");
    private static final String PUBLISHED_WITH_ROOT = Sql.statement(Relatives.class, "published_with_root.sql");

    private final Server server;
    private final PostgresSettings settings;

    Relatives(Server server, PostgresSettings settings) {
        this.server = server;
        this.settings = settings;
    }

    /** False, and a problem, if rows of the table would be missing, or would be told under another name. */
    boolean check(PostgresTable table, Problems problems) throws SQLException {
        List<String> captured = new ArrayList<>();
        settings.tables().forEach(other -> captured.add(other.toString()));
        for (String root : server.texts(ROOTS, table.quoted(), table.quoted())) {
            if (captured.contains(root)) {
                problems.add(settings.key("postgres.tables") + ": " + table + " is a partition of " + root
                        + ", under whose name its changes come; take one of the two out");
                return false;
            }
        }
        String root = server.find(PUBLISHED_WITH_ROOT, settings.publication(), table.quoted(), table.quoted());
        if (root != null) {
            problems.add(settings.key("postgres.tables") + ": publication " + settings.publication()
                    + " tells of the rows of partition "
                    + table
                    + " under the name of " + root + "; capture " + root
                    + " in its place, or set " + settings.key("postgres.publication") + " to one"
                    + " that does not have it");
            return false;
        }
        List<String> heirs = server.texts(HEIRS, table.quoted());
        heirs.removeAll(captured);
        if (!heirs.isEmpty()) {
            problems.add(settings.key("postgres.tables") + ": a SELECT from " + table
                    + " has the rows of tables that inherit from it, which are"
                    + " captured under their own names alone; add " + String.join(", ", heirs));
            return false;
        }
        return true;
    }
}
