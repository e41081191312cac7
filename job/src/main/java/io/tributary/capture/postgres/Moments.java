package io.tributary.capture.postgres;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import org.apache.flink.table.data.TimestampData;

/**
 * Ranges of timestamps with time zone, as text. PostgreSQL prints their bounds in the session's time zone; here they come
 * in UTC, so that the text does not depend on where the job runs.
 */
final class Moments {

    private static final DateTimeFormatter FORMAT = new DateTimeFormatterBuilder()
            .appendPattern("uuuu-MM-dd HH:mm:ss")
            .appendFraction(ChronoField.MICRO_OF_SECOND, 0, 6, true)
            .appendLiteral("+00")
            .toFormatter(java.util.Locale.ROOT);

    private Moments() {}

    /** Each quoted bound that is a moment is turned; whatever else stands there stays. */
    static String inUtc(Slice text) {
        StringBuilder turned = new StringBuilder(text.length());
        int copied = text.from;
        for (int at = text.from; at < text.to; at++) {
            if (text.bytes[at] != '"') {
                continue;
            }
            int close = at + 1;
            while (close < text.to && text.bytes[close] != '"') {
                close++;
            }
            if (close == text.to) {
                break;
            }
            turned.append(string(text.bytes, copied, at + 1)).append(moment(new Slice(text.bytes, at + 1, close)));
            copied = close;
            at = close;
        }
        return turned.append(string(text.bytes, copied, text.to)).toString();
    }

    private static String moment(Slice text) {
        try {
            TimestampData moment = Times.timestamp(text);
            Instant instant = Instant.ofEpochMilli(moment.getMillisecond()).plusNanos(moment.getNanoOfMillisecond());
            return FORMAT.format(LocalDateTime.ofInstant(instant, ZoneOffset.UTC));
        } catch (Unreadable e) {
            return text.toString();
        }
    }

    private static String string(byte[] bytes, int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.UTF_8);
    }
}
