package io.tributary.change;

import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Unsigned numbers in as few bytes as they need: seven bits a byte, the lowest first, the eighth bit if more follow (LEB128). */
public final class Varints {

    private static final int MORE = 0x80;

    private Varints() {}

    public static void write(long value, DataOutputView out) throws IOException {
        long rest = value;
        while ((rest & -MORE) != 0) {
            out.writeByte((int) rest | MORE);
            rest >>>= 7;
        }
        out.writeByte((int) rest);
    }

    public static long read(DataInputView in) throws IOException {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            long bits = in.readByte();
            value |= (bits & MORE - 1) << shift;
            if (bits >= 0) {
                return value;
            }
        }
        throw new IOException("A number in state has more than 64 bits");
    }
}
