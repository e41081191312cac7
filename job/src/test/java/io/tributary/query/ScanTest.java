package io.tributary.query;

import static io.tributary.query.Rows.after;
import static io.tributary.query.Rows.before;
import static io.tributary.query.Rows.delete;
import static io.tributary.query.Rows.insert;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.change.Column;
import io.tributary.change.RequiredColumns;
import io.tributary.change.Schema;
import io.tributary.settings.Problems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What files read of their tables, and what becomes of them when the rest is another. */
final class ScanTest {

    private static final Schema PLANNED =
            numbered(5, "id BIGINT NOT NULL", "team BIGINT", "n INT", "gone STRING", "other BIGINT");

    @TempDir
    private Path sql;

    private static Schema numbered(long revision, String... columns) {
        Schema named = Rows.table("t", "id", columns);
        List<Column> numbered = new ArrayList<>();
        for (int i = 0; i < columns.length; i++) {
            numbered.add(named.columns().get(i).numbered(i + 1));
        }
        return Schema.of("t", numbered, List.of("id")).ofRelation(70, revision);
    }

    private String digest(Schema table, RequiredColumns required, String select) throws Exception {
        Files.writeString(sql.resolve("made.sql"), select);
        Problems problems = new Problems();
        Queries queries = Queries.compile(
                QueriesTest.settings(Map.of("sql.directory", sql.toString()), problems),
                Map.of("t", table),
                Map.of("t", required),
                Set.of(),
                problems);
        problems.throwIfAny();
        return queries.consumers().toString();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-- key: id\nSELECT id, team * n AS product FROM t WHERE n > 3",
                "-- key: single\nSELECT 1 AS single, COUNT(*) AS all_of_them FROM t",
                "-- key: id\nSELECT id FROM (SELECT id, gone, other FROM t WHERE team > 1)",
                "-- key: id\nSELECT a.id, b.n FROM t a JOIN t b ON b.id = a.team",
                "-- key: team\nSELECT COALESCE(team, 0) AS team, SUM(n) AS n FROM (SELECT team, n FROM t UNION ALL"
                        + " SELECT team, 2 * n FROM t) GROUP BY COALESCE(team, 0)",
            })
    void aFileIsTheSameWhateverTheOtherColumnsAre(String select) throws Exception {
        Schema otherwise = Schema.of(
                        "t",
                        List.of(
                                PLANNED.columns().get(0),
                                PLANNED.columns().get(1),
                                Rows.table("t", "id", "id BIGINT NOT NULL", "gone INT")
                                        .columns()
                                        .get(1)
                                        .numbered(4),
                                PLANNED.columns().get(2),
                                PLANNED.columns().get(4),
                                Column.of("more", PLANNED.columns().get(3).type())
                                        .numbered(6)),
                        List.of("id"))
                .ofRelation(70, 6);
        String planned = digest(PLANNED, RequiredColumns.NONE, select);
        assertThat(digest(otherwise, RequiredColumns.of(List.of("more", "other"), 100, -1), select))
                .isEqualTo(planned);
    }

    @Test
    void aFileIsAnotherIfAColumnThatItReadsIs() throws Exception {
        String select = "-- key: id\nSELECT id, team FROM t";
        String planned = digest(PLANNED, RequiredColumns.NONE, select);
        assertThat(digest(numbered(6, "id BIGINT NOT NULL", "team INT"), RequiredColumns.NONE, select))
                .as("another type")
                .isNotEqualTo(planned);
        assertThat(digest(
                        numbered(6, "id BIGINT NOT NULL", "was_team BIGINT", "team BIGINT"),
                        RequiredColumns.NONE,
                        select))
                .as("another column of the name")
                .isNotEqualTo(planned);
        assertThat(digest(PLANNED, RequiredColumns.of(List.of("team"), 100, -1), select))
                .as("never NULL")
                .isNotEqualTo(planned);
    }

    @Test
    void countsRowsOfWhichItReadsNothing() throws Exception {
        Files.writeString(sql.resolve("counted.sql"), "-- key: single\nSELECT 1 AS single, COUNT(*) AS n FROM t");
        Files.writeString(
                sql.resolve("pairs.sql"),
                "-- key: id\nSELECT a.id, b.n FROM (SELECT id, team FROM t) a JOIN (SELECT other, n FROM t) b ON b.other = a.team");
        try (SqlJob job = SqlJob.start(Map.of("sql.directory", sql.toString()), Map.of("t", PLANNED))) {
            job.send(List.of(insert(PLANNED, "1|7|10|x|8"), insert(PLANNED, "2|8|20|x|7")))
                    .await(target -> target.rows("counted").equals(List.of("1|2"))
                            && target.rows("pairs").equals(List.of("1|20", "2|10")));
            job.send(List.of(
                            before(PLANNED, "1|7|10|x|8"),
                            after(PLANNED, "1|7|11|y|8"),
                            insert(PLANNED, "3|8|30|x|9"),
                            delete(PLANNED, "2|8|20|x|7")))
                    .await(target -> target.rows("counted").equals(List.of("1|2"))
                            && target.rows("pairs").equals(List.of("3|11")));
        }
    }
}
