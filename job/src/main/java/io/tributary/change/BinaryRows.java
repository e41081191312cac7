package io.tributary.change;

import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.core.memory.MemorySegmentFactory;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.data.binary.BinarySegmentUtils;

/** How a {@link BinaryRowData} stands on the wire: its length in bytes, then its bytes as they are. */
public final class BinaryRows {

    private BinaryRows() {}

    public static void write(BinaryRowData row, DataOutputView out) throws IOException {
        out.writeInt(row.getSizeInBytes());
        BinarySegmentUtils.copyToView(row.getSegments(), row.getOffset(), row.getSizeInBytes(), out);
    }

    public static BinaryRowData read(int arity, DataInputView in) throws IOException {
        byte[] bytes = new byte[in.readInt()];
        in.readFully(bytes);
        return of(arity, bytes);
    }

    /** The bytes become the row; they are not copied. */
    public static BinaryRowData of(int arity, byte[] bytes) {
        BinaryRowData row = new BinaryRowData(arity);
        row.pointTo(MemorySegmentFactory.wrap(bytes), 0, bytes.length);
        return row;
    }

    /** A copy of the row's bytes. */
    public static byte[] bytes(BinaryRowData row) {
        return BinarySegmentUtils.copyToBytes(row.getSegments(), row.getOffset(), row.getSizeInBytes());
    }
}
