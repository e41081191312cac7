package io.tributary.sink.redshift;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a standing table has beside its columns, keys and rows, and what a copy of it has to get: what others may do with it, its
 * comments, and the defaults of its columns. Privileges on single columns are not among them.
 */
final class Belongings {

    static final Belongings NONE = new Belongings(List.of(), new TreeMap<>(), Map.of());

    private static final SqlTemplate COMMENTS = SqlTemplate.of("comments.sql");
    private static final SqlTemplate DEFAULTS = SqlTemplate.of("defaults.sql");

    private final List<String> grants;
    private final Map<String, String> comments;
    private final Map<String, String> defaults;

    private Belongings(List<String> grants, Map<String, String> comments, Map<String, String> defaults) {
        this.grants = grants;
        this.comments = comments;
        this.defaults = defaults;
    }

    /** @param relation the name of the table, which there is */
    static Belongings read(Connection connection, WarehouseNames names, String relation, WarehouseDialect dialect)
            throws SQLException {
        String table = names.relation(relation);
        List<String> grants = new ArrayList<>();
        each(connection, dialect.grants(), names, relation, row -> grants.add(grant(row, table)));
        Map<String, String> comments = new LinkedHashMap<>();
        each(
                connection,
                COMMENTS,
                names,
                relation,
                row -> comments.put(row[0] == null ? "" : row[0], dialect.literal(String.valueOf(row[1]))));
        Map<String, String> defaults = new LinkedHashMap<>();
        each(connection, DEFAULTS, names, relation, row -> defaults.put(String.valueOf(row[0]), row[1] + " " + row[2]));
        return new Belongings(grants, comments, defaults);
    }

    private static String grant(@Nullable String[] row, String table) {
        String kind = String.valueOf(row[2]).toUpperCase(Locale.ROOT);
        String who = row[1] == null || kind.equals("PUBLIC")
                ? "PUBLIC"
                : (kind.equals("USER") ? "" : kind + " ") + WarehouseNames.quote(row[1]);
        return "GRANT " + row[0] + " ON " + table + " TO " + who
                + (Boolean.parseBoolean(row[3]) ? " WITH GRANT OPTION" : "");
    }

    /** What stands behind the type of a column where the table is made; empty if there is nothing. */
    String ofColumn(String column) {
        String given = defaults.get(column);
        return given == null ? "" : " " + given.strip();
    }

    /**
     * Gives them to the table.
     *
     * @param table qualified and quoted
     * @param columns those that it has
     */
    List<String> statements(String table, Iterable<String> columns) {
        List<String> statements = new ArrayList<>(grants);
        String own = comments.get("");
        if (own != null) {
            statements.add("COMMENT ON TABLE " + table + " IS " + own);
        }
        for (String column : columns) {
            String comment = comments.get(column);
            if (comment != null && !column.isEmpty()) {
                statements.add("COMMENT ON COLUMN " + table + "." + WarehouseNames.quote(column) + " IS " + comment);
            }
        }
        return statements;
    }

    @FunctionalInterface
    private interface Row {
        void take(@Nullable String[] columns) throws SQLException;
    }

    private static void each(
            Connection connection, SqlTemplate template, WarehouseNames names, String relation, Row row)
            throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(template.statement(Map.of()))) {
            query.setString(1, names.schemaName());
            query.setString(2, relation);
            try (ResultSet rows = query.executeQuery()) {
                @Nullable String[] columns = new String[rows.getMetaData().getColumnCount()];
                while (rows.next()) {
                    for (int i = 0; i < columns.length; i++) {
                        columns[i] = rows.getString(i + 1);
                    }
                    row.take(columns);
                }
            }
        }
    }
}
