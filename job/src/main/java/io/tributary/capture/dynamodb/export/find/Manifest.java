package io.tributary.capture.dynamodb.export.find;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tributary.capture.dynamodb.TableIdentity;
import io.tributary.capture.dynamodb.export.ExportLocation;
import io.tributary.capture.dynamodb.export.ExportSettings;
import io.tributary.store.ObjectStore;
import io.tributary.store.OutsideException;
import io.tributary.store.TooLongException;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

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

    /** More than any table has: sums of such numbers stay numbers. */
    private static final long MOST_ITEMS = 1L << 50;

    /** Of a path on a disk; S3 has keys of up to 1024 bytes. */
    private static final int LONGEST_KEY = 4096;

    /** An ARN has up to 1024 characters, an id 36. */
    private static final int LONGEST_IDENTITY = 2048;

    /** DynamoDB's have less than 1 KB. */
    private static final int LONGEST_SUMMARY = 1 << 20;

    /** With some 250 bytes a file. */
    private static final int LONGEST_LIST = 16 << 20;

    private final ObjectStore store;
    private final String id;
    private final String path;

    private Manifest(ObjectStore store, String id) {
        this.store = store;
        this.id = id;
        this.path = summaryOf(id);
    }

    /** The summary of an export, which is there when the export is complete; null if it is not. */
    public static byte @Nullable [] summary(ObjectStore store, String id) throws IOException {
        try {
            return store.find(summaryOf(id), LONGEST_SUMMARY);
        } catch (TooLongException | OutsideException e) {
            throw UnusableException.now("The manifest of the export " + store.name(ExportLocation.FOLDER + id)
                    + " cannot be read: " + e.getMessage() + ". Copy the export again, or name it in "
                    + ExportSettings.SKIP.key());
        }
    }

    public static String summaryOf(String id) {
        return ExportLocation.FOLDER + id + "/manifest-summary.json";
    }

    /**
     * @throws UnusableException if it is not complete, contradicts itself, or is not of a kind that is read
     * @throws IOException if the store cannot be reached
     */
    public static Export read(ObjectStore store, String id, byte[] summary) throws IOException {
        return new Manifest(store, id).export(summary);
    }

    private Export export(byte[] bytes) throws IOException {
        JsonNode summary;
        try {
            summary = JSON.readTree(bytes);
        } catch (JsonProcessingException e) {
            throw UnusableException.now(store.name(path) + " is not JSON: " + e.getOriginalMessage());
        }
        String format = text(summary, "outputFormat");
        if (!format.equals("DYNAMODB_JSON")) {
            throw UnusableException.ever("The export " + store.name(ExportLocation.FOLDER + id) + " is in the format "
                    + format + ": export the table again with DYNAMODB_JSON, the only format that is read");
        }
        List<DataFile> files = files(below(path, 1, "manifestFilesS3Key", text(summary, "manifestFilesS3Key")));
        long items = 0;
        for (DataFile file : files) {
            items = Math.min(MOST_ITEMS, items + file.items());
        }
        long expected = number(summary, "itemCount");
        if (items != expected) {
            throw UnusableException.now(store.name(path) + " says that the export has " + expected
                    + " items, and its list of files has " + items + ": copy the whole export again");
        }
        return Export.of(id, table(summary), window(summary), files).of(identity(summary));
    }

    private String table(JsonNode summary) throws UnusableException {
        String arn = text(summary, "tableArn");
        int name = arn.indexOf(":table/");
        if (name < 0) {
            throw UnusableException.now(store.name(path) + ": tableArn '" + arn + "' names no table");
        }
        return arn.substring(name + ":table/".length());
    }

    private TableIdentity identity(JsonNode summary) throws UnusableException {
        String arn = text(summary, "tableArn");
        String tableId = summary.path("tableId").asText("");
        if (arn.length() + tableId.length() > LONGEST_IDENTITY) {
            throw UnusableException.now(store.name(path) + ": tableArn and tableId are longer than any of DynamoDB");
        }
        return TableIdentity.of(arn, tableId);
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
        byte[] bytes;
        try {
            bytes = store.find(list, LONGEST_LIST);
        } catch (TooLongException | OutsideException e) {
            throw UnusableException.now(e.getMessage() + ", and " + store.name(path) + " names it");
        }
        if (bytes == null) {
            throw UnusableException.now(store.name(list) + " is missing, which " + store.name(path)
                    + " names: copy the whole export again");
        }
        List<DataFile> files = new ArrayList<>();
        try (MappingIterator<JsonNode> lines = JSON.readerFor(JsonNode.class).readValues(bytes)) {
            while (lines.hasNextValue()) {
                JsonNode entry = lines.nextValue();
                files.add(file(list, lines.getCurrentLocation().getLineNr(), entry));
            }
        } catch (JsonProcessingException e) {
            throw UnusableException.now(
                    store.name(list) + " is not JSON, entry " + (files.size() + 1) + ": " + e.getOriginalMessage());
        }
        return files;
    }

    private DataFile file(String list, int line, JsonNode entry) throws UnusableException {
        String key = entry.path("dataFileS3Key").asText("");
        String md5 = entry.path("md5Checksum").asText("");
        long items = entry.path("itemCount").asLong(-1);
        if (key.isEmpty() || key.length() > LONGEST_KEY || items < 0 || items > MOST_ITEMS || !isMd5(md5)) {
            throw UnusableException.now(store.name(list) + ": an entry needs dataFileS3Key, itemCount and md5Checksum"
                    + " (base64), and one is " + entry);
        }
        return DataFile.of(below(list, line, "dataFileS3Key", key), md5, items);
    }

    private static boolean isMd5(String base64) {
        try {
            return Base64.getDecoder().decode(base64).length == MD5_BYTES;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** From the folder AWSDynamoDB on. What is not in it, or would leave it, is nobody's export. */
    private String below(String file, int line, String field, String key) throws UnusableException {
        int folder = ("/" + key).lastIndexOf("/" + ExportLocation.FOLDER);
        String path = folder < 0 ? "" : key.substring(folder);
        boolean isInside = !path.isEmpty();
        for (String name : path.split("/", -1)) {
            isInside &= !name.isEmpty() && !name.equals(".") && !name.equals("..") && name.indexOf(0) < 0;
        }
        if (!isInside) {
            throw UnusableException.now(store.name(file) + ", line " + line + ": " + field + " is '" + key
                    + "', which is not a file in a folder " + ExportLocation.FOLDER
                    + ", and nothing else is read: export the table again");
        }
        return path;
    }

    private long time(JsonNode summary, String field) throws UnusableException {
        String text = text(summary, field);
        try {
            return Instant.parse(text).toEpochMilli();
        } catch (DateTimeException | ArithmeticException e) {
            throw UnusableException.now(store.name(path) + ": " + field + " '" + text + "' is not a time");
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
