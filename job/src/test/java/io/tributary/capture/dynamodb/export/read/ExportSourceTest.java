package io.tributary.capture.dynamodb.export.read;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.MetricsPage;
import io.tributary.capture.dynamodb.export.ExportSettings;
import io.tributary.capture.dynamodb.export.ExportWriter;
import io.tributary.capture.dynamodb.export.Orders;
import io.tributary.capture.dynamodb.export.find.Window;
import io.tributary.capture.dynamodb.stream.StreamedChanges;
import io.tributary.change.Captured;
import io.tributary.change.Change;
import io.tributary.change.Operation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExportSourceTest {

    private static final Instant T1 = Orders.NOON;
    private static final Instant T2 = T1.plus(Duration.ofHours(1));
    private static final Instant T3 = T2.plus(Duration.ofHours(1));

    @TempDir
    Path folder;

    @TempDir
    Path savepoints;

    @Test
    void exportsAreLoadedAsTheyComeOneAfterTheOther() throws Exception {
        writer().file(Orders.items(0, 300))
                .file(Orders.items(300, 600))
                .file(List.of())
                .full(T1);
        writer("Customers").file(Orders.items(0, 3)).full(T1);
        try (ExportJob job = ExportJob.start(Orders.settings(folder, false))) {
            job.await(() -> job.isAnnounced(Operation.SNAPSHOT_ENDED), "the full export");
            assertThat(job.rows()).hasSize(600);
            String position = Window.full(T1.toEpochMilli()).position().toHex();
            assertThat(job.announced()).containsExactly("SNAPSHOT_BEGAN " + position, "SNAPSHOT_ENDED " + position);
            assertThat(rowsAfter(job.output(), Operation.SNAPSHOT_ENDED))
                    .as("the end comes when all readers have handed on all")
                    .isZero();

            writer().file(List.of(Orders.written(T1.plusMillis(3), "o1", -1), Orders.deleted(T1.plusMillis(4), "o2")))
                    .incremental(T1, T2);
            writer().file(List.of(Orders.written(T2, "new", 7))).incremental(T2, T3);
            job.await(() -> job.rows().containsKey("new"), "both incremental exports");
            assertThat(job.rows())
                    .hasSize(600)
                    .containsEntry("o1", Orders.row("o1", -1))
                    .doesNotContainKey("o2");
            job.await(() -> job.announced().size() == 6, "the end of the last");
            String second = Window.incremental(T1.toEpochMilli(), T2.toEpochMilli())
                    .announcement()
                    .toHex();
            String third = Window.incremental(T2.toEpochMilli(), T3.toEpochMilli())
                    .announcement()
                    .toHex();
            assertThat(job.announced())
                    .containsExactly(
                            "SNAPSHOT_BEGAN " + position,
                            "SNAPSHOT_ENDED " + position,
                            "SNAPSHOT_BEGAN " + second,
                            "SNAPSHOT_ENDED " + second,
                            "SNAPSHOT_BEGAN " + third,
                            "SNAPSHOT_ENDED " + third);
            assertThat(List.of(position, second, third)).as("each counts").isSorted();
            assertThat(job.letters()).isEmpty();
            MetricsPage.assertThatSectionTells(
                    "DynamoDB: exports", "io.tributary.capture.dynamodb.export.read.ExportReader");
            MetricsPage.assertThatSectionTells(
                    "DynamoDB: finding exports", "io.tributary.capture.dynamodb.export.read.ExportEnumerator");
        }
    }

    @Test
    void aTableThatWasMadeAgainHasItsOwnRowsOnly() throws Exception {
        writer().tableId("one").file(Orders.items(0, 10)).full(T1);
        try (ExportJob job = ExportJob.start(Orders.settings(folder, false))) {
            job.await(() -> job.rows().size() == 10, "the first table");

            writer().tableId("other").file(Orders.items(8, 12)).full(T2);
            job.await(() -> job.rows().keySet().equals(Set.of("o8", "o9", "o10", "o11")), "the second table");
            assertThat(job.letters()).isEmpty();
        }
    }

    @Test
    void aFailureInTheMiddleOfFilesLosesNothing() throws Exception {
        ExportWriter writer = writer();
        for (int i = 0; i < 4; i++) {
            writer.file(Orders.items(3000 * i, 3000 * (i + 1)));
        }
        writer.file(List.of("no item")).full(T1);
        try (ExportJob job = ExportJob.start(Orders.settings(folder, false), 2, 3000, null)) {
            for (int attempt = 1; attempt <= 3; attempt++) {
                int records = 3000 * attempt;
                job.await(() -> job.output().size() >= records, "rows of attempt " + attempt);
                job.fail();
                job.permit(3001);
            }
            job.permit(1_000_000);
            job.await(() -> job.isAnnounced(Operation.SNAPSHOT_ENDED), "the end");

            assertThat(job.rows()).hasSize(12_000);
            assertThat(job.letters())
                    .extracting(letter -> new String(letter.raw(), UTF_8))
                    .containsOnly("no item");
        }
    }

    @Test
    void aSavepointInTheMiddleIsGoneOnFromWithAnotherParallelism() throws Exception {
        writer().file(Orders.items(0, 4000))
                .file(Orders.items(4000, 8000))
                .file(Orders.items(8000, 12_000))
                .full(T1);
        String savepoint;
        List<Captured> before;
        try (ExportJob job = ExportJob.start(Orders.settings(folder, false), 2, 3000, null)) {
            job.await(() -> job.output().size() >= 3000, "some rows");
            savepoint = job.stop(savepoints);
            before = job.output();
            assertThat(job.isAnnounced(Operation.SNAPSHOT_ENDED)).isFalse();
        }
        try (ExportJob job = ExportJob.start(Orders.settings(folder, false), 3, 1_000_000, savepoint)) {
            job.await(() -> job.isAnnounced(Operation.SNAPSHOT_ENDED), "the end");

            List<Captured> all =
                    Stream.concat(before.stream(), job.output().stream()).toList();
            assertThat(Orders.newest(all)).hasSize(12_000);
            assertThat(rows(all)).as("no row came twice").isEqualTo(12_000);
            assertThat(job.announced()).as("the begin was said before").hasSize(1);
        }
    }

    @Test
    void whatWasLoadedIsNotLoadedAgainAfterARestart() throws Exception {
        writer().file(Orders.items(0, 10)).full(T1);
        String savepoint;
        try (ExportJob job = ExportJob.start(Orders.settings(folder, false))) {
            job.await(() -> job.isAnnounced(Operation.SNAPSHOT_ENDED), "the full export");
            savepoint = job.stop(savepoints);
        }
        writer().file(List.of(Orders.written(T1, "new", 7))).incremental(T1, T2);
        try (ExportJob job = ExportJob.start(Orders.settings(folder, false), 1, 100, savepoint)) {
            job.await(() -> job.rows().containsKey("new"), "the incremental export");
            assertThat(job.rows()).hasSize(1);
        }
    }

    @Test
    void aReplacingExportMakesTheRowsDisappearThatItLacks() throws Exception {
        ExportSettings settings =
                Orders.settings(folder, false, "tables.orders.dynamodb.replace-by-full-export", "true");
        writer().file(Orders.items(0, 10)).full(T1);
        try (ExportJob job = ExportJob.start(settings)) {
            job.await(() -> job.isAnnounced(Operation.SNAPSHOT_ENDED), "the first export");
            // In the last millisecond before the next export's time.
            writer().file(List.of(Orders.written(T2.minusNanos(1000), "late", 1)))
                    .incremental(T1, T2);
            job.await(() -> job.rows().containsKey("late"), "the incremental export");
            assertThat(job.rows()).hasSize(11);

            writer().file(Orders.items(5, 7)).file(Orders.items(7, 8)).full(T2);
            job.await(() -> job.announced().size() == 10, "the second export");
            assertThat(job.rows()).containsOnlyKeys("o5", "o6", "o7");
            String truncation = Window.full(T2.toEpochMilli()).truncation().toHex();
            assertThat(job.announced()).contains("TRUNCATE " + truncation, "RESYNCED " + truncation);
        }
    }

    @Test
    void aGapIsADeadLetterAndIsLoadedWhenItIsFilled() throws Exception {
        writer().file(Orders.items(0, 2)).full(T1);
        String late = writer().file(List.of(Orders.written(T2, "late", 1))).incremental(T2, T3);
        try (ExportJob job = ExportJob.start(Orders.settings(folder, false))) {
            job.await(() -> !job.letters().isEmpty(), "the gap");
            assertThat(job.letters()).singleElement().satisfies(letter -> {
                assertThat(letter.reason())
                        .contains(late)
                        .contains("the table is loaded up to " + T1)
                        .contains("changes between the two would be missing");
                assertThat(letter.table()).isEqualTo("orders");
                assertThat(new String(letter.raw(), UTF_8)).contains("\"exportFromTime\":\"" + T2);
            });
            assertThat(job.rows()).hasSize(2);

            writer().file(List.of(Orders.deleted(T1.plusSeconds(1), "o0"))).incremental(T1, T2);
            job.await(() -> job.rows().containsKey("late"), "both");
            assertThat(job.rows()).containsOnlyKeys("o1", "late");
            assertThat(job.letters()).hasSize(1);
        }
    }

    @Test
    void anExportThatCannotBeReadIsNamedAndANewerOneTakesItsPlace() throws Exception {
        String broken =
                writer().file(Orders.items(0, 5)).file(Orders.items(5, 10)).full(T1);
        Path data = folder.resolve("AWSDynamoDB/" + broken + "/data");
        try (Stream<Path> files = Files.list(data)) {
            Files.delete(files.findFirst().orElseThrow());
        }
        Path ion = folder.resolve("AWSDynamoDB/" + writer().full(T2) + "/manifest-summary.json");
        Files.writeString(ion, Files.readString(ion).replace("DYNAMODB_JSON", "ION"));
        try (ExportJob job = ExportJob.start(Orders.settings(folder, true))) {
            job.await(() -> job.letters().size() == 2, "the dead letters");
            assertThat(job.letters())
                    .anyMatch(letter -> letter.reason().contains(data.toString())
                            && letter.reason().contains("is missing, which the manifest of its export names"))
                    .anyMatch(letter -> letter.reason().contains("is in the format ION"));
            assertThat(job.isAnnounced(Operation.SNAPSHOT_ENDED)).isFalse();
            assertThat(job.rows()).hasSizeLessThan(10);

            writer().file(Orders.items(0, 11)).full(T3);
            String end = "SNAPSHOT_ENDED "
                    + Window.full(T3.toEpochMilli()).position().toHex();
            job.await(() -> job.announced().contains(end), "the newer export");
            assertThat(job.rows()).hasSize(11);
        }
    }

    @Test
    void aBrokenIncrementalExportLetsANewerFullOnePassAndIsLoadedAfterIt() throws Exception {
        writer().file(Orders.items(0, 3)).full(T1);
        String broken = writer().file(List.of(Orders.deleted(T1.plusSeconds(1), "o0"), Orders.written(T1, "o9", 9)))
                .incremental(T1, T2);
        Path data = dataOf(broken);
        Path aside = folder.resolve("aside");
        Files.move(data, aside);
        try (ExportJob job = ExportJob.start(Orders.settings(folder, true))) {
            job.await(() -> !job.letters().isEmpty(), "the dead letter");
            assertThat(job.letters())
                    .singleElement()
                    .satisfies(letter -> assertThat(letter.reason()).contains(data.toString()));

            writer().file(Orders.items(1, 5)).full(T3);
            job.await(() -> job.announced().contains(end(Window.full(T3.toEpochMilli()))), "the newer export");
            assertThat(job.rows()).hasSize(5);

            Files.move(aside, data);
            job.await(() -> !job.rows().containsKey("o0"), "the deletes of the mended one");
            assertThat(job.rows()).containsOnlyKeys("o1", "o2", "o3", "o4");
        }
    }

    @Test
    void besideAStreamAnOldExportBringsBackNoRow() throws Exception {
        writer().file(List.of(
                        Orders.written(T1, "x", 1),
                        Orders.written(T1, "y", 1),
                        Orders.deleted(T1, "late to be deleted")))
                .incremental(T1, T1.plusSeconds(1800));
        // x was deleted after that, which the stream knows no more.
        writer().file(List.of(Orders.item("y", 1), Orders.item("z", 1))).full(T2);
        List<Captured> streamed = new ArrayList<>();
        StreamedChanges stream = new StreamedChanges(Orders.TABLE);
        for (String json : List.of(
                Orders.record("REMOVE", T2.plusSeconds(1), "MILLISECOND", "z", 0),
                Orders.record("MODIFY", T2.plusSeconds(2), "MILLISECOND", "y", 2),
                Orders.record("INSERT", T1.minusSeconds(1), "MILLISECOND", "late to be deleted", 1))) {
            stream.read(
                    "49500000000000000000000000000000000000000000000000000001", json.getBytes(UTF_8), streamed::add);
        }
        try (ExportJob job = ExportJob.start(Orders.settings(folder, true))) {
            job.await(() -> job.announced().size() == 4, "both exports");
            List<Captured> all =
                    Stream.concat(streamed.stream(), job.output().stream()).toList();
            assertThat(Orders.newest(all)).containsExactly(Map.entry("y", Orders.row("y", 2)));
        }
    }

    @Test
    void aTableThatIsAddedToAJobThatResumesNeedsAnExportFromAfterThat() throws Exception {
        writer("Customers").file(Orders.items(0, 3)).full(T1);
        String savepoint;
        try (ExportJob job = ExportJob.start(Orders.settings(folder, Map.of("customers", "Customers"), true))) {
            job.await(() -> job.isAnnounced(Operation.SNAPSHOT_ENDED), "the table that was there");
            savepoint = job.stop(savepoints);
        }
        String early = writer().file(List.of(Orders.item("early", 1)))
                .full(Instant.now().minusSeconds(5));
        ExportSettings settings = Orders.settings(folder, Map.of("customers", "Customers", "orders", "Orders"), true);
        try (ExportJob job = ExportJob.start(settings, Map.of("orders", "in vain"), savepoint)) {
            job.await(() -> !job.letters().isEmpty(), "the dead letter");
            assertThat(job.letters())
                    .singleElement()
                    .satisfies(letter -> assertThat(letter.reason())
                            .contains(early)
                            .contains("with table orders or its exports new in its settings"));
            writer().file(List.of(Orders.item("after", 1)))
                    .full(Instant.now().truncatedTo(ChronoUnit.MILLIS).plusMillis(1));
            job.await(() -> job.rows().containsKey("after"), "the export from after the restart");
            assertThat(job.rows()).containsOnlyKeys("after");
        }
    }

    @Test
    void whatAJobThatStartsFromNothingMissesIsADeadLetter() throws Exception {
        try (ExportJob job =
                ExportJob.start(Orders.settings(folder, true), Map.of("orders", "The stream is too young"), null)) {
            job.await(() -> !job.letters().isEmpty(), "the dead letter");
            assertThat(job.letters()).singleElement().satisfies(letter -> {
                assertThat(letter.reason()).isEqualTo("The stream is too young");
                assertThat(letter.table()).isEqualTo("orders");
            });
        }
    }

    @Test
    void whileATableIsBrokenAndOneIsLoadedAgainTheOtherTablesGoOn() throws Exception {
        ExportSettings settings = Orders.settings(folder, Map.of("customers", "Customers", "orders", "Orders"), false);
        String broken = writer().file(Orders.items(0, 5)).full(T1);
        Path data = dataOf(broken);
        Path aside = folder.resolve("aside");
        Files.move(data, aside);
        writer("Customers")
                .file(List.of(Orders.item("c1", 1), Orders.item("c2", 1)))
                .full(T1);
        try (ExportJob job = ExportJob.start(settings)) {
            job.await(() -> job.letters().size() == 1 && job.rows().containsKey("c2"), "the other table");
            writer("Customers")
                    .file(List.of(Orders.deleted(T1.plusSeconds(1), "c1"), Orders.written(T1, "c3", 1)))
                    .incremental(T1, T2);
            job.await(() -> job.rows().containsKey("c3"), "what goes on from it");
            assertThat(job.rows()).containsOnlyKeys("c2", "c3");
            writer("Customers")
                    .file(List.of(Orders.item("c2", 2), Orders.item("c3", 2)))
                    .full(T2);
            job.await(() -> job.announced().contains(end(Window.full(T2.toEpochMilli()))), "it is loaded again");
            assertThat(job.rows())
                    .containsOnly(Map.entry("c2", Orders.row("c2", 2)), Map.entry("c3", Orders.row("c3", 2)));

            Files.move(aside, data);
            job.await(() -> job.rows().size() == 7, "the mended one");
            assertThat(job.rows()).containsKeys("o0", "o4", "c2", "c3");
            assertThat(job.letters()).hasSize(1);
        }
    }

    @Test
    void parallelReadersGiveTheSameRowsAsOne() throws Exception {
        ExportWriter writer = writer();
        for (int i = 0; i < 6; i++) {
            writer.file(Orders.items(40 * i, 40 * (i + 2)));
        }
        writer.full(T1);
        Map<String, String> serial;
        try (ExportJob job = ExportJob.start(Orders.settings(folder, false), 1, 1_000_000, null)) {
            job.await(() -> job.isAnnounced(Operation.SNAPSHOT_ENDED), "the end");
            serial = job.rows();
        }
        try (ExportJob job = ExportJob.start(Orders.settings(folder, false), 3, 1_000_000, null)) {
            job.await(() -> job.isAnnounced(Operation.SNAPSHOT_ENDED), "the end");
            assertThat(job.rows()).isEqualTo(serial).hasSize(280);
        }
    }

    private static String end(Window window) {
        return "SNAPSHOT_ENDED " + window.announcement().toHex();
    }

    /** Where the only file of an export is; those of incremental exports are in one folder. */
    private Path dataOf(String export) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            List<Path> data = files.filter(file -> file.toString().endsWith(".json.gz"))
                    .filter(file -> isOf(export, file))
                    .toList();
            assertThat(data).hasSize(1);
            return data.get(0);
        }
    }

    private boolean isOf(String export, Path file) {
        try {
            return Files.readString(folder.resolve("AWSDynamoDB/" + export + "/manifest-files.json"))
                    .contains(file.getFileName().toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ExportWriter writer() {
        return writer("Orders");
    }

    private ExportWriter writer(String table) {
        return ExportWriter.of(folder.toString(), table);
    }

    private static long rows(List<Captured> all) {
        return all.stream()
                .filter(captured ->
                        captured instanceof Change change && change.operation().isOfRow())
                .count();
    }

    private static long rowsAfter(List<Captured> all, Operation operation) throws IOException {
        int end = 0;
        while (!(all.get(end) instanceof Change change && change.operation() == operation)) {
            end++;
        }
        return rows(all.subList(end, all.size()));
    }
}
