package io.tributary.capture.postgres.value;

import io.tributary.capture.Unreadable;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/**
 * Floating-point numbers: their text is read, and printed as PostgreSQL does from version 12 on: the fewest digits that are
 * nearer to the number than to any other, and of those the nearest. Java's own printing has more digits at times, and other
 * ones from Java 19 on.
 */
public final class Floats {

    private static final int FLOAT_LIMIT = 6;
    private static final int DOUBLE_LIMIT = 15;
    private static final BigDecimal TWO = BigDecimal.valueOf(2);

    /** Powers of ten that a double holds exactly. */
    private static final double[] POWERS = new double[23];

    private static final long INEXACT = Long.MIN_VALUE;
    private static final long EXACT = 1L << 53;
    private static final int EXACT_FLOAT = 1 << 24;
    private static final int FLOAT_POWERS = 10;

    static {
        for (int i = 0; i < POWERS.length; i++) {
            POWERS[i] = Double.parseDouble("1e" + i);
        }
    }

    private Floats() {}

    public static float readFloat(Slice text) throws Unreadable {
        long digits = digits(text);
        int places = places(text);
        if (digits != INEXACT && Math.abs(digits) < EXACT_FLOAT && places <= FLOAT_POWERS) {
            // One rounding, of the quotient of two exact numbers.
            return (float) digits / (float) POWERS[places];
        }
        try {
            return Float.parseFloat(text.toString());
        } catch (NumberFormatException e) {
            throw new Unreadable("'" + text + "' is not a number");
        }
    }

    public static double readDouble(Slice text) throws Unreadable {
        long digits = digits(text);
        int places = places(text);
        if (digits != INEXACT && Math.abs(digits) < EXACT && places < POWERS.length) {
            return digits / POWERS[places];
        }
        try {
            return Double.parseDouble(text.toString());
        } catch (NumberFormatException e) {
            throw new Unreadable("'" + text + "' is not a number");
        }
    }

    static void printFloat(Slice value, Text out) throws Unreadable {
        print(Float.intBitsToFloat(value.ofLength(4).int32(0)), out);
    }

    static void printDouble(Slice value, Text out) throws Unreadable {
        print(Double.longBitsToDouble(value.ofLength(8).int64(0)), out);
    }

    public static void print(float value, Text out) {
        if (!printSimple(value, 1e6, out)) {
            float size = Math.abs(value);
            print(size, Math.ulp(size), size - Math.nextDown(size), Float.toString(size), FLOAT_LIMIT, out);
        }
    }

    public static void print(double value, Text out) {
        if (!printSimple(value, 1e15, out)) {
            double size = Math.abs(value);
            print(size, Math.ulp(size), size - Math.nextDown(size), Double.toString(size), DOUBLE_LIMIT, out);
        }
    }

    /** Of a text without exponent, as if it had no point; {@link #INEXACT} if it is another one, or of too many digits. */
    private static long digits(Slice text) {
        boolean negative = text.from < text.to && text.bytes[text.from] == '-';
        boolean hasPoint = false;
        long digits = 0;
        for (int at = negative ? text.from + 1 : text.from; at < text.to; at++) {
            int digit = text.bytes[at] - '0';
            if (digit == '.' - '0' && !hasPoint) {
                hasPoint = true;
                continue;
            }
            if (digit < 0 || digit > 9 || digits >= EXACT) {
                return INEXACT;
            }
            digits = digits * 10 + digit;
        }
        if (negative && digits == 0) {
            return INEXACT;
        }
        return negative ? -digits : digits;
    }

    /** How many characters are behind the point. */
    private static int places(Slice text) {
        for (int at = text.to - 1; at >= text.from; at--) {
            if (text.bytes[at] == '.') {
                return text.to - 1 - at;
            }
        }
        return 0;
    }

    /** All that is not finite, and whole numbers that are printed without an exponent; of others the sign. */
    private static boolean printSimple(double value, double limit, Text out) {
        if (Double.isNaN(value)) {
            out.add("NaN");
            return true;
        }
        if (Math.copySign(1, value) < 0) {
            out.add('-');
        }
        double size = Math.abs(value);
        if (Double.isInfinite(size)) {
            out.add("Infinity");
            return true;
        }
        if (size < limit && size == (long) size) {
            out.add((long) size);
            return true;
        }
        return false;
    }

    /** {@code above} and {@code below} are the distances to the next numbers. */
    private static void print(double size, double above, double below, String java, int limit, Text out) {
        BigDecimal exact = new BigDecimal(size);
        BigDecimal lower = exact.subtract(new BigDecimal(below).divide(TWO));
        BigDecimal upper = exact.add(new BigDecimal(above).divide(TWO));
        int precision = new BigDecimal(java).stripTrailingZeros().precision();
        BigDecimal shortest = nearest(exact, lower, upper, precision);
        while (shortest == null) {
            shortest = nearest(exact, lower, upper, ++precision);
        }
        for (BigDecimal shorter = shortest; shorter != null && precision > 1; ) {
            shorter = nearest(exact, lower, upper, --precision);
            shortest = shorter == null ? shortest : shorter;
        }
        BigDecimal stripped = shortest.stripTrailingZeros();
        print(stripped.unscaledValue().toString(), stripped.precision() - stripped.scale() - 1, limit, out);
    }

    private static @Nullable BigDecimal nearest(BigDecimal exact, BigDecimal lower, BigDecimal upper, int precision) {
        BigDecimal rounded = exact.round(new MathContext(precision, RoundingMode.HALF_EVEN));
        if (rounded.compareTo(lower) > 0 && rounded.compareTo(upper) < 0) {
            return rounded;
        }
        BigDecimal unit = new BigDecimal(BigInteger.ONE, rounded.scale());
        BigDecimal other = rounded.compareTo(exact) > 0 ? rounded.subtract(unit) : rounded.add(unit);
        return other.compareTo(lower) > 0 && other.compareTo(upper) < 0 ? other : null;
    }

    /** {@code exponent} is the first digit's. */
    private static void print(String digits, int exponent, int limit, Text out) {
        int length = digits.length();
        if (exponent < -4 || exponent >= limit) {
            out.add(digits.charAt(0));
            if (length > 1) {
                out.add('.').add(digits.substring(1));
            }
            out.add(exponent < 0 ? "e-" : "e+").padded(Math.abs(exponent), 2);
            return;
        }
        if (exponent < 0) {
            out.add("0.").add("0".repeat(-exponent - 1)).add(digits);
            return;
        }
        if (length <= exponent + 1) {
            out.add(digits).add("0".repeat(exponent + 1 - length));
            return;
        }
        out.add(digits.substring(0, exponent + 1)).add('.').add(digits.substring(exponent + 1));
    }
}
