package io.tributary.capture.postgres.row;

import io.tributary.capture.postgres.PostgresTable;
import io.tributary.capture.postgres.Sql;
import io.tributary.capture.postgres.server.Connected;
import io.tributary.capture.postgres.value.Attribute;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** The columns of a table that a publication carries: all but the generated ones, in their order. */
public final class TableColumns {

    private static final String COLUMNS = Sql.statement(TableColumns.class, "columns.sql");

    private TableColumns() {}

    /** Empty if there is no such table. */
    public static List<Attribute> of(PostgresTable table, Connected database) throws SQLException {
        List<Attribute> attributes = new ArrayList<>();
        try (PreparedStatement statement = database.connection().prepareStatement(COLUMNS)) {
            statement.setString(1, table.quoted());
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    attributes.add(new Attribute(result.getString(1), result.getLong(2), result.getInt(3)));
                }
            }
        }
        return attributes;
    }
}
