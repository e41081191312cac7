package io.tributary.sink.redshift;

import io.tributary.change.SchemaConflictException;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tables that lack something: {@code _receive} marks them when it finds a gap in the stream, this when their target was dropped. A
 * dropped target is made again, so that what lands is merged; what it had comes with the reload that it is marked for.
 */
final class Gaps {

    private static final Logger LOG = LoggerFactory.getLogger(Gaps.class);
    private static final SqlTemplate LOST_TARGETS = SqlTemplate.of("lost-targets.sql");

    private final Connection connection;
    private final WarehouseNames names;
    private final WarehouseDialect dialect;

    Gaps(Connection connection, WarehouseNames names, WarehouseDialect dialect) {
        this.connection = connection;
        this.names = names;
        this.dialect = dialect;
    }

    /** Marks tables whose target was dropped, and gives them. */
    Set<String> lostTargets(Collection<String> registered) throws SQLException {
        Set<String> standing = new ExistingTables(connection, names).all();
        Set<String> lost = new TreeSet<>();
        for (String table : registered) {
            if (!standing.contains(WarehouseNames.lower(table))) {
                lost.add(table);
            }
        }
        if (!lost.isEmpty()) {
            String tables = lost.stream().map(dialect::literal).collect(Collectors.joining(", "));
            Transaction.execute(
                    connection,
                    List.of(LOST_TARGETS
                            .in(names)
                            .statement(Map.of(
                                    "reason",
                                    dialect.literal("Its table was dropped, and made again without rows"),
                                    "tables",
                                    tables))));
        }
        return lost;
    }

    /** The tables that have to be filled again, each with the reason. */
    Map<String, String> marked() throws SQLException {
        Map<String, String> marked = new TreeMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT table_name, reason FROM " + names.reloads())) {
            while (rows.next()) {
                marked.put(rows.getString(1), rows.getString(2));
            }
        }
        return marked;
    }

    /** Fills those that are marked; false if one of them cannot be, which its status says. */
    boolean fill(Refiller refiller, Control control) throws SQLException {
        boolean isFilled = true;
        for (String table : marked().keySet()) {
            try {
                LOG.info("Filled again: {}", refiller.fill(table, connection));
            } catch (SQLException | IOException | SchemaConflictException | RuntimeException e) {
                if (!connection.isValid(5)) {
                    throw e instanceof SQLException ? (SQLException) e : new SQLException(e);
                }
                isFilled = false;
                LOG.error("Table {} cannot be filled again: {}", table, e.getMessage());
                control.failed(table, Transaction.shortened("It cannot be filled again: " + e.getMessage()));
            }
        }
        return isFilled;
    }
}
