package io.tributary.capture.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** The forms of the native reader's state: what was written once can be read for ever. */
class NativeStateTest {

    @Test
    void aSplitKeepsItsForm() throws Exception {
        SlotSplit slot = SlotSplit.of(0x10, 7, 2, 0x5, 0x9);
        assertThat(HexFormat.of().formatHex(NativeSplitSerializer.INSTANCE.serialize(slot)))
                .isEqualTo("73" + "0000000000000010" + "0000000000000007" + "00000002" + "0000000000000005"
                        + "0000000000000009");
        NativeSplit read =
                NativeSplitSerializer.INSTANCE.deserialize(1, NativeSplitSerializer.INSTANCE.serialize(slot));
        assertThat(read).usingRecursiveComparison().isEqualTo(slot);
    }

    @Test
    void aChunkIsTheSameAfterwards() throws Exception {
        Chunk chunk = Chunk.of(5, "public.t", 16_384, "public.t", 99, "ctid >= '(0,0)'", 50_000)
                .numbered(3)
                .readAt(0x77, 100);
        NativeSplit read =
                NativeSplitSerializer.INSTANCE.deserialize(1, NativeSplitSerializer.INSTANCE.serialize(chunk));
        assertThat(read).usingRecursiveComparison().isEqualTo(chunk);
    }
}
