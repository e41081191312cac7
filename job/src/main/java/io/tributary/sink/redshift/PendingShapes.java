package io.tributary.sink.redshift;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The shapes that have landed and that their tables do not have yet. */
final class PendingShapes {

    private static final Logger LOG = LoggerFactory.getLogger(PendingShapes.class);

    private final Connection connection;
    private final WarehouseNames names;
    private final WarehouseDialect dialect;

    PendingShapes(Connection connection, WarehouseNames names, WarehouseDialect dialect) {
        this.connection = connection;
        this.names = names;
        this.dialect = dialect;
    }

    /** One of them, and why its table could not take it so far; null if nobody tried. */
    static final class Pending {

        private final String table;
        private final ToldShape shape;
        private final @Nullable String problem;

        private Pending(String table, ToldShape shape, @Nullable String problem) {
            this.table = table;
            this.shape = shape;
            this.problem = problem;
        }

        String table() {
            return table;
        }

        ToldShape shape() {
            return shape;
        }

        @Nullable
        String problem() {
            return problem;
        }
    }

    /** Those of one table, the oldest first. */
    List<Pending> read(String table) throws SQLException {
        return read(" AND table_name = " + dialect.literal(table), false);
    }

    /**
     * By table, and for each the oldest first, without those of tables that are held. Those that no record of ours can have told are put
     * aside.
     */
    List<Pending> read() throws SQLException {
        return read("", true);
    }

    private List<Pending> read(String which, boolean refuses) throws SQLException {
        List<Pending> found = new ArrayList<>();
        List<Refused> refused = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT table_name, schema_number, record, problem FROM "
                        + names.schemas()
                        + " WHERE applied_at IS NULL" + which + " AND table_name NOT IN (SELECT table_name FROM "
                        + names.holds()
                        + " WHERE held_ms > released_ms) ORDER BY table_name, schema_number")) {
            while (rows.next()) {
                String table = rows.getString(1);
                long number = rows.getLong(2);
                try {
                    ToldShape shape = new ToldShape(number, SchemaRecord.read(table, rows.getString(3)));
                    found.add(new Pending(table, shape, rows.getString(4)));
                } catch (IllegalArgumentException e) {
                    refused.add(new Refused(table, number, Transaction.shortened(String.valueOf(e.getMessage()))));
                }
            }
        }
        for (Refused shape : refuses ? refused : List.<Refused>of()) {
            refuse(shape);
        }
        found.sort(Comparator.comparing(Pending::table).thenComparing(Pending::shape, ToldShape.BY_REVISION));
        return found;
    }

    private void refuse(Refused shape) throws SQLException {
        LOG.warn("A record that tells a shape of table {} is put aside: {}", shape.table, shape.reason);
        String which = " WHERE table_name = " + dialect.literal(shape.table) + " AND schema_number = " + shape.number;
        Transaction.run(
                connection,
                List.of(
                        "INSERT INTO " + names.rejected()
                                + " (rejected_at, table_name, reason, shard_id, sequence_number, payload)\n"
                                + "SELECT GETDATE(), table_name, "
                                + dialect.literal(shape.reason.replace('\0', ' '))
                                + ", shard_id, sequence_number, record FROM " + names.schemas() + which,
                        "DELETE FROM " + names.schemas() + which,
                        "UPDATE " + names.control() + " SET rows_rejected = rows_rejected + 1 WHERE table_name = "
                                + dialect.literal(shape.table)));
    }

    /** Notes why the table cannot take it. */
    void report(Pending pending, String problem) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(
                "UPDATE " + names.schemas() + " SET problem = ? WHERE table_name = ? AND schema_number = ?")) {
            update.setString(1, problem);
            update.setString(2, pending.table);
            update.setLong(3, pending.shape.number());
            update.executeUpdate();
        }
    }

    private static final class Refused {

        private final String table;
        private final long number;
        private final String reason;

        Refused(String table, long number, String reason) {
            this.table = table;
            this.number = number;
            this.reason = reason;
        }
    }
}
