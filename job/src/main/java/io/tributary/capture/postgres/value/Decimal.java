package io.tributary.capture.postgres.value;

import io.tributary.capture.Unreadable;

/**
 * Reads {@code numeric(precision, scale)} into a DECIMAL: a number of 64 bits, or 128 from 19 digits on, without its point.
 *
 * <p>The binary form is that of {@link Numeric}.
 */
final class Decimal {

    private static final int LONG_DIGITS = 18;
    private static final long HALF = 0xffff_ffffL;
    private static final int[] POWERS = {1, 10, 100, 1000, 10_000};

    private final int precision;
    private final int scale;

    Decimal(int precision, int scale) {
        this.precision = precision;
        this.scale = scale;
    }

    void readText(Slice text, RowWriter row, int column) throws Unreadable {
        boolean negative = text.from < text.to && text.bytes[text.from] == '-';
        int at = negative ? text.from + 1 : text.from;
        if (at == text.to) {
            throw misfit(text);
        }
        long high = 0;
        long low = 0;
        int digits = 0;
        int places = -1;
        for (; at < text.to; at++) {
            int digit = text.bytes[at] - '0';
            if (digit == '.' - '0' && places < 0) {
                places = 0;
                continue;
            }
            boolean excess = places >= scale;
            if (digit < 0 || digit > 9 || (excess && digit != 0)) {
                throw misfit(text);
            }
            if (excess) {
                continue;
            }
            digits += digits > 0 || digit > 0 ? 1 : 0;
            if (digits > precision) {
                throw misfit(text);
            }
            high = high * 10 + carry(low, 10, digit);
            low = low * 10 + digit;
            places += places < 0 ? 0 : 1;
        }
        for (places = Math.max(places, 0); places < scale; places++) {
            high = high * 10 + carry(low, 10, 0);
            low *= 10;
            digits += digits > 0 ? 1 : 0;
        }
        if (digits > precision) {
            throw misfit(text);
        }
        write(negative, high, low, row, column);
    }

    void readBinary(Slice value, RowWriter row, int column) throws Unreadable {
        int groups = Numeric.groups(value);
        if (!Numeric.isFinite(value)) {
            throw misfit(Numeric.printed(value));
        }
        long high = 0;
        long low = 0;
        // How many decimal places of the number without its point are behind the group.
        int places = 4 * Numeric.weight(value) + scale;
        if (groups > 0 && places + digits(Numeric.group(value, 0)) > precision) {
            throw misfit(Numeric.printed(value));
        }
        for (int i = 0; i < groups; i++, places -= 4) {
            int group = Numeric.group(value, i);
            int cut = places < 0 ? POWERS[Math.min(-places, 4)] : 1;
            if (group % cut != 0) {
                throw misfit(Numeric.printed(value));
            }
            int factor = places < 0 ? POWERS[Math.max(places + 4, 0)] : 10_000;
            high = high * factor + carry(low, factor, group / cut);
            low = low * factor + group / cut;
        }
        for (places += 4; groups > 0 && places > 0; places -= 4) {
            int factor = POWERS[Math.min(places, 4)];
            high = high * factor + carry(low, factor, 0);
            low *= factor;
        }
        write(Numeric.isNegative(value), high, low, row, column);
    }

    private void write(boolean negative, long high, long low, RowWriter row, int column) {
        if (precision <= LONG_DIGITS) {
            row.writeLong(column, negative ? -low : low);
        } else if (negative) {
            row.writeDecimal(column, low == 0 ? -high : ~high, -low);
        } else {
            row.writeDecimal(column, high, low);
        }
    }

    /** What {@code low * factor + add} has above its 64 bits. */
    private static long carry(long low, int factor, int add) {
        long upper = (low >>> 32) * factor + (((low & HALF) * factor + add) >>> 32);
        return upper >>> 32;
    }

    private static int digits(int group) {
        return group < 10 ? 1 : group < 100 ? 2 : group < 1000 ? 3 : 4;
    }

    private Unreadable misfit(Object text) {
        return new Unreadable("'" + text + "' does not fit DECIMAL(" + precision + ", " + scale + ")");
    }
}
