package io.tributary.capture.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.capture.postgres.source.PostgresSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SqlTest {

    @Test
    void namesAndTextsAreQuotedWhateverIsInThem() {
        assertThat(Sql.identifier("Orders \"of\" the day")).isEqualTo("\"Orders \"\"of\"\" the day\"");
        assertThat(Sql.identifier("my.schema", "t")).isEqualTo("\"my.schema\".\"t\"");
        assertThat(Sql.literal("it's")).isEqualTo("'it''s'");
    }

    @Test
    void aFileIsReadAsOneLineWithoutItsHeader() {
        assertThat(Sql.statement(PostgresSource.class, "copy_chunk.sql"))
                .isEqualTo("COPY ( SELECT {columns} FROM {relation} WHERE {condition} ) TO STDOUT (FORMAT binary)");
        assertThatThrownBy(() -> Sql.statement(Sql.class, "absent.sql")).hasMessageContaining("absent.sql");
    }

    @Test
    void everyPlaceIsFilledOnceAndWhatIsFilledInIsLeftAsItIs() {
        assertThat(Sql.fill("SELECT {a} FROM {b}", Map.of("a", "'{b} $1'", "b", "t")))
                .isEqualTo("SELECT '{b} $1' FROM t");
        assertThatThrownBy(() -> Sql.fill("SELECT {a}", Map.of())).hasMessageContaining("{a}");
        assertThatThrownBy(() -> Sql.fill("SELECT 1", Map.of("a", "1"))).hasMessageContaining("[a]");
    }

    /** Statements are read as one line, so a comment behind SQL would hide the rest. */
    @Test
    void everyFileHasAHeaderAndNoCommentBehindIt() throws IOException {
        Path folder = Path.of("src/main/resources/io/tributary/capture/postgres");
        try (Stream<Path> files = Files.walk(folder)) {
            List<Path> statements =
                    files.filter(file -> file.toString().endsWith(".sql")).collect(Collectors.toList());
            assertThat(statements).isNotEmpty();
            for (Path file : statements) {
                List<String> lines = Files.readAllLines(file);
                assertThat(lines.get(0)).as(file.toString()).startsWith("-- ");
                assertThat(lines.stream().dropWhile(line -> line.startsWith("-- ")))
                        .as(file.toString())
                        .isNotEmpty()
                        .noneMatch(line -> line.contains("--"));
            }
        }
    }
}
