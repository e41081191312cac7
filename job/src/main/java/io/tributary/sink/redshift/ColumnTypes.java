package io.tributary.sink.redshift;

import io.tributary.change.Column;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.BooleanType;
import org.apache.flink.table.types.logical.DateType;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.DoubleType;
import org.apache.flink.table.types.logical.FloatType;
import org.apache.flink.table.types.logical.IntType;
import org.apache.flink.table.types.logical.LocalZonedTimestampType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.SmallIntType;
import org.apache.flink.table.types.logical.TimestampType;
import org.apache.flink.table.types.logical.VarBinaryType;
import org.apache.flink.table.types.logical.VarCharType;
import org.jspecify.annotations.Nullable;

/**
 * The types of the warehouse's columns: which one a column of ours has, which of ours a standing one could be, and what makes
 * a value of the one a value of the other. They are spelled as {@link #spelling} makes them of what the catalog says.
 */
final class ColumnTypes {

    static final String TEXT = "VARCHAR(" + WarehouseDialect.MAX_STRING_BYTES + ")";

    private static final Pattern DECIMAL = Pattern.compile("DECIMAL\\((\\d+),(\\d+)\\)");

    private static final Pattern VARCHAR = Pattern.compile("VARCHAR\\((\\d+)\\)");

    private final WarehouseDialect dialect;

    ColumnTypes(WarehouseDialect dialect) {
        this.dialect = dialect;
    }

    static String text(int bytes) {
        return "VARCHAR(" + bytes + ")";
    }

    /** How many bytes a column of text holds; 0 if the type is no text. */
    static int width(String spelled) {
        Matcher text = VARCHAR.matcher(spelled);
        return text.matches() ? Integer.parseInt(text.group(1)) : 0;
    }

    /**
     * A standing column of the one type as a value of the other, which holds it. What becomes text takes the form that
     * {@link io.tributary.change.CanonicalText} has for it.
     */
    String converted(String column, String from, String to) {
        if (!to.equals(TEXT) || from.equals(TEXT)) {
            return column;
        }
        if (from.equals("BOOLEAN")) {
            return "CASE WHEN " + column + " THEN 'true' WHEN NOT " + column + " THEN 'false' END";
        }
        if (from.equals(dialect.bytesType())) {
            return "FROM_VARBYTE(" + column + ", 'base64')";
        }
        if (from.equals(dialect.superType())) {
            return dialect.serialized(column);
        }
        Matcher decimal = DECIMAL.matcher(from);
        return decimal.matches() && !decimal.group(2).equals("0")
                ? "REGEXP_REPLACE(" + column + "::VARCHAR(64), '[.]?0+$', '')"
                : column + "::" + TEXT;
    }

    /** The warehouse's type of a column. */
    String of(Column column) {
        return column.isJson() ? dialect.superType() : of(column.type());
    }

    /** The warehouse's type of a column, in the spelling that {@link #spelling} gives the catalog's. */
    String of(LogicalType type) {
        switch (type.getTypeRoot()) {
            case BOOLEAN:
                return "BOOLEAN";
            case TINYINT:
            case SMALLINT:
                return "SMALLINT";
            case INTEGER:
                return "INTEGER";
            case BIGINT:
                return "BIGINT";
            case FLOAT:
                return "REAL";
            case DOUBLE:
                return "DOUBLE PRECISION";
            case DECIMAL:
                DecimalType decimal = (DecimalType) type;
                // Redshift takes no scale of 38.
                return decimal.getScale() > 37
                        ? TEXT
                        : "DECIMAL(" + decimal.getPrecision() + "," + decimal.getScale() + ")";
            case CHAR:
            case VARCHAR:
                return TEXT;
            case BINARY:
            case VARBINARY:
                return dialect.bytesType();
            case DATE:
                return "DATE";
            case TIME_WITHOUT_TIME_ZONE:
                return "TIME";
            case TIMESTAMP_WITHOUT_TIME_ZONE:
                return "TIMESTAMP";
            case TIMESTAMP_WITH_LOCAL_TIME_ZONE:
                return "TIMESTAMPTZ";
            case ARRAY:
            case MAP:
            case MULTISET:
            case ROW:
                return dialect.superType();
            default:
                throw new IllegalArgumentException("No column of the warehouse holds " + type.asSummaryString());
        }
    }

    /** The column that a standing column of the target could be widened from; null if this class makes none such. */
    @Nullable
    Column columnOf(String name, String spelled, boolean isInferred) {
        if (spelled.equals(dialect.superType())) {
            return isInferred ? Column.inferredJson(name) : Column.json(name);
        }
        LogicalType type = typeOf(spelled);
        return type == null ? null : Column.of(name, type);
    }

    private @Nullable LogicalType typeOf(String spelled) {
        Matcher decimal = DECIMAL.matcher(spelled);
        if (decimal.matches()) {
            return new DecimalType(Integer.parseInt(decimal.group(1)), Integer.parseInt(decimal.group(2)));
        }
        if (spelled.equals(dialect.bytesType())) {
            return new VarBinaryType(VarBinaryType.MAX_LENGTH);
        }
        switch (spelled) {
            case "BOOLEAN":
                return new BooleanType();
            case "SMALLINT":
                return new SmallIntType();
            case "INTEGER":
                return new IntType();
            case "BIGINT":
                return new BigIntType();
            case "REAL":
                return new FloatType();
            case "DOUBLE PRECISION":
                return new DoubleType();
            case TEXT:
                return new VarCharType(VarCharType.MAX_LENGTH);
            case "DATE":
                return new DateType();
            case "TIMESTAMP":
                return new TimestampType(6);
            case "TIMESTAMPTZ":
                return new LocalZonedTimestampType(6);
            default:
                return null;
        }
    }

    /** A type as the catalog's format_type tells it, in our spelling. */
    static String spelling(String formatted) {
        return formatted
                .toUpperCase(Locale.ROOT)
                .replace("CHARACTER VARYING", "VARCHAR")
                .replace("BINARY VARYING", "VARBYTE")
                .replace("TIME WITHOUT TIME ZONE", "TIME")
                .replace("TIMESTAMP WITHOUT TIME ZONE", "TIMESTAMP")
                .replace("TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ")
                .replace("NUMERIC(", "DECIMAL(");
    }
}
