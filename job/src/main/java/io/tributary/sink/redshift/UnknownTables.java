package io.tributary.sink.redshift;

import io.tributary.change.TableName;
import io.tributary.settings.NamePatterns;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tables that nobody has named, of which records were put aside: those that fit a pattern are the pipeline's, which began to send them
 * while we run. Whoever may write into the stream can send any name, so it has to be one that a table may have, and none that
 * another table has in the warehouse, where names are in lower case.
 */
final class UnknownTables {

    private static final Logger LOG = LoggerFactory.getLogger(UnknownTables.class);

    private final Connection connection;
    private final WarehouseNames names;

    UnknownTables(Connection connection, WarehouseNames names) {
        this.connection = connection;
        this.names = names;
    }

    void admit(NamePatterns patterns, ShapeRegistry shapes) throws SQLException {
        Set<String> unknown = new LinkedHashSet<>();
        try (PreparedStatement query = connection.prepareStatement(
                "SELECT DISTINCT table_name FROM " + names.rejected() + " WHERE reason = ? ORDER BY table_name")) {
            query.setString(1, Receive.UNKNOWN_TABLE);
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    unknown.add(rows.getString(1));
                }
            }
        }
        unknown.removeIf(
                table -> !patterns.contains(table) || !TargetChecks.isName(table) || TableName.problem(table) != null);
        if (unknown.isEmpty()) {
            return;
        }
        Set<String> taken = taken();
        unknown.removeIf(table -> !taken.add(WarehouseNames.lower(table)));
        if (!unknown.isEmpty()) {
            LOG.info("Tables {} fit a pattern of sql.pass-through, and are merged from now on", unknown);
            shapes.admit(unknown);
        }
    }

    /** In lower case. */
    private Set<String> taken() throws SQLException {
        Set<String> taken = new HashSet<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT table_name FROM " + names.control())) {
            while (rows.next()) {
                taken.add(WarehouseNames.lower(rows.getString(1)));
            }
        }
        return taken;
    }
}
