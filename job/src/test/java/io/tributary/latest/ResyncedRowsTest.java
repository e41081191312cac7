package io.tributary.latest;

import static org.apache.flink.types.RowKind.DELETE;
import static org.apache.flink.types.RowKind.UPDATE_AFTER;
import static org.apache.flink.types.RowKind.UPDATE_BEFORE;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.change.Audience;
import io.tributary.change.Change;
import io.tributary.change.ChangelogRow;
import io.tributary.change.Column;
import io.tributary.change.Operation;
import io.tributary.change.Position;
import io.tributary.change.Schema;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.runtime.typeutils.RowDataSerializer;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.IntType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.VarCharType;
import org.apache.flink.types.RowKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a table's rows become when it is read again. */
class ResyncedRowsTest {

    private static final LogicalType TEXT = VarCharType.STRING_TYPE;
    private static final Column ID = Column.of("id", new BigIntType(false)).numbered(1);
    private static final Column CITY = Column.of("city", TEXT).numbered(2);
    private static final Column NOTE = Column.omissible("note", TEXT).numbered(3);
    private static final Schema SCHEMA = schema(1, ID, CITY, NOTE);

    private static Schema schema(long revision, Column... columns) {
        return Schema.of("t", List.of(columns), List.of("id")).ofRelation(70, revision);
    }

    private static BinaryRowData row(Schema schema, Object... values) {
        GenericRowData row = new GenericRowData(values.length);
        for (int i = 0; i < values.length; i++) {
            row.setField(i, values[i] instanceof String ? StringData.fromString((String) values[i]) : values[i]);
        }
        return new RowDataSerializer(schema.rowType()).toBinaryRow(row).copy();
    }

    private static BinaryRowData key(long id) {
        return row(Schema.of("t", List.of(ID), List.of("id")), id);
    }

    private static Change read(Schema schema, long at, Object... values) {
        return Change.upsert(Operation.READ, schema, Position.of(at, 1), 0, key((Long) values[0]), row(schema, values));
    }

    private static Change update(Schema schema, long at, Object... values) {
        return Change.upsert(
                Operation.UPDATE, schema, Position.of(at, 1), 0, key((Long) values[0]), row(schema, values));
    }

    private static Change end(Schema schema, long at) {
        return Change.resynced(schema, Position.of(at, 0), 0);
    }

    private static LatestJob start(boolean hashes) throws Exception {
        return LatestJob.start(hashes ? Retention.of(Map.of("t", Set.of())) : Retention.of(Map.of()));
    }

    private static List<RowKind> shown(LatestJob job, int before) {
        List<ChangelogRow> output = job.output();
        return output.subList(before, output.size()).stream()
                .map(ChangelogRow::kind)
                .toList();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void onlyWhatDiffersIsShown(boolean hashes) throws Exception {
        try (LatestJob job = start(hashes)) {
            job.take(
                    read(SCHEMA, 1, 1L, "Rome", "a"),
                    read(SCHEMA, 1, 2L, "Oslo", "b"),
                    read(SCHEMA, 1, 3L, "Bonn", "c"));
            job.take(read(SCHEMA, 9, 1L, "Rome", "a"), read(SCHEMA, 9, 2L, "Kyiv", "b"), end(SCHEMA, 9));
            assertThat(shown(job, 3)).containsExactly(UPDATE_BEFORE, UPDATE_AFTER, DELETE);
            job.take(read(SCHEMA, 12, 1L, "Rome", "a"), read(SCHEMA, 12, 2L, "Kyiv", "b"), end(SCHEMA, 12));
            assertThat(shown(job, 6)).as("again").isEmpty();
        }
    }

    @Test
    void aRowThatIsTheSameIsShownAgainWhereThatIsAskedFor() throws Exception {
        try (LatestJob job = start(true)) {
            job.take(read(SCHEMA, 1, 1L, "Rome", "a"));
            job.take(read(SCHEMA, 9, 1L, "Rome", "a").againTo(Audience.EVERYBODY), end(SCHEMA, 9));
            assertThat(shown(job, 1)).containsExactly(UPDATE_BEFORE, UPDATE_AFTER);
        }
    }

    @Test
    void aRowThatIsTheSameIsShownToThoseAloneWhomTheChangeNames() throws Exception {
        Audience named = Audience.only(Audience.query("made"));
        try (LatestJob job = start(false)) {
            job.take(read(SCHEMA, 1, 1L, "Rome", "a"), read(SCHEMA, 1, 2L, "Oslo", "b"));
            job.take(
                    read(SCHEMA, 9, 1L, "Rome", "a").againTo(named),
                    read(SCHEMA, 9, 2L, "Kyiv", "b").againTo(named));
            assertThat(job.output().subList(2, 6))
                    .extracting(ChangelogRow::audience)
                    .containsExactly(named, named, Audience.EVERYBODY, Audience.EVERYBODY);
        }
    }

    /** Its columns have other numbers and another order, and the values are found by their names. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void ofAnotherRelationWithTheSameRowsOneIsShown(boolean hashes) throws Exception {
        Schema other = Schema.of(
                        "t",
                        List.of(
                                Column.omissible("note", TEXT).numbered(1),
                                ID.numbered(2),
                                Column.of("city", TEXT).numbered(4)),
                        List.of("id"))
                .ofRelation(71, 5);
        try (LatestJob job = start(hashes)) {
            job.take(
                    read(SCHEMA, 1, 1L, "Rome", "a"),
                    read(SCHEMA, 1, 2L, "Oslo", "b"),
                    read(SCHEMA, 1, 3L, "Bonn", "c"),
                    read(SCHEMA, 1, 4L, "Kyiv", "d"));
            for (long id = 1; id <= 4; id++) {
                String city = List.of("Rome", "Oslo", "Riga", "Kyiv").get((int) id - 1);
                String note = List.of("a", "b", "c", "d").get((int) id - 1);
                job.take(Change.upsert(
                        Operation.READ, other, Position.of(9, 1), 0, key(id), row(other, note, id, city)));
            }
            job.take(end(other, 9));
            assertThat(shown(job, 4))
                    .as("the first row, which introduces the columns, and the one that differs")
                    .containsExactly(UPDATE_BEFORE, UPDATE_AFTER, UPDATE_BEFORE, UPDATE_AFTER);
            assertThat(job.output().get(5).row().getString(0)).hasToString("a");
            assertThat(job.output().get(7).row().getString(2)).hasToString("Riga");
        }
    }

    /** Targets have the values under the columns that were called so when they met the relation. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void ofAnotherRelationThatIsAlteredMeanwhileAllAreShown(boolean hashes) throws Exception {
        Schema other = Schema.of("t", List.of(ID, CITY, NOTE), List.of("id")).ofRelation(71, 5);
        Schema renamed = Schema.of("t", List.of(ID, CITY.named("town"), NOTE), List.of("id"))
                .ofRelation(71, 6);
        Schema back = Schema.of("t", List.of(ID, CITY.named("city"), NOTE), List.of("id"))
                .ofRelation(70, 7);
        try (LatestJob job = start(hashes)) {
            for (long id = 1; id <= 6; id++) {
                job.take(read(SCHEMA, 1, id, null, "a"));
            }
            job.take(read(other, 9, 1L, null, "a"), read(other, 9, 2L, null, "a"));
            assertThat(shown(job, 6)).as("the first row").hasSize(2);
            job.take(read(renamed, 9, 3L, null, "a"), read(renamed, 9, 4L, null, "a"));
            assertThat(shown(job, 8)).as("rows of other names").hasSize(4);
            job.take(read(other, 9, 5L, null, "a"), read(renamed, 9, 6L, null, "a"));
            assertThat(shown(job, 12)).as("late, and behind it").hasSize(2);
            job.take(read(back, 20, 2L, null, "a"), read(back, 20, 5L, null, "a"));
            assertThat(shown(job, 14)).as("the first relation again").hasSize(2);
        }
        try (LatestJob job = start(hashes)) {
            job.take(read(SCHEMA, 1, 1L, "Rome", "a"), read(SCHEMA, 1, 2L, "Oslo", "a"));
            job.take(update(renamed, 12, 3L, "Bonn", "a"));
            job.take(read(other, 9, 1L, "Rome", "a"), read(other, 9, 2L, "Oslo", "a"));
            assertThat(shown(job, 3)).as("rows of names from before the first").hasSize(4);
        }
    }

    /** Targets keep the values of a dropped column under its name. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void ofAnotherRelationWithAColumnThatWasDroppedBeforeAllAreShown(boolean hashes) throws Exception {
        Schema dropped = schema(2, ID, NOTE);
        Schema other = Schema.of("t", List.of(ID, CITY, NOTE), List.of("id")).ofRelation(71, 5);
        try (LatestJob job = start(hashes)) {
            job.take(read(SCHEMA, 1, 1L, "Rome", "a"), read(SCHEMA, 1, 2L, "Oslo", "a"));
            job.take(read(dropped, 5, 1L, "a"), read(dropped, 5, 2L, "a"));
            int before = job.output().size();
            job.take(read(other, 9, 1L, null, "a"), read(other, 9, 2L, null, "a"));
            assertThat(shown(job, before)).hasSize(4);
        }
    }

    @Test
    void aChangeThatIsStreamedMeanwhileWins() throws Exception {
        try (LatestJob job = start(false)) {
            job.take(read(SCHEMA, 1, 1L, "Rome", "a"), read(SCHEMA, 1, 2L, "Rome", "a"));
            job.take(
                    update(SCHEMA, 11, 1L, "Oslo", "b"),
                    read(SCHEMA, 9, 1L, "Rome", "a"),
                    update(SCHEMA, 10, 2L, "Bonn", "c"),
                    end(SCHEMA, 9));
            assertThat(shown(job, 2)).containsExactly(UPDATE_BEFORE, UPDATE_AFTER, UPDATE_BEFORE, UPDATE_AFTER);
            job.take(update(SCHEMA, 8, 3L, "Rome", "late"));
            job.take(read(SCHEMA, 7, 1L, "Rome", "a"));
            assertThat(shown(job, 6)).as("a key of which nothing was known").containsExactly(RowKind.INSERT);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aRowThatWasFoundAndCouldNotBeReadStays(boolean hashes) throws Exception {
        try (LatestJob job = start(hashes)) {
            job.take(read(SCHEMA, 1, 1L, "Rome", "a"), read(SCHEMA, 1, 2L, "Oslo", "b"));
            job.take(Change.unreadable(SCHEMA, Position.of(9, 1), 0, key(1), new int[0]), end(SCHEMA, 9));
            assertThat(shown(job, 2)).as("the other row is gone").containsExactly(DELETE);
            assertThat(job.output().get(2).row().getLong(0)).isEqualTo(2);
            job.take(end(SCHEMA, 12));
            assertThat(shown(job, 3)).as("a later one does not find it").containsExactly(DELETE);
        }
    }

    @Test
    void aRowThatWasFoundUnreadableStaysAfterARestart() throws Exception {
        try (LatestJob job = start(false)) {
            job.take(read(SCHEMA, 1, 1L, "Rome", "a"));
            job.take(Change.unreadable(SCHEMA, Position.of(9, 1), 0, key(1), new int[0]));
            try (LatestJob resumed = LatestJob.resume(Retention.of(Map.of()), job.snapshot())) {
                resumed.take(end(SCHEMA, 9));
                assertThat(resumed.output()).isEmpty();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void columnsThatWereRenamedOrAddedDoNotMakeARowDiffer(boolean hashes) throws Exception {
        Schema altered = schema(
                2, ID, CITY.named("town"), NOTE, Column.of("age", new IntType()).numbered(4));
        try (LatestJob job = start(hashes)) {
            job.take(read(SCHEMA, 1, 1L, "Rome", "a"), read(SCHEMA, 1, 2L, "Oslo", "b"));
            job.take(read(altered, 9, 1L, "Rome", "a", null), read(altered, 9, 2L, "Oslo", "b", 7), end(altered, 9));
            assertThat(shown(job, 2)).as("the second has the default").containsExactly(UPDATE_BEFORE, UPDATE_AFTER);
            assertThat(job.output().get(3).row().getLong(0)).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aColumnOfAnotherTypeMakesEveryRowWithAValueDiffer(boolean hashes) throws Exception {
        Schema altered = schema(2, ID, Column.of("city", new IntType()).numbered(2), NOTE);
        try (LatestJob job = start(hashes)) {
            job.take(read(SCHEMA, 1, 1L, "5", "a"));
            job.take(read(altered, 9, 1L, 5, "a"), end(altered, 9));
            assertThat(shown(job, 1)).containsExactly(UPDATE_BEFORE, UPDATE_AFTER);
        }
    }

    @Test
    void aColumnThatWasDroppedDoesNotMakeAWholeRowDiffer() throws Exception {
        Schema altered = schema(2, ID, NOTE);
        try (LatestJob job = start(false)) {
            job.take(read(SCHEMA, 1, 1L, "Rome", "a"));
            job.take(read(altered, 9, 1L, "a"), end(altered, 9));
            assertThat(shown(job, 1)).as("targets keep what it had").isEmpty();
        }
    }

    @Test
    void aColumnThatWasMadeAnewHasNoneOfTheOldValues() throws Exception {
        Schema altered = schema(2, ID, NOTE, Column.omissible("city", TEXT).numbered(4));
        try (LatestJob job = start(false)) {
            job.take(read(SCHEMA, 1, 1L, "Rome", "a"));
            // Leaves out the note, which is the same column.
            job.take(Change.partial(
                    Operation.UPDATE, altered, Position.of(5, 1), 0, key(1), row(altered, 1L, null, "new"), new int[] {1
                    }));
            assertThat(job.output().get(2).row()).isEqualTo(row(altered, 1L, "a", "new"));
            // Leaves out the new column, of which the state has the value.
            job.take(Change.partial(
                    Operation.UPDATE, altered, Position.of(6, 1), 0, key(1), row(altered, 1L, "b", null), new int[] {2
                    }));
            assertThat(job.output().get(4).row()).isEqualTo(row(altered, 1L, "b", "new"));
        }
    }

    @Test
    void aColumnThatTargetsNeedIsKeptUnderAnotherName() throws Exception {
        Schema altered = schema(2, ID, CITY.named("town"), NOTE);
        Retention retention = Retention.of(Map.of("t", Set.of("city")));
        try (LatestJob job = LatestJob.start(retention)) {
            job.take(read(SCHEMA, 1, 1L, "Rome", "a"), read(SCHEMA, 1, 2L, "Oslo", "b"));
            job.take(update(altered, 5, 1L, "Bonn", "c"));
            job.take(Change.delete(altered, Position.of(6, 1), 0, key(1)));
            assertThat(job.output().get(4).kind()).isEqualTo(DELETE);
            assertThat(job.output().get(4).row()).isEqualTo(row(altered, 1L, "Bonn", "c"));
            job.take(update(altered, 7, 3L, "Kyiv", "d"));
            // The settings say the new name by then, or still the old one.
            for (String name : List.of("city", "town")) {
                Retention later = Retention.of(Map.of("t", Set.of(name)));
                try (LatestJob resumed = LatestJob.resume(later, job.snapshot())) {
                    resumed.take(
                            Change.delete(altered, Position.of(8, 1), 0, key(2)),
                            Change.delete(altered, Position.of(8, 2), 0, key(3)));
                    assertThat(resumed.output())
                            .extracting(ChangelogRow::row)
                            .containsExactly(row(SCHEMA, 2L, "Oslo", "b"), row(altered, 3L, "Kyiv", "d"));
                }
            }
        }
    }
}
