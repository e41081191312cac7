package io.tributary.sink.iceberg;

import static io.tributary.sink.iceberg.Fixture.NARROW;
import static io.tributary.sink.iceberg.Fixture.after;
import static io.tributary.sink.iceberg.Fixture.before;
import static io.tributary.sink.iceberg.Fixture.delete;
import static io.tributary.sink.iceberg.Fixture.insert;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Table;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What others do to the files of a table, whichever way its rows are deleted. */
@ParameterizedClass
@EnumSource(Deletes.class)
@Tag("slow")
class StrangersTest {

    private static final String TABLE = "people";

    @TempDir
    private Path directory;

    @Parameter
    private Deletes deletes;

    private IcebergSettings settings;

    @BeforeEach
    void settings() {
        settings = Fixture.settings(deletes, directory);
    }

    /** Of each the name is {@code a}, and the place its number. */
    private static void insertRows(SinkHarness job, int count) throws Exception {
        for (long id = 0; id < count; id++) {
            job.process(insert(NARROW, id, "a"));
        }
        job.checkpoint();
    }

    @Test
    void rowsOfOneFileAreDeletedByAStrangerAndByUsInTurn() throws Exception {
        try (SinkHarness job = SinkHarness.start(settings)) {
            insertRows(job, 10);
            change(table -> Stranger.deleteRows(table, only(table), 0, 1));
            job.process(delete(NARROW, 2L), before(NARROW, 3L), after(NARROW, 3L, "b"));
            job.checkpoint();
            assertThat(rows()).hasSize(7).contains("{id=3, name=b}").doesNotContain("{id=2, name=a}");
            change(table -> Stranger.deleteRows(table, oldest(table), 4));
            // Also one that the stranger deleted, as the source does.
            job.process(delete(NARROW, 0L), delete(NARROW, 5L), before(NARROW, 3L), after(NARROW, 3L, "c"));
            job.checkpoint();
            assertThat(rows())
                    .containsExactly(
                            "{id=3, name=c}", "{id=6, name=a}", "{id=7, name=a}", "{id=8, name=a}", "{id=9, name=a}");
        }
    }

    /** Between the look at the table and the commit. */
    @Test
    void aStrangersDeletesWhileWeCommitStay() throws Exception {
        List<TableFiles> changed = new ArrayList<>();
        try (SinkHarness job = SinkHarness.start(settings);
                Warehouse warehouse = Warehouse.open(settings)) {
            insertRows(job, 5);
            job.process(delete(NARROW, 0L));
            job.checkpoint();
            job.process(before(NARROW, 2L), after(NARROW, 2L, "b"));
            job.prepare();
            changed.addAll(job.handedOver());
            job.abandon();
            Runnable deleting = () -> {
                try {
                    change(table -> Stranger.deleteRows(table, oldest(table), 4));
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            };
            Table overtaken = new BaseTable(new OvertakenOperations(warehouse.load(TABLE), deleting), TABLE);
            new Commits(overtaken, "main", "me").commit(3, "job", changed);
        }
        assertThat(rows()).containsExactly("{id=1, name=a}", "{id=2, name=b}", "{id=3, name=a}");
    }

    @Test
    void aCheckpointOfBeforeARewriteIsRestored() throws Exception {
        OperatorSubtaskState state;
        try (SinkHarness job = SinkHarness.start(settings)) {
            insertRows(job, 6);
            job.process(before(NARROW, 1L), after(NARROW, 1L, "b"));
            state = job.checkpoint();
        }
        change(Stranger::rewriteDataFiles);
        change(Stranger::expireSnapshots);
        try (SinkHarness job = SinkHarness.restore(settings, 2, state)) {
            job.process(before(NARROW, 1L), after(NARROW, 1L, "c"), delete(NARROW, 2L));
            job.checkpoint();
            job.process(before(NARROW, 1L), after(NARROW, 1L, "d"), before(NARROW, 3L), after(NARROW, 3L, "d"));
            job.checkpoint();
        }
        assertThat(rows())
                .containsExactly(
                        "{id=0, name=a}", "{id=1, name=d}", "{id=3, name=d}", "{id=4, name=a}", "{id=5, name=a}");
    }

    @Test
    void theSnapshotThatWeKnewHasExpired() throws Exception {
        try (SinkHarness job = SinkHarness.start(settings)) {
            insertRows(job, 4);
            job.process(delete(NARROW, 0L));
            job.checkpoint();
            change(table -> Stranger.deleteRows(table, oldest(table), 1));
            change(Stranger::expireSnapshots);
            job.process(before(NARROW, 2L), after(NARROW, 2L, "b"));
            job.checkpoint();
            assertThat(rows()).containsExactly("{id=2, name=b}", "{id=3, name=a}");
        }
    }

    @Test
    void theSnapshotThatWeKnewWasRolledBack() throws Exception {
        try (SinkHarness job = SinkHarness.start(settings)) {
            insertRows(job, 2);
            job.process(before(NARROW, 0L), after(NARROW, 0L, "b"), insert(NARROW, 2L, "b"));
            job.checkpoint();
            change(table -> table.manageSnapshots()
                    .rollbackTo(table.currentSnapshot().parentId())
                    .commit());
            job.process(before(NARROW, 0L), after(NARROW, 0L, "c"), before(NARROW, 2L), after(NARROW, 2L, "c"));
            job.checkpoint();
            assertThat(rows()).containsExactly("{id=0, name=c}", "{id=1, name=a}", "{id=2, name=c}");
        }
    }

    private static DataFile only(Table table) {
        return Stranger.dataFiles(table).get(0);
    }

    /** Of the rows that were inserted first. */
    private static DataFile oldest(Table table) {
        return Stranger.dataFiles(table).stream()
                .min((one, other) -> Long.compare(one.dataSequenceNumber(), other.dataSequenceNumber()))
                .orElseThrow();
    }

    private void change(Fixture.Change change) throws Exception {
        Fixture.change(settings, TABLE, change);
    }

    private List<String> rows() throws Exception {
        return Fixture.read(settings, TABLE);
    }
}
