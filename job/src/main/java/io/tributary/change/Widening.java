package io.tributary.change;

import static org.apache.flink.table.types.logical.LogicalTypeRoot.BIGINT;
import static org.apache.flink.table.types.logical.LogicalTypeRoot.INTEGER;
import static org.apache.flink.table.types.logical.LogicalTypeRoot.SMALLINT;

import java.util.List;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.LogicalTypeRoot;
import org.jspecify.annotations.Nullable;

/**
 * Which types hold every value of which others: SMALLINT, INT, BIGINT; FLOAT, DOUBLE; DECIMAL of one scale and growing
 * precision; arrays of these. No more than Iceberg can do to a column without rewriting its files. Of columns whose types
 * were found from data, {@link InferredType} knows more.
 */
final class Widening {

    private static final List<LogicalTypeRoot> INTEGERS = List.of(SMALLINT, INTEGER, BIGINT);
    private static final List<LogicalTypeRoot> FLOATS = List.of(LogicalTypeRoot.FLOAT, LogicalTypeRoot.DOUBLE);

    private Widening() {}

    /** The narrower of the two types that holds the values of both, nullable if one is; null if there is none. */
    static @Nullable LogicalType union(LogicalType one, LogicalType other) {
        LogicalType wide = ofNotNull(one.copy(false), other.copy(false));
        return wide == null ? null : wide.copy(one.isNullable() || other.isNullable());
    }

    /** True if every value of {@code narrow}, but for null, is also one of {@code wide}. */
    static boolean holds(LogicalType wide, LogicalType narrow) {
        return wide.copy(true).equals(union(wide.copy(true), narrow.copy(true)));
    }

    private static @Nullable LogicalType ofNotNull(LogicalType one, LogicalType other) {
        if (one.equals(other)) {
            return one;
        }
        LogicalType byRank = wider(INTEGERS, one, other);
        if (byRank == null) {
            byRank = wider(FLOATS, one, other);
        }
        if (byRank != null) {
            return byRank;
        }
        if (one instanceof DecimalType && other instanceof DecimalType) {
            DecimalType left = (DecimalType) one;
            DecimalType right = (DecimalType) other;
            if (left.getScale() != right.getScale()) {
                return null;
            }
            return left.getPrecision() >= right.getPrecision() ? left : right;
        }
        if (one instanceof ArrayType && other instanceof ArrayType) {
            LogicalType element = union(((ArrayType) one).getElementType(), ((ArrayType) other).getElementType());
            return element == null ? null : new ArrayType(false, element);
        }
        return null;
    }

    /** A number above zero that grows whenever {@link #union} widens a type. */
    static int rank(LogicalType type) {
        switch (type.getTypeRoot()) {
            case DECIMAL:
                return ((DecimalType) type).getPrecision();
            case ARRAY:
                return rank(((ArrayType) type).getElementType());
            default:
                return 1
                        + Math.max(
                                0, Math.max(INTEGERS.indexOf(type.getTypeRoot()), FLOATS.indexOf(type.getTypeRoot())));
        }
    }

    private static @Nullable LogicalType wider(List<LogicalTypeRoot> chain, LogicalType one, LogicalType other) {
        int left = chain.indexOf(one.getTypeRoot());
        int right = chain.indexOf(other.getTypeRoot());
        if (left < 0 || right < 0) {
            return null;
        }
        return left >= right ? one : other;
    }
}
