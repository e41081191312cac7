package io.tributary.command.verify;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoField;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * A column, and how its values are written as text that is the same whichever system they were read from.
 *
 * <p>The Iceberg column's type says what a value is. What Iceberg keeps as text has to be the source's text. Infinite dates
 * of Postgres are the ends of the years 1 to 9999.
 *
 * @param isNumber whether the text is of a number, of which some systems on the way keep no zeros at the end
 * @param isJson whether the text is of a JSON document, which the warehouse keeps as what is in it; its null is a null there
 */
public record ColumnForm(String name, Type type, boolean isNumber, boolean isJson) {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final DateTimeFormatter TIMESTAMP = new DateTimeFormatterBuilder()
            .appendPattern("yyyy-MM-dd HH:mm:ss")
            .appendFraction(ChronoField.MICRO_OF_SECOND, 0, 6, true)
            .toFormatter(Locale.ROOT);
    private static final DateTimeFormatter TIMESTAMP_WITH_ZONE = new DateTimeFormatterBuilder()
            .append(TIMESTAMP)
            .appendPattern("[XXXXX][XXX][X]")
            .toFormatter(Locale.ROOT);
    private static final Map<String, String> INFINITE_DATES =
            Map.of("infinity", "9999-12-31", "-infinity", "0001-01-01");
    private static final Map<String, String> INFINITE_TIMESTAMPS =
            Map.of("infinity", "9999-12-31 23:59:59.999999", "-infinity", "0001-01-01 00:00:00");

    public ColumnForm(String name, Type type) {
        this(name, type, false, false);
    }

    /** Of a value that was read as text, from Postgres or the warehouse; an array as JSON. */
    public @Nullable String ofText(@Nullable String text) {
        return text == null ? null : plain(ofText(type, text));
    }

    /** Of a value as Iceberg's generic reader returns it. */
    @Nullable
    String ofIceberg(@Nullable Object value) {
        return value == null ? null : plain(ofIceberg(type, value));
    }

    /** Whether it is kept as the text that it is. */
    boolean isText() {
        return type.typeId() == Type.TypeID.STRING && !isNumber && !isJson;
    }

    /** What a checksum is made of: the text, or what every system makes of a floating-point number, which each prints otherwise. */
    String summed(String text) {
        return switch (type.typeId()) {
            case FLOAT -> "%08x".formatted(Float.floatToIntBits(Float.parseFloat(text)));
            case DOUBLE -> "%016x".formatted(Double.doubleToLongBits(Double.parseDouble(text)));
            default -> text;
        };
    }

    private @Nullable String plain(String text) {
        if (isJson) {
            String canonical = CanonicalJson.of(text);
            return canonical.equals("null") ? null : canonical;
        }
        if (!isNumber || type.typeId() != Type.TypeID.STRING) {
            return text;
        }
        try {
            return CanonicalJson.number(new BigDecimal(text));
        } catch (NumberFormatException e) {
            // NaN and the infinities.
            return text;
        }
    }

    private static String ofText(Type of, String text) {
        return switch (of.typeId()) {
            case BOOLEAN -> String.valueOf(text.equals("t") || text.equals("1") || text.equalsIgnoreCase("true"));
            case FLOAT -> String.valueOf(Float.parseFloat(text));
            case DOUBLE -> String.valueOf(Double.parseDouble(text));
            case DECIMAL -> decimal(text, ((Types.DecimalType) of).scale());
            case INTEGER, LONG -> decimal(text, 0);
            case BINARY -> (text.startsWith("\\x") ? text.substring(2) : text).toLowerCase(Locale.ROOT);
            case TIMESTAMP -> timestamp((Types.TimestampType) of, text);
            case LIST -> array(of.asListType().elementType(), text);
            case DATE -> INFINITE_DATES.getOrDefault(text, text);
            default -> text;
        };
    }

    private static String ofIceberg(Type of, Object value) {
        return switch (of.typeId()) {
            case DECIMAL -> decimal((BigDecimal) value, ((Types.DecimalType) of).scale());
            case BINARY -> binary((ByteBuffer) value);
            case TIMESTAMP ->
                TIMESTAMP.format(
                        value instanceof OffsetDateTime zoned
                                ? zoned.withOffsetSameInstant(ZoneOffset.UTC).toLocalDateTime()
                                : (LocalDateTime) value);
            case LIST -> list(of.asListType().elementType(), (List<?>) value);
            default -> value.toString();
        };
    }

    private static String list(Type element, List<?> values) {
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

    private static String decimal(String text, int scale) {
        try {
            return decimal(new BigDecimal(text), scale);
        } catch (NumberFormatException e) {
            // NaN and the infinities.
            return text;
        }
    }

    private static String timestamp(Types.TimestampType type, String text) {
        String plain = INFINITE_TIMESTAMPS.getOrDefault(text, text.replace('T', ' '));
        try {
            if (!type.shouldAdjustToUTC() || INFINITE_TIMESTAMPS.containsKey(text)) {
                return TIMESTAMP.format(LocalDateTime.parse(plain, TIMESTAMP));
            }
            OffsetDateTime time = OffsetDateTime.parse(plain, TIMESTAMP_WITH_ZONE);
            return TIMESTAMP.format(time.withOffsetSameInstant(ZoneOffset.UTC));
        } catch (DateTimeParseException e) {
            return text;
        }
    }

    private static String array(Type element, String text) {
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

    private static String quote(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
