package io.tributary.capture.postgres.row;

import io.tributary.capture.Unreadable;
import io.tributary.capture.postgres.PostgresTable;
import io.tributary.capture.postgres.Sql;
import io.tributary.capture.postgres.server.Connected;
import io.tributary.capture.postgres.server.Patience;
import io.tributary.capture.postgres.value.ColumnType;
import io.tributary.capture.postgres.value.Slice;
import io.tributary.capture.postgres.value.Text;
import io.tributary.change.Schema;
import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Asks the database for the columns that an UPDATE left out.
 *
 * <p>The value may be newer than the change. It is right all the same: it was written by a later change of the same key,
 * which is still to come, or it was not changed at all. That later change has to be shown although the row has its value by then:
 * another attempt may have found another value at the same position ({@link io.tributary.change.Change#ahead}). It is never older: a transaction comes through the slot as soon as its
 * commit is in the WAL, and others see it a moment later, or much later where a synchronous standby has to have it first. That
 * moment is awaited.
 */
public final class RowLookup {

    private static final String LOOKUP = Sql.statement(RowLookup.class, "lookup.sql");
    private static final String COMPARISONS = Sql.statement(RowLookup.class, "comparisons.sql");
    private static final long PAUSE_MILLIS = 2;

    private final Connected database;
    private final Map<Long, Map<String, String>> comparisons = new HashMap<>();
    private int transaction;
    private boolean isVisible = true;

    public RowLookup(Connected database) {
        this.database = database;
    }

    /** The transaction whose changes come next. */
    void of(int newTransaction) {
        transaction = newTransaction;
        isVisible = false;
    }

    /**
     * Fills in the columns that are unchanged; false if the database has no such row by now. Fails with {@link LostException}
     * if the database does not answer.
     */
    boolean complete(PostgresTable table, Schema schema, ColumnType[] types, Tuple row) throws Unreadable {
        try {
            awaitVisible();
            return find(table, schema, types, row);
        } catch (SQLException e) {
            if (Patience.passes(e)) {
                throw new LostException(e);
            }
            // The server may tell of the key.
            String reason = table.rules().isAny() ? "it answers with SQLSTATE " + e.getSQLState() : e.getMessage();
            throw new Unreadable("The UPDATE of a row of table " + table
                    + " left out large columns, and they could not be read from the database: " + reason);
        }
    }

    private boolean find(PostgresTable table, Schema schema, ColumnType[] types, Tuple row)
            throws SQLException, Unreadable {
        List<Integer> missing = new ArrayList<>();
        for (int i = 0; i < row.columns(); i++) {
            if (row.isUnchanged(i)) {
                missing.add(i);
            }
        }
        String columns = missing.stream()
                .map(i -> Sql.identifier(schema.columns().get(i).name()))
                .collect(Collectors.joining(", "));
        Map<String, String> equal = comparisons(table, schema);
        String key = schema.keyNames().stream()
                .map(name -> equal.getOrDefault(name, Sql.identifier(name) + " = ?"))
                .collect(Collectors.joining(" AND "));
        String sql = Sql.fill(LOOKUP, Map.of("columns", columns, "table", table.quoted(), "key", key));
        try (PreparedStatement statement = database.connection().prepareStatement(sql)) {
            Slice value = new Slice();
            Text text = new Text();
            int parameter = 1;
            for (int column : schema.key()) {
                types[column].source().form(row.isBinary(column)).print(row.value(column, value), text.clear());
                statement.setObject(parameter++, text.toString(), Types.OTHER);
            }
            try (ResultSet result = statement.executeQuery()) {
                if (!result.next()) {
                    return false;
                }
                for (int i = 0; i < missing.size(); i++) {
                    row.set(missing.get(i), bytes(result, i + 1));
                }
                return true;
            }
        }
    }

    /**
     * By column, whatever the search path is: an operator and a type go by their schemas, and a parameter of no type is not taken
     * for a composite.
     */
    private Map<String, String> comparisons(PostgresTable table, Schema schema) throws SQLException {
        Map<String, String> known = comparisons.get(schema.fingerprint());
        if (known != null) {
            return known;
        }
        Map<String, String> found = new HashMap<>();
        try (PreparedStatement statement = database.connection().prepareStatement(COMPARISONS)) {
            statement.setString(1, table.quoted());
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    String namespace = result.getString(3);
                    String operator = namespace == null ? "pg_catalog.=" : namespace + "." + result.getString(4);
                    found.put(
                            result.getString(1),
                            Sql.identifier(result.getString(1)) + " OPERATOR(" + operator + ") ?::"
                                    + result.getString(2));
                }
            }
        }
        comparisons.put(schema.fingerprint(), found);
        return found;
    }

    private void awaitVisible() throws SQLException {
        while (!isVisible) {
            isVisible = !isRunning(snapshot(), transaction);
            if (!isVisible) {
                try {
                    TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new SQLException("Interrupted while a transaction was not visible yet", e);
                }
            }
        }
    }

    private String snapshot() throws SQLException {
        try (PreparedStatement statement =
                        database.connection().prepareStatement("SELECT pg_catalog.txid_current_snapshot()::text");
                ResultSet result = statement.executeQuery()) {
            result.next();
            return result.getString(1);
        }
    }

    /**
     * Whether a snapshot takes the transaction for one that runs.
     *
     * @param snapshot {@code xmin:xmax:running,running..}; all with their epoch, which the transaction lacks
     */
    static boolean isRunning(String snapshot, int transaction) {
        String[] parts = snapshot.split(":", -1);
        if (transaction - (int) Long.parseLong(parts[1]) >= 0) {
            return true;
        }
        for (String running : parts[2].split(",", -1)) {
            if (!running.isEmpty() && (int) Long.parseLong(running) == transaction) {
                return true;
            }
        }
        return false;
    }

    /** The text as the server printed it; {@code getBytes} would decode bytea. */
    static byte @Nullable [] bytes(ResultSet result, int column) throws SQLException {
        String text = result.getString(column);
        return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
    }
}
