package io.tributary.local;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoField;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * A column, and how its values are written as text that is the same whichever system they were read from.
 *
 * <p>The Iceberg column's type says what a value is. The source's type matters where Iceberg has text only: times and
 * intervals have several spellings.
 */
record ColumnForm(String name, Type type, String sourceType) {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final DateTimeFormatter TIMESTAMP = new DateTimeFormatterBuilder()
            .appendPattern("yyyy-MM-dd HH:mm:ss")
            .appendFraction(ChronoField.MICRO_OF_SECOND, 0, 6, true)
            .toFormatter(Locale.ROOT);
    private static final DateTimeFormatter TIMESTAMP_WITH_ZONE = new DateTimeFormatterBuilder()
            .append(TIMESTAMP)
            .appendPattern("[XXXXX][XXX][X]")
            .toFormatter(Locale.ROOT);
    private static final Pattern INTERVAL = Pattern.compile("P(?:(-?\\d+)Y)?(?:(-?\\d+)M)?(?:(-?\\d+)W)?(?:(-?\\d+)D)?"
            + "(?:T(?:(-?\\d+)H)?(?:(-?\\d+)M)?(?:(-?[\\d.]+)S)?)?");

    /** Of a value that was read as text, from Postgres or the warehouse; an array as JSON. */
    @Nullable
    String ofText(@Nullable String text) {
        return text == null ? null : ofText(type, text);
    }

    /** Of a value as Iceberg's generic reader returns it. */
    @Nullable
    String ofIceberg(@Nullable Object value) {
        return value == null ? null : ofIceberg(type, value);
    }

    private String ofText(Type of, String text) {
        return switch (of.typeId()) {
            case BOOLEAN -> String.valueOf(text.equals("t") || text.equals("1") || text.equalsIgnoreCase("true"));
            case FLOAT -> String.valueOf(Float.parseFloat(text));
            case DOUBLE -> String.valueOf(Double.parseDouble(text));
            case DECIMAL -> decimal(new BigDecimal(text), ((Types.DecimalType) of).scale());
            case INTEGER, LONG -> decimal(new BigDecimal(text), 0);
            case BINARY -> (text.startsWith("\\x") ? text.substring(2) : text).toLowerCase(Locale.ROOT);
            case TIMESTAMP -> timestamp((Types.TimestampType) of, text);
            case LIST -> array(of.asListType().elementType(), text);
            case STRING -> string(text);
            default -> text;
        };
    }

    private String ofIceberg(Type of, Object value) {
        return switch (of.typeId()) {
            case DECIMAL -> decimal((BigDecimal) value, ((Types.DecimalType) of).scale());
            case BINARY -> binary((ByteBuffer) value);
            case TIMESTAMP ->
                TIMESTAMP.format(
                        value instanceof OffsetDateTime zoned
                                ? zoned.withOffsetSameInstant(ZoneOffset.UTC).toLocalDateTime()
                                : (LocalDateTime) value);
            case LIST -> list(of.asListType().elementType(), (List<?>) value);
            case STRING -> string(value.toString());
            default -> value.toString();
        };
    }

    private String list(Type element, List<?> values) {
        StringJoiner elements = new StringJoiner(",", "[", "]");
        for (Object value : values) {
            elements.add(value == null ? "null" : quote(ofIceberg(element, value)));
        }
        return elements.toString();
    }

    private static String binary(ByteBuffer value) {
        byte[] bytes = new byte[value.remaining()];
        value.duplicate().get(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /** A computed number may have more digits in Postgres than its column in Iceberg keeps. */
    private static String decimal(BigDecimal value, int scale) {
        return value.setScale(scale, RoundingMode.HALF_UP).toPlainString();
    }

    private static String timestamp(Types.TimestampType type, String text) {
        String plain = text.replace('T', ' ');
        try {
            if (!type.shouldAdjustToUTC()) {
                return TIMESTAMP.format(LocalDateTime.parse(plain, TIMESTAMP));
            }
            OffsetDateTime time = OffsetDateTime.parse(plain, TIMESTAMP_WITH_ZONE);
            return TIMESTAMP.format(time.withOffsetSameInstant(ZoneOffset.UTC));
        } catch (DateTimeParseException e) {
            return text;
        }
    }

    private String array(Type element, String text) {
        try {
            StringJoiner elements = new StringJoiner(",", "[", "]");
            for (JsonNode node : JSON.readTree(text)) {
                elements.add(node.isNull() ? "null" : quote(ofText(element, node.asText())));
            }
            return elements.toString();
        } catch (JsonProcessingException e) {
            return text;
        }
    }

    private String string(String text) {
        try {
            return switch (sourceType) {
                case "time" -> LocalTime.parse(text).toString();
                case "interval" -> interval(text);
                default -> text;
            };
        } catch (DateTimeParseException e) {
            return text;
        }
    }

    /** Months, days and microseconds, which is what Postgres keeps. */
    private static String interval(String text) {
        Matcher parts = INTERVAL.matcher(text);
        if (!parts.matches()) {
            return text;
        }
        long months = number(parts.group(1)) * 12 + number(parts.group(2));
        long days = number(parts.group(3)) * 7 + number(parts.group(4));
        String seconds = parts.group(7);
        Duration time = Duration.ofHours(number(parts.group(5)))
                .plusMinutes(number(parts.group(6)))
                .plusNanos(
                        seconds == null
                                ? 0
                                : new BigDecimal(seconds).movePointRight(9).longValue());
        return months + " months " + days + " days " + time;
    }

    private static long number(@Nullable String digits) {
        return digits == null ? 0 : Long.parseLong(digits);
    }

    private static String quote(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
