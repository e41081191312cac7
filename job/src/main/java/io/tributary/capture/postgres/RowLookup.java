package io.tributary.capture.postgres;

import io.tributary.change.Schema;
import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Asks the database for the columns that an UPDATE left out, where the row has a new key.
 *
 * <p>The value may be newer than the change. It is right all the same: it was written by a later change of the same key,
 * which is still to come, or it was not changed at all.
 */
final class RowLookup {

    private final Connected database;

    RowLookup(Connected database) {
        this.database = database;
    }

    /** Fills in the columns that are unchanged; false if the database has no such row by now. */
    boolean complete(CapturedTable table, Schema schema, ColumnType[] types, Tuple row) throws Unreadable {
        List<Integer> missing = new ArrayList<>();
        for (int i = 0; i < row.columns(); i++) {
            if (row.isUnchanged(i)) {
                missing.add(i);
            }
        }
        String sql = "SELECT "
                + missing.stream()
                        .map(i -> Sql.identifier(schema.columns().get(i).name()))
                        .collect(Collectors.joining(", "))
                + " FROM " + table.quoted() + " WHERE "
                + schema.keyNames().stream()
                        .map(name -> Sql.identifier(name) + " = ?")
                        .collect(Collectors.joining(" AND "));
        try (PreparedStatement statement = database.connection().prepareStatement(sql)) {
            Slice value = new Slice();
            Text text = new Text();
            int parameter = 1;
            for (int column : schema.key()) {
                types[column].form(row.isBinary(column)).print(row.value(column, value), text.clear());
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
        } catch (SQLException e) {
            throw new Unreadable("The UPDATE gave the row of table " + table + " a new key and left out large columns,"
                    + " and they could not be read from the database: " + e.getMessage());
        }
    }

    /** The text as the server printed it; {@code getBytes} would decode bytea. */
    static byte @Nullable [] bytes(ResultSet result, int column) throws SQLException {
        String text = result.getString(column);
        return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
    }
}
