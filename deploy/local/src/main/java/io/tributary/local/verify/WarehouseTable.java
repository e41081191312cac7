package io.tributary.local.verify;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.StringJoiner;
import org.apache.iceberg.types.Type;
import org.jspecify.annotations.Nullable;

/** A table of the warehouse, whose names are in lower case. */
final class WarehouseTable {

    private static final int FETCH = 5_000;

    private final Connection connection;
    private final String schema;
    private final String table;

    /** {@code connection} is not in auto-commit mode, so that rows are fetched in portions. */
    WarehouseTable(Connection connection, String schema, String table) {
        this.connection = connection;
        this.schema = schema;
        this.table = table.toLowerCase(Locale.ROOT);
    }

    void read(List<ColumnForm> columns, Comparison.Rows rows) throws Exception {
        Set<String> json = json();
        StringJoiner names = new StringJoiner(", ");
        columns.forEach(column -> names.add('"' + column.name().toLowerCase(Locale.ROOT) + '"'));
        try (Statement statement = connection.createStatement()) {
            statement.setFetchSize(FETCH);
            try (ResultSet result =
                    statement.executeQuery("SELECT " + names + " FROM \"" + schema + "\".\"" + table + "\"")) {
                while (result.next()) {
                    @Nullable String[] values = new String[columns.size()];
                    for (int i = 0; i < values.length; i++) {
                        String text = text(result, i + 1, columns.get(i).type());
                        values[i] = text != null
                                        && json.contains(columns.get(i).name().toLowerCase(Locale.ROOT))
                                ? CanonicalJson.of(text)
                                : columns.get(i).ofText(text);
                    }
                    rows.next(values);
                }
            }
        }
    }

    /** The columns that the warehouse keeps as what is in them, and prints in a form of its own. */
    private Set<String> json() throws SQLException {
        String query = "SELECT column_name FROM information_schema.columns WHERE table_schema = ? AND table_name = ?"
                + " AND data_type IN ('super', 'jsonb')";
        Set<String> json = new HashSet<>();
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            statement.setString(1, schema);
            statement.setString(2, table);
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    json.add(result.getString(1));
                }
            }
        }
        return json;
    }

    private static @Nullable String text(ResultSet result, int index, Type type) throws Exception {
        if (type.typeId() != Type.TypeID.BINARY) {
            return result.getString(index);
        }
        byte[] bytes = result.getBytes(index);
        return bytes == null ? null : HexFormat.of().formatHex(bytes);
    }
}
