package io.tributary.sink.iceberg;

import static io.tributary.sink.iceberg.Fixture.after;
import static io.tributary.sink.iceberg.Fixture.before;
import static io.tributary.sink.iceberg.Fixture.delete;
import static io.tributary.sink.iceberg.Fixture.insert;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.change.Column;
import io.tributary.change.Schema;
import io.tributary.settings.Problems;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.IntType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.VarCharType;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Columns of tables whose source knows them by numbers: the targets follow what becomes of them. */
@ParameterizedClass
@EnumSource(Deletes.class)
@Tag("slow")
class FollowedColumnsTest {

    @Parameter
    Deletes deletes;

    private static final LogicalType INT = new IntType();
    private static final LogicalType TEXT = VarCharType.STRING_TYPE;
    private static final Column ID = column(1, "id", INT.copy(false));

    /** id, a, b */
    private static final Schema FIRST = revision(1, ID, column(2, "a", TEXT), column(3, "b", TEXT));

    @TempDir
    private Path directory;

    private IcebergSettings settings;

    @BeforeEach
    void settings() {
        settings = Fixture.settings(deletes, directory);
    }

    @Test
    void aRenamedColumnKeepsItsValues() throws Exception {
        Schema renamed = revision(2, ID, column(2, "name", TEXT), column(3, "b", TEXT));
        try (SinkHarness job = SinkHarness.start(settings)) {
            job.process(insert(FIRST, 1, "A1", "B1"), insert(FIRST, 2, "A2", "B2"));
            job.checkpoint();
            job.process(before(FIRST, 1, "A1", "B1"), after(renamed, 1, "A1", "new"));
            assertThat(rows()).as("before the commit").contains("{a=A1, b=B1, id=1}");
            job.checkpoint();
            assertThat(rows()).containsExactly("{b=B2, id=2, name=A2}", "{b=new, id=1, name=A1}");
            job.process(before(FIRST, 2), after(FIRST, 2, "late", "B2"));
            job.checkpoint();
            assertThat(rows()).containsExactly("{b=B2, id=2, name=late}", "{b=new, id=1, name=A1}");
            assertThat(job.rejected()).isEmpty();
        }
    }

    @Test
    void swappedNamesOfSeveralColumnsAtOnce() throws Exception {
        Schema swapped = revision(4, ID, column(2, "b", TEXT), column(3, "a", TEXT));
        try (SinkHarness job = SinkHarness.start(settings)) {
            job.process(insert(FIRST, 1, "A", "B"), insert(FIRST, 2, "A", "B"));
            job.checkpoint();
            job.process(before(swapped, 1, "A", "B"), after(swapped, 1, "A", "B!"));
            job.checkpoint();
            assertThat(rows()).containsExactly("{a=B!, b=A, id=1}", "{a=B, b=A, id=2}");
        }
    }

    @Test
    void eachStepOfAChainOfNamesInOneCheckpoint() throws Exception {
        Schema t = revision(2, ID, column(2, "t", TEXT), column(3, "b", TEXT));
        Schema a = revision(3, ID, column(2, "t", TEXT), column(3, "a", TEXT));
        Schema b = revision(4, ID, column(2, "b", TEXT), column(3, "a", TEXT));
        try (SinkHarness job = SinkHarness.start(settings)) {
            job.process(
                    insert(FIRST, 1, "A", "B"), insert(t, 2, "A", "B"), insert(a, 3, "A", "B"), insert(b, 4, "A", "B"));
            job.checkpoint();
            assertThat(rows())
                    .containsExactly("{a=B, b=A, id=1}", "{a=B, b=A, id=2}", "{a=B, b=A, id=3}", "{a=B, b=A, id=4}");
            assertThat(names()).containsExactly("id", "b", "a");
        }
    }

    @Test
    void expandAndContract() throws Exception {
        Schema expanded = revision(2, ID, column(2, "a", TEXT), column(3, "b", TEXT), column(4, "a2", TEXT));
        Schema contracted = revision(4, ID, column(3, "b", TEXT), column(4, "a", TEXT));
        try (SinkHarness job = SinkHarness.start(settings)) {
            job.process(insert(FIRST, 1, "old", "B"), insert(FIRST, 2, "old", "B"));
            job.checkpoint();
            job.process(before(FIRST, 1), after(expanded, 1, "old", "B", "new"));
            job.process(before(FIRST, 2), after(expanded, 2, "old", "B", "new"));
            job.checkpoint();
            job.process(before(contracted, 1), after(contracted, 1, "C", "new"));
            job.checkpoint();
            assertThat(rows())
                    .containsExactly("{a=new, a__dropped=null, b=C, id=1}", "{a=new, a__dropped=old, b=B, id=2}");
        }
    }

    @Test
    void aDroppedColumnStaysAndOneMadeAnewUnderItsNameIsAnother() throws Exception {
        Schema dropped = revision(2, ID, column(3, "b", TEXT));
        Schema anew = revision(3, ID, column(3, "b", TEXT), column(4, "a", TEXT));
        Schema again = revision(5, ID, column(3, "b", TEXT), column(5, "a", INT));
        try (SinkHarness job = SinkHarness.start(settings, 2)) {
            job.process(insert(FIRST, 1, "A", "B"), insert(FIRST, 2, "A", "B"), insert(FIRST, 3, "A", "B"));
            job.checkpoint();
            job.process(before(dropped, 1), after(dropped, 1, "B"));
            job.checkpoint();
            assertThat(rows()).containsExactly("{a=A, b=B, id=2}", "{a=A, b=B, id=3}", "{a=null, b=B, id=1}");

            job.process(before(anew, 2), after(anew, 2, "B", "new"));
            job.processOn(1, insert(anew, 4, "B", "new"));
            job.checkpoint();
            assertThat(rows())
                    .containsExactly(
                            "{a=new, a__dropped=null, b=B, id=2}",
                            "{a=new, a__dropped=null, b=B, id=4}",
                            "{a=null, a__dropped=A, b=B, id=3}",
                            "{a=null, a__dropped=null, b=B, id=1}");

            job.process(before(again, 2), after(again, 2, "B", 7));
            job.processOn(1, insert(FIRST, 5, "late", "B"));
            job.checkpoint();
            assertThat(rows())
                    .contains(
                            "{a=7, a__dropped=null, a__dropped_2=null, b=B, id=2}",
                            "{a=null, a__dropped=null, a__dropped_2=new, b=B, id=4}",
                            "{a=null, a__dropped=null, a__dropped_2=null, b=B, id=5}");
            assertThat(job.rejected()).isEmpty();
        }
    }

    @Test
    void typesThatIcebergCannotChangeAreReplaced() throws Exception {
        Schema cents = revision(1, ID, column(2, "x", new DecimalType(10, 2)));
        Schema wider = revision(2, ID, column(2, "x", new DecimalType(14, 2)));
        Schema finer = revision(3, ID, column(2, "x", new DecimalType(12, 4)));
        Schema text = revision(4, ID, column(2, "y", TEXT));
        Schema number = revision(5, ID, column(2, "y", INT));
        try (SinkHarness job = SinkHarness.start(settings)) {
            job.process(insert(cents, 1, decimal("1.25", 10, 2)), insert(cents, 2, decimal("2.50", 10, 2)));
            job.checkpoint();
            job.process(before(cents, 1), after(wider, 1, decimal("123456789012.25", 14, 2)));
            job.checkpoint();
            assertThat(rows()).containsExactly("{id=1, x=123456789012.25}", "{id=2, x=2.50}");

            job.process(before(wider, 1), after(finer, 1, decimal("1.2500", 12, 4)));
            job.process(before(cents, 2), after(finer, 2, decimal("2.5000", 12, 4)));
            job.checkpoint();
            assertThat(rows())
                    .containsExactly(
                            "{id=1, x=1.2500, x__decimal_14_2=null}", "{id=2, x=2.5000, x__decimal_14_2=null}");

            job.process(before(finer, 1), after(text, 1, "one"));
            job.checkpoint();
            assertThat(rows())
                    .containsExactly(
                            "{id=1, x__decimal_14_2=null, y=one, y__decimal_12_4=null}",
                            "{id=2, x__decimal_14_2=null, y=null, y__decimal_12_4=2.5000}");
            job.process(before(text, 1), after(number, 1, 1));
            job.checkpoint();
            assertThat(names()).containsExactly("id", "x__decimal_14_2", "y__decimal_12_4", "y__string", "y");
            assertThat(job.rejected()).isEmpty();
        }
    }

    @Test
    void aTypeThatTheTablesHoldsStays() throws Exception {
        Schema longs = revision(1, ID, column(2, "x", new BigIntType()));
        Schema ints = revision(2, ID, column(2, "x", INT));
        try (SinkHarness job = SinkHarness.start(settings)) {
            job.process(insert(longs, 1, 5L));
            job.checkpoint();
            job.process(insert(ints, 2, 6));
            job.checkpoint();
            assertThat(rows()).containsExactly("{id=1, x=5}", "{id=2, x=6}");
            assertThat(names()).containsExactly("id", "x");
        }
    }

    @Test
    void anotherRelationUnderTheNameHasItsColumnsByName() throws Exception {
        Schema other = relation(
                71,
                2,
                List.of("id"),
                column(1, "b", TEXT),
                column(2, "id", INT.copy(false)),
                column(3, "c", TEXT),
                column(4, "a", INT));
        Schema renamed = relation(
                71,
                3,
                List.of("id"),
                column(1, "b2", TEXT),
                column(2, "id", INT.copy(false)),
                column(3, "c", TEXT),
                column(4, "a", INT));
        try (SinkHarness job = SinkHarness.start(settings)) {
            job.process(insert(FIRST, 1, "A", "B"), insert(FIRST, 2, "A", "B"));
            job.checkpoint();
            job.process(before(FIRST, 1), after(other, "B!", 1, "C", 7));
            job.checkpoint();
            assertThat(rows())
                    .containsExactly(
                            "{a=7, a__string=null, b=B!, c=C, id=1}", "{a=null, a__string=A, b=B, c=null, id=2}");
            job.process(before(FIRST, 2), after(renamed, "B?", 2, "C", 8));
            job.checkpoint();
            assertThat(rows())
                    .containsExactly(
                            "{a=7, a__string=null, b2=B!, c=C, id=1}", "{a=8, a__string=null, b2=B?, c=C, id=2}");
        }
    }

    /** Rows that are the same in it are not shown again. */
    @Test
    void anotherRelationIsAlteredBeforeItsFirstCommit() throws Exception {
        Schema other = relation(71, 2, List.of("id"), ID, column(2, "a", TEXT), column(3, "b", TEXT));
        Schema swapped = relation(71, 3, List.of("id"), ID, column(2, "b", TEXT), column(3, "x", TEXT));
        try (SinkHarness job = SinkHarness.start(settings, 2)) {
            job.processOn(0, insert(FIRST, 1, "A", "B"), insert(FIRST, 2, "A", "B"));
            job.checkpoint();
            job.processOn(0, before(FIRST, 1, "A", "B"), after(other, 1, "A", "B"), insert(swapped, 3, "A", "B"));
            job.processOn(1, insert(swapped, 4, "A", "B"));
            job.checkpoint();
            assertThat(rows())
                    .containsExactly("{b=A, id=1, x=B}", "{b=A, id=2, x=B}", "{b=A, id=3, x=B}", "{b=A, id=4, x=B}");
            assertThat(job.rejected()).isEmpty();
        }
    }

    @Test
    void anotherRelationTakesTheNamesThatColumnsGetWithTheSameCommit() throws Exception {
        Schema renamed = revision(2, ID, column(2, "b", TEXT), column(3, "x", TEXT));
        Schema other = relation(71, 3, List.of("id"), ID, column(2, "x", TEXT), column(3, "b", TEXT));
        try (SinkHarness job = SinkHarness.start(settings)) {
            job.process(insert(FIRST, 1, "A", "B"), insert(FIRST, 2, "A", "B"));
            job.checkpoint();
            job.process(insert(renamed, 3, "A", "B"), before(FIRST, 1, "A", "B"), after(other, 1, "B", "A"));
            job.checkpoint();
            assertThat(rows()).containsExactly("{b=A, id=1, x=B}", "{b=A, id=2, x=B}", "{b=A, id=3, x=B}");
            assertThat(job.rejected()).isEmpty();
        }
    }

    @Test
    void rowsThatComeAgainInAnOlderRevisionRenameNothing() throws Exception {
        Schema renamed = revision(3, ID, column(2, "b", TEXT), column(4, "c", TEXT));
        OperatorSubtaskState state;
        try (SinkHarness job = SinkHarness.start(settings)) {
            job.process(insert(FIRST, 1, "A", "B"), insert(renamed, 2, "A", "C"));
            state = job.checkpoint();
        }
        assertThat(rows()).contains("{b=A, b__dropped=null, c=C, id=2}", "{b=A, b__dropped=B, c=null, id=1}");
        try (SinkHarness job = SinkHarness.restore(settings, 1, state)) {
            job.process(before(FIRST, 1, "A", "B"), after(FIRST, 1, "A!", "B!"), insert(FIRST, 3, "A", "B"));
            job.checkpoint();
            assertThat(rows())
                    .containsExactly(
                            "{b=A!, b__dropped=B!, c=null, id=1}",
                            "{b=A, b__dropped=B, c=null, id=3}",
                            "{b=A, b__dropped=null, c=C, id=2}");
            assertThat(job.rejected()).isEmpty();
        }
    }

    @Test
    void aFailureBeforeTheCommitLeavesTheNamesAsTheyWere() throws Exception {
        Schema renamed = revision(2, ID, column(3, "a", TEXT), column(4, "b", INT));
        OperatorSubtaskState state;
        try (SinkHarness job = SinkHarness.start(settings)) {
            job.process(insert(FIRST, 1, "A", "B"));
            state = job.checkpoint();
            job.process(before(FIRST, 1), after(renamed, 1, "B", 7));
            job.fail();
        }
        assertThat(rows()).containsExactly("{a=A, b=B, b__new=null, id=1}");
        try (SinkHarness job = SinkHarness.restore(settings, 1, state)) {
            job.process(before(FIRST, 1), after(renamed, 1, "B", 7));
            state = job.snapshot();
        }
        try (SinkHarness job = SinkHarness.restore(settings, 2, state)) {
            assertThat(rows()).containsExactly("{a=B, a__dropped=null, b=7, id=1}");
            assertThat(job.rejected()).isEmpty();
        }
    }

    @Test
    void aKeyThatIsRenamedStaysTheKey() throws Exception {
        Schema renamed = revision(2, column(1, "a", INT.copy(false)), column(2, "id", TEXT), column(3, "b", TEXT));
        Schema keyed = relation(70, 2, List.of("a"), renamed.columns().toArray(Column[]::new));
        try (SinkHarness job = SinkHarness.start(settings)) {
            job.process(insert(FIRST, 1, "A", "B"), insert(FIRST, 2, "A", "B"));
            job.checkpoint();
            job.process(before(FIRST, 1, "A", "B"), after(keyed, 1, "A!", "B"), delete(FIRST, 2));
            job.checkpoint();
            assertThat(rows()).containsExactly("{a=1, b=B, id=A!}");
            assertThat(table().schema().identifierFieldNames()).containsExactly("a");
        }
    }

    /** The rows of the old key are deleted by it, also where another writer has rows of the new key already. */
    @Test
    void aKeyThatBecomesAnother() throws Exception {
        Schema wider = relation(70, 2, List.of("id", "a"), ID, column(2, "a", TEXT.copy(false)), column(3, "b", TEXT));
        Schema narrow = relation(70, 3, List.of("a"), column(1, "id", INT), column(2, "a", TEXT.copy(false)));
        try (SinkHarness job = SinkHarness.start(settings, 2)) {
            job.processOn(0, insert(FIRST, 1, "A", "B"), insert(FIRST, 2, "A", "B"));
            job.checkpoint();
            job.processOn(1, insert(wider, 1, "A", "B"), insert(wider, 1, "A2", "B"));
            job.processOn(0, insert(wider, 2, "A", "B"));
            job.processOn(0, delete(FIRST, 1), delete(FIRST, 2), insert(wider, 2, "A2", "B"));
            job.checkpoint();
            assertThat(rows())
                    .containsExactly("{a=A, b=B, id=1}", "{a=A, b=B, id=2}", "{a=A2, b=B, id=1}", "{a=A2, b=B, id=2}");
            job.processOn(0, before(wider, 2, "A2"), after(wider, 2, "A2", "B!"), delete(wider, 2, "A"));
            job.processOn(1, delete(wider, 1, "A"));
            job.checkpoint();
            assertThat(rows()).containsExactly("{a=A2, b=B!, id=2}", "{a=A2, b=B, id=1}");
            assertThat(table().schema().identifierFieldNames()).isEmpty();

            job.processOn(0, insert(FIRST, 3, "A", "B"));
            assertThat(job.rejected())
                    .singleElement()
                    .satisfies(letter -> assertThat(letter.reason()).contains("comes late", "another key"));

            job.processOn(1, delete(wider, 1, "A2"), insert(narrow, null, "A3"), insert(narrow, 7, "A2"));
            job.processOn(0, delete(wider, 2, "A2"));
            job.checkpoint();
            assertThat(rows()).containsExactly("{a=A2, b=null, id=7}", "{a=A3, b=null, id=null}");
            job.processOn(1, before(narrow, 7, "A2"), after(narrow, 8, "A2"));
            job.checkpoint();
            assertThat(rows()).containsExactly("{a=A2, b=null, id=8}", "{a=A3, b=null, id=null}");
        }
    }

    @Test
    void aKeyOfAnotherTypeIsReplaced() throws Exception {
        Schema text = revision(2, column(1, "id", TEXT.copy(false)), column(2, "a", TEXT), column(3, "b", TEXT));
        try (SinkHarness job = SinkHarness.start(settings)) {
            job.process(insert(FIRST, 1, "A", "B"), insert(FIRST, 2, "A", "B"));
            job.checkpoint();
            job.process(delete(FIRST, 1), delete(FIRST, 2), insert(text, "1", "A", "B"), insert(text, "2", "A", "B"));
            job.process(before(text, "2"), after(text, "2", "A", "B!"));
            job.checkpoint();
            assertThat(rows()).containsExactly("{a=A, b=B!, id=2, id__int=null}", "{a=A, b=B, id=1, id__int=null}");
            job.process(delete(text, "1"));
            job.checkpoint();
            assertThat(rows()).containsExactly("{a=A, b=B!, id=2, id__int=null}");
        }
    }

    @Test
    void aColumnThatPartitionsTheTableIsFollowedButNotReplaced() throws Exception {
        settings = Fixture.settings(deletes, directory, "tables.people.iceberg.partition-by", "a");
        Schema renamed = revision(2, ID, column(2, "region", TEXT), column(3, "a", TEXT));
        Schema retyped = revision(3, ID, column(2, "region", INT), column(3, "a", TEXT));
        Schema dropped = revision(4, ID, column(3, "a", TEXT));
        try (SinkHarness job = SinkHarness.start(settings)) {
            job.process(insert(FIRST, 1, "east", "B"), insert(FIRST, 2, "east", "B"), insert(FIRST, 3, "east", "B"));
            job.checkpoint();
            job.process(before(FIRST, 1, "east"), after(renamed, 1, "west", "B"));
            job.process(before(renamed, 2, "east"), after(renamed, 2, "west", "B"));
            job.checkpoint();
            assertThat(rows())
                    .containsExactly(
                            "{a_2=B, id=1, region=west}", "{a_2=B, id=2, region=west}", "{a_2=B, id=3, region=east}");
            job.process(before(renamed, 1, "west"), after(retyped, 1, 7, "C"));
            job.checkpoint();
            assertThat(job.rejected())
                    .singleElement()
                    .satisfies(letter -> assertThat(letter.reason())
                            .contains("cannot become int, and the table is partitioned by it"));
            job.process(
                    before(retyped, 1, 7), after(dropped, 1, "D"), before(FIRST, 3, "east"), after(dropped, 3, "D"));
            job.process(before(dropped, 3), after(dropped, 3, "E"));
            job.checkpoint();
            job.process(before(dropped, 3), after(dropped, 3, "F"), delete(renamed, 2, "west"));
            job.checkpoint();
            assertThat(rows()).containsExactly("{a_2=D, id=1, region=null}", "{a_2=F, id=3, region=null}");
        }
    }

    @Test
    void aTableOfBeforeIsTakenByItsNamesOnce() throws Exception {
        Schema named = Schema.of(
                "people",
                FIRST.columns().stream().map(column -> column.numbered(0)).toList(),
                List.of("id"));
        Schema renamed = revision(2, ID, column(2, "a2", TEXT), column(3, "b", TEXT));
        try (SinkHarness job = SinkHarness.start(settings)) {
            job.process(insert(named, 1, "A", "B"), insert(named, 2, "A", "B"));
            job.checkpoint();
        }
        assertThat(table().properties()).doesNotContainKey(ColumnIds.PROPERTY);
        try (SinkHarness job = SinkHarness.start(settings)) {
            job.process(before(FIRST, 1), after(FIRST, 1, "A!", "B"));
            job.checkpoint();
            assertThat(table().properties())
                    .containsEntry(ColumnIds.PROPERTY, "relation=70; revision=1; key=1; fields=1:1,2:2,3:3");
            job.process(before(FIRST, 1), after(renamed, 1, "A?", "B"));
            job.checkpoint();
            assertThat(rows()).containsExactly("{a2=A, b=B, id=2}", "{a2=A?, b=B, id=1}");
        }
    }

    @Test
    void aTableOfBeforeMayBeRenamedBeforeItsFirstCommit() throws Exception {
        Schema named = Schema.of(
                "people",
                FIRST.columns().stream().map(column -> column.numbered(0)).toList(),
                List.of("id"));
        Schema swapped = revision(2, ID, column(2, "b", TEXT), column(3, "a", TEXT));
        try (SinkHarness job = SinkHarness.start(settings)) {
            job.process(insert(named, 1, "A", "B"));
            job.checkpoint();
        }
        try (SinkHarness job = SinkHarness.start(settings)) {
            job.process(insert(FIRST, 2, "A", "B"), insert(swapped, 3, "A", "B"));
            job.checkpoint();
            assertThat(rows()).containsExactly("{a=B, b=A, id=1}", "{a=B, b=A, id=2}", "{a=B, b=A, id=3}");
        }
    }

    @Test
    void columnsOfTheUserThatHaveTheNamesAreLeftAlone() throws Exception {
        Schema anew = revision(2, ID, column(3, "b", TEXT), column(4, "a", TEXT));
        try (SinkHarness job = SinkHarness.start(settings)) {
            job.process(insert(FIRST, 1, "A", "B"));
            job.checkpoint();
            table().updateSchema()
                    .addColumn("A__dropped", Types.StringType.get())
                    .addColumn("a__new", Types.StringType.get())
                    .commit();
            job.process(insert(anew, 2, "B", "new"));
            job.checkpoint();
            assertThat(names()).containsExactly("id", "a__dropped_2", "b", "A__dropped", "a__new", "a");
        }
    }

    @Test
    void thePlanSaysWhatAStartWouldRename() throws Exception {
        settings = Fixture.settings(deletes, directory, "tables.people.iceberg.partition-by", "a");
        Schema next = relation(
                70,
                2,
                List.of("key"),
                column(1, "key", INT.copy(false)),
                column(2, "region", TEXT),
                column(4, "b", TEXT));
        try (SinkHarness job = SinkHarness.start(settings)) {
            job.process(insert(FIRST, 1, "A", "B"));
            job.checkpoint();
        }
        IcebergSettings renamed = Fixture.settings(deletes, directory, "tables.people.iceberg.partition-by", "region");
        Problems problems = new Problems();
        IcebergPlan.check(renamed, List.of(next), problems);
        List<String> changes = IcebergPlan.changes(renamed, List.of(next), problems);
        assertThat(problems.sentences()).isEmpty();
        assertThat(changes)
                .containsExactly(
                        "column a of Iceberg table people becomes region",
                        "column b of Iceberg table people becomes b__dropped",
                        "column id of Iceberg table people becomes key");
        assertThat(IcebergPlan.partitionColumns(renamed, List.of(next)).get("people"))
                .containsExactly("region");
        assertThat(IcebergPlan.changes(settings, List.of(FIRST), problems)).isEmpty();
        assertThat(names()).containsExactly("id", "a", "b");
        try (SinkHarness job = SinkHarness.start(renamed)) {
            job.process(insert(next, 2, "A", "new"));
            job.checkpoint();
            assertThat(names()).containsExactly("key", "region", "b__dropped", "b");
        }
    }

    @Test
    void aTableMayBePartitionedByWhatTheSourceNeverHad() throws Exception {
        Schema taller = revision(2, ID, column(2, "a", TEXT), column(3, "b", TEXT), column(4, "extra", TEXT));
        try (Warehouse warehouse = Warehouse.open(settings)) {
            Table made = warehouse.findOrCreate(FIRST);
            made.updateSchema().addColumn("extra", Types.StringType.get()).commit();
            made.updateSpec().addField("extra").commit();
        }
        try (SinkHarness job = SinkHarness.start(settings)) {
            job.process(insert(FIRST, 1, "A", "B"));
            job.checkpoint();
            job.process(before(FIRST, 1), after(FIRST, 1, "A!", "B"), insert(taller, 2, "A", "B", "E"));
            job.process(before(FIRST, 1), after(taller, 1, "A?", "B", "E"));
            job.checkpoint();
            assertThat(rows())
                    .containsExactly(
                            "{a=A, b=B, extra=null, extra_2=E, id=2}", "{a=A?, b=B, extra=null, extra_2=E, id=1}");
            assertThat(job.rejected()).isEmpty();
        }
    }

    /** Whatever becomes of the columns, each row shows its values under the columns' present names. */
    @Test
    void anyHistoryOfNamesEndsInTheValuesOfTheSource() throws Exception {
        for (int seed = 0; seed < 3; seed++) {
            history(new Random(seed), Fixture.settings(deletes, directory.resolve("seed" + seed)));
        }
    }

    private static void history(Random random, IcebergSettings settings) throws Exception {
        TreeMap<Integer, String> columns = new TreeMap<>();
        TreeMap<Integer, TreeMap<Integer, String>> source = new TreeMap<>();
        int next = 2;
        int revision = 1;
        columns.put(next++, "a");
        columns.put(next++, "b");
        try (SinkHarness job = SinkHarness.start(settings, 2)) {
            Schema[] shown = new Schema[12];
            for (int step = 0; step < 80; step++) {
                List<Integer> numbers = new ArrayList<>(columns.keySet());
                int one = numbers.isEmpty() ? 0 : numbers.get(random.nextInt(numbers.size()));
                int other = numbers.isEmpty() ? 0 : numbers.get(random.nextInt(numbers.size()));
                String free = Stream.of("a", "b", "c", "d")
                        .filter(name -> !columns.containsValue(name))
                        .findFirst()
                        .orElse("e" + step);
                int what = random.nextInt(20);
                if (what == 0 && one > 0) {
                    columns.put(one, free);
                } else if (what == 1 && one != other) {
                    String name = columns.get(one);
                    columns.put(one, columns.get(other));
                    columns.put(other, name);
                } else if (what == 2 && one > 0) {
                    columns.remove(one);
                    source.values().forEach(row -> row.remove(one));
                } else if (what == 3 && columns.size() < 4) {
                    columns.put(next++, free);
                } else if (what == 4) {
                    job.checkpoint();
                    continue;
                }
                revision += what < 4 ? 1 : 0;
                Schema schema = revision(
                        revision,
                        Stream.concat(
                                        Stream.of(ID),
                                        columns.entrySet().stream().map(c -> column(c.getKey(), c.getValue(), TEXT)))
                                .toArray(Column[]::new));
                int id = random.nextInt(shown.length);
                TreeMap<Integer, String> row = new TreeMap<>();
                List<Object> values = new ArrayList<>(List.of(id));
                for (int number : columns.keySet()) {
                    row.put(number, "v" + step + "." + number);
                    values.add(row.get(number));
                }
                if (source.put(id, row) == null) {
                    job.processOn(id % 2, insert(schema, values.toArray()));
                } else {
                    job.processOn(id % 2, before(shown[id], id), after(schema, values.toArray()));
                }
                shown[id] = schema;
            }
            job.checkpoint();
            assertThat(job.rejected()).isEmpty();
            try (Warehouse warehouse = Warehouse.open(settings)) {
                Table table = warehouse.load("people");
                List<String> expected = new ArrayList<>();
                source.forEach((id, row) -> {
                    TreeMap<String, String> byName = new TreeMap<>();
                    columns.forEach((number, name) -> {
                        if (table.schema().findField(name) != null) {
                            byName.put(name, row.get(number));
                        }
                    });
                    expected.add(id + byName.toString());
                });
                List<String> found = new ArrayList<>();
                try (var records =
                        org.apache.iceberg.data.IcebergGenerics.read(table).build()) {
                    records.forEach(record -> {
                        TreeMap<String, String> byName = new TreeMap<>();
                        columns.values().stream()
                                .filter(name -> table.schema().findField(name) != null)
                                .forEach(name -> byName.put(name, (String) record.getField(name)));
                        found.add(record.getField("id") + byName.toString());
                    });
                }
                assertThat(found).containsExactlyInAnyOrderElementsOf(expected);
            }
        }
    }

    private List<String> rows() throws Exception {
        return Fixture.read(settings, "people");
    }

    private Table table() throws Exception {
        try (Warehouse warehouse = Warehouse.open(settings)) {
            return warehouse.load("people");
        }
    }

    private List<String> names() throws Exception {
        return table().schema().columns().stream().map(Types.NestedField::name).toList();
    }

    private static DecimalData decimal(String value, int precision, int scale) {
        return DecimalData.fromBigDecimal(new BigDecimal(value), precision, scale);
    }

    private static Column column(int number, String name, LogicalType type) {
        return Column.of(name, type).numbered(number);
    }

    private static Schema revision(long revision, Column... columns) {
        return relation(70, revision, List.of(columns[0].name()), columns);
    }

    private static Schema relation(long relation, long revision, List<String> key, Column... columns) {
        return Schema.of("people", List.of(columns), key).ofRelation(relation, revision);
    }
}
