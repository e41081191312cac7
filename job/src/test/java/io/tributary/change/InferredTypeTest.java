package io.tributary.change;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.runtime.typeutils.RowDataSerializer;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.DateType;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.DoubleType;
import org.apache.flink.table.types.logical.FloatType;
import org.apache.flink.table.types.logical.IntType;
import org.apache.flink.table.types.logical.LogicalType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InferredTypeTest {

    private static final Column ID = Column.of("id", new BigIntType(false));

    /** Those that data has, those their joins give, and some that were declared before. */
    private static final List<Column> COLUMNS = List.of(
            Column.inferred("a", InferredType.BIGINT),
            Column.inferred("a", InferredType.BOOLEAN),
            Column.inferred("a", InferredType.BYTES),
            Column.inferred("a", InferredType.TEXT),
            Column.inferredJson("a"),
            Column.inferred("a", new DecimalType(19, 0)),
            Column.inferred("a", new DecimalType(38, 0)),
            Column.inferred("a", new DecimalType(21, 2)),
            Column.inferred("a", new DecimalType(30, 4)),
            Column.inferred("a", new DecimalType(38, 18)),
            Column.inferred("a", new DoubleType()),
            Column.inferred("a", new FloatType()),
            Column.inferred("a", new IntType()),
            Column.inferred("a", new DateType()));

    @ParameterizedTest
    @CsvSource({
        "0, BIGINT",
        "0.00, BIGINT",
        "1E+3, BIGINT",
        "9223372036854775807, BIGINT",
        "-9223372036854775808, BIGINT",
        "9223372036854775808, 'DECIMAL(19, 0)'",
        "1E+37, 'DECIMAL(38, 0)'",
        "1E+38, STRING",
        "99999999999999999999999999999999999999, 'DECIMAL(38, 0)'",
        "0.5, 'DECIMAL(21, 2)'",
        "1.50, 'DECIMAL(21, 2)'",
        "0.125, 'DECIMAL(23, 4)'",
        "0.00001, 'DECIMAL(28, 9)'",
        "0.0000000001, 'DECIMAL(37, 18)'",
        "12345678901234567890.0000000001, 'DECIMAL(38, 18)'",
        "123456789012345678901.0000000001, STRING",
        "1E-19, STRING",
        "1E-130, STRING",
        "9.9E+125, STRING"
    })
    void theTypeOfANumber(String number, String type) {
        assertThat(InferredType.ofNumber(new BigDecimal(number)).asSummaryString())
                .isEqualTo(type);
    }

    @Test
    void theJoinIsOneWhateverTheOrder() {
        for (Column a : COLUMNS) {
            assertThat(join(a, a)).isEqualTo(a);
            for (Column b : COLUMNS) {
                assertThat(join(a, b)).isEqualTo(join(b, a));
                for (Column c : COLUMNS) {
                    assertThat(join(join(a, b), c)).isEqualTo(join(a, join(b, c)));
                }
            }
        }
    }

    @Test
    void whatIsWiderHasTheHigherRankAndHoldsTheOther() {
        for (Column a : COLUMNS) {
            for (Column b : COLUMNS) {
                Column union = join(a, b);
                assertThat(union.holds(a)).isTrue();
                if (!union.equals(a)) {
                    assertThat(union.rank()).as("%s, %s", a, b).isGreaterThan(a.rank());
                }
            }
        }
    }

    @Test
    void aColumnThatWasDeclaredBeforeJoinsAsAnInferredOneAndCountsAsWider() {
        Column declared = Column.of("a", new BigIntType());
        Column inferred = Column.inferred("a", new DecimalType(21, 2));

        assertThat(join(declared, inferred)).isEqualTo(inferred).isEqualTo(join(inferred, declared));
        assertThat(join(declared, Column.inferred("a", InferredType.BIGINT)).rank())
                .isGreaterThan(declared.rank());
        assertThat(join(Column.json("a"), Column.of("a", InferredType.TEXT)))
                .isEqualTo(Column.of("a", InferredType.TEXT));
    }

    @Test
    void pairsOfKindsAreText() {
        assertThat(join(Column.inferred("a", InferredType.BIGINT), Column.inferred("a", InferredType.BOOLEAN)))
                .isEqualTo(Column.inferred("a", InferredType.TEXT));
        assertThat(join(Column.inferredJson("a"), Column.inferred("a", InferredType.BYTES)))
                .isEqualTo(Column.inferred("a", InferredType.TEXT));
        assertThat(join(Column.inferred("a", new DecimalType(38, 0)), Column.inferred("a", new DecimalType(21, 2))))
                .isEqualTo(Column.inferred("a", InferredType.TEXT));
        assertThat(join(Column.inferred("a", new DecimalType(20, 0)), Column.inferred("a", new DecimalType(21, 2))))
                .isEqualTo(Column.inferred("a", new DecimalType(22, 2)));
    }

    @Test
    void schemasMergeToTheSameInAnyOrder() throws Exception {
        Random random = new Random(11);
        for (int round = 0; round < 100; round++) {
            List<Schema> schemas = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                schemas.add(schema(
                        COLUMNS.get(random.nextInt(COLUMNS.size())).named("a" + random.nextInt(2)),
                        COLUMNS.get(random.nextInt(COLUMNS.size())).named("b" + random.nextInt(2))));
            }
            Schema there = schemas.get(0);
            for (Schema schema : schemas) {
                Schema merged = there.merge(schema);
                assertThat(merged.equals(there) || merged.number() > there.number())
                        .isTrue();
                there = merged;
            }
            Schema back = schemas.get(3);
            for (int i = 2; i >= 0; i--) {
                back = schemas.get(i).merge(back);
            }
            assertThat(back.columns()).isEqualTo(there.columns());
            assertThat(back.merge(there)).isSameAs(back);
        }
    }

    @Test
    void theSchemaOfInferredColumnsIsTheSameAfterItsBytes() {
        Schema schema = schema(
                Column.inferredJson("j"),
                Column.json("k"),
                Column.inferred("n", new DecimalType(21, 2)),
                COLUMNS.get(3));

        Schema read = SchemaBytes.read(schema.bytes());

        assertThat(read.columns()).isEqualTo(schema.columns());
        assertThat(read.fingerprint()).isEqualTo(schema.fingerprint());
        assertThat(read.isInferred()).isTrue();
        assertThat(schema(Column.json("k")).isInferred()).isFalse();
    }

    @Test
    void onlyWhatCannotChangeInPlaceIsReplaced() {
        Schema numbers = schema(Column.inferred("a", InferredType.BIGINT));
        assertThat(schema(Column.inferred("a", InferredType.TEXT)).replacesColumnsOf(numbers))
                .isTrue();
        assertThat(schema(Column.inferred("a", new DecimalType(19, 0))).replacesColumnsOf(numbers))
                .isTrue();
        assertThat(schema(Column.inferred("a", InferredType.BIGINT), Column.inferredJson("j"))
                        .replacesColumnsOf(numbers))
                .isFalse();
        assertThat(schema(Column.inferred("a", new DecimalType(25, 0)))
                        .replacesColumnsOf(schema(Column.inferred("a", new DecimalType(20, 0)))))
                .isFalse();
        assertThat(schema(Column.inferred("a", InferredType.TEXT)).replacesColumnsOf(schema(Column.inferredJson("a"))))
                .isFalse();
    }

    @Test
    void aValueIsTheSameWhicheverTypesItsColumnHadInBetween() {
        Schema text = schema(Column.inferred("a", InferredType.TEXT));
        assertThat(through(7L, "7", InferredType.BIGINT, new DecimalType(19, 0), new DecimalType(23, 4)))
                .isEqualTo(row(text, "7"));
        assertThat(through(-70L, "-70", InferredType.BIGINT, new DecimalType(38, 9)))
                .isEqualTo(row(text, "-70"));
        assertThat(through(
                        DecimalData.fromBigDecimal(new BigDecimal("1.50"), 21, 2),
                        "1.5",
                        new DecimalType(21, 2),
                        new DecimalType(37, 18)))
                .isEqualTo(row(text, "1.5"));
        String digits = "12345678901234567890123456789012345678";
        assertThat(through(DecimalData.fromBigDecimal(new BigDecimal(digits), 38, 0), digits, new DecimalType(38, 0)))
                .isEqualTo(row(text, digits));
        assertThat(through(true, "true", InferredType.BOOLEAN)).isEqualTo(row(text, "true"));
        assertThat(through(new byte[] {-1, 0, 1}, "/wAB", InferredType.BYTES)).isEqualTo(row(text, "/wAB"));
        assertThat(through(StringData.fromString("é🙂"), "é🙂", InferredType.TEXT))
                .isEqualTo(row(text, "é🙂"));
        assertThat(through(null, null, InferredType.BIGINT, new DecimalType(21, 2)))
                .isEqualTo(row(text, (Object) null));
    }

    /** The value in the first type, projected into each of the others in turn, and at last into text; and at once into text. */
    private static BinaryRowData through(Object value, String text, LogicalType... types) {
        Schema before = schema(Column.inferred("a", types[0]));
        Schema last = schema(Column.inferred("a", InferredType.TEXT));
        BinaryRowData row = row(before, value);
        assertThat(Projection.of(before, last).apply(row)).isEqualTo(row(last, text));
        for (LogicalType type : types) {
            Schema next = schema(Column.inferred("a", type));
            row = Projection.of(before, next).apply(row);
            before = next;
        }
        return Projection.of(before, last).apply(row);
    }

    private static Column join(Column one, Column other) {
        return one.merged(other);
    }

    private static Schema schema(Column... columns) {
        List<Column> all = new ArrayList<>(List.of(ID));
        all.addAll(List.of(columns));
        return Schema.of("t", all, List.of("id"));
    }

    private static BinaryRowData row(Schema schema, Object value) {
        Object internal = value instanceof String ? StringData.fromString((String) value) : value;
        return new RowDataSerializer(schema.rowType())
                .toBinaryRow(GenericRowData.of(1L, internal))
                .copy();
    }
}
