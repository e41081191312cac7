package io.tributary.change;

import java.math.BigDecimal;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.BooleanType;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.VarBinaryType;
import org.apache.flink.table.types.logical.VarCharType;

/**
 * The types of columns whose types are found from data, and the type that holds the values of two of them: associative,
 * commutative and idempotent, so that a column's type depends on the set of its values alone, not on their order.
 *
 * <p>A number is BIGINT, or DECIMAL with room for 19 integer digits or as many as there are, and 0, 2, 4, 9 or 18 fraction
 * digits. Two numbers take the larger room of each kind. What that has no room for, and any pair of different kinds, is
 * text, in the forms of {@link CanonicalText}. So there are few types between the first and the last, as each one costs the
 * targets a replaced column.
 */
public final class InferredType {

    public static final LogicalType BIGINT = new BigIntType();
    public static final LogicalType BOOLEAN = new BooleanType();
    public static final LogicalType BYTES = new VarBinaryType(VarBinaryType.MAX_LENGTH);
    public static final LogicalType TEXT = new VarCharType(VarCharType.MAX_LENGTH);

    private static final int LEAST_INTEGER_DIGITS = 19;
    private static final int[] FRACTION_DIGITS = {0, 2, 4, 9, 18};
    private static final int DECIMALS = 3;
    private static final int ABOVE_DECLARED = 40;

    private InferredType() {}

    public static LogicalType ofNumber(BigDecimal number) {
        BigDecimal shortest = number.stripTrailingZeros();
        int integerDigits = Math.max(0, shortest.precision() - shortest.scale());
        boolean isLong = shortest.scale() <= 0
                && integerDigits <= LEAST_INTEGER_DIGITS
                && shortest.toBigIntegerExact().bitLength() < Long.SIZE;
        return ofNumber(isLong, integerDigits, Math.max(0, shortest.scale()));
    }

    /**
     * Of a number with so many digits before and after its point, without zeros at either end.
     *
     * @param isLong whether it has no fraction and is at least {@link Long#MIN_VALUE} and at most {@link Long#MAX_VALUE}
     */
    public static LogicalType ofNumber(boolean isLong, int integerDigits, int fractionDigits) {
        if (isLong) {
            return BIGINT;
        }
        for (int room : FRACTION_DIGITS) {
            if (fractionDigits <= room) {
                return decimal(Math.max(LEAST_INTEGER_DIGITS, integerDigits), room);
            }
        }
        return TEXT;
    }

    /** The narrowest type that holds the values of both, each in its own form or as text; nullable if one is. */
    public static LogicalType join(LogicalType one, LogicalType other) {
        return ofNotNull(one.copy(false), other.copy(false)).copy(one.isNullable() || other.isNullable());
    }

    /** True if every value of {@code narrow}, but for null, has a form in {@code wide}. */
    public static boolean holds(LogicalType wide, LogicalType narrow) {
        return join(wide.copy(true), narrow.copy(true)).equals(wide.copy(true));
    }

    private static LogicalType ofNotNull(LogicalType one, LogicalType other) {
        if (one.equals(other)) {
            return one;
        }
        if (integerDigits(one) == 0 || integerDigits(other) == 0) {
            LogicalType wider = Widening.union(one, other);
            return wider == null ? TEXT : wider;
        }
        if (one instanceof DecimalType || other instanceof DecimalType) {
            return decimal(
                    Math.max(integerDigits(one), integerDigits(other)),
                    Math.max(fractionDigits(one), fractionDigits(other)));
        }
        return integerDigits(one) > integerDigits(other) ? one : other;
    }

    private static LogicalType decimal(int integerDigits, int fractionDigits) {
        int digits = integerDigits + fractionDigits;
        return digits > DecimalType.MAX_PRECISION ? TEXT : new DecimalType(digits, fractionDigits);
    }

    /** 0 if it is not the type of an exact number. */
    private static int integerDigits(LogicalType type) {
        switch (type.getTypeRoot()) {
            case SMALLINT:
                return 5;
            case INTEGER:
                return 10;
            case BIGINT:
                return LEAST_INTEGER_DIGITS;
            case DECIMAL:
                return Math.max(1, ((DecimalType) type).getPrecision() - fractionDigits(type));
            default:
                return 0;
        }
    }

    private static int fractionDigits(LogicalType type) {
        return type instanceof DecimalType ? ((DecimalType) type).getScale() : 0;
    }

    /** A number that grows whenever {@link #join} makes a wider type, and is above that of every declared type. */
    static int rank(LogicalType type, boolean isJson) {
        if (type.copy(true).equals(TEXT) && !isJson) {
            return ABOVE_DECLARED + DECIMALS + DecimalType.MAX_PRECISION + 1;
        }
        return ABOVE_DECLARED + (type instanceof DecimalType ? DECIMALS : 0) + Widening.rank(type);
    }
}
