package io.tributary.latest;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.change.BinaryRows;
import io.tributary.change.ChangelogRow;
import io.tributary.change.Place;
import io.tributary.change.Placing;
import io.tributary.change.Position;
import io.tributary.change.RowPlaces;
import io.tributary.change.TableKey;
import io.tributary.change.WireType;
import io.tributary.latest.LatestRow.Older;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.Collectors;
import org.apache.flink.api.common.functions.util.ListCollector;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.types.RowKind;
import org.junit.jupiter.api.Test;

/** The bytes of state themselves: a savepoint taken before a change of the code is read after it. */
class LatestRowFormatTest {

    private static final Position POSITION = Position.of(0x1B0_0000, 3);
    private static final String POSITION_BYTES = "8080c00d 03 ";
    private static final long FINGERPRINT = 0x0102030405060708L;
    private static final String FINGERPRINT_BYTES = "0102030405060708 ";

    /** Two words: an empty header, and 7. */
    private static final String ROW_BYTES = "01 02 00 0107 ";

    private static final BinaryRowData ROW =
            BinaryRows.of(1, new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0});

    /** What RocksDB is given besides the key's bytes and the value's: the key group, and an empty namespace. */
    private static final int KEY_GROUP_AND_NAMESPACE = 2 + 1;

    @Test
    void tombstones() throws IOException {
        assertForm(LatestRow.tombstone(POSITION).due(300), "02 " + POSITION_BYTES + "ac02");
    }

    @Test
    void wholeRows() throws IOException {
        assertForm(
                LatestRow.whole(POSITION, FINGERPRINT, ROW, LatestRow.NOTHING_OLDER),
                "03 " + POSITION_BYTES + FINGERPRINT_BYTES + ROW_BYTES);
    }

    @Test
    void rowsWithOlderValues() throws IOException {
        Older[] older = {Older.known(0, Position.of(1, 2)), Older.unknown(9, Position.START)};
        assertForm(
                LatestRow.whole(POSITION, FINGERPRINT, ROW, older).due(300),
                "07 " + POSITION_BYTES + FINGERPRINT_BYTES + ROW_BYTES + "02" + "00 01 0102" + "09 00 0000" + "ac02");
    }

    @Test
    void trimmedRows() throws IOException {
        assertForm(
                LatestRow.trimmed(POSITION, FINGERPRINT, ROW, 9),
                "01 " + POSITION_BYTES + FINGERPRINT_BYTES + "0000000000000009 " + ROW_BYTES);
        assertForm(
                LatestRow.trimmed(POSITION, FINGERPRINT, LatestRow.NO_COLUMNS, 9),
                "01 " + POSITION_BYTES + FINGERPRINT_BYTES + "0000000000000009 00");
    }

    @Test
    void doubts() throws IOException {
        Older[] doubts = {Older.unknown(9, Position.of(1, 2))};
        String doubtsBytes = "01" + "09 00 0102 ";
        assertForm(
                LatestRow.tombstone(POSITION).doubts(FINGERPRINT, doubts).due(300),
                "0a " + POSITION_BYTES + FINGERPRINT_BYTES + doubtsBytes + "ac02");
        assertForm(
                LatestRow.trimmed(POSITION, FINGERPRINT, LatestRow.NO_COLUMNS, 9)
                        .doubts(FINGERPRINT, doubts),
                "09 " + POSITION_BYTES + FINGERPRINT_BYTES + "0000000000000009 00" + doubtsBytes);
        assertForm(
                LatestRow.whole(POSITION, FINGERPRINT, ROW, new Older[] {Older.unknown(0, Position.START)})
                        .doubts(FINGERPRINT, doubts),
                "0f " + POSITION_BYTES + FINGERPRINT_BYTES + ROW_BYTES + "01" + "00 00 0000" + doubtsBytes + "00");
    }

    @Test
    void rowsWhosePlacesAreKnown() throws IOException {
        Place place = Place.of(0x0102030405060708L, 3, 200);
        String placeBytes = "0102030405060708 03 c801";
        assertForm(
                LatestRow.trimmed(POSITION, FINGERPRINT, LatestRow.NO_COLUMNS, 9)
                        .at(RowPlaces.of(place)),
                "11 " + POSITION_BYTES + FINGERPRINT_BYTES + "0000000000000009 00" + placeBytes);
        assertForm(
                LatestRow.whole(POSITION, FINGERPRINT, ROW, LatestRow.NOTHING_OLDER)
                        .at(RowPlaces.of(place)),
                "13 " + POSITION_BYTES + FINGERPRINT_BYTES + ROW_BYTES + placeBytes);
        Placing placing = new Placing(true, new ListCollector<>(new ArrayList<>()) {
            @Override
            public void collect(ChangelogRow row) {
                requireNonNull(row.receipt()).written(place);
                row.receipt().ofFile(-1).written(Place.of(5, 0, 1));
            }
        });
        placing.collect(ChangelogRow.of(RowKind.INSERT, Customers.SCHEMA, POSITION, 0, Customers.row(7, "Rome", "a")));
        assertForm(
                LatestRow.trimmed(POSITION, FINGERPRINT, LatestRow.NO_COLUMNS, 9)
                        .at(placing.places()),
                "31 " + POSITION_BYTES + FINGERPRINT_BYTES + "0000000000000009 00" + placeBytes
                        + "01 ffffffffffffffff 0000000000000005 00 01");
        assertThat(LatestRow.tombstone(POSITION)
                        .at(RowPlaces.of(place))
                        .places()
                        .own())
                .isNull();
    }

    @Test
    void aKeyWhoseRowIsNotNeededCosts70BytesAtMostWithItsPlace() throws IOException {
        Position usual = Position.of(0xFF_FFFF_FFFFL, 1_000_000);
        LatestRow placed = LatestRow.trimmed(usual, FINGERPRINT, LatestRow.NO_COLUMNS, -1)
                .at(RowPlaces.of(Place.of(-1, 16_000, 2_000_000)));

        assertThat(KEY_GROUP_AND_NAMESPACE + size(Customers.key(1_000_000_000)) + size(placed))
                .isLessThanOrEqualTo(70);
    }

    @Test
    void stateOfBeforeThereWerePlacesIsRead() throws IOException {
        new LatestRowSerializer.Snapshot()
                .readSnapshot(
                        4, new DataInputDeserializer(new byte[0]), getClass().getClassLoader());
    }

    @Test
    void stateOfAFormatBeforeTheFirstReleaseIsRefused() {
        assertThatThrownBy(() -> new LatestRowSerializer.Snapshot()
                        .readSnapshot(
                                3,
                                new DataInputDeserializer(new byte[0]),
                                getClass().getClassLoader()))
                .hasMessage("State of format 3 is not known to this version: start the job anew, without a savepoint");
    }

    @Test
    void aKeyWhoseRowIsNotNeededCosts64BytesAtMost() throws IOException {
        Position large = Position.of(0xFF_FFFF_FFFFL, 0xFF_FFFF_FFFFL);
        LatestRow trimmed = LatestRow.trimmed(large, FINGERPRINT, LatestRow.NO_COLUMNS, -1);

        assertThat(KEY_GROUP_AND_NAMESPACE + size(Customers.key(Long.MIN_VALUE)) + size(trimmed))
                .isLessThanOrEqualTo(64);
    }

    @Test
    void aKeyWhoseRowIsKeptCosts40BytesMoreThanTheRow() throws IOException {
        Position large = Position.of(0xFF_FFFF_FFFFL, 1_000_000);
        BinaryRowData row = Customers.row(1_000_000_000, "a city of some name", "a note of some length, as notes are");
        LatestRow whole = LatestRow.whole(large, FINGERPRINT, row, LatestRow.NOTHING_OLDER);

        assertThat(KEY_GROUP_AND_NAMESPACE + size(Customers.key(1_000_000_000)) + size(whole))
                .isLessThanOrEqualTo(row.getSizeInBytes() + 40);
    }

    private static int size(BinaryRowData key) throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(64);
        WireType.TABLE_KEY.createSerializer(new SerializerConfigImpl()).serialize(TableKey.of(-1, key), out);
        return out.length();
    }

    private static int size(LatestRow row) throws IOException {
        return bytes(row).length;
    }

    private static byte[] bytes(LatestRow row) throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(64);
        LatestRowSerializer.INSTANCE.serialize(row, out);
        return out.getCopyOfBuffer();
    }

    private static void assertForm(LatestRow row, String expected) throws IOException {
        byte[] bytes = bytes(row);
        assertThat(HexFormat.of().formatHex(bytes)).isEqualTo(expected.replace(" ", ""));
        DataInputDeserializer in = new DataInputDeserializer(bytes);
        assertThat(described(LatestRowSerializer.INSTANCE.deserialize(in))).isEqualTo(described(row));
        assertThat(in.available()).isZero();
    }

    private static String described(LatestRow latest) {
        BinaryRowData row = latest.row();
        String values = row == null ? "" : row.getArity() + Arrays.toString(BinaryRows.bytes(row));
        return String.join(
                " ",
                latest.position().toHex(),
                Long.toHexString(latest.fingerprint()),
                values,
                String.valueOf(latest.isWhole()),
                Long.toHexString(latest.hash()),
                described(latest.older()),
                described(latest.doubts()),
                String.valueOf(latest.due()),
                String.valueOf(latest.places()));
    }

    private static String described(Older[] values) {
        return Arrays.stream(values)
                .map(value -> value.column() + " " + value.isKnown() + " " + value.position())
                .collect(Collectors.joining(", "));
    }
}
