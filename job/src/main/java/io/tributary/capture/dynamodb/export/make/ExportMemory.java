package io.tributary.capture.dynamodb.export.make;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tributary.capture.dynamodb.TableIdentity;
import io.tributary.store.ObjectStore;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Up to when each table was exported, and which export is under way: {@code tributary-exports.json} beside the exports, so that
 * the next incremental export begins where the last one ended, whoever starts it.
 *
 * <p>Assumes that one command at a time writes to a location.
 */
final class ExportMemory {

    static final String FILE = "tributary-exports.json";

    /** Some hundred bytes a table. */
    private static final int LONGEST = 16 << 20;

    private static final String THROUGH = "through";
    private static final String ARN = "tableArn";
    private static final String ID = "tableId";
    private static final String RUNNING = "running";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final ObjectStore store;

    ExportMemory(ObjectStore store) {
        this.store = store;
    }

    /** The end of the last complete export of the table; null if there is none. */
    @Nullable
    Instant through(String table) throws IOException {
        String text = of(table).path(THROUGH).asText("");
        try {
            return text.isEmpty() ? null : Instant.parse(text);
        } catch (DateTimeException e) {
            throw new IOException(
                    store.name(FILE) + ": '" + text
                            + "' is not a time; mend it, or remove the file to start with full exports",
                    e);
        }
    }

    /** Which table was exported last under the name. */
    TableIdentity identity(String table) throws IOException {
        JsonNode one = of(table);
        return TableIdentity.of(one.path(ARN).asText(""), one.path(ID).asText(""));
    }

    /** The export of the table that was started and is not known to be over; null if there is none. */
    @Nullable
    String running(String table) throws IOException {
        String text = of(table).path(RUNNING).asText("");
        return text.isEmpty() ? null : text;
    }

    void started(String table, String export) throws IOException {
        ObjectNode all = read();
        all.withObject("/tables").withObject("/" + pointer(table)).put(RUNNING, export);
        write(all);
    }

    void failed(String table) throws IOException {
        ObjectNode all = read();
        all.withObject("/tables").withObject("/" + pointer(table)).remove(RUNNING);
        write(all);
    }

    void complete(String table, Instant through, TableIdentity identity) throws IOException {
        ObjectNode all = read();
        ObjectNode one = all.withObject("/tables").withObject("/" + pointer(table));
        one.remove(RUNNING);
        one.put(THROUGH, through.toString());
        if (identity.isKnown()) {
            one.put(ARN, identity.arn());
            one.put(ID, identity.id());
        }
        write(all);
    }

    /** Where it stands which export of the table is under way, or up to when it was exported, for people. */
    String runningEntry(String table) {
        return entry(RUNNING, table);
    }

    String throughEntry(String table) {
        return entry(THROUGH, table);
    }

    private String entry(String field, String table) {
        return '"' + field + "\" of \"" + table + "\" in " + store.name(FILE);
    }

    private static String pointer(String table) {
        return table.replace("~", "~0").replace("/", "~1");
    }

    private JsonNode of(String table) throws IOException {
        return read().path("tables").path(table);
    }

    private ObjectNode read() throws IOException {
        byte[] bytes = store.find(FILE, LONGEST);
        if (bytes == null) {
            return JSON.createObjectNode();
        }
        try {
            JsonNode all = JSON.readTree(bytes);
            if (all.isObject()) {
                return (ObjectNode) all;
            }
        } catch (JsonProcessingException e) {
            throw unreadable(e.getOriginalMessage());
        }
        throw unreadable("it is not a JSON object");
    }

    private IOException unreadable(String why) {
        return new IOException(store.name(FILE) + " cannot be read (" + why
                + "); mend it, or remove the file to start with full exports");
    }

    private void write(ObjectNode all) throws IOException {
        store.put(FILE, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(all));
    }
}
