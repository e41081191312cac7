package io.tributary;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.capture.postgres.CaptureJob;
import io.tributary.capture.postgres.PostgresSettings;
import io.tributary.capture.postgres.TestDatabase;
import io.tributary.capture.postgres.plan.PostgresPlan;
import io.tributary.change.Captured;
import io.tributary.change.Change;
import io.tributary.change.ChangelogRow;
import io.tributary.change.Rejected;
import io.tributary.latest.LatestJob;
import io.tributary.latest.Retention;
import io.tributary.settings.Problems;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.types.RowKind;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A row that is larger than may be is decided on where it is read, whichever reader it comes by. */
class RowSizeTest {

    private static final String LARGE = "1000000";

    private final TestDatabase database = TestDatabase.create();
    private final List<Rejected> letters = new ArrayList<>();

    @AfterEach
    void drop() throws Exception {
        database.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"native", "flink-cdc"})
    void aRowThatIsTooLargeStaysAsItWasUntilAChangeMakesItSmaller(String reader) throws Exception {
        database.run(
                "CREATE TABLE notes (id int PRIMARY KEY, title text, body text)",
                "INSERT INTO notes VALUES (1, 'a', repeat('x', " + LARGE + ")), (2, 'b', 'short')");
        try (CaptureJob job = CaptureJob.of(plan(reader).start()).start();
                LatestJob latest = LatestJob.start(Retention.whole())) {
            take(job, latest, captured -> letters.size() == 1 && rows(latest).size() == 1);
            assertThat(rows(latest)).containsExactly("2|b|short");
            assertLetter(0, 1);

            database.run("UPDATE notes SET title = 'c', body = repeat('y', " + LARGE + ") WHERE id = 2");
            take(job, latest, captured -> letters.size() == 2);
            assertThat(rows(latest)).containsExactly("2|b|short");
            assertLetter(1, 2);

            database.run("UPDATE notes SET body = 'small' WHERE id = 1", "UPDATE notes SET body = 'less' WHERE id = 2");
            take(job, latest, captured -> rows(latest).equals(List.of("1|a|small", "2|c|less")));
            assertThat(letters).hasSize(2);
            assertThat(latest.rejected()).isEmpty();
        }
    }

    private PostgresPlan plan(String reader) {
        Map<String, String> settings = new TreeMap<>(database.settings("public.notes"));
        settings.put("postgres.reader", reader);
        PostgresSettings limited = TestDatabase.settings(settings).limitingRowsTo(MemorySize.parse("100 kb"));
        PostgresPlan plan = PostgresPlan.of(limited);
        Problems problems = new Problems();
        plan.check(problems);
        problems.throwIfAny();
        return plan;
    }

    private void take(CaptureJob job, LatestJob latest, Predicate<Captured> isEnough) throws Exception {
        job.takeUntil(captured -> {
            if (captured instanceof Rejected letter) {
                letters.add(letter);
                return isEnough.test(captured);
            }
            try {
                latest.take((Change) captured);
            } catch (Exception e) {
                throw new AssertionError(e);
            }
            return isEnough.test(captured);
        });
    }

    private void assertLetter(int number, int id) {
        Rejected letter = letters.get(number);
        assertThat(letter.table()).isEqualTo("notes");
        assertThat(letter.reason())
                .contains("\"id\":\"" + id + "\"", LARGE + " of them in column body", "latest.max-row-size is 100 kb");
        assertThat(new String(letter.raw(), StandardCharsets.UTF_8))
                .contains("\"id\":\"" + id + "\"", "title")
                .doesNotContain("body")
                .hasSizeLessThan(1000);
    }

    /** What a target has by now, by key. */
    private static List<String> rows(LatestJob latest) {
        Map<Integer, String> rows = new TreeMap<>();
        for (ChangelogRow row : latest.output()) {
            int id = row.row().getInt(0);
            if (row.kind() == RowKind.DELETE || row.kind() == RowKind.UPDATE_BEFORE) {
                rows.remove(id);
            } else {
                rows.put(id, id + "|" + row.row().getString(1) + "|" + row.row().getString(2));
            }
        }
        return List.copyOf(rows.values());
    }
}
