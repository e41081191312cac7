package io.tributary.sample;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.LogicalTypeRoot;
import org.jspecify.annotations.Nullable;

/** Values as they are written in sample files: as text, and as Flink has them. What is read from a value's text equals it. */
final class SampleValue {

    private static final ObjectMapper MAPPER =
            new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

    private static final Set<LogicalTypeRoot> SIMPLE = Set.of(
            LogicalTypeRoot.BOOLEAN,
            LogicalTypeRoot.TINYINT,
            LogicalTypeRoot.SMALLINT,
            LogicalTypeRoot.INTEGER,
            LogicalTypeRoot.BIGINT,
            LogicalTypeRoot.FLOAT,
            LogicalTypeRoot.DOUBLE,
            LogicalTypeRoot.DECIMAL,
            LogicalTypeRoot.DATE,
            LogicalTypeRoot.TIME_WITHOUT_TIME_ZONE,
            LogicalTypeRoot.TIMESTAMP_WITHOUT_TIME_ZONE,
            LogicalTypeRoot.TIMESTAMP_WITH_LOCAL_TIME_ZONE,
            LogicalTypeRoot.CHAR,
            LogicalTypeRoot.VARCHAR,
            LogicalTypeRoot.BINARY,
            LogicalTypeRoot.VARBINARY);

    private SampleValue() {}

    static boolean isSupported(LogicalType type) {
        return type instanceof ArrayType
                ? isSupported(((ArrayType) type).getElementType())
                : SIMPLE.contains(type.getTypeRoot());
    }

    /** Fails with the reason, as the rest of a sentence that begins with the text. */
    static Object parse(String text, LogicalType type) {
        try {
            return value(text, type);
        } catch (NumberFormatException | DateTimeException | JsonProcessingException e) {
            throw new IllegalArgumentException("is no " + type.copy(true).asSummaryString() + example(type), e);
        }
    }

    private static Object value(String text, LogicalType type) throws JsonProcessingException {
        switch (type.getTypeRoot()) {
            case BOOLEAN:
                return bool(text);
            case TINYINT:
                return Byte.valueOf(text);
            case SMALLINT:
                return Short.valueOf(text);
            case INTEGER:
                return Integer.valueOf(text);
            case BIGINT:
                return Long.valueOf(text);
            case FLOAT:
                return Float.valueOf(text);
            case DOUBLE:
                return Double.valueOf(text);
            case DECIMAL:
                return decimal(new BigDecimal(text), (DecimalType) type);
            case DATE:
                return (int) LocalDate.parse(text).toEpochDay();
            case TIME_WITHOUT_TIME_ZONE:
                return (int) (LocalTime.parse(text).toNanoOfDay() / 1_000_000);
            case TIMESTAMP_WITHOUT_TIME_ZONE:
                return TimestampData.fromLocalDateTime(LocalDateTime.parse(text.replace(' ', 'T')));
            case TIMESTAMP_WITH_LOCAL_TIME_ZONE:
                return TimestampData.fromInstant(
                        OffsetDateTime.parse(text.replace(' ', 'T')).toInstant());
            case BINARY:
            case VARBINARY:
                return bytes(text);
            case ARRAY:
                return array(MAPPER.readTree(text), (ArrayType) type);
            default:
                return StringData.fromString(text);
        }
    }

    private static boolean bool(String text) {
        switch (text.toLowerCase(Locale.ROOT)) {
            case "true":
            case "t":
                return true;
            case "false":
            case "f":
                return false;
            default:
                throw new NumberFormatException(text);
        }
    }

    private static DecimalData decimal(BigDecimal number, DecimalType type) {
        if (number.signum() != 0 && number.stripTrailingZeros().scale() > type.getScale()) {
            throw new IllegalArgumentException("has more digits behind the point than " + type.copy(true));
        }
        DecimalData fitting = DecimalData.fromBigDecimal(number, type.getPrecision(), type.getScale());
        if (fitting == null) {
            throw new IllegalArgumentException("has more digits than " + type.copy(true));
        }
        return fitting;
    }

    private static byte[] bytes(String text) {
        String digits = text.startsWith("\\x") ? text.substring(2) : text;
        if (digits.length() % 2 != 0) {
            throw new NumberFormatException(text);
        }
        byte[] bytes = new byte[digits.length() / 2];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) Integer.parseUnsignedInt(digits, 2 * i, 2 * i + 2, 16);
        }
        return bytes;
    }

    private static ArrayData array(JsonNode json, ArrayType type) throws JsonProcessingException {
        if (!json.isArray()) {
            throw new NumberFormatException("no array");
        }
        List<@Nullable Object> elements = new ArrayList<>();
        for (JsonNode element : json) {
            String text = element.isContainerNode() ? element.toString() : element.asText();
            elements.add(element.isNull() ? null : value(text, type.getElementType()));
        }
        return new GenericArrayData(elements.toArray());
    }

    /** Some value of the type. */
    static Object standIn(LogicalType type) {
        switch (type.getTypeRoot()) {
            case BOOLEAN:
                return parse("false", type);
            case DATE:
                return parse("1970-01-01", type);
            case TIME_WITHOUT_TIME_ZONE:
                return parse("00:00", type);
            case TIMESTAMP_WITHOUT_TIME_ZONE:
                return parse("1970-01-01T00:00", type);
            case TIMESTAMP_WITH_LOCAL_TIME_ZONE:
                return parse("1970-01-01T00:00Z", type);
            case CHAR:
            case VARCHAR:
            case BINARY:
            case VARBINARY:
                return parse("", type);
            case ARRAY:
                return parse("[]", type);
            default:
                return parse("0", type);
        }
    }

    private static String example(LogicalType type) {
        switch (type.getTypeRoot()) {
            case BOOLEAN:
                return ": write true or false";
            case DATE:
                return ": write it as 2024-03-01";
            case TIME_WITHOUT_TIME_ZONE:
                return ": write it as 23:59:59.999";
            case TIMESTAMP_WITHOUT_TIME_ZONE:
                return ": write it as 2024-03-01 23:59:59.999999";
            case TIMESTAMP_WITH_LOCAL_TIME_ZONE:
                return ": write it as 2024-03-01T23:59:59.999999Z";
            case BINARY:
            case VARBINARY:
                return ": write it in hexadecimal digits";
            case ARRAY:
                return ": write it as a JSON array";
            default:
                return "";
        }
    }

    /** Of a value as Flink has it. Equal values have equal texts. */
    static String text(Object value, LogicalType type) {
        switch (type.getTypeRoot()) {
            case DECIMAL:
                BigDecimal number = ((DecimalData) value).toBigDecimal();
                return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
            case DATE:
                return LocalDate.ofEpochDay((int) value).toString();
            case TIME_WITHOUT_TIME_ZONE:
                return LocalTime.ofNanoOfDay((int) value * 1_000_000L).toString();
            case TIMESTAMP_WITH_LOCAL_TIME_ZONE:
                Instant instant = ((TimestampData) value).toInstant();
                return instant.toString();
            case BINARY:
            case VARBINARY:
                StringBuilder hexadecimal = new StringBuilder();
                for (byte one : (byte[]) value) {
                    hexadecimal.append(String.format("%02x", one));
                }
                return hexadecimal.toString();
            case ARRAY:
                return text((ArrayData) value, ((ArrayType) type).getElementType());
            default:
                return value.toString();
        }
    }

    private static String text(ArrayData array, LogicalType type) {
        ArrayData.ElementGetter getter = ArrayData.createElementGetter(type);
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < array.size(); i++) {
            Object element = getter.getElementOrNull(array, i);
            texts.add(element == null ? "null" : quoted(text(element, type), type));
        }
        return "[" + String.join(", ", texts) + "]";
    }

    private static String quoted(String text, LogicalType type) {
        switch (type.getTypeRoot()) {
            case BOOLEAN:
            case TINYINT:
            case SMALLINT:
            case INTEGER:
            case BIGINT:
            case FLOAT:
            case DOUBLE:
            case DECIMAL:
            case ARRAY:
                return text;
            default:
                return io.tributary.change.JsonText.quoted(text);
        }
    }
}
