package io.tributary.capture.dynamodb.export.read;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.capture.AllocatedBytes;
import io.tributary.capture.dynamodb.export.ExportWriter;
import io.tributary.capture.dynamodb.export.Orders;
import io.tributary.capture.dynamodb.export.find.DataFile;
import io.tributary.capture.dynamodb.export.find.Export;
import io.tributary.capture.dynamodb.export.find.Manifest;
import io.tributary.capture.dynamodb.export.find.Window;
import io.tributary.change.Captured;
import io.tributary.change.Change;
import io.tributary.change.Operation;
import io.tributary.change.Rejected;
import io.tributary.store.LocalStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.flink.connector.base.source.reader.RecordsWithSplitIds;
import org.apache.flink.connector.base.source.reader.splitreader.SplitsAddition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExportSplitReaderTest {

    @TempDir
    Path folder;

    @TempDir
    Path temporary;

    private final AtomicInteger failures = new AtomicInteger();
    private final Course course = new Course(failures::incrementAndGet);
    private final List<Captured> out = new ArrayList<>();
    private final List<String> finished = new ArrayList<>();

    private @Nullable ExportSplitReader reader;
    private @Nullable SplitProgress progress;

    @AfterEach
    void close() throws IOException {
        if (reader != null) {
            reader.close();
        }
        try (Stream<Path> left = Files.list(temporary)) {
            assertThat(left).as("files on their way are gone").isEmpty();
        }
    }

    @Test
    void everyLineBecomesARow() throws IOException {
        read(split(full(Orders.items(0, 3000)), 0));

        assertThat(Orders.newest(out)).hasSize(3000).containsEntry("o2999", Orders.row("o2999", 2999));
        assertThat(out)
                .filteredOn(Change.class::isInstance)
                .map(Change.class::cast)
                .filteredOn(change -> change.operation().isOfRow())
                .allMatch(change -> change.operation() == Operation.READ
                        && change.position()
                                .equals(Window.full(Orders.NOON.toEpochMilli()).position()));
    }

    @Test
    void aFileIsReadOnFromTheLineThatACheckpointHas() throws IOException {
        Export export = full(Orders.items(0, 5000));
        ExportSplitReader first = reader(export, 0);
        emit(first.fetch());
        ExportSplit half = progress.split();
        assertThat(half.offset()).isBetween(1L, 4999L);
        first.close();
        long before = rows();
        assertThat(before).isEqualTo(half.offset());

        ExportSplit restored =
                ExportSplitSerializer.INSTANCE.deserialize(1, ExportSplitSerializer.INSTANCE.serialize(half));
        read(restored);

        assertThat(rows()).as("no line twice, none left out").isEqualTo(5000);
        assertThat(Orders.newest(out)).hasSize(5000);
    }

    @Test
    void anEmptyFileHasNoRows() throws IOException {
        Export export = full(List.of());
        read(split(export, 0));
        assertThat(finished).hasSize(1);

        Path file = folder.resolve(export.files().get(0).path());
        Files.write(file, new byte[0]);
        read(ExportSplit.file(
                export, "orders", DataFile.of(export.files().get(0).path(), md5(new byte[0]), 0)));
        assertThat(finished).hasSize(2);
        assertThat(out).isEmpty();
    }

    @Test
    void aLineThatIsNoItemIsADeadLetterWithItsBytes() throws IOException {
        String half = "{\"Item\":{\"id\":{\"S\":\"o1\"";
        String unknown = "{\"Item\":{\"id\":{\"S\":\"o2\"},\"x\":{\"Q\":\"1\"}}}";
        String other = "{\"Items\":[]}";
        String keyless = "{\"Item\":{\"quantity\":{\"N\":\"1\"}}}";
        String endless = "{\"Item\":{\"id\":{\"S\":\"o3\"},\"quantity\":{\"N\":\"100E2147483647\"}}}";
        Export export = full(List.of(Orders.item("a", 1), half, unknown, other, keyless, endless, Orders.item("b", 2)));
        read(split(export, 0));

        assertThat(Orders.newest(out)).containsOnlyKeys("a", "b");
        assertThat(letters())
                .extracting(letter -> new String(letter.raw(), UTF_8))
                .containsExactly(half, unknown, other, keyless, endless);
        assertThat(letters())
                .allSatisfy(letter -> assertThat(letter.reason())
                        .startsWith("In " + export.files().get(0) + " of the export " + export.id() + ": "));
        assertThat(letters().get(1).reason()).contains("has the type Q, which is not a type of DynamoDB");
    }

    @Test
    void aWriteThatCannotBeReadIsUnreadableWhereItsKeyCan() throws IOException {
        String line = Orders.written(Orders.NOON, "o1", 5).replace("\"N\":\"5\"", "\"N\":\"five\"");
        Export export = incremental(List.of(line, line.replace("Metadata", "Data")));
        read(split(export, 0));

        assertThat(letters())
                .extracting(letter -> new String(letter.raw(), UTF_8))
                .containsExactly(line, line.replace("Metadata", "Data"));
        assertThat(out)
                .filteredOn(Change.class::isInstance)
                .map(Change.class::cast)
                .singleElement()
                .satisfies(change -> {
                    assertThat(change.operation()).isEqualTo(Operation.UNREADABLE);
                    assertThat(change.key().getString(0)).hasToString("o1");
                    assertThat(change.position()).isEqualTo(Window.written(Orders.micros(Orders.NOON)));
                });
    }

    @Test
    void aMissingFileIsNamedOnceAndReadWhenItIsThere() throws IOException {
        Export export = full(Orders.items(0, 3));
        Path file = folder.resolve(export.files().get(0).path());
        Path away = Files.move(file, folder.resolve("away"));

        ExportSplitReader reading = reader(export, 0);
        fetchUntil(reading, () -> course.failing() == 1);
        for (int i = 0; i < 5; i++) {
            emit(reading.fetch());
        }
        assertThat(letters()).singleElement().satisfies(letter -> {
            assertThat(letter.reason()).contains("The data file " + file + " is missing");
            assertThat(letter.table()).isEqualTo("orders");
            assertThat(new String(letter.raw(), UTF_8))
                    .contains("\"dataFileS3Key\":\"" + export.files().get(0).path());
        });
        assertThat(failures).hasValue(1);
        assertThat(progress.split().isReported()).isTrue();
        assertThat(finished).isEmpty();

        Files.move(away, file);
        fetchUntil(reading, () -> !finished.isEmpty());
        assertThat(Orders.newest(out)).hasSize(3);
        assertThat(course.failing()).isZero();
        assertThat(letters()).hasSize(1);
    }

    @Test
    void aFileThatIsReportedIsNotReportedAgainAfterARestart() throws IOException {
        Export export = full(Orders.items(0, 3));
        Files.delete(folder.resolve(export.files().get(0).path()));
        ExportSplitReader reading = reader(split(export, 0).at(0, true));
        fetchUntil(reading, () -> course.failing() == 1);

        assertThat(out).isEmpty();
        assertThat(finished).isEmpty();
    }

    @Test
    void nothingIsHandedOnOfAFileWithAnotherChecksum() throws IOException {
        Export export = full(Orders.items(0, 3));
        Path file = folder.resolve(export.files().get(0).path());
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);

        fetchUntil(reader(export, 0), () -> course.failing() == 1);

        assertThat(rows()).isZero();
        assertThat(letters())
                .singleElement()
                .satisfies(letter -> assertThat(letter.reason())
                        .contains("The data file " + file + " has the checksum ")
                        .contains("the manifest says " + export.files().get(0).md5()));
    }

    @Test
    void aFileThatIsNoWholeGzipIsBroken() throws IOException {
        Export export = full(Orders.items(0, 2000));
        Path file = folder.resolve(export.files().get(0).path());
        byte[] whole = Files.readAllBytes(file);
        for (byte[] broken : List.of(java.util.Arrays.copyOf(whole, whole.length / 2), "{}\n".getBytes(UTF_8))) {
            out.clear();
            Files.write(file, broken);
            DataFile listed = DataFile.of(export.files().get(0).path(), md5(broken), 2000);
            fetchUntil(
                    reader(ExportSplit.file(export, "orders", listed)),
                    () -> !letters().isEmpty());

            assertThat(finished).isEmpty();
            assertThat(letters())
                    .singleElement()
                    .satisfies(letter ->
                            assertThat(letter.reason()).contains("The data file " + file + " is broken in line"));
            reader.close();
        }
    }

    @Test
    void anotherNumberOfItemsThanTheManifestSaysIsNoEnd() throws IOException {
        Export export = full(Orders.items(0, 3));
        for (long said : List.of(2L, 4L)) {
            out.clear();
            DataFile listed = DataFile.of(
                    export.files().get(0).path(), export.files().get(0).md5(), said);
            fetchUntil(
                    reader(ExportSplit.file(export, "orders", listed)),
                    () -> !letters().isEmpty());

            assertThat(finished).isEmpty();
            assertThat(rows()).as("rows that were read are right").isEqualTo((int) Math.min(3, said));
            assertThat(letters())
                    .singleElement()
                    .satisfies(letter -> assertThat(letter.reason())
                            .contains(
                                    said == 2
                                            ? ", line 3: the manifest says that it has 2 items, and there are more"
                                            : " has 3 items, and the manifest says 4"));
            reader.close();
        }
    }

    @Test
    void aLineWithoutAnEndIsNotHeld() throws IOException {
        Export export = full(Orders.items(0, 3));
        Path file = folder.resolve(export.files().get(0).path());
        java.io.ByteArrayOutputStream zipped = new java.io.ByteArrayOutputStream();
        try (java.util.zip.GZIPOutputStream out = new java.util.zip.GZIPOutputStream(zipped)) {
            byte[] blanks = new byte[1 << 20];
            for (int i = 0; i < 200; i++) {
                out.write(blanks);
            }
        }
        Files.write(file, zipped.toByteArray());
        DataFile listed = DataFile.of(export.files().get(0).path(), md5(zipped.toByteArray()), 3);
        ExportSplitReader reading = reader(ExportSplit.file(export, "orders", listed));

        long allocated = AllocatedBytes.during(() -> {
            try {
                fetchUntil(reading, () -> !letters().isEmpty());
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });

        assertThat(letters())
                .singleElement()
                .satisfies(letter -> assertThat(letter.reason())
                        .contains("is broken in line 1 (has a line of more than 16777216 bytes)"));
        assertThat(allocated).isLessThan(100 << 20);
    }

    @Test
    void aFileThatFailsHoldsNoOtherUp() throws IOException {
        Export broken = full(Orders.items(0, 3));
        Export right = full(Orders.items(0, 3));
        Files.delete(folder.resolve(broken.files().get(0).path()));
        ExportSplitReader reading = reader(broken, 0);
        reading.handleSplitsChanges(new SplitsAddition<>(List.of(split(right, 0).numbered(1))));
        fetchUntil(reading, () -> !finished.isEmpty());

        assertThat(finished).containsExactly(right.id() + "#1");
    }

    @Test
    void whatIsSupersededOrSkippedEnds() throws IOException {
        Export broken = full(Orders.items(0, 3));
        Files.delete(folder.resolve(broken.files().get(0).path()));
        ExportSplitReader reading = reader(broken, 0);
        fetchUntil(reading, () -> course.failing() == 1);
        course.supersede(broken.id(), Integer.MAX_VALUE);
        fetchUntil(reading, () -> !finished.isEmpty());
        reading.close();

        out.clear();
        finished.clear();
        reader = new ExportSplitReader(
                Orders.settings(folder, false, "dynamodb.exports.skip", broken.id()),
                new ItemLines(List.of(Orders.TABLE)),
                temporary,
                new Course(failures::incrementAndGet));
        reader.handleSplitsChanges(new SplitsAddition<>(List.of(split(broken, 0))));
        fetchUntil(reader, () -> !finished.isEmpty());
        assertThat(out).isEmpty();
    }

    private Export full(List<String> lines) throws IOException {
        return export(ExportWriter.of(folder.toString(), "Orders").file(lines).full(Orders.NOON));
    }

    private Export incremental(List<String> lines) throws IOException {
        return export(ExportWriter.of(folder.toString(), "Orders")
                .file(lines)
                .incremental(Orders.NOON, Orders.NOON.plusSeconds(3600)));
    }

    private Export export(String id) throws IOException {
        LocalStore store = new LocalStore(folder);
        return Manifest.read(store, id, Manifest.summary(store, id));
    }

    private static ExportSplit split(Export export, int file) {
        return ExportSplit.file(export, "orders", export.files().get(file));
    }

    private ExportSplitReader reader(Export export, int file) {
        return reader(split(export, file));
    }

    private ExportSplitReader reader(ExportSplit split) {
        progress = new SplitProgress(split);
        reader = new ExportSplitReader(
                Orders.settings(folder, false), new ItemLines(List.of(Orders.TABLE)), temporary, course);
        reader.handleSplitsChanges(new SplitsAddition<>(List.of(split)));
        return reader;
    }

    private void read(ExportSplit split) throws IOException {
        int before = finished.size();
        fetchUntil(reader(split), () -> finished.size() > before);
        reader.close();
    }

    private void fetchUntil(ExportSplitReader reading, java.util.function.BooleanSupplier condition)
            throws IOException {
        long deadline = System.nanoTime() + 30_000_000_000L;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("it came in time").isLessThan(deadline);
            emit(reading.fetch());
        }
    }

    private void emit(RecordsWithSplitIds<Line> batch) {
        while (batch.nextSplit() != null) {
            for (Line line = batch.nextRecordFromSplit(); line != null; line = batch.nextRecordFromSplit()) {
                if (line.captured() != null) {
                    out.add(line.captured());
                }
                progress.reached(line);
            }
        }
        finished.addAll(batch.finishedSplits());
        batch.recycle();
    }

    private long rows() {
        return out.stream()
                .filter(captured -> captured instanceof Change change && change.operation() == Operation.READ)
                .count();
    }

    private List<Rejected> letters() {
        return out.stream()
                .filter(Rejected.class::isInstance)
                .map(Rejected.class::cast)
                .toList();
    }

    private static String md5(byte[] bytes) {
        return java.util.Base64.getEncoder().encodeToString(SpooledFile.md5().digest(bytes));
    }
}
