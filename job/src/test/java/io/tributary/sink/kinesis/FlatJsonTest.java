package io.tributary.sink.kinesis;

import static io.tributary.sink.kinesis.Rows.CUSTOMERS;
import static io.tributary.sink.kinesis.Rows.TEXT;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.change.ChangelogRow;
import io.tributary.change.Column;
import io.tributary.change.InferredType;
import io.tributary.change.Schema;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.DeserializationFeature;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.JsonNode;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.data.binary.BinaryStringData;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.BooleanType;
import org.apache.flink.table.types.logical.DateType;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.DoubleType;
import org.apache.flink.table.types.logical.FloatType;
import org.apache.flink.table.types.logical.IntType;
import org.apache.flink.table.types.logical.LocalZonedTimestampType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.MapType;
import org.apache.flink.table.types.logical.SmallIntType;
import org.apache.flink.table.types.logical.TimeType;
import org.apache.flink.table.types.logical.TimestampType;
import org.apache.flink.table.types.logical.VarBinaryType;
import org.apache.flink.types.RowKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FlatJsonTest {

    private static final ObjectMapper JACKSON =
            new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

    @Test
    void aRowIsOneFlatObjectWithLowerCaseNames() {
        assertThat(json(Rows.customer(RowKind.INSERT, 0x10, 7, "Ann"), 'c'))
                .isEqualTo("{\"_table\":\"customers\",\"_schema\":" + CUSTOMERS.number() + ",\"_op\":\"c\","
                        + "\"_version\":\"00000000000000100000000000000001\",\"_ts_ms\":1700000000123,"
                        + "\"id\":7,\"name\":\"Ann\"}");
    }

    @Test
    void aDeleteHasTheKeyOnly() {
        assertThat(json(Rows.customer(RowKind.DELETE, 1, 7, "Ann"), 'd')).endsWith("123,\"id\":7}");
    }

    @Test
    void aShapeIsDescribedWithSqlTypes() {
        Schema schema = Schema.of(
                "t",
                List.of(
                        Column.of("B", TEXT.copy(false)),
                        Column.of("a", new BigIntType(false)),
                        Column.of("c", new ArrayType(new DecimalType(10, 2))),
                        Column.of("d", new LocalZonedTimestampType(6)),
                        Column.of("e", new VarBinaryType(VarBinaryType.MAX_LENGTH))),
                List.of("a", "B"));
        JsonBuffer buffer = new JsonBuffer();
        ChangelogRow row = Rows.row(RowKind.INSERT, 1, schema, StringData.fromString("x"), 1L, null, null, null);
        FlatJson.of(schema, schema).writeSchema(row, buffer);
        assertThat(text(buffer))
                .contains("\"_op\":\"s\"")
                .endsWith("\"_ts_ms\":1700000000123,\"_key\":[\"a\",\"b\"],\"_columns\":["
                        + "{\"name\":\"b\",\"type\":\"STRING\"},{\"name\":\"a\",\"type\":\"BIGINT\"},"
                        + "{\"name\":\"c\",\"type\":\"ARRAY<DECIMAL(10, 2)>\"},"
                        + "{\"name\":\"d\",\"type\":\"TIMESTAMP_LTZ(6)\"},{\"name\":\"e\",\"type\":\"BYTES\"}]}");
    }

    @Test
    void aShapeSaysWhichTypesWereFoundFromDataAndWhatIsJson() {
        Schema schema = Schema.of(
                "t",
                List.of(
                        Column.of("a", new BigIntType(false)),
                        Column.inferred("b", InferredType.BIGINT),
                        Column.inferredJson("c"),
                        Column.json("d")),
                List.of("a"));
        JsonBuffer buffer = new JsonBuffer();
        FlatJson.of(schema, schema).writeSchema(Rows.row(RowKind.INSERT, 1, schema, 1L, null, null, null), buffer);
        assertThat(text(buffer))
                .endsWith("\"_columns\":[{\"name\":\"a\",\"type\":\"BIGINT\"},"
                        + "{\"name\":\"b\",\"type\":\"BIGINT\",\"inferred\":true},"
                        + "{\"name\":\"c\",\"type\":\"STRING\",\"inferred\":true,\"json\":true},"
                        + "{\"name\":\"d\",\"type\":\"STRING\",\"json\":true}]}");
    }

    static Stream<Arguments> foundValues() {
        Column numbers = Column.inferred("x", InferredType.BIGINT);
        Column cents = Column.inferred("x", new DecimalType(21, 2));
        Column flags = Column.inferred("x", InferredType.BOOLEAN);
        Column bytes = Column.inferred("x", InferredType.BYTES);
        Column json = Column.inferredJson("x");
        Column text = Column.inferred("x", InferredType.TEXT);
        StringData document = StringData.fromString("{\"é\":[1.50]}");
        return Stream.of(
                Arguments.of(numbers, numbers, 5L, "5"),
                Arguments.of(numbers, cents, 5L, "5"),
                Arguments.of(numbers, text, 5L, "\"5\""),
                Arguments.of(cents, cents, decimal("2.50", 21, 2), "2.5"),
                Arguments.of(cents, text, decimal("100.00", 21, 2), "\"100\""),
                Arguments.of(flags, flags, true, "true"),
                Arguments.of(flags, text, true, "\"true\""),
                Arguments.of(bytes, bytes, new byte[] {-1, 0}, "\"/wA=\""),
                Arguments.of(bytes, text, new byte[] {-1, 0}, "\"/wA=\""),
                Arguments.of(json, json, document, "{\"é\":[1.50]}"),
                Arguments.of(json, text, document, "\"{\\\"é\\\":[1.50]}\""),
                Arguments.of(Column.json("x"), Column.json("x"), document, "{\"é\":[1.50]}"),
                Arguments.of(Column.json("x"), Column.json("x"), StringData.fromString("{\"a\""), "\"{\\\"a\\\"\""));
    }

    @ParameterizedTest
    @MethodSource("foundValues")
    void valuesOfTypesFoundFromDataAreTheirTextWhereverTheyStand(Column of, Column shown, Object value, String json) {
        Column id = Column.of("id", new BigIntType(false));
        Schema rows = Schema.of("t", List.of(id, of), List.of("id"));
        JsonBuffer buffer = new JsonBuffer();
        FlatJson.of(rows, Schema.of("t", List.of(id, shown), List.of("id")))
                .write(Rows.row(RowKind.INSERT, 1, rows, 1L, value), 'c', new Cuts(), buffer);
        assertThat(text(buffer)).endsWith("\"id\":1,\"x\":" + json + "}");
        assertThat(buffer.isMalformed()).isFalse();
    }

    static Stream<Arguments> values() {
        LogicalType ltz = new LocalZonedTimestampType(6);
        return Stream.of(
                Arguments.of(new BooleanType(), true, "true"),
                Arguments.of(new BooleanType(), false, "false"),
                Arguments.of(new SmallIntType(), Short.MIN_VALUE, "-32768"),
                Arguments.of(new IntType(), Integer.MIN_VALUE, "-2147483648"),
                Arguments.of(new BigIntType(), Long.MIN_VALUE, "-9223372036854775808"),
                Arguments.of(new BigIntType(), Long.MAX_VALUE, "9223372036854775807"),
                Arguments.of(new BigIntType(), 0L, "0"),
                Arguments.of(new FloatType(), 1.1f, "1.1"),
                Arguments.of(new FloatType(), Float.NaN, "\"NaN\""),
                Arguments.of(new DoubleType(), 1e300, "1.0E300"),
                Arguments.of(new DoubleType(), -0.0, "-0.0"),
                Arguments.of(new DoubleType(), Double.POSITIVE_INFINITY, "\"Infinity\""),
                Arguments.of(new DoubleType(), Double.NEGATIVE_INFINITY, "\"-Infinity\""),
                Arguments.of(new DecimalType(5, 2), decimal("-0.05", 5, 2), "-0.05"),
                Arguments.of(new DecimalType(5, 2), decimal("0", 5, 2), "0.00"),
                Arguments.of(new DecimalType(18, 18), decimal("0.000000000000000001", 18, 18), "0.000000000000000001"),
                Arguments.of(new DecimalType(18, 0), decimal("-999999999999999999", 18, 0), "-999999999999999999"),
                Arguments.of(
                        new DecimalType(38, 10),
                        decimal("1234567890123456789012345678.0000000001", 38, 10),
                        "1234567890123456789012345678.0000000001"),
                Arguments.of(new DecimalType(38, 20), decimal("0", 38, 20), "0.00000000000000000000"),
                Arguments.of(TEXT, StringData.fromString(""), "\"\""),
                Arguments.of(TEXT, StringData.fromString("a\"b\\c\n\t\r\b\f\u0001\u001f/"), """
                        "a\\"b\\\\c\\n\\t\\r\\b\\f\\u0001\\u001f/\""""),
                Arguments.of(
                        TEXT,
                        StringData.fromString("\u00e9\u20ac\ud83d\ude00\u2028"),
                        "\"\u00e9\u20ac\ud83d\ude00\u2028\""),
                Arguments.of(new VarBinaryType(9), new byte[] {0, (byte) 0xAF, 16}, "\"00af10\""),
                Arguments.of(new VarBinaryType(9), new byte[0], "\"\""),
                Arguments.of(new DateType(), 0, "\"1970-01-01\""),
                Arguments.of(new DateType(), date("2024-02-29"), "\"2024-02-29\""),
                Arguments.of(new DateType(), date("+12345-12-31"), "\"12345-12-31\""),
                Arguments.of(new DateType(), date("0000-12-31"), "\"0001-12-31 BC\""),
                Arguments.of(new DateType(), date("-4712-01-01"), "\"4713-01-01 BC\""),
                Arguments.of(new TimeType(3), 86_399_999, "\"23:59:59.999\""),
                Arguments.of(
                        new TimestampType(6),
                        timestamp("1969-12-31T23:59:59.999999"),
                        "\"1969-12-31 23:59:59.999999\""),
                Arguments.of(
                        new TimestampType(3), timestamp("2024-01-02T03:04:05.006"), "\"2024-01-02 03:04:05.006000\""),
                Arguments.of(
                        new TimestampType(6), timestamp("-0043-03-15T12:00:00"), "\"0044-03-15 12:00:00.000000 BC\""),
                Arguments.of(
                        ltz,
                        TimestampData.fromInstant(Instant.parse("2024-01-02T03:04:05.000006Z")),
                        "\"2024-01-02 03:04:05.000006+00\""),
                Arguments.of(
                        ltz,
                        TimestampData.fromInstant(Instant.parse("-0043-03-15T12:00:00Z")),
                        "\"0044-03-15 12:00:00.000000+00 BC\""),
                Arguments.of(new ArrayType(new IntType()), new GenericArrayData(new Object[0]), "[]"),
                Arguments.of(
                        new ArrayType(new IntType()), new GenericArrayData(new Object[] {1, null, -3}), "[1,null,-3]"),
                Arguments.of(
                        new ArrayType(new ArrayType(TEXT)),
                        new GenericArrayData(new Object[] {
                            new GenericArrayData(new Object[] {StringData.fromString("a,\"b\""), null}), null
                        }),
                        "[[\"a,\\\"b\\\"\",null],null]"),
                Arguments.of(TEXT, null, "null"));
    }

    @ParameterizedTest
    @MethodSource("values")
    void valuesHaveTheirForm(LogicalType type, Object value, String form) throws Exception {
        String json = json(Rows.row(RowKind.INSERT, 1, withColumn(type), 1L, value), 'c');
        assertThat(json).endsWith(",\"v\":" + form + "}");
        assertThat(JACKSON.readTree(json).has("v")).isTrue();
    }

    @ParameterizedTest
    @MethodSource("values")
    void elementsHaveTheFormOfValues(LogicalType type, Object value, String form) {
        GenericArrayData array = new GenericArrayData(new Object[] {value, value});
        assertThat(json(Rows.row(RowKind.INSERT, 1, withColumn(new ArrayType(type)), 1L, array), 'c'))
                .endsWith(",\"v\":[" + form + "," + form + "]}");
    }

    @Test
    void anotherReaderSeesTheValuesThatWereWritten() throws Exception {
        Schema schema = Schema.of(
                "t",
                List.of(
                        Column.of("id", new BigIntType(false)),
                        Column.of("s", TEXT),
                        Column.of("d", new DoubleType()),
                        Column.of("n", new DecimalType(30, 7)),
                        Column.of("m", new DecimalType(15, 4)),
                        Column.of("t", new TimestampType(6)),
                        Column.of("e", new DateType())),
                List.of("id"));
        DateTimeFormatter micros = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSSSS");
        Random random = new Random(42);
        for (int round = 0; round < 3_000; round++) {
            long id = random.nextLong() >> random.nextInt(64);
            String text = text(random);
            double real = Double.longBitsToDouble(random.nextLong());
            BigDecimal large = new BigDecimal(new java.math.BigInteger(90, random), 7);
            BigDecimal small = BigDecimal.valueOf(random.nextLong() % 1_000_000_000_000_000L >> random.nextInt(50), 4);
            LocalDateTime time = LocalDateTime.ofEpochSecond(
                    random.nextInt(), random.nextInt(1_000_000) * 1000, java.time.ZoneOffset.UTC);
            LocalDate date = LocalDate.ofEpochDay(random.nextInt(2_900_000) - 700_000);
            JsonNode read = JACKSON.readTree(json(
                    Rows.row(
                            RowKind.INSERT,
                            1,
                            schema,
                            id,
                            StringData.fromString(text),
                            real,
                            DecimalData.fromBigDecimal(large, 30, 7),
                            DecimalData.fromBigDecimal(small, 15, 4),
                            TimestampData.fromLocalDateTime(time),
                            (int) date.toEpochDay()),
                    'c'));
            assertThat(read.get("id").longValue()).isEqualTo(id);
            assertThat(read.get("s").textValue()).isEqualTo(text);
            assertThat(Double.parseDouble(read.get("d").asText())).isEqualTo(Double.valueOf(real));
            assertThat(read.get("n").decimalValue()).isEqualByComparingTo(large);
            assertThat(read.get("m").decimalValue()).isEqualByComparingTo(small);
            assertThat(read.get("t").textValue()).isEqualTo(micros.format(time));
            assertThat(read.get("e").textValue()).isEqualTo(date.toString());
        }
    }

    @Test
    void rowsOfAnOlderShapeAreShownInTheNewOne() throws Exception {
        Schema old = Schema.of(
                "t", List.of(Column.of("id", new IntType(false)), Column.of("f", new FloatType())), List.of("id"));
        Schema now = old.merge(Schema.of(
                "t",
                List.of(
                        Column.of("id", new BigIntType(false)),
                        Column.of("f", new DoubleType()),
                        Column.of("added", TEXT)),
                List.of("id")));
        JsonBuffer buffer = new JsonBuffer();
        FlatJson.of(old, now).write(Rows.row(RowKind.INSERT, 1, old, 5, 1.1f), 'c', new Cuts(), buffer);
        assertThat(text(buffer))
                .contains("\"_schema\":" + now.number())
                .endsWith("\"id\":5,\"f\":" + (double) 1.1f + ",\"added\":null}");
    }

    @Test
    void namesThatClashAndTypesWithoutAFormAreNamed() {
        Schema schema = Schema.of(
                "t",
                List.of(
                        Column.of("Foo", new BigIntType(false)),
                        Column.of("foo", TEXT),
                        Column.of("_OP", TEXT),
                        Column.of("nul\0", TEXT),
                        Column.of("m", new MapType(TEXT, TEXT))),
                List.of("Foo"));
        assertThat(FlatJson.problems(schema))
                .satisfiesExactly(
                        clash -> assertThat(clash).contains("Column foo of table t", "upper and lower case"),
                        meta -> assertThat(meta).contains("Column _OP of table t", "every Kinesis record carries"),
                        nul -> assertThat(nul).contains("the character NUL"),
                        type -> assertThat(type).contains("Column m of table t", "MAP<STRING, STRING>", "cast it"));
    }

    @Test
    void bytesThatAreNoUtf8AreNoticed() {
        byte[][] wrong = {
            {(byte) 0xC0, (byte) 0x80}, // overlong
            {(byte) 0xED, (byte) 0xA0, (byte) 0x80}, // a surrogate
            {(byte) 0xE2, (byte) 0x82}, // cut short
            {(byte) 0xF4, (byte) 0x90, (byte) 0x80, (byte) 0x80}, // beyond U+10FFFF
            {'a', (byte) 0x80},
            {(byte) 0xF0, (byte) 0x9F, (byte) 0x98, 'x'},
            {(byte) 0xFF}
        };
        for (byte[] bytes : wrong) {
            JsonBuffer buffer = new JsonBuffer();
            buffer.text(BinaryStringData.fromBytes(bytes));
            assertThat(buffer.isMalformed()).isTrue();
            buffer.clear();
            buffer.text(StringData.fromString("\u00e9\u07ff\u0800\ud7ff\uffff\ud800\udc00\udbff\udfff"));
            assertThat(buffer.isMalformed()).isFalse();
        }
    }

    @Test
    void aRowHasOnePartitionKeyWhateverItsShape() {
        Schema narrow = Schema.of("t", List.of(Column.of("a", new IntType(false)), Column.of("b", TEXT)), List.of("a"));
        Schema wide =
                Schema.of("t", List.of(Column.of("b", TEXT), Column.of("a", new BigIntType(false))), List.of("a"));
        PartitionKey key = new PartitionKey();
        assertThat(key.of(FlatJson.of(narrow, narrow), Rows.binary(narrow, 7, null)))
                .isEqualTo(key.of(FlatJson.of(wide, wide), Rows.binary(wide, null, 7L)))
                .isEqualTo("t:7");
    }

    @Test
    void aLongKeyIsHashed() {
        Schema schema = Schema.of("t", List.of(Column.of("a", TEXT.copy(false))), List.of("a"));
        PartitionKey key = new PartitionKey();
        FlatJson json = FlatJson.of(schema, schema);
        String one = key.of(json, Rows.binary(schema, StringData.fromString("x".repeat(300))));
        String other = key.of(json, Rows.binary(schema, StringData.fromString("x".repeat(301))));
        assertThat(one).matches("[0-9a-f]{64}").isNotEqualTo(other);
        assertThat(key.of(json, Rows.binary(schema, StringData.fromString("x".repeat(252)))))
                .hasSize(256)
                .startsWith("t:\"x");
    }

    private static Schema withColumn(LogicalType type) {
        return Schema.of("t", List.of(Column.of("id", new BigIntType(false)), Column.of("v", type)), List.of("id"));
    }

    private static String json(ChangelogRow row, char operation) {
        JsonBuffer buffer = new JsonBuffer();
        FlatJson.of(row.schema(), row.schema()).write(row, operation, new Cuts(), buffer);
        assertThat(buffer.isMalformed()).isFalse();
        return text(buffer);
    }

    private static String text(JsonBuffer buffer) {
        return new String(buffer.toBytes(), StandardCharsets.UTF_8);
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        int length = random.nextInt(40);
        for (int i = 0; i < length; i++) {
            int[] ranges = {0x20, 0x80, 0x800, 0xD800, 0x10000, 0x110000};
            int codePoint = random.nextInt(ranges[random.nextInt(ranges.length)]);
            boolean surrogate = codePoint >= 0xD800 && codePoint < 0xE000;
            text.appendCodePoint(surrogate ? '?' : codePoint);
        }
        return text.toString();
    }

    private static DecimalData decimal(String value, int precision, int scale) {
        return DecimalData.fromBigDecimal(new BigDecimal(value), precision, scale);
    }

    private static int date(String date) {
        return (int) LocalDate.parse(date).toEpochDay();
    }

    private static TimestampData timestamp(String time) {
        return TimestampData.fromLocalDateTime(LocalDateTime.parse(time));
    }
}
