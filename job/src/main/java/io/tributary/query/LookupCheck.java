package io.tributary.query;

import io.tributary.settings.NamedKey;
import io.tributary.settings.Problems;
import io.tributary.settings.Suggestions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.flink.connector.jdbc.datasource.connections.SimpleJdbcConnectionProvider;
import org.apache.flink.table.types.logical.LogicalTypeRoot;

/** Opens a lookup table's database and compares the columns that the settings name with those that are there. */
final class LookupCheck {

    /** What Flink's JDBC source makes of a value, by the class that the driver hands over. */
    private static final Map<LogicalTypeRoot, Set<String>> CLASSES = classes();

    private LookupCheck() {}

    private static Map<LogicalTypeRoot, Set<String>> classes() {
        Map<LogicalTypeRoot, Set<String>> classes = new EnumMap<>(LogicalTypeRoot.class);
        classes.put(LogicalTypeRoot.BOOLEAN, Set.of("java.lang.Boolean"));
        classes.put(LogicalTypeRoot.TINYINT, Set.of("java.lang.Integer"));
        classes.put(LogicalTypeRoot.SMALLINT, Set.of("java.lang.Integer", "java.lang.Short"));
        classes.put(LogicalTypeRoot.INTEGER, Set.of("java.lang.Integer"));
        classes.put(LogicalTypeRoot.BIGINT, Set.of("java.lang.Long"));
        classes.put(LogicalTypeRoot.FLOAT, Set.of("java.lang.Float"));
        classes.put(LogicalTypeRoot.DOUBLE, Set.of("java.lang.Double"));
        classes.put(LogicalTypeRoot.DECIMAL, Set.of("java.math.BigDecimal", "java.math.BigInteger"));
        classes.put(LogicalTypeRoot.DATE, Set.of("java.sql.Date"));
        classes.put(LogicalTypeRoot.TIME_WITHOUT_TIME_ZONE, Set.of("java.sql.Time"));
        classes.put(LogicalTypeRoot.TIMESTAMP_WITHOUT_TIME_ZONE, Set.of("java.sql.Timestamp"));
        classes.put(LogicalTypeRoot.CHAR, Set.of("java.lang.String"));
        classes.put(LogicalTypeRoot.VARCHAR, Set.of("java.lang.String"));
        classes.put(LogicalTypeRoot.BINARY, Set.of("[B"));
        classes.put(LogicalTypeRoot.VARBINARY, Set.of("[B"));
        return classes;
    }

    /** A problem for each thing that would keep the job from reading the table. */
    static void check(Lookup lookup, Problems problems) {
        SimpleJdbcConnectionProvider provider = new SimpleJdbcConnectionProvider(lookup.connection());
        try (Connection connection = provider.getOrEstablishConnection();
                Statement statement = connection.createStatement();
                ResultSet none = statement.executeQuery("SELECT * FROM " + lookup.from() + " WHERE 1 = 0")) {
            compare(lookup, none.getMetaData(), problems);
        } catch (SQLException | ClassNotFoundException e) {
            problems.add(NamedKey.of(Lookup.PLACE, lookup.name()) + ": the table " + lookup.table()
                    + " cannot be read: " + e.getMessage());
        }
    }

    private static void compare(Lookup lookup, ResultSetMetaData there, Problems problems) throws SQLException {
        Map<String, Integer> names = new TreeMap<>();
        for (int i = 1; i <= there.getColumnCount(); i++) {
            names.put(there.getColumnName(i), i);
        }
        for (Lookup.ColumnSetting column : lookup.columns()) {
            Integer index = names.get(column.name());
            if (index == null) {
                problems.add(lookup.columnsKey() + ": the table " + lookup.table() + " has no column " + column.name()
                        + Suggestions.near(column.name(), names.keySet()));
                continue;
            }
            Set<String> readable = CLASSES.get(column.type().getTypeRoot());
            if (lookup.isPostgres() && (readable == null || !readable.contains(there.getColumnClassName(index)))) {
                problems.add(lookup.columnsKey() + ": " + column.name() + " is " + there.getColumnTypeName(index)
                        + " in the database, which cannot be read as " + column.type()
                        + ": name another type, or a view that casts it");
            }
        }
    }
}
