package io.tributary.capture.postgres.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.capture.Readership;
import io.tributary.capture.postgres.PostgresTable;
import io.tributary.capture.postgres.server.Era;
import io.tributary.change.Audience;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The forms of the native reader's state: what was written once can be read for ever. */
class SplitSerializerTest {

    @Test
    void aSplitKeepsItsForm() throws Exception {
        SlotSplit slot = SlotSplit.of(0x10, 7, 2, 0x5, 0x9);
        assertThat(HexFormat.of().formatHex(SplitSerializer.INSTANCE.serialize(slot)))
                .isEqualTo("73" + "0000000000000010" + "0000000000000007" + "00000002" + "0000000000000005"
                        + "0000000000000009");
        Split read = SplitSerializer.INSTANCE.deserialize(1, SplitSerializer.INSTANCE.serialize(slot));
        assertThat(read).usingRecursiveComparison().isEqualTo(slot);
    }

    @Test
    void aSlotKeepsTheTimeUpToWhichAllWasRead() throws Exception {
        SlotSplit slot = SlotSplit.of(0x10, 7, 2, 0x5, 0x9).knownAt(0x1a);
        byte[] bytes = SplitSerializer.INSTANCE.serialize(slot);
        assertThat(HexFormat.of().formatHex(bytes))
                .isEqualTo("74" + "0000000000000010" + "0000000000000007" + "00000002" + "0000000000000005"
                        + "0000000000000009" + "000000000000001a");
        assertThat(SplitSerializer.INSTANCE.deserialize(1, bytes))
                .usingRecursiveComparison()
                .isEqualTo(slot);
        assertThat(slot.at(0x11).of(8, 3).snapshotRead(0x12).knownAt()).isEqualTo(0x1a);
    }

    @Test
    void whatIsReadInALaterEraKeepsIt() throws Exception {
        Era era = Era.FIRST.next(0x10, true, Instant.parse("2026-01-01T00:00:00Z"));
        SlotSplit slot = SlotSplit.of(0x10, 7, 2, 0x5, 0x9)
                .in(era, era.at(0x12))
                .with(Tables.UNKNOWN.wanting("public.t", era.at(0x12), Audience.NOBODY, "of a reason", era));
        byte[] bytes = SplitSerializer.INSTANCE.serialize(slot);
        assertThat(HexFormat.of().formatHex(bytes))
                .startsWith("76" + "0001000000000012" + "0000000000000007")
                .endsWith("0001000000000000" + "0000000000000001");
        assertThat(SplitSerializer.INSTANCE.deserialize(1, bytes))
                .usingRecursiveComparison()
                .isEqualTo(slot);
        Chunk chunk = CHUNK.of(ReadAs.NOW.in(era), Audience.NOBODY);
        assertThat(SplitSerializer.INSTANCE.deserialize(1, SplitSerializer.INSTANCE.serialize(chunk)))
                .usingRecursiveComparison()
                .isEqualTo(chunk);
    }

    /** Of both kinds, how many there are and their names, behind all else. */
    @Test
    void whatIsKnownOfHashedTablesIsKept() throws Exception {
        PostgresTable passing = new PostgresTable("public", "t", "t", null)
                .readBy(Readership.of(List.of(Audience.PASS_THROUGH), false));
        PostgresTable other = new PostgresTable("public", "o", "o", null)
                .readBy(Readership.of(List.of(Audience.PASS_THROUGH), false));
        PostgresTable read = passing.readBy(Readership.of(List.of(Audience.query("a")), true));
        HashedTables hashed = HashedTables.NONE.readBy(List.of(passing, other)).readBy(List.of(read, other));
        Tables tables =
                Tables.UNKNOWN.with(hashed).wanting("public.t", 0x12, Audience.NOBODY, "of a reason", Era.FIRST);
        SlotSplit slot = SlotSplit.of(0x10, 7, 2, 0x5, 0x9).with(tables);

        byte[] bytes = SplitSerializer.INSTANCE.serialize(slot);
        assertThat(HexFormat.of().formatHex(bytes))
                .startsWith("77" + "0000000000000010")
                .contains("04" + "000b6f66206120726561736f6e")
                .endsWith("00000001" + "00087075626c69632e6f" + "00000001" + "00087075626c69632e74");
        SlotSplit back = (SlotSplit) SplitSerializer.INSTANCE.deserialize(1, bytes);
        assertThat(back).usingRecursiveComparison().isEqualTo(slot);
        assertThat(back.tables().wanted()).allMatch(Resync::isWhole);
        assertThat(hashed.readBy(List.of(passing)).isOwed("public.t")).isFalse();
    }

    private static PostgresTable table(String name, Readership readership) {
        return new PostgresTable("public", name, name, null).readBy(readership);
    }

    /** Which targets there were, the start that owed rows, and to whom rows of which table are owed, behind all else. */
    @Test
    void whatIsOwedToTargetsIsKeptUntilItWasShown() throws Exception {
        Readership before = Readership.of(List.of(Audience.PASS_THROUGH), false);
        Readership now = Readership.of(List.of(Audience.PASS_THROUGH, Audience.KINESIS), false);
        Readership whole = Readership.of(List.of(Audience.PASS_THROUGH, Audience.KINESIS), true);
        OwedRows none = OwedRows.none(List.of(table("t", before), table("o", before)));
        List<PostgresTable> tables = List.of(table("t", now.refilling("s")), table("o", now), table("w", whole));
        Map<String, Audience> more = none.more(tables, HashedTables.NONE);
        assertThat(more)
                .containsOnly(Map.entry("public.t", Audience.TARGETS), Map.entry("public.o", Audience.only("kinesis")));
        OwedRows owed = none.readBy(tables, more);
        assertThat(owed.more(tables, HashedTables.NONE)).as("once for a start").isEmpty();
        assertThat(owed.more(List.of(table("t", now.refilling("z"))), HashedTables.NONE))
                .containsOnly(Map.entry("public.t", Audience.only(Audience.PASS_THROUGH)));
        assertThat(OwedRows.UNKNOWN.more(List.of(table("t", now)), HashedTables.NONE))
                .as("of a state that does not say which targets there were")
                .isEmpty();
        assertThat(owed.shown("public.t", Audience.only("kinesis")).of("public.t"))
                .isEqualTo(Audience.only(Audience.PASS_THROUGH));
        assertThat(owed.readBy(List.of(table("o", before)), Map.of()).of("public.o"))
                .as("to a target that is gone")
                .isEqualTo(Audience.NOBODY);

        SlotSplit slot = SlotSplit.of(0x10, 7, 2, 0x5, 0x9).with(Tables.UNKNOWN.with(owed));
        byte[] bytes = SplitSerializer.INSTANCE.serialize(slot);
        assertThat(HexFormat.of().formatHex(bytes))
                .startsWith("78" + "0000000000000010")
                .endsWith("0001" + "00076b696e65736973" + "000173" + "00000002" + "00087075626c69632e6f" + "00" + "0001"
                        + "00076b696e65736973" + "00087075626c69632e74" + "00" + "0002" + "00076b696e65736973"
                        + "000c706173732d7468726f756768");
        assertThat(SplitSerializer.INSTANCE.deserialize(1, bytes))
                .usingRecursiveComparison()
                .isEqualTo(slot);
    }

    private static final Chunk CHUNK = Chunk.of(5, "public.t", 16_384, "\"t\"", 99, "ctid >= 'ä'", 50_000)
            .numbered(3)
            .readAt(0x77, 100);

    private static final String CHUNK_BYTES = "63" + "0000000000000005" + "00087075626c69632e74" + "0000000000004000"
            + "0003227422" + "0000000000000063" + "0000000c" + "63746964203e3d2027c3a427" + "000000000000c350"
            + "00000003" + "0000000000000077" + "0000000000000064";

    @Test
    void aChunkKeepsItsForm() throws Exception {
        byte[] bytes = SplitSerializer.INSTANCE.serialize(CHUNK);
        assertThat(HexFormat.of().formatHex(bytes)).isEqualTo(CHUNK_BYTES);
        Split read = SplitSerializer.INSTANCE.deserialize(1, bytes);
        assertThat(read).usingRecursiveComparison().isEqualTo(CHUNK);
    }

    /** It was a boolean, once. */
    @Test
    void aChunkKeepsToWhomItsRowsAreShownAgain() throws Exception {
        for (Map.Entry<Audience, String> again : Map.of(
                        Audience.EVERYBODY, "01", Audience.only("query/a"), "02" + "00" + "0001" + "000771756572792f61")
                .entrySet()) {
            Chunk chunk = CHUNK.of(ReadAs.NOW, again.getKey());
            byte[] bytes = SplitSerializer.INSTANCE.serialize(chunk);
            assertThat(HexFormat.of().formatHex(bytes)).startsWith("64").endsWith(again.getValue());
            assertThat(SplitSerializer.INSTANCE.deserialize(1, bytes))
                    .usingRecursiveComparison()
                    .isEqualTo(chunk);
        }
    }

    @Test
    void theStateOfTheSnapshotKeepsItsForm() throws Exception {
        SlotSplit slot = SlotSplit.of(0x10, 7, 2, 0x5, SlotSplit.RUNNING);
        SnapshotState state = new SnapshotState(
                slot, true, 4, List.of(Uncut.table("public.t\t16384", 0x10)), List.of(CHUNK), List.of());
        SnapshotState.Serializer serializer = new SnapshotState.Serializer();
        byte[] bytes = serializer.serialize(state);
        assertThat(HexFormat.of().formatHex(bytes))
                .isEqualTo("73" + "0000000000000010" + "0000000000000007" + "00000002" + "0000000000000005"
                        + "ffffffffffffffff" + "01" + "00000004" + "00000001" + "000e7075626c69632e74093136333834"
                        + "00000001" + CHUNK_BYTES + "00000000");
        assertThat(serializer.deserialize(2, bytes)).usingRecursiveComparison().isEqualTo(state);
        assertThat(serializer.deserialize(1, Arrays.copyOf(bytes, bytes.length - 4)))
                .as("the form before there were resyncs")
                .usingRecursiveComparison()
                .isEqualTo(state);
    }

    @Test
    void aStateOfALaterVersionIsRefused() {
        assertThatThrownBy(() -> new SnapshotState.Serializer().deserialize(3, new byte[0]))
                .hasMessage("Version 3 of the snapshot's state is not known to this version of the job");
        assertThatThrownBy(() -> SplitSerializer.INSTANCE.deserialize(2, new byte[0]))
                .hasMessage("Version 2 of the reader's state is not known to this version of the job");
        assertThatThrownBy(() -> SplitSerializer.INSTANCE.deserialize(1, new byte[] {'y'}))
                .hasMessage("A split of the kind 'y' is not known");
    }
}
