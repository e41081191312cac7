package io.tributary.capture.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.capture.Readership;
import io.tributary.change.Audience;
import io.tributary.change.Captured;
import io.tributary.change.Change;
import io.tributary.change.Operation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A table is read again for SQL files that begin to read it, if there is nothing but the source that they could be filled from. */
@Tag("slow")
class NewReadersTest {

    private static final Readership PASSES = Readership.of(List.of(Audience.PASS_THROUGH), false);

    @AutoClose
    private final TestDatabase database = TestDatabase.create();

    private final Map<String, String> settings = database.settings("public.t");

    @TempDir
    private Path savepoints;

    private static Readership readBy(String... outputs) {
        List<String> consumers = new ArrayList<>(List.of(Audience.PASS_THROUGH));
        for (String output : outputs) {
            consumers.add(Audience.query(output));
        }
        return Readership.of(consumers, true);
    }

    private CaptureJob.Setup job(Readership readership) throws Exception {
        return CaptureJob.of(settings, Map.of("t", readership));
    }

    private void fill(int rows) throws Exception {
        database.run(
                "CREATE TABLE t (id int PRIMARY KEY, a int)",
                "INSERT INTO t SELECT i, i FROM generate_series(1, " + rows + ") i");
    }

    private String passing() throws Exception {
        try (CaptureJob job = job(PASSES).start()) {
            job.awaitRows(new Target(), () -> database.ask(Target.query("t", "id", "a")));
            return job.stop(savepoints);
        }
    }

    /** Up to the end of the next resync. */
    private static List<Change> resync(CaptureJob job) throws Exception {
        List<Change> changes = new ArrayList<>();
        for (Captured captured : job.takeUntil(
                captured -> captured instanceof Change && ((Change) captured).operation() == Operation.RESYNCED)) {
            changes.add((Change) captured);
        }
        return changes;
    }

    /** The next resync is the one that is asked for here. */
    private void assertNoneIsWanted(CaptureJob job) throws Exception {
        database.run("SELECT pg_logical_emit_message(true, 'tributary." + database.slot()
                + "', 'resync public.t for pass-through')");
        List<Change> changes = resync(job);
        assertThat(changes)
                .filteredOn(change -> change.operation() == Operation.READ)
                .extracting(Change::again)
                .containsOnly(Audience.TARGETS);
        assertThat(changes.get(changes.size() - 1).again()).isEqualTo(Audience.NOBODY);
    }

    @Test
    void aTableOfWhichThereAreHashesIsReadOnceForTheFilesThatBeginToReadIt() throws Exception {
        fill(100);
        String savepoint = passing();
        try (CaptureJob job = job(readBy("a", "b")).from(savepoint).start()) {
            List<Change> changes = resync(job);
            assertThat(changes).hasSize(101).last().matches(Change::isWhole, "has all rows");
            assertThat(changes.subList(0, 100))
                    .allMatch(change -> change.operation() == Operation.READ, "it is there")
                    .extracting(Change::again)
                    .containsOnly(Audience.NOBODY);
            savepoint = job.stop(savepoints);
        }
        try (CaptureJob job = job(readBy("a", "b", "c")).from(savepoint).start()) {
            assertNoneIsWanted(job);
            savepoint = job.stop(savepoints);
        }
        try (CaptureJob job = job(PASSES).from(savepoint).start()) {
            assertNoneIsWanted(job);
            savepoint = job.stop(savepoints);
        }
        try (CaptureJob job = job(readBy("a")).from(savepoint).start()) {
            List<Change> changes = resync(job);
            assertThat(changes).hasSize(101).last().matches(Change::isWhole, "has all rows");
        }
    }

    @Test
    void itGoesOnFromSavepointsForFilesThatAreAddedMeanwhile() throws Exception {
        fill(20_000);
        settings.put("postgres.snapshot-chunk-rows", "1000");
        String savepoint = passing();
        List<Captured> all = new ArrayList<>();
        for (Readership readership : List.of(readBy("a"), readBy("a"), readBy("b"))) {
            try (CaptureJob job = job(readership).from(savepoint).slow().start()) {
                all.addAll(job.takeUntil(
                        captured -> captured instanceof Change && ((Change) captured).operation() == Operation.READ));
                savepoint = job.stop(savepoints);
                all.addAll(job.rest());
            }
        }
        assertThat(all).noneMatch(captured -> ((Change) captured).operation() == Operation.RESYNCED);
        try (CaptureJob job = job(readBy("a", "b")).from(savepoint).start()) {
            List<Change> changes = resync(job);
            assertThat(changes).last().matches(Change::isWhole, "has all rows");
            all.addAll(changes);
            assertThat(all.stream()
                            .map(captured -> (Change) captured)
                            .filter(change -> change.operation() == Operation.READ)
                            .map(change -> change.key().getInt(0))
                            .distinct())
                    .hasSize(20_000);
            assertNoneIsWanted(job);
        }
    }

    /** The slot has no reader yet. */
    @Test
    void aSavepointThatWasTakenInTheSnapshotRemembersIt() throws Exception {
        fill(20_000);
        settings.put("postgres.snapshot-chunk-rows", "1000");
        settings.put("postgres.stream-during-snapshot", "false");
        String savepoint;
        try (CaptureJob job = job(PASSES).slow().start()) {
            job.takeUntil(captured -> captured instanceof Change && ((Change) captured).operation() == Operation.READ);
            savepoint = job.stop(savepoints);
        }
        try (CaptureJob job = job(readBy("a")).from(savepoint).start()) {
            assertThat(resync(job)).last().matches(Change::isWhole, "has all rows");
        }
    }

    @Test
    void whereItIsNotKnownHowTheTableWasKeptItIsNotReadAgain() throws Exception {
        fill(10);
        String savepoint;
        try (CaptureJob job = CaptureJob.start(settings)) {
            job.awaitRows(new Target(), () -> database.ask(Target.query("t", "id", "a")));
            savepoint = job.stop(savepoints);
        }
        try (CaptureJob job = job(readBy("a")).from(savepoint).start()) {
            assertNoneIsWanted(job);
        }
    }
}
