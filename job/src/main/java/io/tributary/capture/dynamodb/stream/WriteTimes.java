package io.tributary.capture.dynamodb.stream;

import io.tributary.capture.Unreadable;
import java.math.BigDecimal;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/**
 * When a change was written, in microseconds since 1970, for its position.
 *
 * <p>A time in coarser units counts as its last microsecond: an export has the microsecond of the write that made an item, and a
 * write that came later in the same millisecond is known from the stream by its millisecond only. It must not be outranked.
 */
final class WriteTimes {

    private static final String MILLISECOND = "MILLISECOND";
    private static final String MICROSECOND = "MICROSECOND";

    /** Seconds until the year 5138, milliseconds until then and from 1973 on, microseconds likewise. */
    private static final BigDecimal MOST_SECONDS = BigDecimal.valueOf(100_000_000_000L);

    private static final BigDecimal MOST_MILLIS = MOST_SECONDS.movePointRight(3);
    private static final BigDecimal MOST_MICROS = MOST_SECONDS.movePointRight(6);

    private static final int MICRO_DIGITS = 6;
    private static final int MILLI_DIGITS = 3;

    /** Of a time with more digits behind the point, or zeros before it, no number can be made in a short time. */
    private static final int MOST_SCALE = 100;

    private WriteTimes() {}

    /** @param precision as the record has it; where it has none, the number's magnitude tells */
    static long micros(@Nullable BigDecimal time, @Nullable String precision) throws Unreadable {
        if (time == null) {
            throw new Unreadable("dynamodb.ApproximateCreationDateTime is missing, or not a number");
        }
        if (time.scale() > MOST_SCALE || time.scale() < -MOST_SCALE) {
            throw noTime(time, precision);
        }
        BigDecimal shortest = time.stripTrailingZeros();
        int unit = unit(shortest, precision);
        BigDecimal micros = shortest.movePointRight(MICRO_DIGITS - unit);
        if (shortest.signum() <= 0 || micros.compareTo(MOST_MICROS) >= 0) {
            throw noTime(time, precision);
        }
        long first = micros.setScale(0, RoundingMode.DOWN).longValueExact();
        int digits = unit + Math.max(shortest.scale(), 0);
        return first + (digits == 0 ? 999_999 : digits <= MILLI_DIGITS ? 999 : 0);
    }

    private static Unreadable noTime(BigDecimal time, @Nullable String precision) {
        return new Unreadable("dynamodb.ApproximateCreationDateTime is " + time + ", which is not a time"
                + (precision == null ? "" : " in " + precision + "S"));
    }

    /** How many digits behind the point of a second its last digit before the point is. */
    private static int unit(BigDecimal time, @Nullable String precision) throws Unreadable {
        if (precision == null) {
            return time.compareTo(MOST_SECONDS) < 0 ? 0 : time.compareTo(MOST_MILLIS) < 0 ? MILLI_DIGITS : MICRO_DIGITS;
        }
        switch (precision) {
            case MILLISECOND:
                return MILLI_DIGITS;
            case MICROSECOND:
                return MICRO_DIGITS;
            default:
                throw new Unreadable("dynamodb.ApproximateCreationDateTimePrecision is " + precision
                        + ", which is neither " + MILLISECOND + " nor " + MICROSECOND);
        }
    }
}
