package io.tributary.capture.postgres.value;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.change.BinaryRows;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.runtime.typeutils.RowDataSerializer;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.LogicalType;
import org.junit.jupiter.api.Test;

/** Rows and keys are compared and hashed by their bytes, so they have to be those of Flink's own writer. */
class RowWriterTest {

    private static final List<LogicalType> SCALARS = List.of(
            type(DataTypes.BOOLEAN()),
            type(DataTypes.SMALLINT()),
            type(DataTypes.INT()),
            type(DataTypes.BIGINT()),
            type(DataTypes.FLOAT()),
            type(DataTypes.DOUBLE()),
            type(DataTypes.DECIMAL(18, 4)),
            type(DataTypes.DECIMAL(19, 0)),
            type(DataTypes.DECIMAL(38, 10)),
            type(DataTypes.STRING()),
            type(DataTypes.BYTES()),
            type(DataTypes.DATE()),
            type(DataTypes.TIMESTAMP(6)),
            type(DataTypes.TIMESTAMP_LTZ(6)));

    private final Random random = new Random(20240229);
    private final RowWriter writer = new RowWriter();

    @Test
    void randomRowsOfAllTypesHaveTheBytesThatFlinkGivesThem() {
        for (int round = 0; round < 3000; round++) {
            int arity = random.nextInt(round % 10 == 0 ? 150 : 12);
            List<LogicalType> types = new ArrayList<>();
            List<Object> values = new ArrayList<>();
            for (int i = 0; i < arity; i++) {
                LogicalType type = type(2);
                types.add(type);
                values.add(random.nextInt(5) == 0 ? null : value(type));
            }
            assertThat(BinaryRows.bytes(ours(types, values)))
                    .as("round %s, %s", round, types)
                    .isEqualTo(BinaryRows.bytes(flinks(types, values)));
        }
    }

    @Test
    void arraysOfAnySizeHaveTheBytesThatFlinkGivesThem() {
        for (LogicalType element : SCALARS) {
            LogicalType type = new ArrayType(element);
            for (int size = 0; size < 70; size++) {
                Object[] elements = new Object[size];
                Arrays.setAll(elements, i -> random.nextInt(3) == 0 ? null : value(element));
                List<Object> values = List.of(new GenericArrayData(elements));
                assertThat(BinaryRows.bytes(ours(List.of(type), values)))
                        .as("%s of %s", type, size)
                        .isEqualTo(BinaryRows.bytes(flinks(List.of(type), values)));
            }
        }
    }

    @Test
    void decimalsOfManyDigitsHaveTheBytesThatFlinkGivesThem() {
        LogicalType type = type(DataTypes.DECIMAL(38, 0));
        for (int bits = 0; bits < 126; bits++) {
            BigInteger power = BigInteger.ONE.shiftLeft(bits);
            for (BigInteger value : List.of(power.subtract(BigInteger.ONE), power, power.add(BigInteger.ONE))) {
                for (BigInteger signed : List.of(value, value.negate())) {
                    List<Object> values = List.of(DecimalData.fromBigDecimal(new BigDecimal(signed), 38, 0));
                    assertThat(BinaryRows.bytes(ours(List.of(type), values)))
                            .as("%s", signed)
                            .isEqualTo(BinaryRows.bytes(flinks(List.of(type), values)));
                }
            }
        }
    }

    @Test
    void aRowDoesNotChangeWhenTheNextOneIsWritten() {
        writer.start(2);
        writer.writeBytes(0, "longer than seven".getBytes(StandardCharsets.UTF_8), 0, 17);
        writer.writeLong(1, -1);
        BinaryRowData first = writer.row();
        writer.start(2);
        writer.setNull(0);
        writer.setNull(1);
        BinaryRowData second = writer.row();
        assertThat(first.getString(0)).hasToString("longer than seven");
        assertThat(first.getLong(1)).isEqualTo(-1);
        assertThat(second.isNullAt(0) && second.isNullAt(1)).isTrue();
    }

    @Test
    void aRowThatWasGivenUpInsideAnArrayLeavesNothingBehind() {
        writer.start(1);
        writer.startArray(0, 2, type(DataTypes.INT()));
        writer.writeInt(0, 7);
        List<LogicalType> types = List.of(type(DataTypes.STRING()), new ArrayType(type(DataTypes.INT())));
        List<Object> values =
                List.of(StringData.fromString("longer than seven"), new GenericArrayData(new Object[] {1, 2}));
        assertThat(BinaryRows.bytes(ours(types, values))).isEqualTo(BinaryRows.bytes(flinks(types, values)));
    }

    @Test
    void allNaNsAreOne() {
        writer.start(2);
        writer.writeFloat(0, Float.intBitsToFloat(0xffc00001));
        writer.writeDouble(1, Double.longBitsToDouble(0xfff8000000000001L));
        assertThat(BinaryRows.bytes(writer.row()))
                .isEqualTo(BinaryRows.bytes(flinks(
                        List.of(type(DataTypes.FLOAT()), type(DataTypes.DOUBLE())), List.of(Float.NaN, Double.NaN))));
    }

    private BinaryRowData ours(List<LogicalType> types, List<Object> values) {
        writer.start(types.size());
        for (int i = 0; i < types.size(); i++) {
            write(i, types.get(i), values.get(i));
        }
        return writer.row();
    }

    private void write(int column, LogicalType type, Object value) {
        if (value == null) {
            writer.setNull(column);
            return;
        }
        switch (type.getTypeRoot()) {
            case BOOLEAN -> writer.writeBoolean(column, (boolean) value);
            case SMALLINT -> writer.writeShort(column, (short) value);
            case INTEGER, DATE -> writer.writeInt(column, (int) value);
            case BIGINT -> writer.writeLong(column, (long) value);
            case FLOAT -> writer.writeFloat(column, (float) value);
            case DOUBLE -> writer.writeDouble(column, (double) value);
            case VARCHAR -> {
                byte[] text = ("<<" + value + ">").getBytes(StandardCharsets.UTF_8);
                writer.writeBytes(column, text, 2, text.length - 1);
            }
            case VARBINARY -> writer.writeBytes(column, (byte[]) value, 0, ((byte[]) value).length);
            case TIMESTAMP_WITHOUT_TIME_ZONE, TIMESTAMP_WITH_LOCAL_TIME_ZONE -> {
                TimestampData timestamp = (TimestampData) value;
                writer.writeTimestamp(column, timestamp.getMillisecond(), timestamp.getNanoOfMillisecond());
            }
            case DECIMAL -> {
                DecimalData decimal = (DecimalData) value;
                if (decimal.isCompact()) {
                    writer.writeLong(column, decimal.toUnscaledLong());
                } else {
                    BigInteger unscaled = new BigInteger(decimal.toUnscaledBytes());
                    writer.writeDecimal(column, unscaled.shiftRight(64).longValue(), unscaled.longValue());
                }
            }
            case ARRAY -> {
                ArrayData array = (ArrayData) value;
                LogicalType element = ((ArrayType) type).getElementType();
                ArrayData.ElementGetter getter = ArrayData.createElementGetter(element);
                writer.startArray(column, array.size(), element);
                for (int i = 0; i < array.size(); i++) {
                    write(i, element, getter.getElementOrNull(array, i));
                }
                writer.endArray();
            }
            default -> throw new AssertionError(type);
        }
    }

    private static BinaryRowData flinks(List<LogicalType> types, List<Object> values) {
        return new RowDataSerializer(types.toArray(new LogicalType[0]))
                .toBinaryRow(GenericRowData.of(values.toArray()));
    }

    private LogicalType type(int nesting) {
        return nesting > 0 && random.nextInt(4) == 0
                ? new ArrayType(type(nesting - 1))
                : SCALARS.get(random.nextInt(SCALARS.size()));
    }

    private Object value(LogicalType type) {
        switch (type.getTypeRoot()) {
            case BOOLEAN:
                return random.nextBoolean();
            case SMALLINT:
                return (short) random.nextInt();
            case INTEGER:
            case DATE:
                return random.nextInt();
            case BIGINT:
                return random.nextLong();
            case FLOAT:
                return random.nextInt(9) == 0 ? Float.NaN : (float) random.nextGaussian();
            case DOUBLE:
                return random.nextInt(9) == 0 ? Double.NEGATIVE_INFINITY : random.nextGaussian();
            case DECIMAL:
                DecimalType decimal = (DecimalType) type;
                BigInteger unscaled = new BigInteger(random.nextInt(decimal.getPrecision() * 3), random);
                return DecimalData.fromBigDecimal(
                        new BigDecimal(random.nextBoolean() ? unscaled : unscaled.negate(), decimal.getScale()),
                        decimal.getPrecision(),
                        decimal.getScale());
            case VARCHAR:
                return StringData.fromString(
                        "ab🐘ü".repeat(3).substring(0, random.nextInt(4) * 2) + "x".repeat(random.nextInt(20)));
            case VARBINARY:
                byte[] bytes = new byte[random.nextInt(30)];
                random.nextBytes(bytes);
                return bytes;
            case TIMESTAMP_WITHOUT_TIME_ZONE:
            case TIMESTAMP_WITH_LOCAL_TIME_ZONE:
                return TimestampData.fromEpochMillis(random.nextInt() * 1000L, random.nextInt(1000) * 1000);
            case ARRAY:
                LogicalType element = ((ArrayType) type).getElementType();
                Object[] elements = new Object[random.nextInt(6)];
                Arrays.setAll(elements, i -> random.nextInt(4) == 0 ? null : value(element));
                return new GenericArrayData(elements);
            default:
                throw new AssertionError(type);
        }
    }

    private static LogicalType type(DataType type) {
        return type.getLogicalType();
    }
}
