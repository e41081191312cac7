package io.tributary.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.VarCharType;
import org.apache.flink.types.RowKind;
import org.junit.jupiter.api.Test;

/** The bytes themselves: a savepoint taken before a change of the code is read after it. */
class WireFormatTest {

    private static final Schema SCHEMA = Schema.of(
            "t",
            List.of(Column.of("id", new BigIntType(false)), Column.omissible("n", new VarCharType(3))),
            List.of("id"));

    /** Fingerprint, length, format 1, name, 2 columns with names, types and whether they are omissible, key. */
    private static final String SCHEMA_BYTES = "367c7736f290c6de 00000030 01 000174 0002"
            + " 00026964 000f" + ascii("BIGINT NOT NULL") + "00"
            + " 00016e 000a" + ascii("VARCHAR(3)") + "01"
            + " 0001 0000";

    private static final String POSITION_BYTES = "0000000000000102 0000000000000003";
    private static final Position POSITION = Position.of(0x102, 3);

    /** Length, header, id. */
    private static final String KEY_BYTES = "00000010 0000000000000000 0700000000000000";

    /** Length, header, id, "ab" in its slot. */
    private static final String ROW_BYTES = "00000018 0000000000000000 0700000000000000 6162000000000082";

    private static final BinaryRowData KEY = BinaryRows.of(1, bytes(KEY_BYTES.substring(9)));
    private static final BinaryRowData ROW = BinaryRows.of(2, bytes(ROW_BYTES.substring(9)));

    @Test
    void changes() throws IOException {
        assertForm(
                Wire.CHANGE,
                Change.upsert(Operation.INSERT, SCHEMA, POSITION, 5, KEY, ROW),
                "63 " + SCHEMA_BYTES + POSITION_BYTES + " 0000000000000005 03" + KEY_BYTES + ROW_BYTES);
        assertForm(
                Wire.CHANGE,
                Change.partial(Operation.UPDATE, SCHEMA, POSITION, 5, KEY, ROW, new int[] {1}),
                "75 " + SCHEMA_BYTES + POSITION_BYTES + " 0000000000000005 07" + KEY_BYTES + ROW_BYTES + " 0001 0001");
        assertForm(
                Wire.CHANGE,
                Change.delete(SCHEMA, POSITION, 5, KEY),
                "64 " + SCHEMA_BYTES + POSITION_BYTES + " 0000000000000005 01" + KEY_BYTES);
        assertForm(
                Wire.CHANGE,
                Change.expiry(SCHEMA, POSITION, 5, KEY),
                "64 " + SCHEMA_BYTES + POSITION_BYTES + " 0000000000000005 09" + KEY_BYTES);
        assertForm(
                Wire.CHANGE,
                Change.upsert(Operation.READ, SCHEMA, POSITION, 5, KEY, ROW).againTo(Audience.EVERYBODY),
                "72 " + SCHEMA_BYTES + POSITION_BYTES + " 0000000000000005 13" + KEY_BYTES + ROW_BYTES);
        assertForm(
                Wire.CHANGE,
                Change.upsert(Operation.READ, SCHEMA, POSITION, 5, KEY, ROW).againTo(Audience.only("a")),
                "72 " + SCHEMA_BYTES + POSITION_BYTES + " 0000000000000005 43" + KEY_BYTES + ROW_BYTES
                        + "00 0001 000161");
        assertForm(
                Wire.CHANGE,
                Change.unreadable(SCHEMA, POSITION, 5, KEY, new int[] {1}),
                "78 " + SCHEMA_BYTES + POSITION_BYTES + " 0000000000000005 05" + KEY_BYTES + " 0001 0001");
        assertForm(
                Wire.CAPTURED,
                Change.truncate(SCHEMA, POSITION, 5),
                "01 74 " + SCHEMA_BYTES + POSITION_BYTES + " 0000000000000005 00");
        assertForm(
                Wire.CHANGE,
                Change.snapshotBegan(SCHEMA, POSITION, 5),
                "62 " + SCHEMA_BYTES + POSITION_BYTES + " 0000000000000005 00");
        assertForm(
                Wire.CHANGE,
                Change.snapshotEnded(SCHEMA, POSITION, 5),
                "65 " + SCHEMA_BYTES + POSITION_BYTES + " 0000000000000005 00");
        assertForm(
                Wire.CHANGE,
                Change.retyped(SCHEMA, POSITION, 5),
                "79 " + SCHEMA_BYTES + POSITION_BYTES + " 0000000000000005 00");
    }

    @Test
    void deadLetters() throws IOException {
        assertForm(
                Wire.CAPTURED,
                Rejected.of("pg", "t", 5, "why", new byte[] {1, 2}, POSITION),
                "00 03 0002" + ascii("pg") + "000174" + POSITION_BYTES + "0000000000000005 00000003" + ascii("why")
                        + "00000002 0102");
        assertForm(
                Wire.REJECTED,
                Rejected.of("pg", null, 5, "why", new byte[0], null),
                "00 0002" + ascii("pg") + "0000000000000005 00000003" + ascii("why") + "00000000");
    }

    @Test
    void changelogRows() throws IOException {
        assertForm(
                Wire.CHANGELOG_ROW,
                ChangelogRow.ofSnapshot(RowKind.UPDATE_AFTER, SCHEMA, POSITION, 5, ROW)
                        .blindly(),
                "02 03 " + SCHEMA_BYTES + POSITION_BYTES + " 0000000000000005" + ROW_BYTES);
        assertForm(
                Wire.CHANGELOG_ROW,
                ChangelogRow.of(RowKind.INSERT, SCHEMA, POSITION, 5, ROW),
                "00 00 " + SCHEMA_BYTES + POSITION_BYTES + " 0000000000000005" + ROW_BYTES);
        assertForm(
                Wire.CHANGELOG_ROW,
                ChangelogRow.of(RowKind.DELETE, SCHEMA, POSITION, 5, ROW)
                        .blindly()
                        .expired(),
                "03 06 " + SCHEMA_BYTES + POSITION_BYTES + " 0000000000000005" + ROW_BYTES);
        assertForm(
                Wire.CHANGELOG_ROW,
                ChangelogRow.of(RowKind.INSERT, SCHEMA, POSITION, 5, ROW)
                        .repeated()
                        .to(Audience.EVERYBODY.without(Audience.only("a"))),
                "00 88 " + SCHEMA_BYTES + POSITION_BYTES + " 0000000000000005" + ROW_BYTES + "01 0001 000161");
        assertForm(
                Wire.CHANGELOG_ROW,
                ChangelogRow.of(RowKind.INSERT, SCHEMA, POSITION, 5, ROW)
                        .to(Audience.EVERYBODY.without(Audience.only("a"))),
                "00 08 " + SCHEMA_BYTES + POSITION_BYTES + " 0000000000000005" + ROW_BYTES + "01 0001 000161");
        assertForm(
                Wire.CHANGELOG_ROW,
                ChangelogRow.replacement(SCHEMA, POSITION, 5),
                "03 10 " + SCHEMA_BYTES + POSITION_BYTES + " 0000000000000005"
                        + "00000018 0003000000000000 0000000000000000 0000000000000000");
        assertForm(
                Wire.CHANGELOG_ROW,
                ChangelogRow.setAside(SCHEMA, POSITION, 5),
                "03 20 " + SCHEMA_BYTES + POSITION_BYTES + " 0000000000000005"
                        + "00000018 0003000000000000 0000000000000000 0000000000000000");
    }

    @Test
    void schemas() throws IOException {
        assertForm(Wire.SCHEMA, SCHEMA, SCHEMA_BYTES);
    }

    /** Format 2: 1 for omissible, 2 for inferred, 4 for JSON. */
    @Test
    void schemasWithTypesFoundFromData() throws IOException {
        Schema schema = Schema.of(
                "t",
                List.of(
                        Column.of("id", new BigIntType(false)),
                        Column.inferred("n", new DecimalType(21, 2)),
                        Column.inferredJson("j"),
                        Column.json("d"),
                        Column.omissible("o", new BigIntType())),
                List.of("id"));
        assertForm(
                Wire.SCHEMA,
                schema,
                "64641bf2e2aee368 00000072 02 000174 0005"
                        + " 00026964 000f" + ascii("BIGINT NOT NULL") + "00"
                        + " 00016e 000e" + ascii("DECIMAL(21, 2)") + "02"
                        + " 00016a 0013" + ascii("VARCHAR(2147483647)") + "06"
                        + " 000164 0013" + ascii("VARCHAR(2147483647)") + "04"
                        + " 00016f 0006" + ascii("BIGINT") + "01"
                        + " 0001 0000");
    }

    /** The table, the number of columns, and the packed row: two words, an empty one, one of a single byte. */
    @Test
    void keysOfState() throws IOException {
        assertForm(Wire.TABLE_KEY, TableKey.of(SCHEMA, KEY), "e3b98a4da31a127d 01 02 00 0107");
    }

    /** Topic, partition, offset, timestamp, and the key and the value behind their lengths; that of null is -1. */
    @Test
    void recordsOfTopics() throws IOException {
        assertForm(
                Wire.RAW_RECORD,
                new RawRecord("t", 3, 0x102, 5, new byte[] {1}, new byte[] {2, 3}),
                "000174 00000003 0000000000000102 0000000000000005 00000001 01 00000002 0203");
        assertForm(
                Wire.RAW_RECORD,
                new RawRecord("t", 3, 0x102, 5, new byte[0], null),
                "000174 00000003 0000000000000102 0000000000000005 00000000 ffffffff");
    }

    @Test
    void stateOfAFormatBeforeTheFirstReleaseIsRefused() {
        WireSerializerSnapshot<TableKey> snapshot = new WireSerializerSnapshot<>();
        assertThatThrownBy(() -> snapshot.readSnapshot(
                        1,
                        new DataInputDeserializer(new byte[] {0, 0}),
                        getClass().getClassLoader()))
                .hasMessage("State of format 1 is not known to this version: start the job anew, without a savepoint");
    }

    private static void assertForm(Wire wire, Object value, String expected) throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(64);
        new WireSerializer<>(wire).serialize(value, out);
        assertThat(HexFormat.of().formatHex(out.getCopyOfBuffer())).isEqualTo(expected.replace(" ", ""));
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    private static String ascii(String text) {
        return HexFormat.of().formatHex(text.getBytes(StandardCharsets.US_ASCII));
    }
}
