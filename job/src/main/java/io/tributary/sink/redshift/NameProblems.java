package io.tributary.sink.redshift;

import io.tributary.change.Schema;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Why the warehouse has no place for a column's name, or for a table of so many columns: each with what to do. */
final class NameProblems {

    private static final Set<String> SYSTEM_COLUMNS =
            Set.of("oid", "tableoid", "xmin", "cmin", "xmax", "cmax", "ctid", "insertxid", "deletexid");

    /** Of Redshift's tables, and of PostgreSQL's. */
    private static final int MOST_COLUMNS = 1600;

    /** Those that targets have beside their rows' own. */
    private static final int OUR_COLUMNS = 3;

    private final WarehouseDialect dialect;

    NameProblems(WarehouseDialect dialect) {
        this.dialect = dialect;
    }

    /** Why no table can have these columns and this key; null if one can. Of each column's name {@link #ofColumn} says more. */
    static @Nullable String ofShape(Schema schema) {
        if (schema.arity() > MOST_COLUMNS - OUR_COLUMNS) {
            return "Table " + schema.table() + " has " + schema.arity() + " columns, and the warehouse takes "
                    + (MOST_COLUMNS - OUR_COLUMNS) + " beside " + OUR_COLUMNS
                    + " of ours: name those that are needed in a SQL file";
        }
        return schema.keyNames().stream().anyMatch(WarehouseDialect.DELETED_AT::equalsIgnoreCase)
                ? "Column " + WarehouseDialect.DELETED_AT + " of table " + schema.table()
                        + " is of its key, and has the name of a column"
                        + " beside the deleted keys: give it another in the source, in the settings of its table or in a"
                        + " SQL file"
                : null;
    }

    /** Why no column can have this name; null if one can. */
    @Nullable
    String ofColumn(String column) {
        int bytes = column.getBytes(StandardCharsets.UTF_8).length;
        String remedy = ": give it another in the source, in the settings of its table or in a SQL file";
        if (bytes > dialect.longestName()) {
            return "Column " + column + " has a name of " + bytes + " bytes, and the warehouse takes "
                    + dialect.longestName()
                    + ": give it a shorter one in the source, in the settings of its table or in a SQL file";
        }
        if (column.startsWith(Merge.OURS)) {
            return "Column " + column + " begins as the columns do that the merges add" + remedy;
        }
        if (SYSTEM_COLUMNS.contains(column)) {
            return "Column " + column + " has the name of a column that every table of the warehouse has" + remedy;
        }
        return column.isEmpty() || column.codePoints().anyMatch(dialect::isUnprintable)
                ? "Column " + column + " has a name with characters that no name in the warehouse has" + remedy
                : null;
    }
}
