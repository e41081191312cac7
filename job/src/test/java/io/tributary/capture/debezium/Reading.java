package io.tributary.capture.debezium;

import io.tributary.change.Captured;
import io.tributary.change.Change;
import io.tributary.change.Column;
import io.tributary.change.RawRecord;
import io.tributary.change.ReadableRow;
import io.tributary.change.Rejected;
import io.tributary.change.Schema;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads records of the topic s.public.t, and shows what became of them. */
final class Reading {

    private final DebeziumReader reader;
    private final List<Captured> captured = new ArrayList<>();
    private long offset;

    Reading(DebeziumReader reader) {
        this.reader = reader;
    }

    static Reading ofTopic() {
        return with(Map.of(), Map.of());
    }

    static Reading with(Map<String, List<String>> keys, Map<String, Map<String, String>> columns) {
        return of(new TopicTables(Map.of("s.public.t", "t"), null, keys, columns), null);
    }

    static Reading of(TopicTables tables, @Nullable Registry registry) {
        return new Reading(new DebeziumReader("kafka", tables, "__debezium_unavailable_value", registry, Map.of()));
    }

    DebeziumReader reader() {
        return reader;
    }

    Reading read(@Nullable String key, @Nullable String value) {
        return read(
                "s.public.t", 0, key == null ? null : Events.bytes(key), value == null ? null : Events.bytes(value));
    }

    Reading read(String topic, int partition, byte @Nullable [] key, byte @Nullable [] value) {
        reader.read(new RawRecord(topic, partition, offset++, 5, key, value), captured::add);
        return this;
    }

    List<Captured> captured() {
        return captured;
    }

    Change only() {
        if (captured.size() != 1) {
            throw new AssertionError("Not one change: " + captured);
        }
        return (Change) captured.get(0);
    }

    List<Change> changes() {
        return captured.stream().map(Change.class::cast).toList();
    }

    List<String> shown() {
        return captured.stream().map(Reading::show).toList();
    }

    static String show(Captured captured) {
        if (captured instanceof Rejected rejected) {
            return "REJECTED " + rejected.reason();
        }
        Change change = (Change) captured;
        String text = change.operation() + " " + change.table();
        if (change.operation().isOfRow()) {
            text += " " + ReadableRow.json(keyOf(change.schema()), change.key());
        }
        if (change.row() != null) {
            text += " " + ReadableRow.json(change.schema(), change.row());
        }
        return change.missing().length == 0
                ? text
                : text + " without "
                        + Arrays.stream(change.missing())
                                .mapToObj(i -> change.schema().columns().get(i).name())
                                .toList();
    }

    static Schema keyOf(Schema schema) {
        List<Column> columns = Arrays.stream(schema.key())
                .mapToObj(i -> schema.columns().get(i))
                .collect(Collectors.toList());
        return Schema.of(schema.table(), columns, schema.keyNames());
    }
}
