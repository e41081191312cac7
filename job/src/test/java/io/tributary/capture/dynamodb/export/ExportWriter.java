package io.tributary.capture.dynamodb.export;

import io.tributary.capture.dynamodb.export.find.Manifest;
import io.tributary.capture.dynamodb.export.read.SpooledFile;
import io.tributary.store.ObjectStore;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.zip.GZIPOutputStream;

/**
 * Writes exports as DynamoDB does, for a DynamoDB that has none: the lines of each file as they are, the list of files, and last
 * of all the summary.
 */
public final class ExportWriter {

    private final ExportLocation location;
    private final String table;
    private String tableId = "12345a12-abcd-123a-ab12-1234abc12345";
    private final List<List<String>> files = new ArrayList<>();

    private ExportWriter(ExportLocation location, String table) {
        this.location = location;
        this.table = table;
    }

    /**
     * @param location {@code s3://bucket/prefix} or an absolute path
     * @param table its name in DynamoDB
     */
    public static ExportWriter of(String location, String table) {
        return of(ExportLocation.of(location, null, null), table);
    }

    public static ExportWriter of(ExportLocation location, String table) {
        return new ExportWriter(location, table);
    }

    /** Of another table of the name. */
    public ExportWriter tableId(String newTableId) {
        tableId = newTableId;
        return this;
    }

    /** Of the table of a name. */
    public static String arn(String table) {
        return "arn:aws:dynamodb:us-east-1:000000000000:table/" + table;
    }

    /**
     * One more data file.
     *
     * @param lines <code>{"Item":{..}}</code> in a full export, else <code>{"Metadata":{..},"Keys":{..},..}</code>
     */
    public ExportWriter file(List<String> lines) {
        files.add(List.copyOf(lines));
        return this;
    }

    /** Writes it as the whole table at this time. Returns the export's name. */
    public String full(Instant time) throws IOException {
        return write(time, "\"exportTime\":\"" + time + "\",\"exportType\":\"FULL_EXPORT\"");
    }

    /** Writes it as the last writes in this span of time, its end not included. Returns the export's name. */
    public String incremental(Instant from, Instant to) throws IOException {
        return write(
                to,
                "\"exportFromTime\":\"" + from + "\",\"exportToTime\":\"" + to
                        + "\",\"exportType\":\"INCREMENTAL_EXPORT\",\"outputView\":\"NEW_AND_OLD_IMAGES\"");
    }

    private String write(Instant time, String window) throws IOException {
        String random = UUID.randomUUID().toString().replace("-", "");
        String id = String.format("%014d-%s", time.toEpochMilli(), random.substring(0, 8));
        boolean isFull = window.contains("FULL_EXPORT");
        String folder = ExportLocation.FOLDER + (isFull ? id + "/" : "") + "data/";
        String prefix = location.isS3() && !location.prefix().isEmpty() ? location.prefix() + "/" : "";
        try (ObjectStore store = location.open()) {
            StringBuilder list = new StringBuilder();
            long items = 0;
            for (List<String> lines : files) {
                byte[] bytes = zipped(lines);
                String path =
                        folder + UUID.randomUUID().toString().replace("-", "").substring(0, 26) + ".json.gz";
                store.put(path, bytes);
                String md5 =
                        Base64.getEncoder().encodeToString(SpooledFile.md5().digest(bytes));
                list.append("{\"itemCount\":")
                        .append(lines.size())
                        .append(",\"md5Checksum\":\"")
                        .append(md5)
                        .append("\",\"etag\":\"")
                        .append(random)
                        .append("-1\",\"dataFileS3Key\":\"")
                        .append(prefix)
                        .append(path)
                        .append("\"}\n");
                items += lines.size();
            }
            String listed = ExportLocation.FOLDER + id + "/manifest-files.json";
            store.put(listed, utf8(list.toString()));
            String arn = arn(table);
            store.put(
                    Manifest.summaryOf(id),
                    utf8("{\"version\":\"2023-08-01\",\"exportArn\":\"" + arn + "/export/" + id + "\",\"startTime\":\""
                            + time + "\",\"endTime\":\"" + time + "\",\"tableArn\":\"" + arn + "\",\"tableId\":\""
                            + tableId + "\"," + window
                            + ",\"s3Bucket\":\"" + (location.isS3() ? location.bucket() : "local")
                            + "\",\"s3Prefix\":null,\"s3SseAlgorithm\":\"AES256\",\"s3SseKmsKeyId\":null,"
                            + "\"manifestFilesS3Key\":\"" + prefix + listed + "\",\"billedSizeBytes\":0,\"itemCount\":"
                            + items + ",\"outputFormat\":\"DYNAMODB_JSON\"}"));
        }
        return id;
    }

    private static byte[] zipped(List<String> lines) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(bytes)) {
            for (String line : lines) {
                zip.write(utf8(line));
                zip.write('\n');
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
