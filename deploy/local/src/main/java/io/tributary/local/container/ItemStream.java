package io.tributary.local.container;

import io.tributary.local.service.AwsEndpoint;
import io.tributary.local.service.KinesisServer;
import io.tributary.local.service.Waiting;
import io.tributary.local.service.dynamodb.Dynamo;
import io.tributary.local.service.dynamodb.FullExport;
import io.tributary.local.service.dynamodb.PositionTable;
import io.tributary.local.service.dynamodb.StreamBridge;
import io.tributary.local.service.dynamodb.StreamedTable;
import io.tributary.local.shop.Carts;
import io.tributary.local.verify.Ends;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.iceberg.io.FileIO;

/**
 * What DynamoDB does by itself on Amazon's side: puts the changes of its tables into the Kinesis stream that the settings name, and
 * exports the tables to S3, once.
 *
 * <p>Makes the tables with what is in them at first, and the stream. Goes on where it was when it is started again. The file
 * {@code items} in the folder of temporary files says that all of it is there. Told to stop, it puts what has been changed before.
 */
final class ItemStream {

    private static final int SHARDS = 2;
    private static final Duration LAST_CHANGES = Duration.ofSeconds(8);

    private ItemStream() {}

    public static void main(String[] arguments) throws Exception {
        Ends ends = Ends.of(Path.of(Environment.text("SETTINGS")), null);
        Dynamo dynamo = Dynamo.at(URI.create(ends.text("dynamodb.client.aws.endpoint")));
        AwsEndpoint kinesis = AwsEndpoint.kinesis(URI.create(ends.text("dynamodb.kinesis-client.aws.endpoint")));
        String stream = ends.text("dynamodb.stream");
        Path sign = Path.of(System.getProperty("java.io.tmpdir"), "items");
        Files.deleteIfExists(sign);
        if (!dynamo.hasTable(Carts.DEVICES)) {
            Carts.create(dynamo);
        }
        if (!kinesis.request("ListStreams", "{}").contains('"' + stream + '"')) {
            KinesisServer.createStream(kinesis, stream, SHARDS);
        }
        CountDownLatch stop = Stop.latch();
        PositionTable positions = PositionTable.in(dynamo);
        boolean isNew = positions.read().isEmpty();
        try (StreamBridge bridge =
                StreamBridge.start(dynamo, kinesis, stream, Carts.TABLES, System.nanoTime(), positions)) {
            if (isNew) {
                export(dynamo, ends);
            }
            Files.createFile(sign);
            while (!stop.await(1, TimeUnit.SECONDS)) {
                bridge.isDrainedSince(0);
            }
            long mark = bridge.mark();
            Waiting.until("the last changes are in the stream", LAST_CHANGES, () -> bridge.isDrainedSince(mark));
        }
    }

    /** After the stream has begun. What nobody changed since the tables were filled is in the exports alone. */
    private static void export(Dynamo dynamo, Ends ends) throws IOException, InterruptedException {
        String bucket = ends.text("dynamodb.exports.location");
        Path folder = Files.createTempDirectory("exports");
        try (FileIO files = ends.files("org.apache.iceberg.aws.s3.S3FileIO")) {
            for (StreamedTable table : Carts.TABLES) {
                upload(
                        FullExport.write(AwsEndpoint.dynamo(dynamo.address()), table.name(), folder),
                        folder,
                        files,
                        bucket);
            }
        }
    }

    /** The manifests follow the data, and last the one by which an export is found. */
    private static void upload(Path export, Path folder, FileIO files, String bucket) throws IOException {
        List<Path> paths;
        try (Stream<Path> found = Files.walk(export)) {
            paths = found.filter(Files::isRegularFile)
                    .sorted(Comparator.comparing((Path path) -> path.endsWith("manifest-summary.json"))
                            .thenComparing(path -> export.equals(path.getParent())))
                    .toList();
        }
        for (Path path : paths) {
            try (var out =
                    files.newOutputFile(bucket + "/" + folder.relativize(path)).create()) {
                Files.copy(path, out);
            }
        }
    }
}
