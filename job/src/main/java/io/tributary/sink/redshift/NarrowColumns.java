package io.tributary.sink.redshift;

import io.tributary.change.RecordFields;
import io.tributary.change.SchemaConflictException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Columns of text that hold less than the longest text of the warehouse, because the settings or somebody's ALTER say so: they stay
 * until a longer value comes. The merge finds that before it changes anything, and fails with a sentence that says which column has to
 * hold how much; whoever runs it lengthens the column, and runs it again. A procedure could not: Redshift lengthens a column
 * outside of a transaction alone.
 */
final class NarrowColumns {

    private static final Logger LOG = LoggerFactory.getLogger(NarrowColumns.class);

    /** What the merge fails with; more may stand around it. */
    private static final Pattern TOLD =
            Pattern.compile("A value of column (.+) has ([0-9]{1,9}) bytes, and it holds [0-9]+", Pattern.DOTALL);

    /** Each of them one column at least. */
    private static final int MOST_TIMES = 1600;

    private final Connection connection;
    private final RedshiftSettings settings;
    private final WarehouseNames names;

    NarrowColumns(Connection connection, RedshiftSettings settings) {
        this.connection = connection;
        this.settings = settings;
        this.names = new WarehouseNames(settings.schema());
    }

    /** Whether a standing column is text, and narrower or wider than the one that is wanted: it stays as it is. */
    static boolean isKept(TargetTable wanted, String column, String standing) {
        return !wanted.key().contains(column)
                && ColumnTypes.width(standing) > 0
                && ColumnTypes.width(wanted.columns().getOrDefault(column, "")) > 0;
    }

    /**
     * The columns that the merge has to look at, with the bytes that they hold.
     *
     * @param standing the columns that the target has already, by the names that they will have
     */
    static Map<String, Integer> of(TargetTable wanted, Map<String, String> standing) {
        Map<String, Integer> narrow = new LinkedHashMap<>();
        wanted.columns().forEach((column, type) -> {
            int width = ColumnTypes.width(standing.getOrDefault(column, type));
            boolean isOurs = column.equals(RecordFields.VERSION);
            if (width > 0
                    && width < WarehouseDialect.MAX_STRING_BYTES
                    && ColumnTypes.width(type) > 0
                    && !wanted.key().contains(column)
                    && !isOurs) {
                narrow.put(column, width);
            }
        });
        return narrow;
    }

    /** The statements of a merge that look whether what it took fits; empty where every text does. */
    static String check(Map<String, Integer> narrow, WarehouseDialect dialect) {
        if (narrow.isEmpty()) {
            return "";
        }
        return narrow.entrySet().stream()
                        .map(column -> {
                            String longest = "MAX(CASE WHEN n._tributary_fate = 'upsert' THEN OCTET_LENGTH(n."
                                    + WarehouseNames.quote(column.getKey()) + ") END)";
                            return "CASE WHEN " + longest + " > " + column.getValue() + " THEN "
                                    + dialect.literal("A value of column " + column.getKey() + " has ") + " || "
                                    + longest
                                    + " || ' bytes, and it holds " + column.getValue() + "' END";
                        })
                        .collect(Collectors.joining(
                                ",\n                  ",
                                "SELECT COALESCE(",
                                ", CAST(NULL AS VARCHAR(1024)))\n  INTO v_long FROM tributary_taken n;\n"))
                + "  IF v_long IS NOT NULL THEN\n    RAISE EXCEPTION '%: redshift merge and redshift apply lengthen it', v_long;\n  END IF";
    }

    /** Calls a table's merge, which finds columns that have to be longer one after the other. */
    void merge(String table, String call) throws SQLException {
        for (int times = 0; ; times++) {
            try {
                Transaction.repeated(connection, call);
                return;
            } catch (SQLException e) {
                if (times == MOST_TIMES || !lengthen(table, String.valueOf(e.getMessage()))) {
                    throw e;
                }
            }
        }
    }

    /** Lengthens the column that the table's last merge has failed for, if it did. */
    void lengthenAsTold(String table) throws SQLException {
        String told = "";
        try (PreparedStatement query =
                connection.prepareStatement("SELECT last_error FROM " + names.control() + " WHERE table_name = ?")) {
            query.setString(1, table);
            try (ResultSet rows = query.executeQuery()) {
                told = rows.next() ? String.valueOf(rows.getString(1)) : told;
            }
        }
        lengthen(table, told);
    }

    /** To twice what it holds, or what the value needs; false if the sentence is not about that. */
    private boolean lengthen(String table, String sentence) throws SQLException {
        Matcher told = TOLD.matcher(sentence);
        if (!told.find()) {
            return false;
        }
        String column = told.group(1);
        int needed = Integer.parseInt(told.group(2));
        String standing = new ExistingTables(connection, names)
                .columns(WarehouseNames.lower(table))
                .getOrDefault(column, "");
        int width = ColumnTypes.width(standing);
        if (width == 0 || needed > WarehouseDialect.MAX_STRING_BYTES) {
            return false;
        }
        if (width < needed) {
            int longer = Math.min(WarehouseDialect.MAX_STRING_BYTES, Math.max(needed, 2 * width));
            LOG.info("Column {} of table {} holds {} bytes from now on", column, table, longer);
            Transaction.execute(
                    connection,
                    List.of("ALTER TABLE " + names.table(table) + " ALTER COLUMN " + WarehouseNames.quote(column)
                            + " TYPE " + ColumnTypes.text(longer)));
        }
        try {
            new ShapeRegistry(connection, settings).remake(table);
        } catch (SchemaConflictException e) {
            throw new SQLException(e.getMessage(), e);
        }
        return true;
    }
}
