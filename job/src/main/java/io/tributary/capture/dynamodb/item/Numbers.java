package io.tributary.capture.dynamodb.item;

import io.tributary.capture.Unreadable;
import java.math.BigDecimal;

/**
 * Reads DynamoDB's numbers: up to 38 digits, and 1E-130 to 9.99E+125 on either side of zero
 * (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html).
 */
final class Numbers {

    private static final int DIGITS = 38;
    private static final int LEAST_EXPONENT = -130;
    private static final int GREATEST_EXPONENT = 125;
    private static final int LONG_DIGITS = 18;
    private static final int LONGEST_TEXT = 512;

    private static final BigDecimal LEAST_LONG = BigDecimal.valueOf(Long.MIN_VALUE);
    private static final BigDecimal GREATEST_LONG = BigDecimal.valueOf(Long.MAX_VALUE);

    private Numbers() {}

    static Value read(char[] text, int offset, int length) throws Unreadable {
        int start = length > 0 && text[offset] == '-' ? 1 : 0;
        if (length == start || length - start > LONG_DIGITS) {
            return readDecimal(text, offset, length);
        }
        long value = 0;
        for (int i = start; i < length; i++) {
            int digit = text[offset + i] - '0';
            if (digit < 0 || digit > 9) {
                return readDecimal(text, offset, length);
            }
            value = value * 10 + digit;
        }
        return Value.of(start == 0 ? value : -value);
    }

    private static Value readDecimal(char[] text, int offset, int length) throws Unreadable {
        if (length > LONGEST_TEXT) {
            throw new Unreadable("a number of " + length + " characters is not a number of DynamoDB");
        }
        BigDecimal value;
        try {
            value = new BigDecimal(text, offset, length).stripTrailingZeros();
        } catch (NumberFormatException | ArithmeticException e) {
            throw new Unreadable("'" + new String(text, offset, length) + "' is not a number");
        }
        if (value.signum() == 0) {
            return Value.of(0);
        }
        long exponent = (long) value.precision() - value.scale() - 1;
        if (value.precision() > DIGITS || exponent < LEAST_EXPONENT || exponent > GREATEST_EXPONENT) {
            throw new Unreadable("the number " + new String(text, offset, length)
                    + " is not one of DynamoDB's, which have up to 38 digits and exponents from -130 to 125");
        }
        boolean isLong = value.scale() <= 0 && value.compareTo(LEAST_LONG) >= 0 && value.compareTo(GREATEST_LONG) <= 0;
        return isLong ? Value.of(value.longValueExact()) : Value.of(value);
    }
}
