package io.tributary.capture.dynamodb.export.make;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.capture.dynamodb.export.ExportLocation;
import io.tributary.capture.dynamodb.export.Orders;
import io.tributary.capture.dynamodb.export.find.Window;
import io.tributary.capture.dynamodb.export.read.ExportJob;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.model.ExportTableToPointInTimeRequest;

class ExportRunTest {

    @TempDir
    Path folder;

    private final TableHistory history = new TableHistory();
    private final List<String> lines = new ArrayList<>();
    private int rounds = Integer.MAX_VALUE;
    private boolean isStreamed;

    @Test
    void incrementalExportsGoOnWhereTheLastOneEnded() throws Exception {
        history.write("a", 1).write("b", 1).pass(Duration.ofMinutes(1));
        assertThat(run(false, null)).isEmpty();
        Instant first = history.clock().instant().minusSeconds(10);
        assertThat(history.spans()).containsExactly("full " + first);
        assertThat(lines)
                .anyMatch(line -> line.startsWith("orders: started a full export, "))
                .anyMatch(line -> line.endsWith(" is being made, waited for 10 s"))
                .anyMatch(line -> line.contains(" is complete, a full export of " + first + ", 2 items in 2 files"));

        history.write("c", 1).delete("a").pass(Duration.ofMinutes(5));
        assertThat(run(false, null)).isEmpty();
        assertThat(history.spans()).as("too early for DynamoDB").hasSize(1);
        assertThat(lines)
                .anyMatch(line -> line.contains("the next incremental export can be made at "
                        + first.plus(ExportRun.SHORTEST).plus(ExportRun.TRAILING)));

        history.pass(Duration.ofHours(50));
        assertThat(run(false, null)).isEmpty();
        assertThat(history.spans()).hasSize(4);
        Instant second = first.plus(Duration.ofHours(24));
        assertThat(history.spans().subList(1, 3))
                .containsExactly(first + " " + second, second + " " + second.plus(Duration.ofHours(24)));
        assertThat(history.spans().get(3)).startsWith(second.plus(Duration.ofHours(24)) + " ");
        assertThat(Files.readString(folder.resolve("tributary-exports.json")))
                .contains("\"Orders\"")
                .contains("\"through\" : \"" + history.spans().get(3).split(" ")[1]);
    }

    @Test
    void anotherFullExportLeavesNoGapBehind() throws Exception {
        history.write("a", 1);
        history.pass(Duration.ofMinutes(1));
        run(false, null);
        String first = history.spans().get(0).substring("full ".length());
        history.pass(Duration.ofHours(1)).delete("a").pass(Duration.ofHours(1));
        run(true, null);
        history.pass(Duration.ofHours(1));
        run(false, null);

        assertThat(history.spans()).hasSize(3);
        assertThat(history.spans().get(1)).startsWith("full ");
        assertThat(history.spans().get(2)).startsWith(first + " ");
    }

    @Test
    void anExportThatWasStartedIsWaitedForAndNotStartedAgain() throws Exception {
        history.write("a", 1).pass(Duration.ofMinutes(1));
        rounds = 0;
        run(false, null);
        assertThat(lines).hasSize(1);

        rounds = Integer.MAX_VALUE;
        history.pass(Duration.ofMinutes(1));
        assertThat(run(false, null)).isEmpty();
        assertThat(history.spans()).hasSize(1);
        assertThat(lines).anyMatch(line -> line.contains(" is complete, a full export of "));
    }

    @Test
    void aFailedExportIsSaidAndIsMadeAgain() throws Exception {
        history.write("a", 1).pass(Duration.ofMinutes(1));
        history.failing(true);
        assertThat(run(false, null)).containsExactly("DynamoDB gave the export up");
        history.failing(false);
        assertThat(run(false, null)).isEmpty();
        assertThat(history.spans()).hasSize(1);
    }

    @Test
    void inARunningJobEveryRoundArrivesWithoutAGap() throws Exception {
        try (ExportJob job = ExportJob.start(Orders.settings(folder, false))) {
            for (int round = 0; round < 4; round++) {
                history.write("a", round)
                        .write("r" + round, round)
                        .pass(Duration.ofMinutes(1))
                        .delete("r" + (round - 1))
                        .pass(Duration.ofMinutes(20));
                assertThat(run(false, null)).isEmpty();
            }
            history.pass(Duration.ofMinutes(30));
            assertThat(run(false, null)).isEmpty();

            job.await(() -> job.rows().equals(history.rows()), "all rounds");
            assertThat(job.letters()).isEmpty();
            assertThat(job.rows()).containsOnlyKeys("a", "r3");
        }
    }

    @Test
    void aFullExportOfAStreamedTableIsABeginAnew() throws Exception {
        isStreamed = true;
        history.write("a", 1).pass(Duration.ofMinutes(1));
        run(false, null);
        history.pass(Duration.ofDays(40)).recoverableFor(Duration.ofDays(35));
        assertThat(run(false, null))
                .singleElement()
                .asString()
                .contains("before the table's point-in-time recovery does, run the command with --full");

        assertThat(run(true, null)).isEmpty();
        String full = history.spans().get(1).substring("full ".length());
        history.pass(Duration.ofHours(1));
        assertThat(run(false, null)).isEmpty();
        assertThat(history.spans().get(2)).startsWith(full + " ");
    }

    @Test
    void aTableThatWasMadeAgainIsExportedWhole() throws Exception {
        try (ExportJob job = ExportJob.start(Orders.settings(folder, false))) {
            history.write("a", 1).write("b", 1).pass(Duration.ofMinutes(1));
            run(false, null);
            job.await(() -> job.rows().size() == 2, "the first table");
            history.pass(Duration.ofHours(2))
                    .makeAgain()
                    .write("b", 2)
                    .write("c", 2)
                    .pass(Duration.ofHours(1));
            assertThat(run(false, null)).isEmpty();
            assertThat(history.spans()).hasSize(2);
            String second = history.spans().get(1);
            assertThat(second).startsWith("full ");
            assertThat(lines)
                    .contains("orders: was dropped and made again since the last export (its id was table 1 and is"
                            + " table 2), so the whole table is exported");

            history.write("d", 2).pass(Duration.ofHours(1));
            assertThat(run(false, null)).isEmpty();
            assertThat(history.spans().get(2)).startsWith(second.substring("full ".length()) + " ");
            job.await(() -> job.rows().equals(history.rows()), "the second table");
            assertThat(job.rows()).containsOnlyKeys("b", "c", "d");
            assertThat(job.letters()).isEmpty();
        }
    }

    @Test
    void whatToRemoveIsSaidWhereDynamoDbCannotGoOn() throws Exception {
        history.write("a", 1).pass(Duration.ofMinutes(1));
        run(false, null);
        history.pass(Duration.ofDays(40)).recoverableFor(Duration.ofDays(35));
        assertThat(run(false, null))
                .singleElement()
                .asString()
                .contains("set tables.orders.dynamodb.replace-by-full-export and run the command with --full")
                .contains("remove \"through\" of \"Orders\" in " + folder.resolve("tributary-exports.json"));
    }

    @Test
    void aRunningExportThatWasMovedIsNamedWithTheEntryToRemove() throws Exception {
        history.write("a", 1).pass(Duration.ofMinutes(1));
        rounds = 0;
        run(false, null);
        Path exports = folder.resolve("AWSDynamoDB");
        Files.move(exports, folder.resolve("moved"));
        rounds = Integer.MAX_VALUE;
        assertThat(run(false, null))
                .singleElement()
                .asString()
                .contains("is complete, but there is no " + exports)
                .endsWith("put it back, or remove \"running\" of \"Orders\" in "
                        + folder.resolve("tributary-exports.json") + " to have it exported again");
    }

    @Test
    void aScheduleRunsUntilItIsStopped() throws Exception {
        history.write("a", 1).pass(Duration.ofMinutes(1));
        rounds = 6;
        run(false, Duration.ofHours(1));

        assertThat(history.spans()).hasSizeGreaterThan(2);
        for (int i = 2; i < history.spans().size(); i++) {
            String end = history.spans().get(i - 1).split(" ")[1];
            assertThat(history.spans().get(i)).startsWith(end + " ");
        }
    }

    @Test
    void aMemoryThatCannotBeReadIsNamed() throws Exception {
        Files.writeString(folder.resolve("tributary-exports.json"), "[]");
        assertThat(run(false, null)).singleElement().asString().contains("tributary-exports.json cannot be read");
    }

    @Test
    void whatDynamoDbIsAskedFor() throws IOException {
        String arn = "arn:aws:dynamodb:eu-west-1:1:table/Orders";
        ExportTableToPointInTimeRequest full =
                PointInTimeExports.request(arn, ExportLocation.of("s3://bucket/some/prefix/", null, null), null);
        assertThat(full.s3Bucket()).isEqualTo("bucket");
        assertThat(full.s3Prefix()).isEqualTo("some/prefix");
        assertThat(full.exportTypeAsString()).isEqualTo("FULL_EXPORT");
        assertThat(full.exportFormatAsString()).isEqualTo("DYNAMODB_JSON");

        ExportTableToPointInTimeRequest span = PointInTimeExports.request(
                arn, ExportLocation.of("s3://bucket", null, null), Window.incremental(1000, 2000));
        assertThat(span.s3Prefix()).isNull();
        assertThat(span.exportTypeAsString()).isEqualTo("INCREMENTAL_EXPORT");
        assertThat(span.incrementalExportSpecification().exportFromTime()).isEqualTo(Instant.ofEpochMilli(1000));
        assertThat(span.incrementalExportSpecification().exportToTime()).isEqualTo(Instant.ofEpochMilli(2000));
    }

    private List<String> run(boolean isFull, @Nullable Duration every) throws InterruptedException {
        return new ExportRun(
                        history,
                        history.clock(),
                        duration -> {
                            history.pass(duration);
                            return rounds-- > 0;
                        },
                        lines::add)
                .run(Orders.settings(folder, isStreamed).tables(), isFull, every);
    }
}
