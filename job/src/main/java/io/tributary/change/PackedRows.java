package io.tributary.change;

import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.core.memory.MemorySegment;
import org.apache.flink.core.memory.MemorySegmentFactory;
import org.apache.flink.table.data.binary.BinaryRowData;

/**
 * How a {@link BinaryRowData} stands in state: its words of eight bytes without the zeros that most of them begin with.
 *
 * <p>The number of words comes first. Then for each word a byte that says how many bytes follow, 0 to 7, and these, the
 * highest first; words that need all eight stand together, as they are in memory, behind a byte that is 8 plus their number.
 * So rows that begin with numbers sort by these numbers, and neighbours stay neighbours where bytes are sorted.
 *
 * <p>Assumes what {@link BinaryRowData} grants: one segment, and a length that is a multiple of eight.
 */
public final class PackedRows {

    private static final int WORD = 8;
    private static final int LONGEST_RUN = 255 - WORD;

    private PackedRows() {}

    public static void write(BinaryRowData row, DataOutputView out) throws IOException {
        MemorySegment segment = row.getSegments()[0];
        int size = row.getSizeInBytes();
        if (size % WORD != 0 || row.getSegments().length > 1) {
            throw new IllegalArgumentException(
                    "A row of " + size + " bytes in " + row.getSegments().length + " segments cannot be packed");
        }
        Varints.write(size / WORD, out);
        int end = row.getOffset() + size;
        int at = row.getOffset();
        while (at < end) {
            long word = segment.getLong(at);
            int bytes = significant(word);
            if (bytes < WORD) {
                out.writeByte(bytes);
                writeLow(word, bytes, out);
                at += WORD;
                continue;
            }
            int run = run(segment, at, end);
            out.writeByte(WORD + run);
            segment.get(out, at, run * WORD);
            at += run * WORD;
        }
    }

    private static int run(MemorySegment segment, int start, int end) {
        int run = 1;
        int at = start + WORD;
        while (at < end && run < LONGEST_RUN && significant(segment.getLong(at)) == WORD) {
            run++;
            at += WORD;
        }
        return run;
    }

    private static int significant(long word) {
        return WORD - Long.numberOfLeadingZeros(word) / WORD;
    }

    private static void writeLow(long word, int bytes, DataOutputView out) throws IOException {
        for (int shift = (bytes - 1) * 8; shift >= 0; shift -= 8) {
            out.writeByte((int) (word >>> shift));
        }
    }

    public static BinaryRowData read(int arity, DataInputView in) throws IOException {
        byte[] bytes = new byte[(int) Varints.read(in) * WORD];
        MemorySegment segment = MemorySegmentFactory.wrap(bytes);
        int at = 0;
        while (at < bytes.length) {
            int control = in.readUnsignedByte();
            if (control < WORD) {
                long word = 0;
                for (int i = 0; i < control; i++) {
                    word = word << 8 | in.readUnsignedByte();
                }
                segment.putLong(at, word);
                at += WORD;
                continue;
            }
            int length = (control - WORD) * WORD;
            in.readFully(bytes, at, length);
            at += length;
        }
        BinaryRowData row = new BinaryRowData(arity);
        row.pointTo(segment, 0, bytes.length);
        return row;
    }
}
