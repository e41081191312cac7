package io.tributary.query;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.apache.flink.connector.jdbc.postgres.database.dialect.PostgresDialect;

/**
 * Flink's dialect of PostgreSQL, with names as the database has them: it leaves them unquoted, so that capitals and
 * reserved words are not found.
 */
final class PostgresNames extends PostgresDialect {

    private static final long serialVersionUID = 1L;

    @Override
    public String quoteIdentifier(String identifier) {
        return "\"" + identifier.replace("\"", "\"\"") + "\"";
    }

    /** {@code schema.table}, or a table alone. */
    String table(String name) {
        return Arrays.stream(name.split("\\.", 2)).map(this::quoteIdentifier).collect(Collectors.joining("."));
    }

    @Override
    public String getSelectFromStatement(String tableName, String[] selectFields, String[] conditionFields) {
        String columns = Arrays.stream(selectFields).map(this::quoteIdentifier).collect(Collectors.joining(", "));
        String conditions = Arrays.stream(conditionFields)
                .map(field -> quoteIdentifier(field) + " = :" + field)
                .collect(Collectors.joining(" AND "));
        return "SELECT " + columns + " FROM " + table(tableName) + (conditions.isEmpty() ? "" : " WHERE " + conditions);
    }
}
