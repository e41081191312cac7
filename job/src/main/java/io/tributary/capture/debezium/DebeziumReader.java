package io.tributary.capture.debezium;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.tributary.change.Captured;
import io.tributary.change.Change;
import io.tributary.change.Column;
import io.tributary.change.Operation;
import io.tributary.change.Position;
import io.tributary.change.Rejected;
import io.tributary.change.Schema;
import io.tributary.change.SchemaConflictException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.jspecify.annotations.Nullable;

/**
 * Turns the records of Debezium's topics into changes. Whatever cannot be read becomes one dead letter, with the bytes of the
 * record's key and value.
 *
 * <p>Assumes that the records of one partition come in their order. Not safe for use by several threads.
 */
public final class DebeziumReader {

    private static final int MOST_WIDENINGS = 3;
    /** As many as a topic's schemas that are kept; see {@link Payloads}. */
    private static final int MOST_LAYOUTS = 64;

    private final String system;
    private final CapturedTables tables;
    private final Placeholder placeholder;
    private final @Nullable AvroSchemas avro;
    private final Map<String, Schema> planned;
    private final Map<String, Schema> known;
    private final Map<String, Topic> topics = new HashMap<>();
    private final Map<String, String> topicOf = new HashMap<>();
    /** What the first source block of each table named. */
    private final Map<String, String> sourceOf = new HashMap<>();

    private final Map<String, Layout> open = new HashMap<>();
    private final Event event = new Event();
    /** What the record in hand becomes. */
    private final List<Captured> made = new ArrayList<>();

    /**
     * @param system what dead letters say noticed them
     * @param placeholder what stands for a value that did not change
     * @param registry of Avro schemas; null if there is none
     * @param known the tables' shapes as far as they are known; the keys' columns are read in the types that they have there
     */
    public DebeziumReader(
            String system,
            CapturedTables tables,
            String placeholder,
            @Nullable Registry registry,
            Map<String, Schema> known) {
        this.system = system;
        this.tables = tables;
        this.placeholder = Placeholder.of(placeholder);
        this.avro = registry == null ? null : new AvroSchemas(registry);
        this.planned = Map.copyOf(known);
        this.known = new TreeMap<>(known);
    }

    /** What is known of one topic. */
    private final class Topic {
        private final Payloads values = new Payloads(avro);
        private final Payloads keys = new Payloads(avro);
        private final Map<Integer, Progress> progress = new TreeMap<>();
        /** Those whose events became changes. */
        private final Map<String, Sender> senders = new HashMap<>();

        private @Nullable Sender last;
        /** How the last event of each schema was read, and the last one without a schema. */
        private final Map<ConnectType, Layout> guesses = new Recent();

        private @Nullable Layout openGuess;
        private List<String> keyNames = List.of();
        private @Nullable ConnectType keyType;

        /** Of the event's source block. */
        private Sender sender(String topic) {
            Source of = event.source();
            Sender sender = last;
            if (sender == null || !sender.isOf(of)) {
                sender = senders.get(named(of));
                last = sender == null ? new Sender(of, tables.name(topic, of)) : sender;
            }
            return requireNonNull(last);
        }

        /** By an event that became a change: what only looks like one says nothing of the topic. */
        private void bind(Sender sender, String topic, String table) {
            if (!sender.isBound) {
                senders.put(named(event.source()), sender);
                sourceOf.put(table, named(event.source()));
                topicOf.put(table, topic);
                sender.isBound = true;
            }
        }

        private @Nullable Layout guess() {
            ConnectType type = values.type();
            return type == null ? openGuess : guesses.get(type);
        }

        private void keepGuess(Layout layout) {
            ConnectType type = values.type();
            if (type == null) {
                openGuess = layout;
            } else {
                guesses.put(type, layout);
            }
        }
    }

    /** A table of a server that a topic has events of. */
    private static final class Sender {
        private final String server;
        private final String database;
        private final String schema;
        private final String table;
        /** Of the table in the pipeline; null if it is not captured. */
        private final @Nullable String name;

        private final Map<ConnectType, Layout> layouts = new Recent();
        private boolean isBound;

        private Sender(Source source, @Nullable String name) {
            this.server = source.server();
            this.database = source.database();
            this.schema = source.schema();
            this.table = source.table();
            this.name = name;
        }

        private boolean isOf(Source source) {
            return table.equals(source.table())
                    && schema.equals(source.schema())
                    && database.equals(source.database())
                    && server.equals(source.server());
        }
    }

    /** The layouts that were asked for last, by the schemas they are of. */
    private static final class Recent extends LinkedHashMap<ConnectType, Layout> {
        private static final long serialVersionUID = 1L;

        private Recent() {
            super(16, 0.75f, true);
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<ConnectType, Layout> eldest) {
            return size() > MOST_LAYOUTS;
        }
    }

    /** @throws RegistryException if the registry of Avro schemas cannot be reached */
    public void read(DebeziumRecord record, Consumer<Captured> out) {
        byte[] value = record.value();
        if (value == null) {
            // A tombstone: the delete came before it.
            return;
        }
        made.clear();
        Letter letter = new Letter(record);
        try {
            change(record, value, letter);
        } catch (Unreadable e) {
            letter.rejectWhole(String.valueOf(e.getMessage()));
        } catch (JsonProcessingException e) {
            letter.rejectWhole("It cannot be parsed: " + e.getOriginalMessage());
        } catch (RegistryException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            letter.rejectWhole("It cannot be read: " + e);
        }
        // Outside of the try: what fails behind the reader is no fault of the record.
        made.forEach(out);
    }

    /** What dead letters say of a record. */
    private final class Letter {
        private final DebeziumRecord record;
        private @Nullable String table;
        private @Nullable Position position;

        private Letter(DebeziumRecord record) {
            this.record = record;
        }

        /** In place of whatever was made of the record before. */
        void rejectWhole(String reason) {
            made.clear();
            reject(reason);
        }

        void reject(String reason) {
            made.add(Rejected.of(
                    system, table, System.currentTimeMillis(), record + ": " + reason, raw(record), position));
        }
    }

    /** The length of the key in four bytes, the key, and the same of the value; the length of what is absent is -1. */
    private static byte[] raw(DebeziumRecord record) {
        byte[] key = record.key();
        byte[] value = record.value();
        int keyLength = key == null ? 0 : key.length;
        int valueLength = value == null ? 0 : value.length;
        ByteBuffer raw = ByteBuffer.allocate(2 * Integer.BYTES + keyLength + valueLength);
        raw.putInt(key == null ? -1 : keyLength);
        if (key != null) {
            raw.put(key);
        }
        raw.putInt(value == null ? -1 : valueLength);
        if (value != null) {
            raw.put(value);
        }
        return raw.array();
    }

    private void change(DebeziumRecord record, byte[] value, Letter letter) throws IOException, Unreadable {
        Topic topic = topics.computeIfAbsent(record.topic(), name -> new Topic());
        topic.values.open(value);
        Layout guess = topic.guess();
        event.read(topic.values, guess, null);
        if (event.isEmpty()) {
            return;
        }
        Operation operation = operation(event.operation());
        if (operation == null) {
            return;
        }
        Sender sender = topic.sender(record.topic());
        String table = sender.name;
        if (table == null) {
            return;
        }
        letter.table = table;
        if (!sender.isBound) {
            checkBinding(record.topic(), table);
        }
        Progress progress =
                topic.progress.computeIfAbsent(record.partition(), number -> new Progress(record.topic(), number));
        boolean isChange = false;
        try {
            change(operation, topic, sender, table, progress, record, guess, letter);
            isChange = true;
        } finally {
            if (!isChange) {
                progress.undo();
            }
        }
        topic.bind(sender, record.topic(), table);
    }

    private void change(
            Operation operation,
            Topic topic,
            Sender sender,
            String table,
            Progress progress,
            DebeziumRecord record,
            @Nullable Layout guess,
            Letter letter)
            throws IOException, Unreadable {
        Position position = progress.position(event.source(), record.offset(), operation == Operation.READ);
        letter.position = position;
        long timestamp = event.timestamp() == Source.ABSENT ? record.timestamp() : event.timestamp();
        if (operation == Operation.TRUNCATE) {
            truncate(table, progress, position, timestamp);
            return;
        }
        if (record.partition() > 0 && !progress.hasPlaceInLog()) {
            checkOrder(topic, table, record);
        }
        Layout layout = layout(topic, sender, table, record);
        if (layout != guess) {
            event.read(topic.values, layout, null);
        }
        layout = grown(topic, layout);
        topic.keepGuess(layout);
        if (operation == Operation.DELETE) {
            Change delete = Change.delete(layout.schema(), position, timestamp, deletedKey(topic, layout, record));
            made.add(delete);
            return;
        }
        upsert(operation, layout, position, timestamp, letter);
    }

    /** Null if it says nothing of a row or a table. */
    private static @Nullable Operation operation(@Nullable String letter) throws Unreadable {
        if (letter == null) {
            throw new Unreadable("It has no op: it is no change event of Debezium, or was unwrapped by"
                    + " ExtractNewRecordState, which has to be turned off");
        }
        switch (letter) {
            case "r":
                return Operation.READ;
            case "c":
                return Operation.INSERT;
            case "u":
                return Operation.UPDATE;
            case "d":
                return Operation.DELETE;
            case "t":
                return Operation.TRUNCATE;
            case "m":
                return null;
            default:
                throw new Unreadable("Its op '" + letter + "' is none that this reader knows");
        }
    }

    /** Positions of different tables, or of different servers, cannot be compared. */
    private void checkBinding(String topic, String table) throws Unreadable {
        String otherTopic = topicOf.get(table);
        if (otherTopic != null && !otherTopic.equals(topic)) {
            throw new Unreadable("Table " + table + " comes from the topics " + otherTopic + " and " + topic
                    + ", whose changes have no common order: give one of them another name");
        }
        String source = named(event.source());
        String other = sourceOf.getOrDefault(table, source);
        if (other.equals(source)) {
            return;
        }
        if (tables.areTopics()) {
            throw new Unreadable("The topic has changes of " + other + " and of " + source
                    + ": name the tables that it carries in kafka.tables, and give each connector topics of its own");
        }
        throw new Unreadable("Table " + table + " has changes of " + other + " and of " + source
                + ", which have no common order: name tables of several databases as database.schema.table in"
                + " kafka.tables, and give each connector topics of its own");
    }

    private static String named(Source source) {
        return source.fullTable() + (source.server().isEmpty() ? "" : " (server " + source.server() + ")");
    }

    private void truncate(String table, Progress progress, Position position, long timestamp) throws Unreadable {
        Schema schema = known.get(table);
        if (schema == null) {
            throw new Unreadable("It truncates a table of which no row has come yet");
        }
        if (!progress.hasPlaceInLog()) {
            throw new Unreadable(
                    "It truncates a table whose changes are ordered by their offsets, and these of different"
                            + " partitions cannot be compared");
        }
        if (progress.era() > 0) {
            throw new Unreadable("It truncates a table whose log started again on another server, which partitions"
                    + " notice one by one: its position and those of other partitions cannot be compared");
        }
        made.add(Change.truncate(schema, position, timestamp));
    }

    private void upsert(Operation operation, Layout layout, Position position, long timestamp, Letter letter)
            throws Unreadable {
        BinaryRowData row = layout.row();
        if (!event.hasAfter() || row == null) {
            throw new Unreadable("It has no row in after");
        }
        String problem = layout.problem();
        BinaryRowData key = layout.key();
        Schema schema = layout.schema();
        if (key == null) {
            throw new Unreadable(problem == null ? "Its key " + schema.keyNames() + " is not in its row" : problem);
        }
        BinaryRowData keyBefore = event.keyBefore();
        boolean isDeclared = tables.key(schema.table()) != null;
        if (isDeclared && operation == Operation.UPDATE && keyBefore != null && !keyBefore.equals(key)) {
            // Where the key is the source's own, Debezium makes two events of it.
            made.add(Change.delete(schema, position, timestamp, keyBefore));
        }
        if (problem != null) {
            letter.reject(problem);
            made.add(Change.unreadable(schema, position, timestamp, key, layout.missing()));
            return;
        }
        made.add(Change.partial(operation, schema, position, timestamp, key, row, layout.missing()));
    }

    /** The row before is sure to have a key that was declared; else the record's key is the source's. */
    private BinaryRowData deletedKey(Topic topic, Layout layout, DebeziumRecord record) throws IOException, Unreadable {
        BinaryRowData key = event.keyBefore();
        byte[] bytes = record.key();
        if (tables.key(layout.schema().table()) == null && bytes != null) {
            topic.keys.open(bytes);
            try (JsonParser parser = topic.keys.parser()) {
                parser.nextToken();
                key = layout.readKey(parser);
                topic.keys.checkEnd(parser);
            }
        }
        if (key == null) {
            throw new Unreadable("It deletes a row and does not have its key "
                    + layout.schema().keyNames());
        }
        return key;
    }

    private Layout layout(Topic topic, Sender sender, String table, DebeziumRecord record)
            throws IOException, Unreadable {
        List<String> key = key(topic, table, record);
        ConnectType type = topic.values.type();
        if (type == null) {
            return openLayout(topic, table, key, record);
        }
        Layout last = sender.layouts.get(type);
        if (last != null && last.schema().keyNames().equals(key)) {
            return last;
        }
        ConnectType rows = type.field("after");
        if (rows == null) {
            throw new Unreadable("Its schema has no after: it is no change event of Debezium");
        }
        Layout layout = Layout.of(table, rows, key, planned.get(table), leavesOut() ? placeholder : null);
        sender.layouts.put(type, layout);
        known.put(table, layout.schema());
        return layout;
    }

    /** Without a schema: what was declared, and found so far. */
    private Layout openLayout(Topic topic, String table, List<String> key, DebeziumRecord record)
            throws IOException, Unreadable {
        Layout layout = open.get(table);
        if (layout != null && layout.schema().keyNames().equals(key)) {
            return layout;
        }
        event.read(topic.values, null, key);
        Map<String, ValueType> declared = tables.columns(table);
        Map<String, Column> columns = new LinkedHashMap<>();
        for (Map.Entry<String, ValueType> column : declared.entrySet()) {
            columns.put(column.getKey(), column(column.getKey(), column.getValue(), key, leavesOut()));
        }
        event.columns().forEach(column -> columns.putIfAbsent(column.name(), column));
        byte[] bytes = record.key();
        if (bytes != null && !columns.keySet().containsAll(key)) {
            // A delete without its row.
            topic.keys.open(bytes);
            try (JsonParser parser = topic.keys.parser()) {
                parser.nextToken();
                Found.columns(parser, key).forEach(column -> columns.putIfAbsent(column.name(), column));
            }
        }
        Schema schema = Layout.schema(table, new ArrayList<>(columns.values()), key);
        Schema before = known.get(table);
        if (before != null && before.keyNames().equals(key)) {
            try {
                schema = before.merge(schema);
            } catch (SchemaConflictException e) {
                throw new Unreadable(String.valueOf(e.getMessage()));
            }
        }
        return opened(schema, declared);
    }

    private static Column column(String name, ValueType type, List<String> key, boolean leavesOut) {
        if (key.contains(name)) {
            return Column.of(name, type.type().copy(false));
        }
        return leavesOut && type.isLarge() ? Column.omissible(name, type.type()) : Column.of(name, type.type());
    }

    /**
     * The shape that is declared of a table, whose events have no schema.
     *
     * @return null if its key is not declared, or is none of its columns
     */
    private static @Nullable Schema declared(String table, CapturedTables tables) {
        List<String> key = tables.key(table);
        if (key == null) {
            return null;
        }
        try {
            List<Column> columns = new ArrayList<>();
            for (Map.Entry<String, ValueType> column : tables.columns(table).entrySet()) {
                columns.add(column(column.getKey(), column.getValue(), key, true));
            }
            return Layout.schema(table, columns, key);
        } catch (Unreadable e) {
            return null;
        }
    }

    /** The shapes that are declared, of those of the tables that have no known one. */
    public static Map<String, Schema> declared(CapturedTables tables, Set<String> knownTables) {
        Map<String, Schema> schemas = new TreeMap<>();
        for (String table : tables.names()) {
            Schema schema = knownTables.contains(table) ? null : declared(table, tables);
            if (schema != null) {
                schemas.put(table, schema);
            }
        }
        return schemas;
    }

    private Layout opened(Schema schema, Map<String, ValueType> declared) {
        Layout layout = Layout.open(schema, declared, leavesOut() ? placeholder : null);
        open.put(schema.table(), layout);
        known.put(schema.table(), schema);
        return layout;
    }

    /** The layout with room for every column of the event, which is read again where there was none. */
    private Layout grown(Topic topic, Layout layout) throws IOException, Unreadable {
        Layout wider = layout;
        // A value may need a wider type, and be one that stands for a value left out.
        for (int i = 0; i < MOST_WIDENINGS && !wider.grown().isEmpty(); i++) {
            wider = opened(
                    wider.with(wider.grown()), tables.columns(wider.schema().table()));
            event.read(topic.values, wider, null);
        }
        if (!wider.grown().isEmpty()) {
            throw new Unreadable("No type holds its values of " + wider.grown());
        }
        return wider;
    }

    private boolean leavesOut() {
        String connector = event.source().connector();
        return connector.equals("postgresql") || connector.equals("oracle");
    }

    private List<String> key(Topic topic, String table, DebeziumRecord record) throws IOException, Unreadable {
        List<String> declared = tables.key(table);
        if (declared != null) {
            return declared;
        }
        return recordKey(topic, table, record);
    }

    /** Offsets order the changes of a row only if these are all in one partition. */
    private void checkOrder(Topic topic, String table, DebeziumRecord record) throws IOException, Unreadable {
        List<String> declared = tables.key(table);
        if (declared == null) {
            return;
        }
        if (record.key() == null) {
            throw new Unreadable(
                    "It has no key, and its table's changes are ordered by their offsets: records without a"
                            + " key are spread over the topic's partitions, so their order is not known: give the topic one"
                            + " partition");
        }
        List<String> key = recordKey(topic, table, record);
        if (!declared.containsAll(key)) {
            throw new Unreadable("Its key has the columns " + key + ", and tables." + table + ".key has " + declared
                    + ": changes of a row are spread over the topic's partitions, and are ordered by their offsets, so"
                    + " their order is not known: give the topic one partition");
        }
    }

    /** The columns of the record's own key. */
    private static List<String> recordKey(Topic topic, String table, DebeziumRecord record)
            throws IOException, Unreadable {
        byte[] bytes = record.key();
        if (bytes == null) {
            throw new Unreadable("It has no key: set tables." + table + ".key to the columns that identify a row");
        }
        topic.keys.open(bytes);
        ConnectType type = topic.keys.type();
        if (type == null || type != topic.keyType) {
            List<String> names = type == null
                    ? names(topic.keys, table)
                    : List.copyOf(type.fields().keySet());
            if (names.isEmpty()) {
                throw noKey(table);
            }
            topic.keyNames = names.equals(topic.keyNames) ? topic.keyNames : names;
            topic.keyType = type;
        }
        return topic.keyNames;
    }

    private static List<String> names(Payloads keys, String table) throws IOException, Unreadable {
        List<String> names = new ArrayList<>();
        try (JsonParser parser = keys.parser()) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw noKey(table);
            }
            for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
                names.add(name);
                parser.nextToken();
                parser.skipChildren();
            }
            keys.checkEnd(parser);
        }
        return names;
    }

    private static Unreadable noKey(String table) {
        return new Unreadable(
                "Its key names no columns: set tables." + table + ".key to the columns that identify a row");
    }

    /** The shapes of the tables, as far as they are known now. */
    public Map<String, Schema> schemas() {
        return new TreeMap<>(known);
    }

    /** What is to be kept of each partition that was read; see {@link #restore}. */
    public List<byte[]> progress() {
        List<byte[]> progress = new ArrayList<>();
        topics.values().forEach(topic -> topic.progress.values().forEach(each -> progress.add(each.bytes())));
        return progress;
    }

    /** Of what is given for one partition, that of the greatest offset holds. */
    public void restore(byte[] bytes) {
        Progress progress = Progress.ofBytes(bytes);
        topics.computeIfAbsent(progress.topic(), name -> new Topic())
                .progress
                .merge(progress.partition(), progress, (one, other) -> one.isBehind(other) ? other : one);
    }
}
