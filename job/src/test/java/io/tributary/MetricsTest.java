package io.tributary;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a job exposes from the newest rows to its targets. The sources and lookups are held against the page by their own tests. */
final class MetricsTest {

    private static final Path SAVEPOINT = Path.of("src/test/resources/savepoints/0.1.0");

    @Test
    void thePageSaysWhatARunningJobExposes(@TempDir Path folder) throws Exception {
        try (GoldenJob job = GoldenJob.start(folder, SAVEPOINT)) {
            job.send(GoldenJob.AFTER);
            job.await(GoldenJob.ROWS_AFTER);

            MetricsPage.assertThatSectionTells("Newest rows", "io.tributary.latest");
            MetricsPage.assertThatSectionTells("SQL outputs", "io.tributary.query");
            MetricsPage.assertThatSectionTells("Iceberg", "io.tributary.sink.iceberg");
            MetricsPage.assertThatSectionTells("Kinesis: records", "io.tributary.sink.kinesis");
            MetricsPage.assertThatSectionTells("Dead letters", "io.tributary.sink.rejected");
            MetricsPage.assertThatCloudWatchHas("completeAgeMilliseconds", "deadLetters", "outages");
            MetricsPage.assertThatThereIs("Kinesis: requests");
            MetricsPage.assertThatThereIs("Flink");

            assertThat(ExposedMetrics.values("deadLetters", "table"))
                    .as("those from before the savepoint are counted")
                    .isEqualTo(Map.of("", 1L));
            assertThat(ExposedMetrics.values("dataFiles", "table"))
                    .containsEntry("cities", 1L)
                    .containsEntry("dead_letters", 0L);
            awaitThatTablesAreCompleteWithoutCommits();
            assertThat(ExposedMetrics.values("completeAgeMilliseconds", "none"))
                    .as("also the oldest of all tables, for CloudWatch")
                    .hasSize(1);
        }
    }

    /** Whoever adds a section adds the comparison. */
    @Test
    void everySectionIsComparedSomewhere() {
        assertThat(MetricsPage.sections())
                .containsExactly(
                        "Postgres",
                        "Postgres: the first snapshot and resyncs",
                        "Kafka",
                        "DynamoDB: the stream",
                        "DynamoDB: exports",
                        "DynamoDB: finding exports",
                        "Newest rows",
                        "SQL outputs",
                        "Systems that are waited for",
                        "Iceberg",
                        "Kinesis: records",
                        "Kinesis: requests",
                        "Dead letters",
                        "Flink",
                        MetricsPage.CLOUDWATCH,
                        "Merges",
                        "Slot");
    }

    /** The job is idle: no table gets rows, and all of them are up to date. */
    private static void awaitThatTablesAreCompleteWithoutCommits() throws InterruptedException {
        Map<String, Long> commits = ExposedMetrics.values("commits", "table");
        long now = System.currentTimeMillis();
        while (ExposedMetrics.values("completeTime", "table").values().stream().anyMatch(time -> time <= now)) {
            Thread.sleep(20);
        }
        assertThat(ExposedMetrics.values("commits", "table")).isEqualTo(commits).hasSizeGreaterThan(5);
        assertThat(ExposedMetrics.values("completeAgeMilliseconds", "table").values())
                .allSatisfy(age -> assertThat(age).isBetween(0L, System.currentTimeMillis() - now));
    }
}
