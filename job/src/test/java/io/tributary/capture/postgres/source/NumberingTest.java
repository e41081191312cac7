package io.tributary.capture.postgres.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.capture.postgres.value.Attribute;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Columns in the log of a time between two states of a table that the catalog was seen in. */
class NumberingTest {

    private static final long INT = 23;
    private static final long TEXT = 25;

    private static ColumnState column(int number, String name, long type) {
        return new ColumnState(number, name, type, -1, false);
    }

    private static TableState state(ColumnState... columns) {
        return new TableState(
                70, 0, 1, List.of(columns), List.of(), List.of(1), KnownKey.NONE, false, "published", true);
    }

    /** Each as {@code name:type}. */
    private static List<Attribute> told(Object... namesAndTypes) {
        List<Attribute> told = new ArrayList<>();
        for (int i = 0; i < namesAndTypes.length; i += 2) {
            told.add(new Attribute((String) namesAndTypes[i], (Long) namesAndTypes[i + 1], -1));
        }
        return told;
    }

    @Test
    void namesThatAreSwappedInThreeStepsKeepTheirNumbers() {
        TableState before = state(column(1, "id", INT), column(2, "a", TEXT), column(3, "b", TEXT));
        TableState after = state(column(1, "id", INT), column(2, "b", TEXT), column(3, "a", TEXT));
        assertThat(Numbering.of(told("id", INT, "t", TEXT, "b", TEXT), before, after))
                .containsExactly(1, 2, 3);
        assertThat(Numbering.of(told("id", INT, "t", TEXT, "a", TEXT), before, after))
                .containsExactly(1, 2, 3);
    }

    @Test
    void aColumnThatIsReplacedByACopyStandsBesideIt() {
        TableState before = state(column(1, "id", INT), column(2, "doc", TEXT));
        TableState after = state(column(1, "id", INT), column(3, "doc", TEXT));
        assertThat(Numbering.of(told("id", INT, "doc", TEXT, "copy", TEXT), before, after))
                .containsExactly(1, 2, 3);
        assertThat(Numbering.of(told("id", INT, "copy", TEXT), before, after))
                .as("which of the two is called copy cannot be told by its name")
                .isNull();
    }

    @Test
    void typesAndNamesTellWhichOfTwoIsThere() {
        TableState before = state(column(1, "id", INT), column(2, "a", INT), column(3, "b", TEXT));
        TableState after = state(column(1, "id", INT), column(4, "c", TEXT));
        assertThat(Numbering.of(told("id", INT, "a", INT), before, after)).containsExactly(1, 2);
        assertThat(Numbering.of(told("id", INT, "b", TEXT), before, after)).containsExactly(1, 3);
        assertThat(Numbering.of(told("id", INT, "c", TEXT), before, after)).containsExactly(1, 4);
        assertThat(Numbering.of(told("id", INT, "a", INT, "c", TEXT), before, after))
                .containsExactly(1, 2, 4);
    }

    @Test
    void whatIsInBothStatesWasThereInBetween() {
        TableState before = state(column(1, "id", INT), column(2, "a", TEXT));
        assertThat(Numbering.of(told("id", INT), before, before)).isNull();
        assertThat(Numbering.of(told("id", INT, "z", INT), before, before))
                .as("another one")
                .isNull();
        assertThat(Numbering.of(told("id", INT, "a", INT), before, before))
                .as("another type")
                .containsExactly(1, 2);
    }
}
