package io.tributary.sink.iceberg;

import static io.tributary.sink.iceberg.Fixture.NARROW;
import static io.tributary.sink.iceberg.Fixture.WIDE;
import static io.tributary.sink.iceberg.Fixture.after;
import static io.tributary.sink.iceberg.Fixture.before;
import static io.tributary.sink.iceberg.Fixture.delete;
import static io.tributary.sink.iceberg.Fixture.insert;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.change.ChangelogRow;
import io.tributary.change.Position;
import io.tributary.change.Schema;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What comes over several checkpoints and is seen at once. */
@ParameterizedClass
@EnumSource(Deletes.class)
class HeldTest {

    @Parameter
    Deletes deletes;

    @TempDir
    private Path directory;

    private IcebergSettings settings;

    @BeforeEach
    void settings() {
        settings = Fixture.settings(deletes, directory);
    }

    @Test
    void nothingIsSeenUntilACheckpointAtWhichNobodyHoldsTheTable() throws Exception {
        try (SinkHarness job = SinkHarness.start(settings, 2)) {
            start(job);
            job.process(before(NARROW, 1L, "old"), after(NARROW, 1L, "a"), held(NARROW));
            job.checkpoint();
            job.process(delete(NARROW, 2L), before(NARROW, 1L, "a"), after(NARROW, 1L, "b"));
            job.processOn(1, insert(NARROW, 5L, "b"), held(NARROW));
            job.checkpoint();
            job.processOn(1, held(NARROW));
            job.checkpoint();
            assertThat(rows()).containsExactly("{id=1, name=old}", "{id=2, name=old}");
            job.process(before(NARROW, 1L, "b"), after(NARROW, 1L, "c"));
            job.checkpoint();
            assertThat(rows()).containsExactly("{id=1, name=c}", "{id=5, name=b}");
            try (Warehouse warehouse = Warehouse.open(settings)) {
                assertThat(warehouse.load("people").currentSnapshot().summary()).containsEntry(Commits.CHECKPOINT, "5");
            }
        }
    }

    @Test
    void otherTablesGoOn() throws Exception {
        Schema others = Schema.of("others", NARROW.columns(), NARROW.keyNames());
        try (SinkHarness job = SinkHarness.start(settings)) {
            start(job);
            job.process(insert(NARROW, 3L, "a"), held(NARROW), insert(others, 1L, "a"));
            job.checkpoint();
            assertThat(Fixture.read(settings, "others")).containsExactly("{id=1, name=a}");
            assertThat(rows()).hasSize(2);
        }
    }

    @Test
    void aCheckpointAtWhichNothingComesEndsIt() throws Exception {
        try (SinkHarness job = SinkHarness.start(settings)) {
            start(job);
            job.process(insert(NARROW, 3L, "a"), held(NARROW));
            job.checkpoint();
            assertThat(rows()).hasSize(2);
            OperatorSubtaskState state = job.checkpoint();
            assertThat(rows()).hasSize(3);
            job.abandon();
            try (SinkHarness resumed = SinkHarness.restore(settings, job.checkpointId(), state, Set.of("people"))) {
                resumed.checkpoint();
                assertThat(rows()).hasSize(3);
            }
        }
    }

    @Test
    void whatIsHeldStaysSoInARestoredJob() throws Exception {
        OperatorSubtaskState state;
        long checkpoint;
        try (SinkHarness job = SinkHarness.start(settings)) {
            start(job);
            job.process(before(NARROW, 1L, "old"), after(NARROW, 1L, "a"), held(NARROW));
            state = job.checkpoint();
            checkpoint = job.checkpointId();
            // Lost with the attempt.
            job.process(insert(NARROW, 7L, "lost"), held(NARROW));
            job.prepare();
            job.abandon();
        }
        try (SinkHarness job = SinkHarness.restore(settings, checkpoint, state, Set.of("people"))) {
            assertThat(rows()).containsExactly("{id=1, name=old}", "{id=2, name=old}");
            job.process(insert(NARROW, 3L, "b"), held(NARROW));
            job.checkpoint();
            assertThat(rows()).containsExactly("{id=1, name=old}", "{id=2, name=old}");
            job.process(delete(NARROW, 2L));
            job.checkpoint();
            assertThat(rows()).containsExactly("{id=1, name=a}", "{id=3, name=b}");
        }
    }

    @Test
    void theOtherHalfOfATableThatNoFileMakesIsNotWaitedFor() throws Exception {
        OperatorSubtaskState state;
        long checkpoint;
        try (SinkHarness job = SinkHarness.start(settings)) {
            start(job);
            job.process(before(NARROW, 1L, "old"), after(NARROW, 1L, "a"), held(NARROW));
            state = job.checkpoint();
            checkpoint = job.checkpointId();
            job.abandon();
        }
        try (SinkHarness job = SinkHarness.restore(settings, checkpoint, state)) {
            job.checkpoint();
            job.checkpoint();
            assertThat(rows()).containsExactly("{id=1, name=old}", "{id=2, name=old}");
        }
    }

    @Test
    void contentOfOtherColumnsReplacesTheOldOverSeveralCheckpoints() throws Exception {
        try (SinkHarness job = SinkHarness.start(settings, 2)) {
            start(job);
            job.process(replacement(WIDE, 50), insert(WIDE, 1L, "new", 30), held(WIDE));
            job.processOn(1, replacement(WIDE, 50), held(WIDE));
            job.checkpoint();
            job.process(before(WIDE, 1L, "new", 30), after(WIDE, 1L, "newer", 31), insert(WIDE, 3L, "new", 33));
            job.processOn(1, insert(WIDE, 4L, "new", 34), held(WIDE));
            job.checkpoint();
            assertThat(rows()).containsExactly("{id=1, name=old}", "{id=2, name=old}");
            job.process(delete(WIDE, 3L));
            job.checkpoint();
            assertThat(rows()).containsExactly("{age=31, id=1, name=newer}", "{age=34, id=4, name=new}");
        }
    }

    @Test
    void aReplacementThatBeginsAgainLeavesOutWhatWasHeld() throws Exception {
        try (SinkHarness job = SinkHarness.start(settings)) {
            start(job);
            job.process(replacement(WIDE, 50), insert(WIDE, 1L, "first", 30), held(WIDE));
            job.checkpoint();
            job.process(replacement(NARROW, 60), insert(NARROW, 9L, "second"), held(NARROW));
            job.checkpoint();
            job.process(insert(NARROW, 8L, "second"));
            job.checkpoint();
            assertThat(rows()).containsExactly("{id=8, name=second}", "{id=9, name=second}");
        }
    }

    private static void start(SinkHarness job) throws Exception {
        job.process(insert(NARROW, 1L, "old"), insert(NARROW, 2L, "old"));
        job.checkpoint();
    }

    private static ChangelogRow held(Schema schema) {
        return ChangelogRow.held(schema, Position.of(40, 0), 1);
    }

    private static ChangelogRow replacement(Schema schema, long version) {
        return ChangelogRow.replacement(schema, Position.of(version, 0), 1);
    }

    private List<String> rows() throws Exception {
        return Fixture.read(settings, "people");
    }
}
