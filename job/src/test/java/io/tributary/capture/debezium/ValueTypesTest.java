package io.tributary.capture.debezium;

import static io.tributary.capture.debezium.Events.array;
import static io.tributary.capture.debezium.Events.event;
import static io.tributary.capture.debezium.Events.field;
import static io.tributary.capture.debezium.Events.keySchema;
import static io.tributary.capture.debezium.Events.postgres;
import static io.tributary.capture.debezium.Events.schema;
import static io.tributary.capture.debezium.Events.withSchema;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.change.Change;
import io.tributary.change.ReadableRow;
import io.tributary.change.Rejected;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What each schema of Debezium and Kafka Connect becomes: the type, and the value as it is when PostgreSQL is read directly. */
class ValueTypesTest {

    private static final String KEY = withSchema(keySchema(field("id", "int64")), "{\"id\":7}");

    private static final String SCALE = "{\"scale\":\"2\",\"connect.decimal.precision\":\"10\"}";
    private static final String WIDE = "{\"scale\":\"2\",\"connect.decimal.precision\":\"38\"}";
    private static final String DECIMAL = "org.apache.kafka.connect.data.Decimal";
    private static final String POINT = "AQEAAAAAAAAAAADwPwAAAAAAAABA";

    static Stream<Arguments> values() {
        return Stream.of(
                of(field("v", "boolean"), "true", "BOOLEAN", "true"),
                of(field("v", "int8"), "-128", "SMALLINT", "-128"),
                of(field("v", "int16"), "32767", "SMALLINT", "32767"),
                of(field("v", "int32"), "-2147483648", "INT", "-2147483648"),
                of(field("v", "int64"), "9223372036854775807", "BIGINT", "9223372036854775807"),
                of(field("v", "float"), "0.1", "FLOAT", "\"0.1\""),
                of(field("v", "float"), "\"NaN\"", "FLOAT", "\"NaN\""),
                of(field("v", "double"), "1.7976931348623157E308", "DOUBLE", "\"1.7976931348623157E308\""),
                of(field("v", "double"), "\"-Infinity\"", "DOUBLE", "\"-Infinity\""),
                of(field("v", "double"), "3", "DOUBLE", "\"3.0\""),
                of(field("v", "string"), "\"a \\uD83D\\uDE00 \\\"b\\\"\"", "STRING", "\"a 😀 \\\"b\\\"\""),
                of(field("v", "string"), "\"\"", "STRING", "\"\""),
                of(field("v", "bytes"), "\"3q2+7w==\"", "BYTES", "\"deadbeef\""),
                of(field("v", "bytes"), "\"\"", "BYTES", "\"\""),
                // Days, moments and times
                of(field("v", "int32", "io.debezium.time.Date"), "19905", "DATE", "\"2024-07-01\""),
                of(field("v", "int32", "org.apache.kafka.connect.data.Date"), "-1", "DATE", "\"1969-12-31\""),
                of(field("v", "int32", "io.debezium.time.Date"), "2147483647", "DATE", "\"9999-12-31\""),
                // What Debezium 1.9 to 3.0 make of an infinite date: in a stream, and in a snapshot in two time zones.
                of(field("v", "int32", "io.debezium.time.Date"), "-2147472692", "DATE", "\"9999-12-31\""),
                of(field("v", "int32", "io.debezium.time.Date"), "-622191234", "DATE", "\"9999-12-31\""),
                of(field("v", "int32", "io.debezium.time.Date"), "-622191233", "DATE", "\"9999-12-31\""),
                of(field("v", "int32", "io.debezium.time.Date"), "-2147472691", "DATE", "\"0001-01-01\""),
                of(field("v", "int32", "io.debezium.time.Date"), "-625821272", "DATE", "\"0001-01-01\""),
                of(field("v", "int32", "org.apache.kafka.connect.data.Date"), "-625821271", "DATE", "\"0001-01-01\""),
                of(field("v", "string", "io.debezium.time.IsoDate"), "\"-5877611-06-21Z\"", "DATE", "\"9999-12-31\""),
                of(field("v", "string", "io.debezium.time.IsoDate"), "\"2024-07-01Z\"", "DATE", "\"2024-07-01\""),
                of(
                        field("v", "int64", "io.debezium.time.Timestamp"),
                        "1719828000123",
                        "TIMESTAMP(6)",
                        "\"2024-07-01T10:00:00.123\""),
                of(
                        field("v", "int64", "org.apache.kafka.connect.data.Timestamp"),
                        "-1",
                        "TIMESTAMP(6)",
                        "\"1969-12-31T23:59:59.999\""),
                of(
                        field("v", "int64", "io.debezium.time.MicroTimestamp"),
                        "-1",
                        "TIMESTAMP(6)",
                        "\"1969-12-31T23:59:59.999999\""),
                of(
                        field("v", "int64", "io.debezium.time.MicroTimestamp"),
                        "9223372036825200000",
                        "TIMESTAMP(6)",
                        "\"9999-12-31T23:59:59.999999\""),
                of(
                        field("v", "int64", "io.debezium.time.MicroTimestamp"),
                        "-9223372036832400000",
                        "TIMESTAMP(6)",
                        "\"0001-01-01T00:00\""),
                of(
                        field("v", "int64", "io.debezium.time.Timestamp"),
                        "9223372036825200",
                        "TIMESTAMP(6)",
                        "\"9999-12-31T23:59:59.999999\""),
                of(
                        field("v", "int64", "io.debezium.time.Timestamp"),
                        "-9223372036832400",
                        "TIMESTAMP(6)",
                        "\"0001-01-01T00:00\""),
                of(
                        field("v", "int64", "org.apache.kafka.connect.data.Timestamp"),
                        "9223372036825200",
                        "TIMESTAMP(6)",
                        "\"9999-12-31T23:59:59.999999\""),
                of(
                        field("v", "string", "io.debezium.time.IsoTimestamp"),
                        "\"+294247-01-10T04:00:25.200Z\"",
                        "TIMESTAMP(6)",
                        "\"9999-12-31T23:59:59.999999\""),
                of(
                        field("v", "string", "io.debezium.time.IsoTimestamp"),
                        "\"-290308-12-21T19:59:27.600Z\"",
                        "TIMESTAMP(6)",
                        "\"0001-01-01T00:00\""),
                of(
                        field("v", "int64", "io.debezium.time.NanoTimestamp"),
                        "1719828000123456789",
                        "TIMESTAMP(6)",
                        "\"2024-07-01T10:00:00.123456\""),
                of(
                        field("v", "string", "io.debezium.time.IsoTimestamp"),
                        "\"2024-07-01T10:00:00.5Z\"",
                        "TIMESTAMP(6)",
                        "\"2024-07-01T10:00:00.500\""),
                of(
                        field("v", "string", "io.debezium.time.ZonedTimestamp"),
                        "\"2024-07-01T10:00:00.123456Z\"",
                        "TIMESTAMP_LTZ(6)",
                        "\"2024-07-01T10:00:00.123456\""),
                of(
                        field("v", "string", "io.debezium.time.ZonedTimestamp"),
                        "\"2024-02-29T23:30:00+02:00\"",
                        "TIMESTAMP_LTZ(6)",
                        "\"2024-02-29T21:30\""),
                of(
                        field("v", "string", "io.debezium.time.ZonedTimestamp"),
                        "\"infinity\"",
                        "TIMESTAMP_LTZ(6)",
                        "\"9999-12-31T23:59:59.999999\""),
                of(field("v", "int32", "io.debezium.time.Time"), "36000123", "STRING", "\"10:00:00.123\""),
                of(field("v", "int32", "org.apache.kafka.connect.data.Time"), "0", "STRING", "\"00:00:00\""),
                of(field("v", "int64", "io.debezium.time.MicroTime"), "86400000000", "STRING", "\"24:00:00\""),
                of(field("v", "int64", "io.debezium.time.MicroTime"), "-3020399000000", "STRING", "\"-838:59:59\""),
                of(field("v", "int64", "io.debezium.time.NanoTime"), "1000000", "STRING", "\"00:00:00.001\""),
                of(field("v", "string", "io.debezium.time.IsoTime"), "\"10:15:30.500Z\"", "STRING", "\"10:15:30.5\""),
                of(
                        field("v", "string", "io.debezium.time.ZonedTime"),
                        "\"10:15:30.120Z\"",
                        "STRING",
                        "\"10:15:30.12+00\""),
                of(
                        field("v", "string", "io.debezium.time.ZonedTime"),
                        "\"10:15+05:30\"",
                        "STRING",
                        "\"10:15:00+05:30\""),
                of(field("v", "int32", "io.debezium.time.Year"), "2024", "INT", "2024"),
                of(
                        field("v", "string", "io.debezium.time.Interval"),
                        "\"P1Y2M-3DT4H5M6.789000S\"",
                        "STRING",
                        "\"P1Y2M-3DT4H5M6.789S\""),
                of(field("v", "string", "io.debezium.time.Interval"), "\"P0Y0M0DT0H0M0S\"", "STRING", "\"PT0S\""),
                of(field("v", "string", "io.debezium.time.Interval"), "\"P10Y0M0DT0H0M0S\"", "STRING", "\"P10Y\""),
                of(
                        field("v", "int64", "io.debezium.time.MicroDuration"),
                        "3723000004",
                        "STRING",
                        "\"PT1H2M3.000004S\""),
                of(field("v", "int64", "io.debezium.time.NanoDuration"), "-1", "STRING", "\"PT-0.000000001S\""),
                // Decimals, in the connector's three modes
                of(field("v", "bytes", DECIMAL, SCALE), "\"ANI=\"", "DECIMAL(10, 2)", "\"2.10\""),
                of(field("v", "bytes", DECIMAL, SCALE), "\"/y4=\"", "DECIMAL(10, 2)", "\"-2.10\""),
                of(field("v", "bytes", DECIMAL, SCALE), "2.1", "DECIMAL(10, 2)", "\"2.10\""),
                of(
                        field("v", "bytes", DECIMAL, WIDE),
                        "\"SztMqFqGxHoJiiI//////w==\"",
                        "DECIMAL(38, 2)",
                        "\"999999999999999999999999999999999999.99\""),
                of(
                        field("v", "bytes", DECIMAL, "{\"scale\":\"0\",\"connect.decimal.precision\":\"50\"}"),
                        "\"ANI=\"",
                        "STRING",
                        "\"210\""),
                of(field("v", "double"), "12.5", "DOUBLE", "\"12.5\""),
                of(field("v", "string"), "\"12.50\"", "STRING", "\"12.50\""),
                of(
                        field("v", "struct", "io.debezium.data.VariableScaleDecimal"),
                        "{\"scale\":3,\"value\":\"BNI=\"}",
                        "STRING",
                        "\"1.234\""),
                of(
                        field("v", "struct", "io.debezium.data.VariableScaleDecimal"),
                        "{\"scale\":-2,\"value\":\"DA==\"}",
                        "STRING",
                        "\"1200\""),
                // What is text
                of(field("v", "string", "io.debezium.data.Json"), "\"{\\\"a\\\": 1}\"", "STRING", "\"{\\\"a\\\": 1}\""),
                of(
                        field("v", "string", "io.debezium.data.Uuid"),
                        "\"1b4e28ba-2fa1-11d2-883f-0016d3cca427\"",
                        "STRING",
                        "\"1b4e28ba-2fa1-11d2-883f-0016d3cca427\""),
                of(field("v", "string", "io.debezium.data.Enum", "{\"allowed\":\"a,b\"}"), "\"a\"", "STRING", "\"a\""),
                of(
                        field("v", "string", "io.debezium.data.EnumSet", "{\"allowed\":\"a,b\"}"),
                        "\"a,b\"",
                        "STRING",
                        "\"a,b\""),
                of(field("v", "string", "io.debezium.data.Xml"), "\"<a/>\"", "STRING", "\"<a/>\""),
                of(field("v", "string", "io.debezium.data.Ltree"), "\"a.b\"", "STRING", "\"a.b\""),
                of(
                        field("v", "bytes", "io.debezium.data.Bits", "{\"length\":\"10\"}"),
                        "\"BQI=\"",
                        "STRING",
                        "\"1000000101\""),
                of(
                        field("v", "bytes", "io.debezium.data.Bits", "{\"length\":\"12\"}"),
                        "\"BQ==\"",
                        "STRING",
                        "\"000000000101\""),
                of(
                        field("v", "bytes", "io.debezium.data.Bits", "{\"length\":\"9\"}"),
                        "\"\"",
                        "STRING",
                        "\"000000000\""),
                of(
                        field("v", "bytes", "io.debezium.data.Bits", "{\"length\":\"2147483647\"}"),
                        "\"BQ==\"",
                        "STRING",
                        "\"00000101\""),
                of(
                        field(
                                "v",
                                "bytes",
                                "io.debezium.data.Bits",
                                "{\"length\":\"12\",\"__debezium.source.column.type\":\"VARBIT\"}"),
                        "\"BQ==\"",
                        "STRING",
                        "\"00000101\""),
                of(
                        "{\"type\":\"string\",\"optional\":true,\"parameters\":{\"__debezium.source.column.type\":\"BPCHAR\"},\"field\":\"v\"}",
                        "\"ab  \"",
                        "STRING",
                        "\"ab\""),
                of(field("v", "map"), "{\"a\":\"1\",\"b\":null}", "STRING", "\"{\\\"a\\\":\\\"1\\\",\\\"b\\\":null}\""),
                of(
                        field("v", "struct", "com.example.Anything"),
                        "{\"n\":1.50,\"l\":[1,{}]}",
                        "STRING",
                        "\"{\\\"n\\\":1.50,\\\"l\\\":[1,{}]}\""),
                // Shapes
                of(
                        field("v", "struct", "io.debezium.data.geometry.Point"),
                        "{\"x\":1.0,\"y\":2.0,\"wkb\":\"" + POINT + "\",\"srid\":null}",
                        "BYTES",
                        "\"0101000000000000000000f03f0000000000000040\""),
                of(
                        field("v", "struct", "io.debezium.data.geometry.Geometry"),
                        "{\"wkb\":\"" + POINT + "\",\"srid\":4326}",
                        "BYTES",
                        "\"0101000020e6100000000000000000f03f0000000000000040\""),
                // Arrays
                of(array("v", field("i", "int32")), "[1,null,-3]", "ARRAY<INT>", "[1,null,-3]"),
                of(array("v", field("i", "string")), "[]", "ARRAY<STRING>", "[]"),
                of(array("v", field("i", "boolean")), "[true,null]", "ARRAY<BOOLEAN>", "[true,null]"),
                of(
                        array("v", field("i", "bytes", DECIMAL, WIDE)),
                        "[\"ANI=\",null]",
                        "ARRAY<DECIMAL(38, 2)>",
                        "[\"2.10\",null]"),
                of(
                        array("v", field("i", "string", "io.debezium.time.ZonedTimestamp")),
                        "[\"2024-07-01T10:00:00Z\"]",
                        "ARRAY<TIMESTAMP_LTZ(6)>",
                        "[\"2024-07-01T10:00\"]"),
                of(
                        array("v", field("i", "int32", "io.debezium.time.Date")),
                        "[19905]",
                        "ARRAY<DATE>",
                        "[\"2024-07-01\"]"));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("values")
    void aValueBecomesWhatItIsInPostgres(String field, String json, String type, String shown) {
        Change change = change(field, json);

        assertThat(change.schema().columns().get(1).type().asSummaryString()).isEqualTo(type);
        assertThat(ReadableRow.json(change.schema(), change.row())).isEqualTo("{\"id\":7,\"v\":" + shown + "}");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("values")
    void anyValueMayBeNull(String field, String json, String type, String shown) {
        assertThat(change(field, "null").row().isNullAt(1)).isTrue();
    }

    static Stream<Arguments> misfits() {
        return Stream.of(
                Arguments.of(field("v", "boolean"), "1", "'1' is not a boolean"),
                Arguments.of(field("v", "int16"), "32768", "from -32768 to 32767"),
                Arguments.of(field("v", "int32"), "1.5", "'1.5' is not a whole number"),
                Arguments.of(field("v", "int64"), "9223372036854775808", "not a whole number of 64 bits"),
                Arguments.of(field("v", "double"), "1e400", "not a number of 64 bits"),
                Arguments.of(field("v", "float"), "1e300", "not a number of 32 bits"),
                Arguments.of(field("v", "bytes"), "\"?\"", "is not base64"),
                Arguments.of(field("v", "bytes", DECIMAL, SCALE), "123456789.99", "does not fit DECIMAL(10, 2)"),
                Arguments.of(field("v", "bytes", DECIMAL, SCALE), "1.234", "does not fit DECIMAL(10, 2)"),
                Arguments.of(field("v", "bytes", DECIMAL, "{\"scale\":\"2147483647\"}"), "\"AQ==\"", "is out of range"),
                Arguments.of(
                        field("v", "bytes", DECIMAL, "{\"scale\":\"-2147483647\"}"), "\"AQ==\"", "is out of range"),
                Arguments.of(field("v", "bytes", DECIMAL, SCALE), "\"\"", "is not a decimal's bytes"),
                Arguments.of(
                        field("v", "struct", "io.debezium.data.VariableScaleDecimal"), "{\"scale\":1}", "no value"),
                Arguments.of(field("v", "int32", "io.debezium.time.Date"), "3000000", "outside of the years"),
                Arguments.of(
                        field("v", "int64", "io.debezium.time.Timestamp"), "9223372036825201", "outside of the years"),
                Arguments.of(
                        field("v", "int64", "io.debezium.time.MicroTimestamp"), "253402300800000000", "outside of the"),
                Arguments.of(
                        field("v", "string", "io.debezium.time.ZonedTimestamp"), "\"2024-07-01\"", "with an offset"),
                Arguments.of(
                        field("v", "string", "io.debezium.time.ZonedTimestamp"),
                        "\"2024-02-30T10:00:00Z\"",
                        "with an offset"),
                Arguments.of(field("v", "string", "io.debezium.time.Interval"), "\"1 day\"", "is not an interval"),
                Arguments.of(field("v", "struct", "io.debezium.data.geometry.Point"), "{\"x\":1}", "no wkb"),
                Arguments.of(field("v", "int64", "io.debezium.time.Time"), "9223372036854775807", "cannot be read"),
                Arguments.of(array("v", field("i", "int32")), "[1,[2]]", "is not a whole number"),
                Arguments.of(array("v", field("i", "int32")), "{\"a\":[1]}", "is not an array"));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("misfits")
    void whatDoesNotFitIsADeadLetterAndNeverNull(String field, String json, String reason) {
        Reading reading = read(field, json);

        assertThat(reading.captured()).hasSize(2);
        assertThat(((Rejected) reading.captured().get(0)).reason())
                .contains("Column v: ")
                .contains(reason);
        assertThat(reading.shown().get(1)).isEqualTo("UNREADABLE t {\"id\":7}");
    }

    private static Change change(String field, String json) {
        return read(field, json).only();
    }

    private static Reading read(String field, String json) {
        return Reading.ofTopic()
                .read(
                        KEY,
                        withSchema(
                                schema(List.of(field("id", "int64"), field)),
                                event("c", "null", "{\"id\":7,\"v\":" + json + "}", postgres(9, "false"))));
    }

    private static Arguments of(String field, String json, String type, String shown) {
        return Arguments.of(field, json, type, shown);
    }
}
