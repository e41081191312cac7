package io.tributary.local;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
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

    /** Redshift's, and that of the PostgreSQL that stands in for it. */
    private static final Set<String> JSON_TYPES = Set.of("super", "jsonb");

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
        StringJoiner names = new StringJoiner(", ");
        columns.forEach(column -> names.add('"' + column.name().toLowerCase(Locale.ROOT) + '"'));
        try (Statement statement = connection.createStatement()) {
            statement.setFetchSize(FETCH);
            try (ResultSet result =
                    statement.executeQuery("SELECT " + names + " FROM \"" + schema + "\".\"" + table + "\"")) {
                boolean[] areJson = json(result.getMetaData());
                while (result.next()) {
                    @Nullable String[] values = new String[columns.size()];
                    for (int i = 0; i < values.length; i++) {
                        String text = text(result, i + 1, columns.get(i).type());
                        values[i] = text != null && areJson[i]
                                ? CanonicalJson.of(text)
                                : columns.get(i).ofText(text);
                    }
                    rows.next(values);
                }
            }
        }
    }

    /** Which columns the warehouse keeps as what is in them, and prints in a form of its own. */
    private static boolean[] json(ResultSetMetaData description) throws SQLException {
        boolean[] json = new boolean[description.getColumnCount()];
        for (int i = 0; i < json.length; i++) {
            json[i] = JSON_TYPES.contains(description.getColumnTypeName(i + 1).toLowerCase(Locale.ROOT));
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
