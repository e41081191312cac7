package io.tributary.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.change.BinaryRows;
import io.tributary.change.Place;
import java.util.HexFormat;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.junit.jupiter.api.Test;

/** The bytes of state themselves: a savepoint taken before a change of the code is read after it. */
class KeyRowsTest {

    private static final BinaryRowData ROW =
            BinaryRows.of(1, new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0});
    private static final BinaryRowData OTHER =
            BinaryRows.of(1, new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0});
    private static final Place PLACE = Place.of(0x0102030405060708L, 3, 200);

    @Test
    void rowsWithoutAPlaceAreAsTheyWereBeforeThereWerePlaces() {
        KeyRows rows = KeyRows.of(1, null);
        rows.add(ROW);
        assertThat(hex(rows)).startsWith("01");
        assertThat(KeyRows.of(1, rows.toBytes()).place()).isNull();
        assertThat(KeyRows.of(1, rows.toBytes()).rows()).containsExactly(ROW);
    }

    @Test
    void placesAreKeptWithTheRows() {
        KeyRows rows = KeyRows.of(1, null);
        rows.add(ROW);
        String without = hex(rows);
        rows.at(PLACE);
        assertThat(hex(rows)).isEqualTo("03" + "0102030405060708" + "03" + "c801" + without.substring(2));
        KeyRows read = KeyRows.of(1, rows.toBytes());
        assertThat(read.place()).isEqualTo(PLACE);
        assertThat(read.rows()).containsExactly(ROW);
        read.at(null);
        assertThat(hex(read)).isEqualTo(without);
    }

    @Test
    void alsoWhereSeveralRowsShareTheKey() {
        KeyRows rows = KeyRows.of(1, null);
        rows.add(ROW);
        rows.add(OTHER);
        rows.share();
        rows.at(PLACE);
        assertThat(hex(rows)).startsWith("04");
        KeyRows read = KeyRows.of(1, rows.toBytes());
        assertThat(read.place()).isEqualTo(PLACE);
        assertThat(read.current()).isNull();
        assertThat(read.rows()).containsExactly(ROW, OTHER);
    }

    private static String hex(KeyRows rows) {
        return HexFormat.of().formatHex(rows.toBytes());
    }
}
