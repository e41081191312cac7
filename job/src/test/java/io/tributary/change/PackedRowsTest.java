package io.tributary.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.data.writer.BinaryRowWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PackedRowsTest {

    @Test
    void theFormIsPinned() throws IOException {
        assertThat(hex(numbers(0))).isEqualTo("020000");
        assertThat(hex(numbers(1, 0x1234))).isEqualTo("030001" + "01" + "02" + "1234");
        assertThat(hex(numbers(-1, 5))).isEqualTo("03" + "00" + "09ffffffffffffffff" + "0105");
        assertThat(hex(text("nine bytes and more")))
                .as("offset 16, 19 bytes, then these without the padding's zeros")
                .isEqualTo("05" + "00" + "05" + "1000000013" + "0a" + ascii("nine bytes and m") + "03" + ascii("ero"));
    }

    @Test
    void anyRowComesBackAsItWas() throws IOException {
        Random random = new Random(20261121);
        for (int round = 0; round < 2_000; round++) {
            byte[] bytes = new byte[8 * (1 + random.nextInt(12))];
            for (int word = 8; word < bytes.length; word += 8) {
                byte[] value = new byte[random.nextInt(9)];
                random.nextBytes(value);
                System.arraycopy(value, 0, bytes, word, value.length);
            }
            assertComesBack(BinaryRows.of(3, bytes));
        }
    }

    @Test
    void longTextsComeBackAsTheyWere() throws IOException {
        for (int length : new int[] {8 * 246, 8 * 247, 8 * 248, 8 * 247 * 3 + 5, 1 << 20}) {
            assertComesBack(text("x".repeat(length)));
        }
    }

    @Test
    void aRowWithinALargerBufferIsPackedAlone() throws IOException {
        BinaryRowData alone = numbers(7, 70_000);
        byte[] buffer = new byte[100];
        Arrays.fill(buffer, (byte) -1);
        System.arraycopy(BinaryRows.bytes(alone), 0, buffer, 16, alone.getSizeInBytes());
        BinaryRowData within = new BinaryRowData(2);
        within.pointTo(org.apache.flink.core.memory.MemorySegmentFactory.wrap(buffer), 16, alone.getSizeInBytes());

        assertThat(hex(within)).isEqualTo(hex(alone));
    }

    @Test
    void rowsSortByTheNumbersTheyBeginWith() throws IOException {
        long[] ids = {0, 1, 9, 255, 256, 65_535, 65_536, 1_000_000, 1L << 40, (1L << 55) - 1};
        List<byte[]> packed = Stream.of(Arrays.stream(ids).boxed().toArray(Long[]::new))
                .map(id -> packed(numbers(id)))
                .toList();

        assertThat(packed.stream().sorted(Arrays::compareUnsigned).toList()).isEqualTo(packed);
    }

    @Test
    void whatIsNoWholeNumberOfWordsIsRefused() {
        assertThatThrownBy(() -> packed(BinaryRows.of(1, new byte[13]))).hasMessageContaining("13 bytes");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 127, 128, 16_383, 16_384, Long.MAX_VALUE, Long.MIN_VALUE, -1})
    void everyNumberComesBackFromItsVarint(long number) throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(16);
        Varints.write(number, out);
        DataInputDeserializer in = new DataInputDeserializer(out.getCopyOfBuffer());
        assertThat(Varints.read(in)).isEqualTo(number);
        assertThat(in.available()).isZero();
    }

    @Test
    void aVarintHasSevenBitsAByteTheLowestFirst() throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(16);
        Varints.write(300, out);
        assertThat(out.getCopyOfBuffer()).containsExactly(0xAC, 0x02);
    }

    private static void assertComesBack(BinaryRowData row) throws IOException {
        DataInputDeserializer in = new DataInputDeserializer(packed(row));
        assertThat(PackedRows.read(row.getArity(), in)).isEqualTo(row);
        assertThat(in.available()).isZero();
    }

    private static String hex(BinaryRowData row) {
        return HexFormat.of().formatHex(packed(row));
    }

    private static String ascii(String text) {
        return HexFormat.of().formatHex(text.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    }

    private static byte[] packed(BinaryRowData row) {
        DataOutputSerializer out = new DataOutputSerializer(64);
        try {
            PackedRows.write(row, out);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return out.getCopyOfBuffer();
    }

    private static BinaryRowData numbers(long... values) {
        BinaryRowData row = BinaryRows.of(values.length, new byte[8 + 8 * values.length]);
        for (int i = 0; i < values.length; i++) {
            row.setLong(i, values[i]);
        }
        return row;
    }

    private static BinaryRowData text(String value) {
        BinaryRowData row = new BinaryRowData(1);
        BinaryRowWriter writer = new BinaryRowWriter(row);
        writer.writeString(0, StringData.fromString(value));
        writer.complete();
        return row;
    }
}
