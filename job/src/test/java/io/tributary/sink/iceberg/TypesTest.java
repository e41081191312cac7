package io.tributary.sink.iceberg;

import static io.tributary.sink.iceberg.Fixture.ID;
import static io.tributary.sink.iceberg.Fixture.TEXT;
import static io.tributary.sink.iceberg.Fixture.delete;
import static io.tributary.sink.iceberg.Fixture.insert;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.change.Column;
import io.tributary.change.Schema;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.BooleanType;
import org.apache.flink.table.types.logical.DateType;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.DoubleType;
import org.apache.flink.table.types.logical.FloatType;
import org.apache.flink.table.types.logical.IntType;
import org.apache.flink.table.types.logical.LocalZonedTimestampType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.SmallIntType;
import org.apache.flink.table.types.logical.TimestampType;
import org.apache.flink.table.types.logical.VarBinaryType;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TypesTest {

    @TempDir
    private Path directory;

    /** A column, and pairs of the value that is written and the value a reader sees. */
    private record Case(String name, LogicalType type, Object... pairs) {}

    private static final LogicalType BYTES = new VarBinaryType(VarBinaryType.MAX_LENGTH);
    private static final TimestampData EARLY = time(LocalDateTime.of(-4712, 1, 1, 0, 0));
    private static final TimestampData LATE = time(LocalDateTime.of(294246, 12, 31, 23, 59, 59, 999_999_000));

    private static final List<Case> CASES = List.of(
            new Case("bool", new BooleanType(), true, true, false, false),
            new Case("small", new SmallIntType(), Short.MIN_VALUE, -32768, Short.MAX_VALUE, 32767),
            new Case("int", new IntType(), Integer.MIN_VALUE, Integer.MIN_VALUE, -1, -1),
            new Case("long", new org.apache.flink.table.types.logical.BigIntType(), Long.MIN_VALUE, Long.MIN_VALUE),
            new Case("float", new FloatType(), Float.NaN, Float.NaN, -0.0f, -0.0f, Float.MIN_VALUE, Float.MIN_VALUE),
            new Case(
                    "double",
                    new DoubleType(),
                    Double.NEGATIVE_INFINITY,
                    Double.NEGATIVE_INFINITY,
                    Double.NaN,
                    Double.NaN,
                    Double.MIN_VALUE,
                    Double.MIN_VALUE),
            new Case("tiny_decimal", new DecimalType(4, 2), decimal("-99.99", 4, 2), new BigDecimal("-99.99")),
            new Case("mid_decimal", new DecimalType(18, 0), decimal("-1", 18, 0), new BigDecimal("-1")),
            new Case(
                    "big_decimal",
                    new DecimalType(38, 18),
                    decimal("-99999999999999999999.999999999999999999", 38, 18),
                    new BigDecimal("-99999999999999999999.999999999999999999")),
            new Case("text", TEXT, StringData.fromString(""), "", StringData.fromString("ü\n\"😀"), "ü\n\"😀"),
            new Case(
                    "bytes",
                    BYTES,
                    new byte[0],
                    ByteBuffer.allocate(0),
                    new byte[] {0, -1, 127},
                    ByteBuffer.wrap(new byte[] {0, -1, 127})),
            new Case(
                    "date",
                    new DateType(),
                    (int) LocalDate.of(-4712, 1, 1).toEpochDay(),
                    LocalDate.of(-4712, 1, 1),
                    (int) LocalDate.of(9999, 12, 31).toEpochDay(),
                    LocalDate.of(9999, 12, 31)),
            new Case(
                    "ts",
                    new TimestampType(6),
                    EARLY,
                    EARLY.toLocalDateTime(),
                    LATE,
                    LATE.toLocalDateTime(),
                    time(LocalDateTime.of(1969, 12, 31, 23, 59, 59, 999_999_000)),
                    LocalDateTime.of(1969, 12, 31, 23, 59, 59, 999_999_000)),
            new Case(
                    "ltz",
                    new LocalZonedTimestampType(6),
                    EARLY,
                    OffsetDateTime.of(EARLY.toLocalDateTime(), ZoneOffset.UTC),
                    LATE,
                    OffsetDateTime.of(LATE.toLocalDateTime(), ZoneOffset.UTC)),
            new Case(
                    "ints",
                    new ArrayType(new IntType()),
                    new GenericArrayData(new Object[] {}),
                    List.of(),
                    new GenericArrayData(new Object[] {1, null}),
                    Arrays.asList(1, null)),
            new Case(
                    "times",
                    new ArrayType(new LocalZonedTimestampType(6)),
                    new GenericArrayData(new Object[] {EARLY}),
                    List.of(OffsetDateTime.of(EARLY.toLocalDateTime(), ZoneOffset.UTC))),
            new Case(
                    "nested",
                    new ArrayType(new ArrayType(TEXT)),
                    new GenericArrayData(new Object[] {
                        new GenericArrayData(new Object[] {StringData.fromString("x"), null}), null
                    }),
                    Arrays.asList(Arrays.asList("x", null), null)));

    @Test
    void everyTypeKeepsItsEdgeValues() throws Exception {
        List<Column> columns = new ArrayList<>(List.of(Column.of("id", ID)));
        CASES.forEach(each -> columns.add(Column.of(each.name(), each.type())));
        Schema schema = Schema.of("types", columns, List.of("id"));
        IcebergSettings settings = Fixture.settings(directory);
        int rows = 4;
        try (SinkHarness job = SinkHarness.start(settings)) {
            for (int i = 0; i < rows; i++) {
                Object[] values = new Object[columns.size()];
                values[0] = (long) i;
                for (int c = 0; c < CASES.size(); c++) {
                    values[c + 1] = value(CASES.get(c), i, 0);
                }
                job.process(insert(schema, values));
            }
            job.checkpoint();
            assertThat(job.rejected()).isEmpty();
        }
        int seen = 0;
        try (Warehouse warehouse = Warehouse.open(settings);
                CloseableIterable<Record> records =
                        IcebergGenerics.read(warehouse.load("types")).build()) {
            for (Record record : records) {
                int i = ((Long) record.getField("id")).intValue();
                for (Case each : CASES) {
                    assertThat(record.getField(each.name()))
                            .as(each.name() + " of row " + i)
                            .isEqualTo(value(each, i, 1));
                }
                seen++;
            }
        }
        assertThat(seen).isEqualTo(rows);
    }

    @Test
    void everyKeyTypeFindsItsRow() throws Exception {
        List<Case> keys = List.of(
                new Case("bool", new BooleanType(false), true, false),
                new Case("small", new SmallIntType(false), Short.MIN_VALUE, (short) -1),
                new Case("int", new IntType(false), Integer.MIN_VALUE, -1),
                new Case("decimal", new DecimalType(false, 38, 2), decimal("-1.10", 38, 2), decimal("1.10", 38, 2)),
                new Case("text", TEXT.copy(false), StringData.fromString(""), StringData.fromString("a longer text")),
                new Case("bytes", BYTES.copy(false), new byte[0], new byte[] {-1, 0, 1, 2, 3, 4, 5, 6, 7, 8}),
                new Case("date", new DateType(false), -1, 1),
                new Case("ts", new TimestampType(false, 6), EARLY, LATE),
                new Case("short_ts", new TimestampType(false, 3), EARLY, TimestampData.fromEpochMillis(-1)),
                new Case("ltz", new LocalZonedTimestampType(false, 6), EARLY, LATE));
        IcebergSettings settings = Fixture.settings(directory);
        try (SinkHarness job = SinkHarness.start(settings)) {
            for (Case key : keys) {
                Schema schema =
                        Schema.of(key.name(), List.of(Column.of("v", TEXT), Column.of("k", key.type())), List.of("k"));
                job.process(insert(schema, "a", key.pairs()[0]), insert(schema, "b", key.pairs()[1]));
            }
            job.checkpoint();
            for (Case key : keys) {
                Schema schema =
                        Schema.of(key.name(), List.of(Column.of("v", TEXT), Column.of("k", key.type())), List.of("k"));
                job.process(delete(schema, null, key.pairs()[0]), insert(schema, "c", key.pairs()[0]));
                job.process(delete(schema, null, key.pairs()[0]), insert(schema, "d", key.pairs()[0]));
            }
            job.checkpoint();
            assertThat(job.rejected()).isEmpty();
        }
        for (Case key : keys) {
            assertThat(Fixture.read(settings, key.name()))
                    .as(key.name())
                    .hasSize(2)
                    .anyMatch(row -> row.endsWith("v=b}"))
                    .anyMatch(row -> row.endsWith("v=d}"));
        }
    }

    @Test
    void timeOutsideOfMicrosecondsIsRejected() throws Exception {
        Schema schema = Schema.of(
                "times",
                List.of(
                        Column.of("id", ID),
                        Column.of("at", new TimestampType(6)),
                        Column.of("all", new ArrayType(new TimestampType(6)))),
                List.of("id"));
        TimestampData beyond = time(LocalDateTime.of(294276, 12, 31, 0, 0));
        try (SinkHarness job = SinkHarness.start(Fixture.settings(directory))) {
            job.process(
                    insert(schema, 1L, beyond), insert(schema, 2L, null, new GenericArrayData(new Object[] {beyond})));
            job.process(insert(schema, 3L, LATE, new GenericArrayData(new Object[] {null, LATE})));
            job.checkpoint();
            assertThat(Fixture.read(Fixture.settings(directory), "times")).hasSize(1);
            assertThat(job.rejected())
                    .hasSize(2)
                    .allSatisfy(rejected -> assertThat(rejected.reason()).contains("microseconds"));
        }
    }

    @Test
    void typeWithoutCounterpartIsNamed() {
        Column nanos = Column.of("at", new TimestampType(9));
        assertThatThrownBy(() -> TypeMapping.type("t", nanos))
                .hasMessageContaining("Column at of table t is TIMESTAMP(9)");
        Schema schema = Schema.of("t", List.of(Column.of("k", new DoubleType(false))), List.of("k"));
        assertThatThrownBy(() -> TypeMapping.schema(schema)).hasMessageContaining("tables.t.key");
    }

    private static Object value(Case each, int row, int side) {
        int index = row * 2 + side;
        return index < each.pairs().length ? each.pairs()[index] : null;
    }

    private static DecimalData decimal(String value, int precision, int scale) {
        return DecimalData.fromBigDecimal(new BigDecimal(value), precision, scale);
    }

    private static TimestampData time(LocalDateTime value) {
        return TimestampData.fromLocalDateTime(value);
    }
}
