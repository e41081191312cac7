package io.tributary.query;

import static io.tributary.query.Rows.after;
import static io.tributary.query.Rows.before;
import static io.tributary.query.Rows.delete;
import static io.tributary.query.Rows.insert;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.change.ChangelogRow;
import io.tributary.change.Column;
import io.tributary.change.Position;
import io.tributary.change.Rejected;
import io.tributary.change.RequiredColumns;
import io.tributary.change.Schema;
import io.tributary.settings.Problems;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.flink.types.RowKind;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Columns that are NOT NULL in the source, and a NULL that comes all the same. */
final class NotNullTest {

    /** At revision 5, from place 100 of the log on. */
    private static final Schema PLANNED =
            table(5, "id BIGINT NOT NULL", "customer_id BIGINT", "status STRING", "note STRING");

    private static final RequiredColumns REQUIRED = RequiredColumns.of(List.of("id", "customer_id", "note"), 100, -1);

    private static final Scan SCAN = Input.of(PLANNED, RequiredColumns.of(List.of("customer_id"), 100, -1))
            .scan(new int[] {0, 1, 2, 3});

    @TempDir
    private Path temporary;

    private OneInputStreamOperatorTestHarness<ChangelogRow, ChangelogRow> harness;

    @BeforeEach
    void open() throws Exception {
        harness = TableSplitTest.harness("plan", SCAN);
        harness.open();
    }

    @AfterEach
    void close() throws Exception {
        harness.close();
    }

    @Test
    void setsTheFileAsideAtANullThatTheSourceLetInSince() throws Exception {
        assertThat(send(100, insert(PLANNED, "1|-|new|x"))).isEmpty();
        assertThat(letter())
                .startsWith(
                        "sql/made.sql is set aside, and its table stays as it is. Column customer_id of table t may be"
                                + " NULL now, and the SQL was planned before that. Start the job again from its last checkpoint");
    }

    @Test
    void setsTheFileAsideAtAColumnThatIsGone() throws Exception {
        Schema narrower = table(6, "id BIGINT NOT NULL");
        assertThat(send(200, insert(narrower, "1"))).isEmpty();
        assertThat(letter()).contains("Column customer_id of table t is gone, and the SQL was planned before that.");
    }

    /** The source has replaced them: what replaces them here comes later. */
    @Test
    void leavesOutRowsFromBeforeThePlan() throws Exception {
        assertThat(send(99, insert(PLANNED, "1|-|new|x"))).isEmpty();
        assertThat(send(120, before(PLANNED, "1|-|new|x"))).isEmpty();
        assertThat(send(120, after(PLANNED, "1|7|new|x"))).containsExactly("+U 1|7|new|x");

        Schema narrower = table(4, "id BIGINT NOT NULL");
        assertThat(send(130, insert(narrower, "2"))).isEmpty();
        assertThat(send(131, delete(narrower, "2"))).isEmpty();
    }

    @Test
    void takesNullsInColumnsThatTheStatementsDoNotRead() throws Exception {
        assertThat(send(200, insert(PLANNED, "1|7|-|-"))).containsExactly("+I 1|7|-|-");
    }

    @Test
    void groupsBySuchColumns() throws Exception {
        Path sql = Files.createDirectory(temporary.resolve("sql"));
        Files.writeString(
                sql.resolve("per_customer.sql"),
                "-- key: customer_id\nSELECT customer_id, COUNT(*) AS n, MAX(note) AS note FROM t GROUP BY customer_id");
        try (SqlJob job = SqlJob.start(
                Map.of("sql.directory", sql.toString()),
                Map.of("t", PLANNED),
                Map.of("t", RequiredColumns.of(REQUIRED.names(), 0, -1)))) {
            job.send(List.of(insert(PLANNED, "2|7|-|a"), insert(PLANNED, "3|7|-|b"), insert(PLANNED, "4|8|new|x")))
                    .await(target -> target.rows("per_customer").equals(List.of("7|2|b", "8|1|x")));
            job.send(List.of(delete(PLANNED, "3|7|-|b"), insert(PLANNED, "5|8|-|y")))
                    .await(target -> target.rows("per_customer").equals(List.of("7|1|a", "8|2|y")));

            job.send(List.of(insert(PLANNED, "6|-|-|y")));
            while (job.letters().isEmpty()) {
                Thread.sleep(5);
            }
            assertThat(job.letters())
                    .singleElement()
                    .extracting(Rejected::reason, InstanceOfAssertFactories.STRING)
                    .contains("Column customer_id of table t may be NULL now");
            assertThat(job.target().rows("per_customer")).containsExactly("7|1|a", "8|2|y");
        }
    }

    @Test
    void aFilesDigestRestsOnTheColumnsThatItMayRead() throws IOException {
        String grouped = digest("SELECT id, customer_id FROM t", REQUIRED);
        assertThat(digest("SELECT id, customer_id FROM t", RequiredColumns.of(List.of("customer_id"), 7, 3)))
                .isEqualTo(grouped);
        assertThat(digest("SELECT id, customer_id FROM t", RequiredColumns.of(List.of("note"), 100, -1)))
                .isNotEqualTo(grouped)
                .isEqualTo(digest("SELECT id, customer_id FROM t", RequiredColumns.NONE));
    }

    /** Not to be seen in the columns that are read: the planner leaves the condition out. */
    @Test
    void aFilesDigestRestsOnAColumnWhoseNullsItAsksFor() throws IOException {
        String select = "SELECT id FROM t WHERE note IS NOT NULL";
        assertThat(digest(select, RequiredColumns.of(List.of("note", "customer_id"), 100, -1)))
                .isEqualTo(digest(select, RequiredColumns.of(List.of("note"), 100, -1)))
                .isNotEqualTo(digest(select, RequiredColumns.NONE));
        String product = "SELECT id, 2 * customer_id AS twice FROM t";
        assertThat(digest(product, REQUIRED))
                .as("a star that is no column")
                .isEqualTo(digest(product, RequiredColumns.of(List.of("customer_id"), 100, -1)));
    }

    @Test
    void setsTheFileAsideAtANullThatAConditionOfItsAsksFor() throws Exception {
        harness.close();
        harness = TableSplitTest.harness(
                "plan",
                Input.of(PLANNED, RequiredColumns.of(List.of("note"), 100, -1)).scan(new int[] {0}));
        harness.open();
        assertThat(send(200, insert(PLANNED, "1|7|new|-"))).isEmpty();
        assertThat(letter()).contains("Column note of table t may be NULL now");
    }

    private String digest(String select, RequiredColumns required) throws IOException {
        Path sql = Files.createDirectories(temporary.resolve("digested"));
        Files.writeString(sql.resolve("made.sql"), "-- key: id\n" + select);
        Problems problems = new Problems();
        Queries queries = Queries.compile(
                QueriesTest.settings(Map.of("sql.directory", sql.toString()), problems),
                Map.of("t", PLANNED),
                Map.of("t", required),
                Set.of(),
                problems);
        assertThat(problems.sentences()).isEmpty();
        return queries.consumers().toString();
    }

    private String letter() {
        assertThat(harness.getSideOutput(GuardedOperator.REJECTED)).hasSize(1);
        return harness.getSideOutput(GuardedOperator.REJECTED).peek().getValue().reason();
    }

    private List<String> send(long place, ChangelogRow entry) throws Exception {
        harness.processElement(at(place, entry), 0);
        harness.prepareSnapshotPreBarrier(0);
        List<String> texts = new ArrayList<>();
        var rows = harness.getSideOutput(SCAN.tag());
        while (rows != null && !rows.isEmpty()) {
            var row = rows.remove().getValue();
            texts.add(row.getRowKind().shortString() + " " + Rows.text(PLANNED, row));
        }
        return texts;
    }

    private static ChangelogRow at(long place, ChangelogRow entry) {
        RowKind kind = entry.kind();
        return ChangelogRow.of(kind, entry.schema(), Position.of(place, 0), 0, entry.row());
    }

    private static Schema table(long revision, String... columns) {
        Schema named = Rows.table("t", "id", columns);
        List<Column> numbered = new ArrayList<>();
        for (int i = 0; i < columns.length; i++) {
            numbered.add(named.columns().get(i).numbered(i + 1));
        }
        return Schema.of("t", numbered, List.of("id")).ofRelation(70, revision);
    }
}
