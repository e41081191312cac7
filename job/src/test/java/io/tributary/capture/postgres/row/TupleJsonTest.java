package io.tributary.capture.postgres.row;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.capture.postgres.value.ColumnType;
import io.tributary.capture.postgres.value.ScalarTypes;
import io.tributary.change.Column;
import io.tributary.change.Schema;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.flink.table.api.DataTypes;
import org.junit.jupiter.api.Test;

class TupleJsonTest {

    private static final ColumnType INT = requireNonNull(ScalarTypes.of(23, -1));
    private static final Schema SCHEMA = Schema.of(
            "t",
            List.of(
                    Column.of("id", DataTypes.INT().notNull().getLogicalType()),
                    Column.of("odd \"name\"", DataTypes.INT().getLogicalType()),
                    Column.of("none", DataTypes.INT().getLogicalType()),
                    Column.of("broken", DataTypes.INT().getLogicalType()),
                    Column.of("absent", DataTypes.INT().getLogicalType())),
            List.of("id"));

    @Test
    void itHasTheTextOfBothFormsAndTheBytesOfWhatCannotBePrinted() throws Exception {
        ByteBuffer message = ByteBuffer.allocate(100).putShort((short) 5);
        message.put((byte) 't').putInt(1).put((byte) '7');
        message.put((byte) 'b').putInt(4).putInt(-8);
        message.put((byte) 'n');
        message.put((byte) 'b').putInt(3).put(new byte[] {1, 2, (byte) 255});
        message.put((byte) 'u').rewind();
        Tuple tuple = new Tuple(5);
        assertThat(tuple.read(message)).isTrue();
        byte[] json = TupleJson.of(SCHEMA, new ColumnType[] {INT, INT, INT, INT, INT}, tuple, Integer.MAX_VALUE);
        assertThat(new String(json, StandardCharsets.UTF_8))
                .isEqualTo("{\"id\":\"7\",\"odd \\\"name\\\"\":\"-8\",\"none\":null,\"broken\":\"\\\\x0102ff\"}");
    }
}
