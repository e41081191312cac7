package io.tributary.command.verify;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import org.apache.iceberg.types.Type;
import org.jspecify.annotations.Nullable;

/** A table of the warehouse, whose names are in lower case. */
final class WarehouseTable implements Side {

    private static final int FETCH = 5_000;

    /** Of tables whose deleted rows stay, beside their own columns. */
    private static final String DELETED = "_deleted";

    private static final String COLUMNS = "SELECT column_name, data_type, numeric_scale FROM information_schema.columns"
            + " WHERE table_schema = ? AND table_name = ?";

    private final Connection connection;
    private final String name;
    private final RowForm form;
    private final Map<String, String> types;
    private final WarehouseForms forms;

    /** What rows have to be that are not marked as deleted. */
    private final String standing;

    private WarehouseTable(
            Connection connection, String name, RowForm form, Map<String, String> types, WarehouseForms forms) {
        this.connection = connection;
        this.name = name;
        this.form = form;
        this.types = types;
        this.forms = forms;
        boolean isMarking = types.containsKey(DELETED)
                && form.names().stream().noneMatch(column -> column.equalsIgnoreCase(DELETED));
        this.standing = isMarking ? "NOT COALESCE(" + DELETED + ", FALSE)" : "TRUE";
    }

    /** Null if there is no such table. {@code connection} is not in auto-commit mode, so that rows are fetched in portions. */
    static @Nullable WarehouseTable find(
            Connection connection, String schema, String table, RowForm form, boolean isPostgres) throws SQLException {
        String lower = table.toLowerCase(Locale.ROOT);
        Map<String, String> types = new HashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(COLUMNS)) {
            statement.setString(1, schema);
            statement.setString(2, lower);
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    String type = result.getString(2);
                    types.put(result.getString(1), type.equals("numeric") ? type + " " + result.getInt(3) : type);
                }
            }
        } finally {
            connection.rollback();
        }
        return types.isEmpty()
                ? null
                : new WarehouseTable(
                        connection,
                        SourceTable.quoted(schema) + "." + SourceTable.quoted(lower),
                        form,
                        types,
                        new WarehouseForms(types, isPostgres));
    }

    /** Those of the form that the table does not have. */
    List<String> lacking() {
        return form.names().stream()
                .filter(column -> !types.containsKey(column.toLowerCase(Locale.ROOT)))
                .toList();
    }

    @Override
    public void addTo(Checksums checksums) throws Exception {
        String range = form.range(forms);
        String checksum = form.checksum(forms);
        if (range == null || checksum == null || !sums(range, checksum, checksums)) {
            read(checksums::add);
        }
    }

    /** False, and nothing is added, if it cannot compute them: a row may be longer there than a text can be. */
    private boolean sums(String range, String checksum, Checksums checksums) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("SELECT key_range, count(*), sum(checksum) FROM (SELECT "
                        + range + " AS key_range, " + checksum + " AS checksum FROM " + name + " WHERE " + standing
                        + ") AS sums GROUP BY key_range")) {
            while (result.next()) {
                checksums.add(
                        result.getInt(1),
                        result.getLong(2),
                        result.getBigDecimal(3).toBigInteger().longValue());
            }
            return true;
        } catch (SQLException e) {
            if (checksums.count() > 0) {
                throw e;
            }
            return false;
        } finally {
            connection.rollback();
        }
    }

    @Override
    public void read(Rows rows) throws Exception {
        select("", rows);
    }

    @Override
    public void read(Ranges ranges, Rows rows) throws Exception {
        String range = form.range(forms);
        if (range == null) {
            Side.super.read(ranges, rows);
            return;
        }
        select(" AND " + range + " IN (" + ranges.list() + ")", rows);
    }

    /** @param condition what else rows have to be, with AND in front; empty for all */
    private void select(String condition, Rows rows) throws Exception {
        StringJoiner names = new StringJoiner(", ");
        List<ColumnForm> columns = form.columns();
        columns.forEach(column -> names.add(SourceTable.quoted(column.name().toLowerCase(Locale.ROOT))));
        try (Statement statement = connection.createStatement()) {
            statement.setFetchSize(FETCH);
            try (ResultSet result =
                    statement.executeQuery("SELECT " + names + " FROM " + name + " WHERE " + standing + condition)) {
                while (result.next()) {
                    @Nullable String[] values = new String[columns.size()];
                    for (int i = 0; i < values.length; i++) {
                        values[i] = value(result, i, columns.get(i));
                    }
                    rows.next(values);
                }
            }
        } finally {
            connection.rollback();
        }
    }

    private @Nullable String value(ResultSet result, int column, ColumnForm form) throws SQLException {
        String text = text(result, column + 1, form.type());
        String type = types.getOrDefault(form.name().toLowerCase(Locale.ROOT), "");
        // Kept as what is in it, and printed in a form of its own.
        return text != null
                        && !form.isJson()
                        && !form.type().isListType()
                        && (type.equals("super") || type.equals("jsonb"))
                ? CanonicalJson.of(text)
                : form.ofText(text);
    }

    private static @Nullable String text(ResultSet result, int index, Type type) throws SQLException {
        if (type.typeId() != Type.TypeID.BINARY) {
            return result.getString(index);
        }
        byte[] bytes = result.getBytes(index);
        return bytes == null ? null : HexFormat.of().formatHex(bytes);
    }
}
