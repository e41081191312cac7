package io.tributary.capture.postgres.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which changes of the catalog have a table read again. */
class UnloggedTest {

    private static final ColumnState ID = new ColumnState(1, "id", 23, -1, false);

    private static TableState state(
            long revision, String file, boolean partitioned, String published, ColumnState... more) {
        List<ColumnState> columns = new ArrayList<>(List.of(ID));
        columns.addAll(List.of(more));
        return new TableState(
                70,
                0,
                revision,
                columns,
                List.of(file.split(" ")),
                List.of(1),
                KnownKey.of(List.of(ID), true),
                partitioned,
                published,
                !published.isEmpty());
    }

    private static TableState plain(long revision, String file) {
        return state(revision, file, false, "p");
    }

    private static TableState parts(String files) {
        return state(1, files, true, "p");
    }

    @Test
    void aNewFileCountsOnlyTogetherWithAlteredColumns() {
        assertThat(TableChanges.unlogged(plain(1, "70/5"), plain(1, "70/6")))
                .as("VACUUM FULL")
                .isNull();
        assertThat(TableChanges.unlogged(plain(1, "70/5"), plain(2, "70/5")))
                .as("SET NOT NULL")
                .isNull();
        assertThat(TableChanges.unlogged(plain(1, "70/5"), plain(2, "70/6"))).contains("written anew");
    }

    @Test
    void anEmptyPartitionThatIsNewIsToldByTheLog() {
        assertThat(TableChanges.unlogged(parts("71/5"), parts("71/5 72/6:empty")))
                .isNull();
        assertThat(TableChanges.unlogged(parts("71/5 72/6:empty"), parts("71/5 72/6")))
                .as("rows came")
                .isNull();
        assertThat(TableChanges.unlogged(parts("71/5"), parts("71/5 72/6"))).contains("attached");
        assertThat(TableChanges.unlogged(parts("71/5 72/6"), parts("71/5"))).contains("detached");
        assertThat(TableChanges.unlogged(parts("71/5 72/6"), parts("71/5 72/7:empty")))
                .contains("truncated");
    }

    @Test
    void aNewColumnCountsIfOlderRowsHaveAValue() {
        TableState before = plain(1, "70/5");
        assertThat(TableChanges.unlogged(before, state(2, "70/5", false, "p", new ColumnState(2, "a", 23, -1, false))))
                .isNull();
        assertThat(TableChanges.unlogged(before, state(2, "70/5", false, "p", new ColumnState(2, "a", 23, -1, true))))
                .contains("column a was added with a default");
    }

    @Test
    void whatIsNotPublishedWholeIsReadWhenItIs() {
        TableState whole = plain(1, "70/5");
        TableState held = state(1, "70/5", false, "");
        assertThat(TableChanges.unlogged(whole, held)).isNull();
        assertThat(TableChanges.unlogged(held, whole)).contains("could not be followed");
        assertThat(TableChanges.unlogged(whole, state(1, "70/5", false, "q")))
                .as("out and in again between two looks")
                .contains("could not be followed");
    }
}
