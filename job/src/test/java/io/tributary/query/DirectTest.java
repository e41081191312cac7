package io.tributary.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.change.ChangelogRow;
import io.tributary.change.Rejected;
import io.tributary.change.Schema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A file that computes row by row, in a job: what it makes is what it makes where it has state, because another file reads it. */
@Tag("slow")
final class DirectTest {

    private static final Schema ITEMS =
            Rows.table("items", "id", "id BIGINT NOT NULL", "n BIGINT", "note STRING", "other STRING");
    private static final int KEYS = 30;

    @TempDir
    private Path folder;

    private final Map<Long, String> rows = new TreeMap<>();

    private Map<String, String> files(String name, String made, boolean isRead) throws IOException {
        Path files = Files.createDirectories(folder.resolve(name));
        Files.writeString(files.resolve("made.sql"), "-- key: item\n" + made);
        if (isRead) {
            Files.writeString(files.resolve("reader.sql"), "-- key: item\nSELECT item FROM made");
        }
        return Map.of("sql.directory", files.toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT id AS item, 100 / n AS share FROM items WHERE note <> 'n1'",
                "SELECT note, id AS item FROM items WHERE n BETWEEN 1 AND 3",
            })
    void makesWhatAFileWithStateMakes(String sql) throws Exception {
        Random random = new Random(sql.hashCode());
        Map<String, String> direct = files("direct", sql, false);
        Map<String, String> settled = files("settled", sql, true);
        List<ChangelogRow> ofDirect = new ArrayList<>();
        List<ChangelogRow> ofSettled = new ArrayList<>();
        List<String> letters = new ArrayList<>();
        List<String> lettersOfSettled = new ArrayList<>();
        String first = null;
        String second = null;
        for (int start = 0; start < 2; start++) {
            try (SqlJob one = start(direct, first);
                    SqlJob other = start(settled, second)) {
                List<ChangelogRow> changes = changes(random, 200);
                one.send(changes);
                other.send(changes);
                other.send(List.of(mark(start)));
                one.send(List.of(mark(start)));
                String last = last(sql, start);
                other.awaitAfter(ofSettled, target -> target.rows("made").contains(last));
                one.awaitAfter(ofDirect, target -> target.rows("made").contains(last));
                first = one.stopWithSavepoint(folder);
                second = other.stopWithSavepoint(folder);
                ofDirect.addAll(one.entries());
                ofSettled.addAll(other.entries());
                one.letters().forEach(letter -> letters.add(text(letter)));
                other.letters().forEach(letter -> lettersOfSettled.add(text(letter)));
            }
            assertThat(MaterializedTable.of(ofDirect).rows("made"))
                    .hasSizeGreaterThan(3)
                    .isEqualTo(MaterializedTable.of(ofSettled).rows("made"));
            assertThat(letters).containsExactlyInAnyOrderElementsOf(lettersOfSettled);
        }
        assertThat(letters.isEmpty()).isEqualTo(!sql.contains("/"));
    }

    private static String text(Rejected letter) {
        return letter.reason().replaceFirst("^\\w+/", "") + " " + letter.system() + " " + letter.table() + " "
                + new String(letter.raw());
    }

    private static SqlJob start(Map<String, String> settings, String savepoint) throws Exception {
        Map<String, Schema> tables = Map.of("items", ITEMS);
        return savepoint == null ? SqlJob.start(settings, tables) : SqlJob.resume(settings, tables, savepoint);
    }

    /** The last row of a start, which goes to any subtask: so it is no proof that others have come. */
    private static ChangelogRow mark(int start) {
        return Rows.insert(ITEMS, (1000 + start) + "|1|last|-");
    }

    private static String last(String sql, int start) {
        return sql.startsWith("SELECT id") ? (1000 + start) + "|100" : "last|" + (1000 + start);
    }

    private List<ChangelogRow> changes(Random random, int count) {
        List<ChangelogRow> changes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long id = random.nextInt(KEYS);
            String before = rows.get(id);
            if (before != null && random.nextInt(4) == 0) {
                changes.add(Rows.delete(ITEMS, rows.remove(id)));
                continue;
            }
            String row = id + "|" + random.nextInt(5) + "|n" + random.nextInt(3) + "|o" + random.nextInt(2);
            rows.put(id, row);
            changes.add(before == null ? Rows.insert(ITEMS, row) : Rows.after(ITEMS, row));
        }
        return changes;
    }

    @Test
    void isInTheChainOfThoseWhoShowItRows() throws Exception {
        Map<String, String> direct = files("direct", "SELECT id AS item FROM items WHERE n > 3", false);
        assertThat(SqlJob.vertices(direct, Map.of("items", ITEMS)))
                .anyMatch(chain -> chain.contains("latest") && chain.contains("SQL table made"));
    }
}
