package io.tributary.sink.iceberg;

import static io.tributary.sink.iceberg.Fixture.NARROW;
import static io.tributary.sink.iceberg.Fixture.WIDE;
import static io.tributary.sink.iceberg.Fixture.after;
import static io.tributary.sink.iceberg.Fixture.before;
import static io.tributary.sink.iceberg.Fixture.binary;
import static io.tributary.sink.iceberg.Fixture.delete;
import static io.tributary.sink.iceberg.Fixture.insert;
import static io.tributary.sink.iceberg.Fixture.read;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.change.ChangelogRow;
import io.tributary.change.Column;
import io.tributary.change.Position;
import io.tributary.change.Schema;
import io.tributary.settings.Problems;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.types.RowKind;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The changes of a table, in a table of their own. */
class ChangesTablesTest {

    private static final List<String> COLUMNS = List.of("_operation", "id", "name", "age");

    /** As people, but rows that are gone are not known. */
    private static final Schema TOWNS = Schema.of("towns", NARROW.columns(), List.of("id"));

    @TempDir
    private Path directory;

    private IcebergSettings settings;

    @BeforeEach
    void settle() {
        settings = settings();
    }

    @ParameterizedTest
    @EnumSource(Deletes.class)
    void everyChangeIsARowAndWhatIsInTheTableIsAsEver(Deletes deletes) throws Exception {
        IcebergSettings ofKind = settings("iceberg.deletes", deletes.toString());
        try (SinkHarness job = SinkHarness.start(ofKind)) {
            job.process(
                    ChangelogRow.ofSnapshot(RowKind.INSERT, NARROW, Position.of(1, 0), 0, binary(NARROW, 1L, "a")),
                    ChangelogRow.ofSnapshot(RowKind.INSERT, NARROW, Position.of(1, 0), 0, binary(NARROW, 2L, "b")),
                    insert(NARROW, 3L, "c"),
                    before(NARROW, 1L, "a"),
                    after(NARROW, 1L, "d"));
            job.checkpoint();
            job.process(before(NARROW, 1L, "d"), after(WIDE, 1L, "e", 5), delete(WIDE, 2L, "b"));
            job.checkpoint();
            assertThat(job.rejected()).isEmpty();
        }
        assertThat(read(ofKind, "people")).containsExactly("{age=5, id=1, name=e}", "{age=null, id=3, name=c}");
        assertThat(read(ofKind, "people_changes", COLUMNS))
                .containsExactly(
                        "delete|2|b|null",
                        "insert|3|c|null",
                        "read|1|a|null",
                        "read|2|b|null",
                        "update_before|1|a|null",
                        "update_before|1|d|null",
                        "update|1|d|null",
                        "update|1|e|5");
        assertThat(Fixture.total(ofKind, "people_changes", "total-delete-files"))
                .isZero();
        assertThat(Fixture.partitions(ofKind, "people_changes")).containsExactly("_committed_at_day");
    }

    @Test
    void positionAndTimeAreThoseOfTheSource() throws Exception {
        try (SinkHarness job = SinkHarness.start(settings)) {
            job.process(
                    ChangelogRow.of(RowKind.INSERT, NARROW, Position.of(7, 2), 86_400_001L, binary(NARROW, 1L, "a")));
            job.checkpoint();
        }
        assertThat(read(settings, "people_changes", List.of("_position", "_committed_at")))
                .containsExactly(Position.of(7, 2).toHex() + "|1970-01-02T00:00:00.001Z");
    }

    @Test
    void whatARowWasBeforeIsLeftOutWhereItIsNotKnown() throws Exception {
        try (SinkHarness job = SinkHarness.start(settings)) {
            job.process(insert(TOWNS, 1L, "a"), before(TOWNS, 1L), after(TOWNS, 1L, "b"), delete(TOWNS, 1L));
            job.process(
                    before(NARROW, 5L).blindly(),
                    after(NARROW, 5L, "x").blindly(),
                    delete(NARROW, 6L).blindly());
            job.checkpoint();
        }
        assertThat(read(settings, "towns_changes", List.of("_operation", "id", "name")))
                .containsExactly("delete|1|null", "insert|1|a", "update|1|b");
        assertThat(read(settings, "people_changes", List.of("_operation", "id", "name")))
                .containsExactly("delete|6|null", "update|5|x");
    }

    @Test
    void changesAreThereOnceAfterAFailure() throws Exception {
        OperatorSubtaskState state;
        try (SinkHarness job = SinkHarness.start(settings)) {
            job.process(insert(NARROW, 1L, "a"));
            state = job.checkpoint();
            job.process(insert(NARROW, 2L, "lost with the attempt"));
            job.abandon();
        }
        try (SinkHarness job = SinkHarness.restore(settings, 1, state)) {
            job.process(insert(NARROW, 2L, "b"));
            job.checkpoint();
        }
        assertThat(read(settings, "people_changes", List.of("_operation", "id", "name")))
                .containsExactly("insert|1|a", "insert|2|b");
    }

    @Test
    void aChangeThatIsRefusedIsNone() throws Exception {
        try (SinkHarness job = SinkHarness.start(settings)) {
            job.process(insert(NARROW, 1L, "a"));
            job.checkpoint();
            job.process(insert(Fixture.CONFLICTING, 2L, 3));
            job.checkpoint();
            assertThat(job.rejected()).hasSize(1);
        }
        assertThat(read(settings, "people_changes", List.of("_operation", "id", "name")))
                .containsExactly("insert|1|a");
    }

    @Test
    void daysThatAreOverForLongEnoughGo() throws Exception {
        try (SinkHarness job = SinkHarness.start(settings)) {
            job.process(on(0, 1L), on(1, 2L), on(2, 3L));
            job.checkpoint();
            job.pass(Duration.ofDays(32));
            job.process(on(32, 4L));
            job.checkpoint();
            assertThat(read(settings, "people_changes", List.of("id"))).containsExactly("3", "4");
            job.process(on(32, 5L));
            job.checkpoint();
        }
        assertThat(read(settings, "people_changes", List.of("id"))).containsExactly("3", "4", "5");
        assertThat(read(settings, "people")).hasSize(5);
    }

    @Test
    void whatCannotBeKeptIsAProblem() {
        Schema taken = Schema.of(
                "towns", List.of(NARROW.columns().get(0), Column.of("_position", Fixture.TEXT)), List.of("id"));
        Problems problems = new Problems();
        IcebergPlan.checkChanges(
                settings("tables.cities.iceberg.keep-changes", "1 d", "tables.peoples.iceberg.keep-changes", "1 d"),
                Map.of("people", NARROW, "towns", taken),
                Set.of("people", "towns", "cities", "people_changes"),
                "rejected",
                problems);
        assertThat(problems.sentences())
                .containsExactlyInAnyOrder(
                        "tables.cities.iceberg.keep-changes: cities is made by a SQL file, and only changes of tables"
                                + " that pass through are kept",
                        "tables.people.iceberg.keep-changes: there is a table people_changes already, which is what"
                                + " the changes' table would be called: give it another name",
                        "tables.peoples.iceberg.keep-changes: no table peoples passes through; did you mean people?",
                        "tables.towns.iceberg.keep-changes: table towns has columns [_position], which the table of"
                                + " its changes has of its own: rename them in a SQL file");
    }

    private static ChangelogRow on(int day, long id) {
        long time = Duration.ofDays(day).toMillis() + 1;
        return ChangelogRow.of(RowKind.INSERT, NARROW, Position.of(100 + id, 0), time, binary(NARROW, id, "x"));
    }

    private IcebergSettings settings(String... more) {
        String[] all = new String[more.length + 4];
        System.arraycopy(more, 0, all, 4, more.length);
        all[0] = "tables.people.iceberg.keep-changes";
        all[1] = "30 d";
        all[2] = "tables.towns.iceberg.keep-changes";
        all[3] = "30 d";
        return Fixture.settings(directory, all);
    }
}
