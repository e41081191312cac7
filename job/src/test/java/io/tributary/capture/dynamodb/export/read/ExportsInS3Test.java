package io.tributary.capture.dynamodb.export.read;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.capture.dynamodb.export.ExportLocation;
import io.tributary.capture.dynamodb.export.ExportWriter;
import io.tributary.capture.dynamodb.export.Orders;
import io.tributary.capture.dynamodb.export.find.Export;
import io.tributary.capture.dynamodb.export.find.Manifest;
import io.tributary.change.Captured;
import io.tributary.store.ObjectServer;
import io.tributary.store.ObjectStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The AWS SDK's client against a server that knows as much of S3 as is asked for. */
class ExportsInS3Test {

    private static final List<String> CREDENTIALS = List.of("aws.accessKeyId", "aws.secretAccessKey");

    @TempDir
    Path temporary;

    private ObjectServer server;
    private ExportLocation location;

    @BeforeEach
    void start() throws IOException {
        CREDENTIALS.forEach(name -> System.setProperty(name, "test"));
        server = new ObjectServer();
        location = ExportLocation.of("s3://bucket/some/prefix", "us-east-1", server.endpoint());
    }

    @AfterEach
    void stop() {
        server.close();
        CREDENTIALS.forEach(System::clearProperty);
    }

    @Test
    void foldersAreListedPageByPage() throws IOException {
        try (ObjectStore store = location.open()) {
            assertThat(store.folders("AWSDynamoDB/")).isEmpty();
            for (String name : List.of("5", "1", "3", "2", "4")) {
                store.put("AWSDynamoDB/" + name + "/manifest-summary.json", new byte[] {1});
            }
            store.put("other/x", new byte[] {1});
            assertThat(location.exports(store)).containsExactly("1", "2", "3", "4", "5");
        }
    }

    @Test
    void anExportIsReadFromItsBucket() throws IOException {
        String id =
                ExportWriter.of(location, "Orders").file(Orders.items(0, 50)).full(Orders.NOON);
        List<Captured> out = new ArrayList<>();
        try (ObjectStore store = location.open()) {
            byte[] summary = Manifest.summary(store, id);
            assertThat(new String(summary, UTF_8)).contains("\"manifestFilesS3Key\":\"some/prefix/AWSDynamoDB/");
            Export export = Manifest.read(store, id, summary);
            ItemLines lines = new ItemLines(List.of(Orders.TABLE));
            ExportSplit split =
                    ExportSplit.file(export, "orders", export.files().get(0));
            try (SpooledFile file = SpooledFile.fetch(store, split.file(), 0, temporary, () -> false)) {
                while (file.next()) {
                    LineReader line = file.lines();
                    lines.read(split, line.buffer(), line.offset(), line.length(), out::add);
                }
            }
        }
        assertThat(Orders.newest(out)).hasSize(50);
    }

    @Test
    void aServerThatDoesNotAnswerIsNamed() throws IOException {
        server.close();
        try (ObjectStore store = location.open()) {
            assertThatThrownBy(() -> store.folders("AWSDynamoDB/"))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("s3://bucket/some/prefix/AWSDynamoDB/ cannot be listed");
        }
    }
}
