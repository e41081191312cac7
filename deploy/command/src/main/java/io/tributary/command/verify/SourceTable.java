package io.tributary.command.verify;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A table as the source has it: a table of PostgreSQL, or what a SQL file's SELECT makes of its tables there. */
final class SourceTable implements Side {

    private static final int FETCH = 5_000;
    private static final Set<Integer> INTEGERS = Set.of(Types.SMALLINT, Types.INTEGER, Types.BIGINT);

    private static final Set<String> DOCUMENTS = Set.of("json", "jsonb");

    /**
     * What a query has.
     *
     * @param columns their names, in order
     * @param numbers those of the type numeric
     * @param integers those of the types of whole numbers
     * @param documents those of the types json and jsonb
     */
    record Description(List<String> columns, Set<String> numbers, Set<String> integers, Set<String> documents) {}

    private final Connection connection;
    private final String query;
    private final RowForm form;
    private final PostgresForms forms;

    SourceTable(Connection connection, String query, Description description, RowForm form) {
        this.connection = connection;
        this.query = query;
        this.form = form;
        this.forms = new PostgresForms(description.integers);
    }

    static Description describe(Connection connection, String query) throws SQLException {
        List<String> columns = new ArrayList<>();
        Set<String> numbers = new HashSet<>();
        Set<String> integers = new HashSet<>();
        Set<String> documents = new HashSet<>();
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            ResultSetMetaData description = statement.getMetaData();
            for (int i = 1; i <= description.getColumnCount(); i++) {
                String name = description.getColumnName(i);
                int type = description.getColumnType(i);
                columns.add(name);
                if (type == Types.NUMERIC) {
                    numbers.add(name);
                } else if (INTEGERS.contains(type)) {
                    integers.add(name);
                } else if (DOCUMENTS.contains(description.getColumnTypeName(i))) {
                    documents.add(name);
                }
            }
        }
        return new Description(columns, numbers, integers, documents);
    }

    static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    /** PostgreSQL reads its rows, and sends one of 65,536 ranges. */
    @Override
    public void addTo(Checksums checksums) throws Exception {
        String range = form.range(forms);
        String checksum = form.checksum(forms);
        if (range == null || checksum == null) {
            read(checksums::add);
            return;
        }
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(
                        "SELECT range, count(*), sum(checksum) FROM (SELECT " + range + " AS range, " + checksum
                                + " AS checksum FROM (" + query + ") AS source) AS sums GROUP BY range")) {
            while (result.next()) {
                checksums.add(
                        result.getInt(1),
                        result.getLong(2),
                        result.getBigDecimal(3).toBigInteger().longValue());
            }
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
        select(" WHERE " + range + " IN (" + ranges.list() + ")", rows);
    }

    private void select(String condition, Rows rows) throws Exception {
        List<ColumnForm> columns = form.columns();
        List<String> texts = new ArrayList<>();
        for (ColumnForm column : columns) {
            String name = quoted(column.name());
            texts.add(column.type().isListType() ? "to_json(" + name + ")::text" : name + "::text");
        }
        String select = "SELECT " + String.join(", ", texts) + " FROM (" + query + ") AS source" + condition;
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
