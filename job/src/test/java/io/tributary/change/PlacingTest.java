package io.tributary.change;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.types.RowKind;
import org.apache.flink.util.Collector;
import org.junit.jupiter.api.Test;

class PlacingTest {

    private static final Place BEFORE = Place.of(5, 1, 7);
    private static final Place LATER = Place.of(5, 2, 0);

    private static final Schema SCHEMA = Schema.of("t", List.of(Column.of("id", new BigIntType(false))), List.of("id"));

    private final List<ChangelogRow> taken = new ArrayList<>();

    @Test
    void whatGoesIsGivenItsPlaceAndWhatComesGetsOne() {
        Placing placing = placing(true, written(LATER));
        placing.collect(row(RowKind.UPDATE_BEFORE));
        placing.collect(row(RowKind.UPDATE_AFTER));
        assertThat(taken.get(0).place()).isEqualTo(BEFORE);
        assertThat(placing.places().own()).isEqualTo(LATER);
        placing.collect(row(RowKind.DELETE));
        assertThat(taken.get(2).place()).isEqualTo(LATER);
        assertThat(placing.places().own()).isNull();
    }

    @Test
    void aRowWhoseUpdateIsRefusedStaysWhereItIs() {
        Placing placing = placing(true, refused());
        placing.collect(row(RowKind.UPDATE_BEFORE));
        placing.collect(row(RowKind.UPDATE_AFTER));
        assertThat(placing.places().own()).isEqualTo(BEFORE);
        placing.collect(row(RowKind.DELETE));
        placing.collect(row(RowKind.INSERT));
        assertThat(placing.places().own()).isNull();
    }

    @Test
    void whatIsNotForIcebergMovesNothing() {
        Placing placing = placing(true, written(LATER));
        placing.collect(row(RowKind.UPDATE_BEFORE).to(Audience.only(List.of(Audience.KINESIS))));
        placing.collect(row(RowKind.UPDATE_AFTER).to(Audience.only(List.of(Audience.KINESIS))));
        assertThat(placing.places().own()).isEqualTo(BEFORE);
    }

    @Test
    void ofAWriterThatTellsNothingNoPlaceIsKnown() {
        Placing placing = placing(true, receipt -> {});
        placing.collect(row(RowKind.UPDATE_BEFORE));
        placing.collect(row(RowKind.UPDATE_AFTER));
        assertThat(placing.places().own()).isNull();
    }

    @Test
    void whatFilesMakeOfTheRowHasPlacesOfItsOwn() {
        long file = Schema.tableId("file");
        long other = Schema.tableId("other");
        Placing placing = placing(true, receipt -> {
            receipt.written(LATER);
            receipt.ofFile(file).written(BEFORE);
            receipt.ofFile(other).written(LATER);
        });
        placing.collect(row(RowKind.INSERT));
        placing.collect(row(RowKind.UPDATE_BEFORE));
        assertThat(taken.get(1).placeOfFile(file)).isEqualTo(BEFORE);
        assertThat(taken.get(1).placeOfFile(other)).isEqualTo(LATER);

        Placing told = placing(true, receipt -> receipt.ofFile(file).refused()).from(placing.places());
        told.collect(row(RowKind.UPDATE_AFTER));
        assertThat(told.places().ofFile(file)).as("stayed").isEqualTo(BEFORE);
        assertThat(told.places().ofFile(other)).as("nothing was said").isNull();

        Placing shown = placing(true, receipt -> {}).from(placing.places());
        shown.collect(row(RowKind.INSERT).to(Audience.only(Audience.query("other"))));
        assertThat(shown.places().ofFile(file)).as("not shown to it").isEqualTo(BEFORE);
        assertThat(shown.places().ofFile(other)).isNull();
        assertThat(shown.places().own()).isEqualTo(LATER);
    }

    @Test
    void wherePlacesAreNotWantedTheyAreGivenUpWithTheFirstChange() {
        Placing placing = placing(false, written(LATER));
        assertThat(placing.places().own()).isEqualTo(BEFORE);
        placing.collect(row(RowKind.UPDATE_BEFORE));
        placing.collect(row(RowKind.UPDATE_AFTER));
        assertThat(placing.places().own()).isNull();
        assertThat(taken).allMatch(row -> row.place() == null && row.receipt() == null);
    }

    private Placing placing(boolean isWanted, Consumer<Receipt> writer) {
        return new Placing(isWanted, new Collector<ChangelogRow>() {
                    @Override
                    public void collect(ChangelogRow row) {
                        taken.add(row);
                        Receipt receipt = row.receipt();
                        if (receipt != null) {
                            writer.accept(receipt);
                        }
                    }

                    @Override
                    public void close() {}
                })
                .from(RowPlaces.of(BEFORE));
    }

    private static Consumer<Receipt> written(Place place) {
        return receipt -> receipt.written(place);
    }

    private static Consumer<Receipt> refused() {
        return Receipt::refused;
    }

    private static ChangelogRow row(RowKind kind) {
        return ChangelogRow.of(kind, SCHEMA, Position.of(1, 0), 0, BinaryRows.of(1, new byte[16]));
    }
}
