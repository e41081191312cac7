package io.tributary.capture.debezium;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.tributary.capture.Unreadable;
import io.tributary.change.Captured;
import io.tributary.change.RawRecord;
import io.tributary.change.Schema;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Turns the records of Debezium's topics into changes. Whatever cannot be read becomes one dead letter, with the bytes of the
 * record's key and value.
 *
 * <p>Assumes that the records of one partition come in their order. Not safe for use by several threads.
 */
public final class DebeziumReader {

    private final TopicTables tables;
    private final @Nullable AvroSchemas avro;
    private final Map<String, Topic> topics = new HashMap<>();
    private final RowLayouts layouts;
    private final Changes changes;
    private final Outcome outcome;

    /**
     * @param system what dead letters say noticed them
     * @param placeholder what stands for a value that did not change
     * @param registry of Avro schemas; null if there is none
     * @param known the tables' shapes as far as they are known; the keys' columns are read in the types that they have there
     */
    public DebeziumReader(
            String system,
            TopicTables tables,
            String placeholder,
            @Nullable Registry registry,
            Map<String, Schema> known) {
        this.tables = tables;
        this.avro = registry == null ? null : new AvroSchemas(registry);
        Event event = new Event();
        this.layouts = new RowLayouts(tables, Placeholder.of(placeholder), event, known);
        this.outcome = new Outcome(system, tables);
        this.changes = new Changes(tables, layouts, event, outcome);
    }

    /**
     * @return whether the record is passed over, as one that Debezium writes beside the changes: the begin or end of a
     *     transaction, a change of a schema, a sign of life
     * @throws RegistryException if the registry of Avro schemas cannot be reached
     */
    public boolean read(RawRecord record, Consumer<Captured> out) {
        byte[] value = record.value();
        if (value == null) {
            // A tombstone: the delete came before it.
            return false;
        }
        outcome.begin(record);
        boolean isPassedOver = false;
        try {
            isPassedOver = changes.make(topic(record.topic()), record, value);
        } catch (Unreadable e) {
            outcome.rejectWhole(e.reason());
        } catch (JsonProcessingException e) {
            outcome.rejectWhole("It cannot be parsed", e.getOriginalMessage());
        } catch (RegistryException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            outcome.rejectWhole("It cannot be read", e.toString());
        }
        // Outside of the try: what fails behind the reader is no fault of the record.
        outcome.forEach(out);
        return isPassedOver;
    }

    private Topic topic(String topic) {
        return topics.computeIfAbsent(topic, name -> new Topic(name, tables, avro));
    }

    /** The shapes that are declared, of those of the tables that have no known one. */
    public static Map<String, Schema> declared(TopicTables tables, Set<String> knownTables) {
        return DeclaredSchemas.of(tables, knownTables);
    }

    /** The shapes of the tables, as far as they are known now. */
    public Map<String, Schema> schemas() {
        return layouts.schemas();
    }

    /** What is to be kept of each partition that was read; see {@link #restore}. */
    public List<byte[]> progress() {
        List<byte[]> progress = new ArrayList<>();
        topics.values().forEach(topic -> topic.forEachProgress(each -> progress.add(each.bytes())));
        return progress;
    }

    /** Of what is given for one partition, that of the greatest offset holds. */
    public void restore(byte[] bytes) {
        PartitionProgress progress = PartitionProgress.ofBytes(bytes);
        topic(progress.topic()).restore(progress);
    }
}
