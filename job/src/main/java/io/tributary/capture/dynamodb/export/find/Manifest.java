package io.tributary.capture.dynamodb.export.find;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tributary.capture.dynamodb.export.ExportLocation;
import io.tributary.capture.dynamodb.export.ExportStore;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * Reads the manifest of an export: {@code AWSDynamoDB/<export>/manifest-summary.json}, which is there when the export is
 * complete, and the list of files that it names. Keys count from the folder AWSDynamoDB on, so a copy in another place is as
 * good as the original.
 *
 * <p>The form: <a href="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataExport.Output.html">DynamoDB table
 * export output format</a>.
 */
public final class Manifest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MD5_BYTES = 16;

    /** Of a path on a disk; S3 has keys of up to 1024 bytes. */
    private static final int LONGEST_KEY = 4096;

    private final ExportStore store;
    private final String id;
    private final String path;

    private Manifest(ExportStore store, String id) {
        this.store = store;
        this.id = id;
        this.path = summaryOf(id);
    }

    public static String summaryOf(String id) {
        return ExportLocation.FOLDER + id + "/manifest-summary.json";
    }

    /**
     * @throws UnusableException if it is not complete, contradicts itself, or is not of a kind that is read
     * @throws IOException if the store cannot be reached
     */
    public static Export read(ExportStore store, String id, byte[] summary) throws IOException {
        return new Manifest(store, id).export(summary);
    }

    private Export export(byte[] bytes) throws IOException {
        JsonNode summary;
        try {
            summary = JSON.readTree(bytes);
        } catch (JsonProcessingException e) {
            throw UnusableException.now(store.name(path) + " is no JSON: " + e.getOriginalMessage());
        }
        String format = text(summary, "outputFormat");
        if (!format.equals("DYNAMODB_JSON")) {
            throw UnusableException.ever("The export " + store.name(ExportLocation.FOLDER + id) + " is in the format "
                    + format + ": export the table again with DYNAMODB_JSON, the only format that is read");
        }
        List<DataFile> files = files(below(text(summary, "manifestFilesS3Key")));
        long items = files.stream().mapToLong(DataFile::items).sum();
        long expected = number(summary, "itemCount");
        if (items != expected) {
            throw UnusableException.now(store.name(path) + " says that the export has " + expected
                    + " items, and its list of files has " + items + ": copy the whole export again");
        }
        return Export.of(id, table(summary), window(summary), files);
    }

    private String table(JsonNode summary) throws UnusableException {
        String arn = text(summary, "tableArn");
        int name = arn.indexOf(":table/");
        if (name < 0) {
            throw UnusableException.now(store.name(path) + ": tableArn '" + arn + "' names no table");
        }
        return arn.substring(name + ":table/".length());
    }

    /** Full exports do not say so in the first version of the form. */
    private Window window(JsonNode summary) throws UnusableException {
        String type = summary.path("exportType").asText("FULL_EXPORT");
        switch (type) {
            case "FULL_EXPORT":
                return Window.full(time(summary, "exportTime"));
            case "INCREMENTAL_EXPORT":
                return span(time(summary, "exportFromTime"), time(summary, "exportToTime"));
            default:
                throw UnusableException.ever(store.name(path) + ": exportType '" + type
                        + "' is not known; known are FULL_EXPORT and INCREMENTAL_EXPORT");
        }
    }

    private Window span(long from, long to) throws UnusableException {
        try {
            return Window.incremental(from, to);
        } catch (IllegalArgumentException e) {
            throw UnusableException.now(store.name(path) + ": exportFromTime and exportToTime are no span of time: "
                    + Instant.ofEpochMilli(from) + " to " + Instant.ofEpochMilli(to));
        }
    }

    private List<DataFile> files(String list) throws IOException {
        byte[] bytes = store.find(list);
        if (bytes == null) {
            throw UnusableException.now(store.name(list) + " is missing, which " + store.name(path)
                    + " names: copy the whole export again");
        }
        List<DataFile> files = new ArrayList<>();
        try (MappingIterator<JsonNode> lines = JSON.readerFor(JsonNode.class).readValues(bytes)) {
            while (lines.hasNextValue()) {
                files.add(file(list, lines.nextValue()));
            }
        } catch (JsonProcessingException e) {
            throw UnusableException.now(
                    store.name(list) + " is not JSON, entry " + (files.size() + 1) + ": " + e.getOriginalMessage());
        }
        return files;
    }

    private DataFile file(String list, JsonNode entry) throws UnusableException {
        String key = entry.path("dataFileS3Key").asText("");
        String md5 = entry.path("md5Checksum").asText("");
        long items = entry.path("itemCount").asLong(-1);
        if (key.isEmpty() || key.length() > LONGEST_KEY || items < 0 || !isMd5(md5)) {
            throw UnusableException.now(store.name(list) + ": an entry needs dataFileS3Key, itemCount and md5Checksum"
                    + " (base64), and one is " + entry);
        }
        return DataFile.of(below(key), md5, items);
    }

    private static boolean isMd5(String base64) {
        try {
            return Base64.getDecoder().decode(base64).length == MD5_BYTES;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static String below(String key) {
        int folder = key.lastIndexOf(ExportLocation.FOLDER);
        return folder < 0 ? key : key.substring(folder);
    }

    private long time(JsonNode summary, String field) throws UnusableException {
        String text = text(summary, field);
        try {
            return Instant.parse(text).toEpochMilli();
        } catch (DateTimeException | ArithmeticException e) {
            throw UnusableException.now(store.name(path) + ": " + field + " '" + text + "' is no time");
        }
    }

    private String text(JsonNode summary, String field) throws UnusableException {
        String text = summary.path(field).asText("");
        if (text.isEmpty()) {
            throw UnusableException.now(store.name(path) + " has no " + field);
        }
        return text;
    }

    private long number(JsonNode summary, String field) throws UnusableException {
        JsonNode value = summary.path(field);
        if (!value.isIntegralNumber()) {
            throw UnusableException.now(store.name(path) + " has no " + field);
        }
        return value.asLong();
    }
}
