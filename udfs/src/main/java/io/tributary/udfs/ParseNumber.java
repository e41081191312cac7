package io.tributary.udfs;

import java.math.BigDecimal;
import java.math.RoundingMode;
import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.functions.ScalarFunction;
import org.jspecify.annotations.Nullable;

/**
 * {@code parse_number(text, mark)}: the number that people wrote, as DECIMAL(38, 10): 1234.5 for {@code '1.234,50 €'} with the decimal mark
 * {@code ','}, and for {@code '1,234.50'} with {@code '.'}, which a NULL mark is, too.
 *
 * <p>Taken: blanks around it, a sign before or a minus behind it, parentheses for a negative number, a currency's sign or code or a
 * {@code %} before or behind it, which changes nothing, an exponent, and between digits blanks, apostrophes, underscores and the other mark as
 * grouping in threes. More than ten digits behind the mark are rounded half up. NULL for NULL, for another mark, and for anything else, as
 * {@code '12.34.5'} or a number of more than 28 digits before the mark. Idempotent: what it makes, cast to STRING, is read as the same with
 * {@code '.'}.
 */
public final class ParseNumber extends ScalarFunction {

    private static final long serialVersionUID = 1L;

    private static final int SCALE = 10;
    private static final int MOST_DIGITS = 28;
    private static final int LONGEST = 100;

    @DataTypeHint("DECIMAL(38, 10)")
    public @Nullable BigDecimal eval(@Nullable String text) {
        return eval(text, ".");
    }

    @DataTypeHint("DECIMAL(38, 10)")
    public @Nullable BigDecimal eval(@Nullable String text, @Nullable String mark) {
        String point = mark == null ? "." : mark;
        if (text == null || text.length() > LONGEST || !(point.equals(".") || point.equals(","))) {
            return null;
        }
        String rest = trimmed(text.replace('\u2212', '-'));
        boolean isNegative = false;
        if (rest.startsWith("(") && rest.endsWith(")")) {
            isNegative = true;
            rest = trimmed(rest.substring(1, rest.length() - 1));
        }
        rest = withoutUnits(rest);
        if (rest.startsWith("-") || rest.startsWith("+") || rest.endsWith("-")) {
            boolean isBehind = !rest.startsWith("-") && !rest.startsWith("+");
            if (isNegative) {
                return null;
            }
            isNegative = isBehind || rest.startsWith("-");
            rest = withoutUnits(isBehind ? rest.substring(0, rest.length() - 1) : rest.substring(1));
        }
        String digits = plain(rest, point.charAt(0));
        if (digits == null) {
            return null;
        }
        BigDecimal number = new BigDecimal(digits);
        if ((long) number.precision() - number.scale() > MOST_DIGITS || number.scale() > 1000) {
            return number.signum() == 0 || number.scale() > 1000 ? BigDecimal.ZERO.setScale(SCALE) : null;
        }
        BigDecimal rounded = number.setScale(SCALE, RoundingMode.HALF_UP);
        boolean isTooLong = rounded.precision() - rounded.scale() > MOST_DIGITS;
        return isTooLong ? null : isNegative ? rounded.negate() : rounded;
    }

    private static boolean isBlank(char character) {
        return Character.isWhitespace(character) || Character.isSpaceChar(character);
    }

    private static String trimmed(String text) {
        int start = 0;
        int end = text.length();
        while (start < end && isBlank(text.charAt(start))) {
            start++;
        }
        while (end > start && isBlank(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(start, end);
    }

    /** Without signs of currencies and the like, and one code of three capitals on either side. */
    private static String withoutUnits(String text) {
        String rest = trimmed(text);
        while (!rest.isEmpty() && isUnit(rest.charAt(0))) {
            rest = trimmed(rest.substring(1));
        }
        while (!rest.isEmpty() && isUnit(rest.charAt(rest.length() - 1))) {
            rest = trimmed(rest.substring(0, rest.length() - 1));
        }
        if (rest.matches("[A-Z]{3}[^A-Za-z].*")) {
            rest = rest.substring(3);
        } else if (rest.matches(".*[^A-Za-z][A-Z]{3}")) {
            rest = rest.substring(0, rest.length() - 3);
        }
        return trimmed(rest);
    }

    private static boolean isUnit(char character) {
        return character == '%' || Character.getType(character) == Character.CURRENCY_SYMBOL;
    }

    /** As Java reads numbers; null if it is none. */
    private static @Nullable String plain(String text, char point) {
        StringBuilder digits = new StringBuilder();
        char grouping = 0;
        int group = -1;
        boolean isFraction = false;
        int count = 0;
        for (int i = 0; i < text.length(); i++) {
            char character = text.charAt(i);
            if (character >= '0' && character <= '9') {
                digits.append(character);
                count++;
                group += group >= 0 ? 1 : 0;
                continue;
            }
            boolean isWholeGroup = group < 0 ? count <= 3 : group == 3;
            if (character == point) {
                if (isFraction || (group >= 0 && group != 3)) {
                    return null;
                }
                isFraction = true;
                group = -1;
                digits.append('.');
            } else if ((character == 'e' || character == 'E') && count > 0 && (group < 0 || group == 3)) {
                String exponent = text.substring(i + 1);
                return exponent.matches("[+-]?[0-9]{1,3}") ? digits + "E" + exponent : null;
            } else if (isGrouping(character, point) && !isFraction && count > 0 && isWholeGroup) {
                char kind = isBlank(character) ? ' ' : character;
                if (grouping != 0 && grouping != kind) {
                    return null;
                }
                grouping = kind;
                group = 0;
            } else {
                return null;
            }
        }
        return count == 0 || (group >= 0 && group != 3) ? null : digits.toString();
    }

    private static boolean isGrouping(char character, char point) {
        return character == (point == '.' ? ',' : '.')
                || isBlank(character)
                || character == '\''
                || character == '\u2019'
                || character == '_';
    }
}
