package io.tributary.query;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.flink.connector.jdbc.postgres.database.dialect.PostgresDialect;

/**
 * Flink's dialect of PostgreSQL, with names as the database has them: it leaves them unquoted, so that capitals and
 * reserved words are not found.
 *
 * <p>Flink's lookup makes each key's column a parameter of that name, which only works with names that Java could have. It is
 * given a {@link #placeholder} for each column instead.
 */
final class PostgresNames extends PostgresDialect {

    private static final long serialVersionUID = 1L;

    private final List<String> columns;

    private PostgresNames(List<String> columns) {
        this.columns = List.copyOf(columns);
    }

    /** @param columns those that are read */
    static PostgresNames of(List<String> columns) {
        return new PostgresNames(columns);
    }

    String placeholder(String column) {
        return "c" + columns.indexOf(column);
    }

    private String column(String placeholder) {
        return quoteIdentifier(columns.get(Integer.parseInt(placeholder.substring(1))));
    }

    /** Flink's lookup looks for parameters within names, too, and refuses a question mark anywhere: both are written as escapes. */
    @Override
    public String quoteIdentifier(String identifier) {
        String doubled = identifier.replace("\"", "\"\"");
        if (doubled.indexOf(':') < 0 && doubled.indexOf('?') < 0) {
            return "\"" + doubled + "\"";
        }
        return "U&\"" + doubled.replace("\\", "\\\\").replace(":", "\\003A").replace("?", "\\003F") + "\"";
    }

    /** {@code schema.table}, or a table alone; either may stand in double quotes. */
    String table(String name) {
        NameAndRest first = NameAndRest.of(name, "\\.");
        String rest = first.rest();
        return rest == null
                ? quoteIdentifier(first.name())
                : quoteIdentifier(first.name()) + "."
                        + quoteIdentifier(NameAndRest.of(rest, "(?!)").name());
    }

    /** The fields are placeholders. */
    @Override
    public String getSelectFromStatement(String tableName, String[] selectFields, String[] conditionFields) {
        String selected = Arrays.stream(selectFields).map(this::column).collect(Collectors.joining(", "));
        String conditions = Arrays.stream(conditionFields)
                .map(field -> column(field) + " = :" + field)
                .collect(Collectors.joining(" AND "));
        return "SELECT " + selected + " FROM " + table(tableName)
                + (conditions.isEmpty() ? "" : " WHERE " + conditions);
    }
}
