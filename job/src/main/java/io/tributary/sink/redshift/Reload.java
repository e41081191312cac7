package io.tributary.sink.redshift;

import io.tributary.change.Schema;
import io.tributary.change.SchemaConflictException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Fills a table again in one transaction, while the stream goes on: readers see the table as it was, or with all rows.
 *
 * <p>The rows go the way of those that land: into the stage, and by the table's merge into the target, in the version up to
 * which they are complete. What the target has that is newer stays, as do newer tombstones; what is not newer goes, and what
 * lands later and is older is passed over, as after a table was made anew. So it does not matter what of the stream has
 * landed, or when.
 */
public final class Reload {

    private static final SqlTemplate BEFORE = SqlTemplate.of("reload.sql");
    private static final SqlTemplate ROW = SqlTemplate.of("reloaded-row.sql");
    private static final SqlTemplate FILES = SqlTemplate.of("reloaded-files.sql");
    private static final int ROWS_A_STATEMENT = 500;

    private final RedshiftSettings settings;
    private final Connection connection;
    private final WarehouseNames names;
    private final WarehouseDialect dialect;

    public Reload(RedshiftSettings settings, Connection connection) {
        this.settings = settings;
        this.connection = connection;
        this.names = new WarehouseNames(settings.schema());
        this.dialect = settings.dialect();
    }

    /** The newest shape that the stream told of the table, in which its rows have to come; null if it told none. */
    public @Nullable Schema shape(String table) throws SQLException {
        ToldShape newest = new ShapeRegistry(connection, settings).newest(table);
        return newest == null ? null : newest.schema();
    }

    /**
     * Gives how many rows came. A target that is missing is made.
     *
     * @throws IllegalArgumentException if the stream has told no shape of the table
     */
    public long load(String table, Refill refill) throws SQLException, SchemaConflictException, IOException {
        ShapeRegistry shapes = new ShapeRegistry(connection, settings);
        ToldShape newest = shapes.newest(table);
        if (newest == null) {
            throw new IllegalArgumentException("The stream has told no columns of table " + table
                    + ", so nothing says what its rows look like: start the job, and redshift merge, before");
        }
        shapes.remake(table);
        connection.setAutoCommit(false);
        try {
            long rows = transfer(table, newest.number(), refill);
            connection.commit();
            return rows;
        } catch (SQLException | IOException | RuntimeException e) {
            connection.rollback();
            throw e;
        } finally {
            connection.setAutoCommit(true);
        }
    }

    private long transfer(String table, long number, Refill refill) throws SQLException, IOException {
        String version = dialect.literal(refill.completeTo());
        String target = names.table(table);
        String tombstones = names.tombstones(table);
        Transaction.execute(
                connection,
                BEFORE.in(names)
                        .statements(Map.of(
                                "table",
                                dialect.literal(table),
                                "version",
                                version,
                                "end_rows",
                                settings.deletions(table).replaced(target, names.unqualified(target), version),
                                "tombstones",
                                tombstones,
                                "tombstones_alone",
                                names.unqualified(tombstones))));
        Map<String, String> values =
                Map.of("table", dialect.literal(table), "number", Long.toString(number), "version", version);
        long rows = settings.loads().isByFiles() ? copied(values, refill) : inserted(values, refill);
        Transaction.execute(
                connection,
                List.of(
                        "UPDATE " + names.control() + " SET rows_landed = rows_landed + " + rows
                                + " WHERE table_name = " + dialect.literal(table),
                        Procedure.call(names.merge(table)),
                        "DELETE FROM " + names.reloads() + " WHERE table_name = " + dialect.literal(table)));
        return rows;
    }

    private long inserted(Map<String, String> values, Refill refill) throws SQLException, IOException {
        try (PreparedStatement statement =
                connection.prepareStatement(ROW.in(names).statement(values))) {
            Batch batch = new Batch(statement);
            refill.forEach(batch::add);
            return batch.end();
        } catch (NotTaken e) {
            throw e.reason;
        }
    }

    /** Where there is a place for files: the way that is made for many rows. */
    private long copied(Map<String, String> values, Refill refill) throws SQLException, IOException {
        try (FileLoads files = FileLoads.open(settings);
                RowFiles rows = new RowFiles(settings, files)) {
            refill.forEach(rows::add);
            rows.copy(connection);
            Transaction.execute(connection, List.of(FILES.in(names).statement(values), "DROP TABLE " + Copy.TABLE));
            return rows.count();
        }
    }

    /** What the warehouse says, on its way through what shows the rows. */
    private static final class NotTaken extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private final SQLException reason;

        NotTaken(SQLException reason) {
            super(reason);
            this.reason = reason;
        }
    }

    /** The rows on their way into the stage. */
    private static final class Batch {

        private final PreparedStatement statement;
        private long rows;

        Batch(PreparedStatement statement) {
            this.statement = statement;
        }

        void add(byte[] json) {
            try {
                statement.setString(1, Long.toString(++rows));
                statement.setString(2, new String(json, StandardCharsets.UTF_8));
                statement.addBatch();
                if (rows % ROWS_A_STATEMENT == 0) {
                    statement.executeBatch();
                }
            } catch (SQLException e) {
                throw new NotTaken(e);
            }
        }

        long end() throws SQLException {
            statement.executeBatch();
            return rows;
        }
    }
}
