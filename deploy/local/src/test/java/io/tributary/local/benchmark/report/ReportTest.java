package io.tributary.local.benchmark.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.local.benchmark.measure.Measurement;
import io.tributary.local.benchmark.measure.Timing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ReportTest {

    private static final Results RESULTS = new Results(List.of(new Results.Run(
            Map.of(Report.READER, "native"),
            List.of(
                    Measurement.of("snapshot", "reader-native", 1, 1_000_000, new Timing(2, 1, 0.5)),
                    Measurement.of("snapshot", "reader-native", 2, 1_000_000, new Timing(1, 3, 0.5)),
                    Measurement.of("snapshot", "reader-native", 3, 1_000_000, new Timing(4, 2, 0.5)),
                    Measurement.of("snapshot", "connector", 1, 1_000_000, new Timing(9, 8, 1)),
                    Measurement.failed(
                            "snapshot", "flink-sql-tuned", 1, new IOException("a row | is missing\nsomewhere"))))));

    @Test
    void theTableHasMediansAndSpreads() {
        assertThat(new Report(RESULTS).text())
                .contains("reader-native    500,000 (250,000-1,000,000)")
                .contains("connector                            111,111")
                .contains("flink-sql-tuned                            -");
    }

    @Test
    void aTargetIsTheRatioOfMedians() {
        assertThat(new Report(RESULTS).text())
                .containsPattern(
                        "reader alone, snapshot: times the connector's source, tuned +at least 5.00 +4.50 +NOT met")
                .containsPattern("whole job, changes: .* not measured");
    }

    @Test
    void whatFailedIsSaid() {
        assertThat(new Report(RESULTS).text())
                .contains("snapshot, flink-sql-tuned, round 1 failed: java.io.IOException: a row | is missing");
    }

    @Test
    void thePlotIsWellFormedAndHasABarForEachContenderThatCounts(@TempDir Path folder) throws Exception {
        new Report(RESULTS).write(folder);
        var plot = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(folder.resolve("results.svg").toFile());
        assertThat(plot.getElementsByTagName("line").getLength()).isEqualTo(2);
    }

    @Test
    void aRunInPartsKeepsEachScenarioWithItsFacts() {
        Results both = RESULTS.with(new Results.Run(
                Map.of("day", "tomorrow"),
                List.of(Measurement.of("changes", "reader-native", 1, 1_000_000, new Timing(2, 1, 0.5)))));
        assertThat(new Report(both).markdown())
                .containsSubsequence("native", "### snapshot", "day: tomorrow", "### changes", "### targets");
    }

    @Test
    void aScenarioIsOfTheNewestRunThatHasIt() {
        Results newer = RESULTS.with(new Results.Run(
                Map.of(Report.READER, "native"),
                List.of(Measurement.of("snapshot", "reader-native", 1, 1_000_000, new Timing(8, 1, 0.5)))));
        assertThat(newer.runs()).hasSize(1);
        assertThat(new Report(newer).text()).contains("reader-native  125,000").doesNotContain("connector  ");
    }

    @Test
    void whatIsWrittenIsReadAgain(@TempDir Path folder) throws Exception {
        new Report(RESULTS).write(folder);
        Results again = Results.read(folder.resolve("results.json"));
        assertThat(again).isEqualTo(RESULTS);
        assertThat(new Report(again).markdown()).isEqualTo(Files.readString(folder.resolve("results.md")));
    }
}
