package io.tributary.sink.iceberg;

import static io.tributary.sink.iceberg.Fixture.NARROW;
import static io.tributary.sink.iceberg.Fixture.after;
import static io.tributary.sink.iceberg.Fixture.before;
import static io.tributary.sink.iceberg.Fixture.insert;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.change.ChangelogRow;
import io.tributary.change.Position;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.iceberg.Table;
import org.apache.iceberg.UpdateProperties;
import org.apache.iceberg.expressions.Expressions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Somebody else expires all snapshots of the job: what it has committed is not committed again. */
@ParameterizedClass
@EnumSource(Deletes.class)
@Tag("slow")
class ExpiredHistoryTest {

    @Parameter
    Deletes deletes;

    private static final String TABLE = "people";

    @TempDir
    private Path directory;

    private IcebergSettings settings;

    @BeforeEach
    void settings() {
        settings = Fixture.settings(deletes, directory);
    }

    @Test
    void filesThatWereRewrittenSinceAreNotCommittedAgain() throws Exception {
        OperatorSubtaskState state = committed();
        change(Stranger::rewriteDataFiles);
        change(Stranger::expireSnapshots);
        assertThat(snapshots()).isEqualTo(1);

        try (SinkHarness job = SinkHarness.restore(settings, 2, state)) {
            assertThat(rows()).containsExactly("{id=1, name=b}", "{id=2, name=a}");
            assertThat(snapshots()).isEqualTo(1);
            job.process(before(NARROW, 2L, "a"), after(NARROW, 2L, "b"));
            job.checkpoint();
            assertThat(rows()).containsExactly("{id=1, name=b}", "{id=2, name=b}");
        }
    }

    /** The state is from before the commit, which came right after it: so the table is not ahead. */
    @Test
    void andNeitherAreSeveralCheckpoints() throws Exception {
        OperatorSubtaskState state;
        try (SinkHarness job = SinkHarness.start(settings)) {
            job.process(insert(NARROW, 1L, "a"));
            job.snapshot();
            job.process(insert(NARROW, 2L, "a"));
            state = job.snapshot();
            job.complete();
        }
        change(Stranger::rewriteDataFiles);
        change(Stranger::expireSnapshots);
        try (SinkHarness job = SinkHarness.restore(settings, 2, state)) {
            assertThat(job.checkpointId()).isEqualTo(2);
            assertThat(rows()).containsExactly("{id=1, name=a}", "{id=2, name=a}");
        }
    }

    @Test
    void aTableThatIsAheadIsSeenAllTheSame() throws Exception {
        OperatorSubtaskState state;
        try (SinkHarness job = SinkHarness.start(settings)) {
            job.process(insert(NARROW, 1L, "a"));
            state = job.checkpoint();
            job.process(insert(NARROW, 2L, "a"));
            job.checkpoint();
        }
        change(Stranger::rewriteDataFiles);
        change(Stranger::expireSnapshots);
        assertThatThrownBy(() -> SinkHarness.restore(settings, 1, state))
                .hasStackTraceContaining("Table people holds checkpoint 2")
                .hasStackTraceContaining(CommitMark.PREFIX);
    }

    /** As builds did that wrote no marks. */
    @Test
    void withoutAMarkFilesThatAreStillThereAreRecognized() throws Exception {
        OperatorSubtaskState state = committed();
        change(ExpiredHistoryTest::removeMarks);
        change(ExpiredHistoryTest::touch);
        change(Stranger::expireSnapshots);
        try (SinkHarness job = SinkHarness.restore(settings, 2, state)) {
            assertThat(job.checkpointId()).isEqualTo(2);
            assertThat(rows()).containsExactly("{id=1, name=b}", "{id=2, name=a}");
            assertThat(snapshots()).isEqualTo(1);
        }
    }

    @Test
    void withoutAMarkFilesThatAreGoneDoNotMakeTheTableUnreadable() throws Exception {
        OperatorSubtaskState state = committed();
        change(ExpiredHistoryTest::removeMarks);
        change(Stranger::rewriteDataFiles);
        change(ExpiredHistoryTest::touch);
        change(Stranger::expireSnapshots);
        assertThatThrownBy(() -> SinkHarness.restore(settings, 2, state))
                .hasStackTraceContaining("which is to be committed, is gone")
                .hasStackTraceContaining("resume from a newer savepoint");
        assertThat(rows()).containsExactly("{id=1, name=b}", "{id=2, name=a}");
    }

    /** The properties say that it was committed, and they are not rolled back. */
    @Test
    void whatWasRolledBackIsNotTakenForCommitted() throws Exception {
        OperatorSubtaskState state;
        try (SinkHarness job = SinkHarness.start(settings)) {
            job.process(insert(NARROW, 1L, "a"));
            change(ExpiredHistoryTest::touch);
            change(ExpiredHistoryTest::touch);
            state = job.checkpoint();
        }
        change(table -> {
            long foreign = table.currentSnapshot().parentId();
            table.manageSnapshots().rollbackTo(foreign).commit();
        });
        change(Stranger::expireSnapshots);
        change(table -> assertThat(CommitMark.PREFIX)
                .as("the mark has stayed")
                .satisfies(prefix -> assertThat(table.properties().keySet()).anyMatch(key -> key.startsWith(prefix))));
        assertThatThrownBy(() -> SinkHarness.restore(settings, 1, state))
                .hasStackTraceContaining("which is to be committed, is gone")
                .hasStackTraceContaining(
                        "If orphan files were removed, or the table was rolled back, rows are missing");
    }

    /** A subtask that comes to it later than the others takes nothing away that they have written since. */
    @Test
    void aReplacementIsMadeOnceThoughAPartOfItComesLate() throws Exception {
        try (SinkHarness job = SinkHarness.start(settings, 2)) {
            job.process(insert(NARROW, 1L, "old"));
            job.checkpoint();
            job.process(replacement(), insert(NARROW, 2L, "new"));
            job.checkpoint();
            job.process(insert(NARROW, 3L, "new"));
            job.checkpoint();
            change(Stranger::rewriteDataFiles);
            change(Stranger::expireSnapshots);
            job.processOn(1, replacement(), insert(NARROW, 4L, "new"));
            job.checkpoint();
            assertThat(rows()).containsExactly("{id=2, name=new}", "{id=3, name=new}", "{id=4, name=new}");
        }
    }

    @Test
    void upToWhichPositionTheTableWasWrittenIsStillKnown() throws Exception {
        ChangelogRow last = insert(NARROW, 1L, "a");
        try (SinkHarness job = SinkHarness.start(settings)) {
            job.process(last);
            job.checkpoint();
        }
        change(Stranger::rewriteDataFiles);
        change(Stranger::expireSnapshots);
        assertThat(IcebergPlan.newest(settings, List.of(TABLE))).isEqualTo(last.version());
    }

    @Test
    void theMarksOfATableAreFew() throws Exception {
        for (long id = 0; id < 20; id++) {
            try (SinkHarness job = SinkHarness.start(settings)) {
                job.process(insert(NARROW, id, "a"));
                job.checkpoint();
                job.process(insert(NARROW, id + 100, "a"));
                job.checkpoint();
            }
        }
        change(table -> {
            assertThat(table.properties().keySet().stream().filter(key -> key.startsWith(CommitMark.PREFIX)))
                    .hasSize(16);
            Map<String, String> last = table.currentSnapshot().summary();
            assertThat(table.properties().get(CommitMark.PREFIX + last.get(Commits.SINK)))
                    .contains("snapshot=" + table.currentSnapshot().snapshotId())
                    .contains(Commits.CHECKPOINT + "=2");
        });
    }

    /** The state of checkpoint 2, whose commit was made. */
    private OperatorSubtaskState committed() throws Exception {
        try (SinkHarness job = SinkHarness.start(settings)) {
            job.process(insert(NARROW, 1L, "a"));
            job.checkpoint();
            job.process(before(NARROW, 1L, "a"), after(NARROW, 1L, "b"), insert(NARROW, 2L, "a"));
            return job.checkpoint();
        }
    }

    private static ChangelogRow replacement() {
        return ChangelogRow.replacement(NARROW, Position.of(1_000_000, 0), 0);
    }

    private static void touch(Table table) {
        table.newDelete().deleteFromRowFilter(Expressions.alwaysFalse()).commit();
    }

    private static void removeMarks(Table table) {
        UpdateProperties properties = table.updateProperties();
        table.properties().keySet().stream()
                .filter(key -> key.startsWith(CommitMark.PREFIX))
                .forEach(properties::remove);
        properties.commit();
    }

    private void change(Fixture.Change change) throws Exception {
        Fixture.change(settings, TABLE, change);
    }

    private List<String> rows() throws Exception {
        return Fixture.read(settings, TABLE);
    }

    private int snapshots() throws Exception {
        return Fixture.countSnapshots(settings, TABLE);
    }
}
