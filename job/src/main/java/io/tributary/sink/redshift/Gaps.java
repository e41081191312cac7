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
 * Tables that lack something: {@code _receive} marks them when it finds a gap in the stream, this when their target was dropped
 * or a refresh has skipped records. A dropped target is made again, so that what lands is merged; what it had comes with the reload that it is marked for.
 */
final class Gaps {

    private static final Logger LOG = LoggerFactory.getLogger(Gaps.class);
    private static final SqlTemplate LOST_TARGETS = SqlTemplate.of("lost-targets.sql");
    private static final SqlTemplate SKIPPED = SqlTemplate.of("skipped.sql");
    private static final SqlTemplate SKIPPED_NOTED = SqlTemplate.of("skipped-noted.sql");

    /** Under which name it is kept, among the shards, until when skipped records were seen. */
    private static final String SKIPPED_UNTIL = "_skipped";

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

    /** Marks all tables that have rows if a refresh has skipped records, and gives how many; those that were seen count no more. */
    long skippedRecords() throws SQLException {
        String seen = "";
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT sequence_number FROM " + names.watermark() + " WHERE table_name = '"
                                + Bookkeeping.RECEIVER + "' AND shard_id = '" + SKIPPED_UNTIL + "'")) {
            seen = rows.next() ? rows.getString(1) : seen;
        }
        long skipped;
        String reason;
        String newest;
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(SKIPPED.statement(Map.of(
                        "errors",
                        dialect.skippedRecords(names),
                        "external",
                        dialect.literal(names.externalSchemaName()),
                        "seen",
                        dialect.literal(seen))))) {
            rows.next();
            skipped = rows.getLong(1);
            reason = "A refresh skipped records of the stream: "
                    + String.valueOf(rows.getString(2)).strip();
            newest = String.valueOf(rows.getString(3));
        }
        if (skipped > 0) {
            Transaction.run(
                    connection,
                    SKIPPED_NOTED
                            .in(names)
                            .statements(Map.of(
                                    "reason",
                                    dialect.literal(reason),
                                    "receiver",
                                    dialect.literal(Bookkeeping.RECEIVER),
                                    "place",
                                    dialect.literal(SKIPPED_UNTIL),
                                    "newest",
                                    dialect.literal(newest))));
        }
        return skipped;
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

    /** Fills one that is marked; false if it cannot be, which its status says. */
    boolean fill(String table, Refiller refiller, Control control) throws SQLException {
        try {
            LOG.info("Filled again: {}", refiller.fill(table, connection));
            return true;
        } catch (SQLException | IOException | SchemaConflictException | RuntimeException e) {
            if (!connection.isValid(5)) {
                throw e instanceof SQLException ? (SQLException) e : new SQLException(e);
            }
            LOG.error("Table {} cannot be filled again: {}", table, e.getMessage());
            control.failed(table, Transaction.shortened("It cannot be filled again: " + e.getMessage()));
            return false;
        }
    }
}
