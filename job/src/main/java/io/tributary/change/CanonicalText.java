package io.tributary.change;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Base64;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.types.logical.LogicalType;

/**
 * The one form as text of each value of a column whose type was found from data and became text: whichever types the column
 * had in between, the text is the same.
 *
 * <p>Numbers stand in plain digits, without exponent and without zeros at the end of a fraction; bytes in base64 with
 * padding (RFC 4648, section 4); JSON as it is.
 */
public final class CanonicalText {

    private CanonicalText() {}

    /** Such as 120, 0.5, 0. */
    public static String of(BigDecimal number) {
        return number.stripTrailingZeros().toPlainString();
    }

    public static String of(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    /** Of a value in Flink's internal form. */
    public static String of(Object value, LogicalType type) {
        switch (type.getTypeRoot()) {
            case DECIMAL:
                return of(((DecimalData) value).toBigDecimal());
            case BINARY:
            case VARBINARY:
                return of((byte[]) value);
            case FLOAT:
            case DOUBLE:
                return Double.toString(((Number) value).doubleValue());
            case DATE:
                return LocalDate.ofEpochDay((int) value).toString();
            case ARRAY:
                return ReadableRow.json((ArrayData) value, type);
            default:
                return value.toString();
        }
    }
}
