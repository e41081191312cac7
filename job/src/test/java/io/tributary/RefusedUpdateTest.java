package io.tributary;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.capture.postgres.CaptureJob;
import io.tributary.capture.postgres.TestDatabase;
import io.tributary.capture.postgres.plan.PostgresPlan;
import io.tributary.change.Change;
import io.tributary.change.ChangelogRow;
import io.tributary.change.ReadableRow;
import io.tributary.latest.LatestJob;
import io.tributary.latest.Retention;
import io.tributary.settings.Problems;
import io.tributary.sink.iceberg.Fixture;
import io.tributary.sink.iceberg.IcebergSettings;
import io.tributary.sink.iceberg.SinkHarness;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.apache.flink.types.RowKind;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From PostgreSQL to Iceberg: an update that the target refuses leaves the row as it was. */
class RefusedUpdateTest {

    @TempDir
    private Path directory;

    private final TestDatabase database = TestDatabase.create();

    @AfterEach
    void drop() throws Exception {
        database.close();
    }

    @Test
    void aRowStaysAsItWasUntilAChangeCanBeTaken() throws Exception {
        database.run(
                "CREATE TABLE visits (id int PRIMARY KEY, page int, n int)",
                "INSERT INTO visits SELECT g, 1, 0 FROM generate_series(1, 4) g");
        IcebergSettings settings = Fixture.settings(directory, "tables.visits.iceberg.partition-by", "page");
        try (CaptureJob capture = CaptureJob.of(plan().start()).start();
                LatestJob latest = LatestJob.start(Retention.of(Map.of("visits", Set.of("page"))));
                SinkHarness sink = SinkHarness.start(settings)) {
            take(capture, latest, sink, rows -> rows.size() == 4);
            sink.checkpoint();

            database.run(
                    "ALTER TABLE visits ALTER page TYPE text", "UPDATE visits SET page = 'b', n = 1 WHERE id <= 3");
            take(
                    capture,
                    latest,
                    sink,
                    rows -> rows.stream().filter(row -> row.contains("\"b\"")).count() == 3);
            sink.checkpoint();
            assertThat(sink.rejected())
                    .hasSizeGreaterThanOrEqualTo(3)
                    .allMatch(letter -> letter.reason().contains("page"));
            assertThat(Fixture.read(settings, "visits")).hasSize(4).allMatch(row -> row.contains("n=0, page=1"));

            database.run(
                    "DELETE FROM visits WHERE id = 2",
                    "ALTER TABLE visits ALTER page TYPE int USING 3",
                    "UPDATE visits SET n = n + 1");
            take(
                    capture,
                    latest,
                    sink,
                    rows -> rows.size() == 3 && rows.stream().allMatch(row -> row.contains("\"page\":3")));
            sink.checkpoint();
            assertThat(Fixture.read(settings, "visits"))
                    .containsExactly("{id=1, n=2, page=3}", "{id=3, n=2, page=3}", "{id=4, n=1, page=3}");
        }
    }

    private PostgresPlan plan() {
        PostgresPlan plan = PostgresPlan.of(TestDatabase.settings(database.settings("public.visits")));
        Problems problems = new Problems();
        plan.check(problems);
        problems.throwIfAny();
        return plan;
    }

    /** All the way, until the rows that should be in the targets are such. */
    private static void take(
            CaptureJob capture, LatestJob latest, SinkHarness sink, Predicate<Collection<String>> isEnough)
            throws Exception {
        capture.takeUntil(captured -> {
            try {
                int before = latest.output().size();
                latest.take((Change) captured);
                List<ChangelogRow> rows = latest.output();
                sink.process(rows.subList(before, rows.size()).toArray(ChangelogRow[]::new));
            } catch (Exception e) {
                throw new AssertionError(e);
            }
            return isEnough.test(rows(latest));
        });
    }

    private static Collection<String> rows(LatestJob latest) {
        Map<Integer, String> rows = new TreeMap<>();
        for (ChangelogRow row : latest.output()) {
            int id = row.row().getInt(0);
            if (row.kind() == RowKind.DELETE || row.kind() == RowKind.UPDATE_BEFORE) {
                rows.remove(id);
            } else {
                rows.put(id, ReadableRow.json(row.schema(), row.row()));
            }
        }
        return rows.values();
    }
}
