package io.tributary.capture.debezium;

import static java.util.Objects.requireNonNull;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What is known of one topic: who sends to it, how its events were read, and how far its partitions are. */
final class Topic {

    private final String name;
    private final Payloads values;
    private final RecordKeys keys;
    private final Map<Integer, PartitionProgress> progress = new TreeMap<>();
    /** Those whose events became changes. */
    private final Map<String, Sender> senders = new HashMap<>();

    private @Nullable Sender last;
    /** How the last event of each schema was read, and the last one without a schema. */
    private final Map<ConnectType, RowLayout> guesses = new RecentLayouts();

    private @Nullable RowLayout openGuess;

    /** @param avro null if records are JSON only */
    Topic(String name, TopicTables tables, @Nullable AvroSchemas avro) {
        this.name = name;
        this.values = new Payloads(avro);
        this.keys = new RecordKeys(new Payloads(avro), tables);
    }

    String name() {
        return name;
    }

    Payloads values() {
        return values;
    }

    RecordKeys keys() {
        return keys;
    }

    /** Of the event's source block. */
    Sender sender(SourceBlock source, TopicTables tables) {
        Sender sender = last;
        if (sender == null || !sender.isOf(source)) {
            String title = Sender.title(source);
            sender = senders.get(title);
            last = sender == null ? new Sender(title, source, tables.name(name, source)) : sender;
        }
        return requireNonNull(last);
    }

    void bind(Sender sender) {
        senders.put(sender.title(), sender);
        sender.bind();
    }

    /** How the event in hand is read, if it is like the one before. */
    @Nullable
    RowLayout guess() {
        ConnectType type = values.type();
        return type == null ? openGuess : guesses.get(type);
    }

    void keepGuess(RowLayout layout) {
        ConnectType type = values.type();
        if (type == null) {
            openGuess = layout;
        } else {
            guesses.put(type, layout);
        }
    }

    PartitionProgress progress(int partition) {
        return progress.computeIfAbsent(partition, number -> new PartitionProgress(name, number));
    }

    /** Of what is given for one partition, that of the greatest offset holds. */
    void restore(PartitionProgress kept) {
        progress.merge(kept.partition(), kept, (one, other) -> one.isBehind(other) ? other : one);
    }

    void forEachProgress(Consumer<PartitionProgress> out) {
        progress.values().forEach(out);
    }
}
