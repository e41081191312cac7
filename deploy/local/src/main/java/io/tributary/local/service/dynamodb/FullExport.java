package io.tributary.local.service.dynamodb;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tributary.local.service.AwsEndpoint;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.HexFormat;
import java.util.UUID;
import java.util.zip.GZIPOutputStream;

/**
 * A full export of a table, in the layout of exports to S3 and in DYNAMODB_JSON, made by a scan, for DynamoDB Local has no
 * exports. See <a href="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataExport.Output.html">its
 * documentation</a>.
 *
 * <p>A real one shows the table at its export time. A scan shows each item as it is some time after it, so the stream has
 * to be read from before that time on; then what the scan saw too late comes again.
 */
public final class FullExport {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int ITEMS_A_FILE = 700;

    private final Path bucket;
    private final String name;
    private final StringBuilder manifest = new StringBuilder();
    private final StringBuilder lines = new StringBuilder();
    private int inFile;
    private long items;
    private int files;

    private FullExport(Path bucket, String name) {
        this.bucket = bucket;
        this.name = name;
    }

    /** The folder of the export, which has the manifests. {@code bucket} stands in the place of a bucket. */
    public static Path write(AwsEndpoint dynamo, String table, Path bucket) throws IOException, InterruptedException {
        Instant time = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        String name = "%014d-%s"
                .formatted(time.toEpochMilli(), UUID.randomUUID().toString().substring(0, 8));
        FullExport export = new FullExport(bucket, "AWSDynamoDB/" + name);
        new Scan(dynamo, table).read(export::add);
        export.endFile();
        return export.finish(table, time);
    }

    private void add(JsonNode page) throws IOException {
        for (JsonNode item : page) {
            ObjectNode line = JSON.createObjectNode();
            line.set("Item", item);
            lines.append(line).append('\n');
            items++;
            if (++inFile == ITEMS_A_FILE) {
                endFile();
            }
        }
    }

    private void endFile() throws IOException {
        if (inFile == 0 && files > 0) {
            return;
        }
        ByteArrayOutputStream zipped = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(zipped)) {
            out.write(lines.toString().getBytes(StandardCharsets.UTF_8));
        }
        byte[] bytes = zipped.toByteArray();
        byte[] md5 = md5(bytes);
        String key = name + "/data/part" + "%06d".formatted(files) + ".json.gz";
        Path file = bucket.resolve(key);
        Files.createDirectories(file.getParent());
        Files.write(file, bytes);
        manifest.append(JSON.createObjectNode()
                        .put("itemCount", inFile)
                        .put("md5Checksum", Base64.getEncoder().encodeToString(md5))
                        .put("etag", HexFormat.of().formatHex(md5) + "-1")
                        .put("dataFileS3Key", key))
                .append('\n');
        lines.setLength(0);
        inFile = 0;
        files++;
    }

    private Path finish(String table, Instant time) throws IOException {
        Path folder = bucket.resolve(name);
        String arn = "arn:aws:dynamodb:us-east-1:000000000000:table/" + table;
        ObjectNode summary = JSON.createObjectNode()
                .put("version", "2020-06-30")
                .put("exportArn", arn + "/export/" + folder.getFileName())
                .put("startTime", time.toString())
                .put("endTime", Instant.now().truncatedTo(ChronoUnit.MILLIS).toString())
                .put("tableArn", arn)
                .put(
                        "tableId",
                        UUID.nameUUIDFromBytes(arn.getBytes(StandardCharsets.UTF_8))
                                .toString())
                .put("exportTime", time.toString())
                .put("s3Bucket", bucket.getFileName().toString())
                .putNull("s3Prefix")
                .put("s3SseAlgorithm", "AES256")
                .putNull("s3SseKmsKeyId")
                .put("manifestFilesS3Key", name + "/manifest-files.json")
                .put("billedSizeBytes", 0)
                .put("itemCount", items)
                .put("outputFormat", "DYNAMODB_JSON")
                .put("exportType", "FULL_EXPORT");
        withChecksum(folder.resolve("manifest-files.json"), manifest.toString());
        withChecksum(folder.resolve("manifest-summary.json"), summary.toString());
        return folder;
    }

    private static void withChecksum(Path file, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        Files.write(file, bytes);
        String md5 = Base64.getEncoder().encodeToString(md5(bytes));
        Files.writeString(file.resolveSibling(file.getFileName().toString().replace(".json", ".md5")), md5);
    }

    private static byte[] md5(byte[] bytes) {
        try {
            return MessageDigest.getInstance("MD5").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has MD5", e);
        }
    }
}
