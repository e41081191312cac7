package io.tributary.sink.redshift;

import io.tributary.change.Column;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.LogicalTypeFamily;

/**
 * What makes an attribute of a landed record a value of its column: an expression that fails for no record. It is NULL where the
 * attribute is missing, where it is null, and where the column cannot hold it, which {@link #isThere} tells apart.
 */
final class LandedValues {

    private static final String HEXADECIMAL = "'^[0-9a-f]*$'";
    private static final String BASE64 = "'^[A-Za-z0-9+/]*={0,2}$'";

    private final WarehouseDialect dialect;

    LandedValues(WarehouseDialect dialect) {
        this.dialect = dialect;
    }

    /** Whether the record says something of this column. */
    String isThere(String payload, String attribute) {
        return dialect.typeOf(payload, attribute) + " <> 'null'";
    }

    String value(String payload, String attribute, Column column) {
        LogicalType type = column.type();
        if (column.isJson()) {
            return dialect.nested(payload, attribute);
        }
        if (column.isInferred() && type.is(LogicalTypeFamily.CHARACTER_STRING)) {
            return dialect.anyAsText(payload, attribute);
        }
        if (column.isInferred() && type.is(LogicalTypeFamily.BINARY_STRING)) {
            return bytes(payload, attribute, BASE64, 4, "base64");
        }
        String name = dialect.types().of(column);
        switch (type.getTypeRoot()) {
            case BOOLEAN:
                return of("boolean", payload, attribute, dialect.cast(dialect.scalar(payload, attribute), name));
            case FLOAT:
            case DOUBLE:
                // NaN and the infinities come as strings.
                return "CASE " + dialect.typeOf(payload, attribute) + " WHEN 'number' THEN "
                        + dialect.cast(dialect.scalar(payload, attribute), name) + " WHEN 'string' THEN "
                        + dialect.castText(dialect.text(payload, attribute, 32), name) + " END";
            case DATE:
            case TIME_WITHOUT_TIME_ZONE:
            case TIMESTAMP_WITHOUT_TIME_ZONE:
            case TIMESTAMP_WITH_LOCAL_TIME_ZONE:
                return of("string", payload, attribute, dialect.castText(dialect.text(payload, attribute, 64), name));
            case BINARY:
            case VARBINARY:
                return bytes(payload, attribute, HEXADECIMAL, 2, "hex");
            case CHAR:
            case VARCHAR:
                return of(
                        "string",
                        payload,
                        attribute,
                        dialect.text(payload, attribute, WarehouseDialect.MAX_STRING_BYTES));
            case ARRAY:
            case MAP:
            case MULTISET:
            case ROW:
                return dialect.nested(payload, attribute);
            default:
                return name.equals(ColumnTypes.TEXT)
                        ? dialect.anyAsText(payload, attribute)
                        : of("number", payload, attribute, dialect.cast(dialect.scalar(payload, attribute), name));
        }
    }

    private String of(String json, String payload, String attribute, String value) {
        return "CASE WHEN " + dialect.typeOf(payload, attribute) + " = '" + json + "' THEN " + value + " END";
    }

    private String bytes(String payload, String attribute, String digits, int together, String format) {
        String text = dialect.text(payload, attribute, WarehouseDialect.MAX_STRING_BYTES);
        return "CASE WHEN " + dialect.typeOf(payload, attribute) + " = 'string' THEN CASE WHEN " + text + " ~ " + digits
                + " AND MOD(LENGTH(" + text + "), " + together + ") = 0 THEN TO_VARBYTE(" + text + ", '" + format
                + "') END END";
    }
}
