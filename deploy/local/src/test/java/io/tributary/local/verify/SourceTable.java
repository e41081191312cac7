package io.tributary.local.verify;

import io.tributary.command.verify.ColumnForm;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * A table as the source has it: a table of Postgres, or what a SQL file's SELECT makes of its tables there.
 *
 * <p>Assumes a connection in UTC with ISO intervals ({@link #prepare}). Functions that the SQL files use have to exist
 * there under the same names.
 */
final class SourceTable {

    private static final int FETCH = 5_000;

    private final Connection connection;
    private final String query;

    private SourceTable(Connection connection, String query) {
        this.connection = connection;
        this.query = query;
    }

    /** All that is read through the connection afterwards shows one moment. */
    public static void prepare(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET TIME ZONE 'UTC'");
            statement.execute("SET intervalstyle = 'iso_8601'");
            statement.execute("SET bytea_output = 'hex'");
            connection.commit();
            statement.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY");
        }
    }

    /** {@code queries} are all tables and SELECTs by the name of what they make; they may read each other. */
    public static SourceTable of(Connection connection, String name, Map<String, String> queries) {
        StringJoiner all = new StringJoiner(",\n", "WITH RECURSIVE ", "\n");
        queries.forEach((output, select) -> all.add('"' + output + "\" AS (\n" + select + "\n)"));
        return new SourceTable(connection, all + "SELECT * FROM \"" + name + '"');
    }

    /** The names of its columns, in order. */
    public List<String> columns() throws SQLException {
        List<String> columns = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            ResultSetMetaData description = statement.getMetaData();
            for (int i = 1; i <= description.getColumnCount(); i++) {
                columns.add(description.getColumnName(i));
            }
        }
        return columns;
    }

    public void read(List<ColumnForm> columns, Comparison.Rows rows) throws Exception {
        List<String> texts = new ArrayList<>();
        for (ColumnForm column : columns) {
            String name = '"' + column.name() + '"';
            texts.add(column.type().isListType() ? "to_json(" + name + ")::text" : name + "::text");
        }
        String select = "SELECT " + String.join(", ", texts) + " FROM (" + query + ") AS source";
        try (Statement statement = connection.createStatement()) {
            statement.setFetchSize(FETCH);
            try (ResultSet result = statement.executeQuery(select)) {
                while (result.next()) {
                    @Nullable String[] values = new String[columns.size()];
                    for (int i = 0; i < values.length; i++) {
                        values[i] = columns.get(i).ofText(result.getString(i + 1));
                    }
                    rows.next(values);
                }
            }
        }
    }
}
