package io.tributary.capture.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.change.Rejected;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** A database whose encoding is SQL_ASCII takes texts of any bytes. Those that are not UTF-8 are dead letters of their rows. */
class AnyBytesTest {

    @AutoClose
    private final TestDatabase database =
            TestDatabase.create("ENCODING 'SQL_ASCII' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'");

    @Test
    void aTextThatIsNotUtf8IsADeadLetterOfItsRow() throws Exception {
        database.run(
                "CREATE TABLE l (id int PRIMARY KEY, v text, w text[])",
                "INSERT INTO l VALUES (1, E'na\\357ve', NULL), (2, E'na\\303\\257ve', '{a}'), (3, 'plain', NULL)",
                "CREATE TABLE k (k text PRIMARY KEY, n int)",
                "INSERT INTO k VALUES (E'\\377', 1), ('a', 1)");
        Map<String, String> settings = database.settings("public.l;public.k");
        try (CaptureJob job = CaptureJob.start(settings);
                Mirror mirror = Mirror.ofWholeRows()) {
            mirror.awaitLetters(job, 2);
            job.awaitSnapshot();
            database.run(
                    "INSERT INTO l VALUES (4, E'na\\357ve', NULL), (5, 'a', ARRAY['x', E'\\351'])",
                    "UPDATE l SET v = E'\\200' WHERE id = 3",
                    "UPDATE l SET v = E'\\342\\202\\254' WHERE id = 2",
                    "UPDATE k SET n = 2");
            mirror.awaitLetters(job, 6);
            assertThat(mirror.letters())
                    .extracting(Rejected::reason)
                    .allMatch(reason -> reason.contains("is not in UTF-8: the database's encoding is SQL_ASCII"))
                    .anyMatch(reason -> reason.contains("column v of table public.l"))
                    .anyMatch(reason -> reason.contains("column w of table public.l"))
                    .anyMatch(reason -> reason.contains("column k of table public.k"));
            database.run("UPDATE l SET v = 'mended' WHERE id IN (1, 3)", "DELETE FROM l WHERE id IN (4, 5)");
            mirror.awaitRows(job, "l", List.of("id", "v"), "1|mended\n2|\u20ac\n3|mended\n");
            mirror.awaitRows(job, "k", List.of("k", "n"), "a|2\n");
        }
    }
}
