package io.tributary.local.benchmark.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DocumentTest {

    private static final Path MANUAL = Path.of(System.getProperty("tributary.home"), "job/docs/benchmarks.md");

    @Test
    void theManualShowsTheResultsThatAreKept() throws IOException {
        Document manual = Document.at(MANUAL);
        if (Files.exists(manual.results())) {
            assertThat(manual.text(Results.read(manual.results())))
                    .as(
                            "written by deploy/local/benchmark --report job/docs/benchmarks.json --document job/docs/benchmarks.md")
                    .isEqualTo(Files.readString(MANUAL));
        }
    }

    @Test
    void theSectionIsWrittenAnewAndNothingElse(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(
                folder.resolve("speed.md"), "before\n<!-- results -->\nold\n<!-- end of results -->\nafter\n");
        Results results = new Results(List.of(new Results.Run(Map.of("day", "today"), List.of())));
        Document.at(file).write(results);
        assertThat(Files.readString(file))
                .startsWith("before\n<!-- results -->\n\n- day: today\n")
                .endsWith("![all results](speed.svg)\n\n<!-- end of results -->\nafter\n")
                .doesNotContain("old");
        assertThat(Results.read(folder.resolve("speed.json"))).isEqualTo(results);
        assertThat(folder.resolve("speed.svg")).exists();
    }

    @Test
    void aFileWithoutTheSectionIsLeftAlone(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("speed.md"), "text\n");
        assertThatThrownBy(() -> Document.at(file).write(new Results(List.of())))
                .hasMessageContaining("has no section");
        assertThat(Files.readString(file)).isEqualTo("text\n");
    }
}
