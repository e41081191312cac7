package io.tributary.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.runtime.typeutils.RowDataSerializer;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.DoubleType;
import org.apache.flink.table.types.logical.FloatType;
import org.apache.flink.table.types.logical.IntType;
import org.apache.flink.table.types.logical.LocalZonedTimestampType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.SmallIntType;
import org.apache.flink.table.types.logical.VarCharType;
import org.junit.jupiter.api.Test;

class SchemaTest {

    private static final LogicalType TEXT = new VarCharType(VarCharType.MAX_LENGTH);

    private static Schema schema(Object... namesAndTypes) {
        List<Column> columns = new java.util.ArrayList<>(List.of(Column.of("id", new IntType(false))));
        for (int i = 0; i < namesAndTypes.length; i += 2) {
            columns.add(Column.of((String) namesAndTypes[i], (LogicalType) namesAndTypes[i + 1]));
        }
        return Schema.of("t", columns, List.of("id"));
    }

    @Test
    void mergingAddsColumnsAndWidensTypesInEitherOrder() throws Exception {
        Schema narrow = schema("a", new SmallIntType(), "d", new DecimalType(5, 2), "old", TEXT);
        Schema wide = schema("a", new BigIntType(), "d", new DecimalType(9, 2), "new", new DoubleType());

        Schema merged = narrow.merge(wide);

        assertThat(merged.columns())
                .containsExactly(
                        Column.of("id", new IntType(false)),
                        Column.of("a", new BigIntType()),
                        Column.of("d", new DecimalType(9, 2)),
                        Column.of("old", TEXT),
                        Column.of("new", new DoubleType()));
        assertThat(wide.merge(narrow).columns()).containsExactlyInAnyOrderElementsOf(merged.columns());
        assertThat(merged.merge(narrow)).isSameAs(merged);
        assertThat(merged.merge(wide)).isSameAs(merged);
    }

    @Test
    void aConflictNamesTheColumnAndBothTypes() {
        assertThatThrownBy(() -> schema("a", new IntType()).merge(schema("a", TEXT)))
                .isInstanceOf(SchemaConflictException.class)
                .hasMessage("Column a of table t was INT and is now STRING, which cannot hold its earlier values");
    }

    @Test
    void anotherKeyIsAConflict() {
        Schema other = Schema.of(
                "t",
                List.of(Column.of("id", new IntType(false)), Column.of("line", new IntType(false))),
                List.of("id", "line"));
        assertThatThrownBy(() -> schema().merge(other)).isInstanceOf(SchemaConflictException.class);
    }

    @Test
    void aSchemaIsTheSameAfterItsBytes() {
        Schema schema = schema("a", new ArrayType(new DecimalType(38, 10)), "b", new LocalZonedTimestampType(6));

        Schema read = SchemaBytes.read(schema.bytes());

        assertThat(read.columns()).isEqualTo(schema.columns());
        assertThat(read.fingerprint()).isEqualTo(schema.fingerprint());
        assertThat(read.keyNames()).containsExactly("id");
        assertThat(schema("a", new IntType()).fingerprint())
                .isNotEqualTo(schema("a", new BigIntType()).fingerprint());
    }

    @Test
    void aProjectionWidensValuesDropsColumnsAndLeavesNewOnesNull() {
        Schema from = schema(
                "a",
                new SmallIntType(),
                "d",
                new DecimalType(5, 2),
                "gone",
                TEXT,
                "f",
                new FloatType(),
                "list",
                new ArrayType(new SmallIntType()),
                "at",
                new LocalZonedTimestampType(6));
        Schema to = schema(
                "new",
                TEXT,
                "at",
                new LocalZonedTimestampType(6),
                "a",
                new BigIntType(),
                "d",
                new DecimalType(20, 2),
                "f",
                new DoubleType(),
                "list",
                new ArrayType(new BigIntType()));
        TimestampData at = TimestampData.fromEpochMillis(1_700_000_000_123L, 456_000);
        BinaryRowData row = binary(
                from,
                1,
                (short) 7,
                DecimalData.fromBigDecimal(new BigDecimal("1.25"), 5, 2),
                StringData.fromString("x"),
                1.5f,
                new GenericArrayData(new Object[] {(short) 1, null}),
                at);

        BinaryRowData projected = Projection.of(from, to).apply(row);

        assertThat(projected)
                .isEqualTo(binary(
                        to,
                        1,
                        null,
                        at,
                        7L,
                        DecimalData.fromBigDecimal(new BigDecimal("1.25"), 20, 2),
                        1.5d,
                        new GenericArrayData(new Object[] {1L, null})));
    }

    @Test
    void aColumnThatCannotHoldTheValuesOfItsEarlierTypeIsNullInAProjection() {
        Schema from = schema(
                "text",
                TEXT,
                "wide",
                new BigIntType(),
                "scaled",
                new DecimalType(5, 2),
                "list",
                new ArrayType(TEXT),
                "kept",
                new IntType());
        Schema to = schema(
                "text",
                new IntType(),
                "wide",
                new IntType(),
                "scaled",
                new DecimalType(9, 4),
                "list",
                new ArrayType(new IntType()),
                "kept",
                new BigIntType());
        BinaryRowData row = binary(
                from,
                1,
                StringData.fromString("7"),
                8L,
                DecimalData.fromBigDecimal(new BigDecimal("1.25"), 5, 2),
                new GenericArrayData(new Object[] {StringData.fromString("x")}),
                9);

        Projection projection = Projection.of(from, to);

        assertThat(projection.apply(row)).isEqualTo(binary(to, 1, null, null, null, null, 9L));
        assertThat(projection.sourceOf(1)).isEqualTo(-1);
        assertThat(projection.keepsAllColumns()).isFalse();
        assertThat(Projection.of(schema("kept", new IntType()), to).keepsAllColumns())
                .isTrue();
    }

    @Test
    void aProjectionOntoTheSameColumnsHandsTheRowThrough() {
        Schema schema = schema("a", TEXT);
        BinaryRowData row = binary(schema, 1, null);

        assertThat(Projection.of(schema, schema("a", TEXT)).apply(row)).isSameAs(row);
    }

    @Test
    void columnsAreFoundAgainInTheOtherShape() {
        Projection projection = Projection.of(schema("a", TEXT, "b", TEXT), schema("new", TEXT, "b", TEXT, "a", TEXT));

        assertThat(projection.columns(new int[] {1, 2})).containsExactly(2, 3);
    }

    @Test
    void positionsSortAsTextAsTheyCompare() {
        List<Position> rising = List.of(
                Position.START,
                Position.of(0, 1),
                Position.of(1, 0),
                Position.of(Long.MAX_VALUE, -1),
                Position.of(Long.MIN_VALUE, 0),
                Position.of(-1, -1));

        for (int i = 1; i < rising.size(); i++) {
            assertThat(rising.get(i).isAfter(rising.get(i - 1))).isTrue();
            assertThat(rising.get(i).toHex()).isGreaterThan(rising.get(i - 1).toHex());
            assertThat(Position.ofHex(rising.get(i).toHex())).isEqualTo(rising.get(i));
        }
    }

    @Test
    void aRowIsReadableInADeadLetter() {
        Schema schema = schema("t\"x", TEXT, "l", new ArrayType(TEXT));

        assertThat(ReadableRow.json(
                        schema, binary(schema, 1, StringData.fromString("a\n\\"), new GenericArrayData(new Object[] {
                            StringData.fromString("é"), null
                        }))))
                .isEqualTo("{\"id\":1,\"t\\\"x\":\"a\\u000a\\\\\",\"l\":[\"é\",null]}");
    }

    private static BinaryRowData binary(Schema schema, Object... values) {
        return new RowDataSerializer(schema.rowType())
                .toBinaryRow(GenericRowData.of(values))
                .copy();
    }

    @Test
    void whatDoesNotGoOnTheWireIsRefused() {
        List<Column> many = new ArrayList<>();
        for (int i = 0; i < 65_536; i++) {
            many.add(Column.of("c" + i, new BigIntType(false)));
        }

        assertThatThrownBy(() -> Schema.of("t", many, List.of("c0"))).hasMessageContaining("has 65536 columns");
        for (String name : List.of("€".repeat(21_846), "\uD83D\uDE00".repeat(10_923), "\0".repeat(32_768))) {
            List<Column> column = List.of(Column.of(name, new BigIntType(false)));
            assertThatThrownBy(() -> Schema.of("t", column, List.of(name)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("longer than 65535 bytes");
        }
        Schema longest = Schema.of(
                "t", List.of(Column.of("€".repeat(21_845), new BigIntType(false))), List.of("€".repeat(21_845)));
        assertThat(SchemaBytes.read(longest.bytes())).isEqualTo(longest);
    }
}
