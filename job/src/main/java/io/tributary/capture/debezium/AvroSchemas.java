package io.tributary.capture.debezium;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.dataformat.avro.AvroFactory;
import com.fasterxml.jackson.dataformat.avro.AvroSchema;
import io.tributary.capture.Unreadable;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;

/**
 * Records in Avro with the number of their schema in front: a zero, four bytes for the number, and the value. The schemas are those
 * that Kafka Connect's AvroConverter makes.
 */
final class AvroSchemas {

    static final int HEADER = 1 + Integer.BYTES;

    /** Of a schema's text. Debezium's have some hundred characters a column. */
    private static final int LONGEST = 4 << 20;

    private static final int DEEPEST = 100;

    private static final AvroFactory FACTORY = new AvroFactory();

    private final Registry registry;
    private final Map<Integer, Entry> known = new HashMap<>();

    /** Why what the registry has under a number cannot be used. */
    private final Map<Integer, String> refused = new HashMap<>();

    AvroSchemas(Registry registry) {
        this.registry = registry;
    }

    /** A schema, in Avro's and in Kafka Connect's terms. */
    static final class Entry {
        private final AvroSchema schema;
        private final ConnectType type;

        private Entry(AvroSchema schema, ConnectType type) {
            this.schema = schema;
            this.type = type;
        }

        ConnectType type() {
            return type;
        }

        /** Fails where a length in the record goes beyond it: to be called before {@link #parser}. */
        void checkBounds(byte[] record) throws Unreadable {
            AvroBounds.check(schema.getAvroSchema(), record, HEADER);
        }

        JsonParser parser(byte[] record) throws IOException {
            JsonParser parser = FACTORY.createParser(record, HEADER, record.length - HEADER);
            parser.setSchema(schema);
            return parser;
        }
    }

    static boolean isAvro(byte[] record) {
        return record.length > 0 && record[0] == 0;
    }

    /** Whether it starts as Apicurio's converters do: registries count from 1, so no number of four bytes is 0. */
    static boolean hasLongNumber(byte[] record) {
        if (record.length < 1 + Long.BYTES) {
            return false;
        }
        for (int i = 1; i < HEADER; i++) {
            if (record[i] != 0) {
                return false;
            }
        }
        return true;
    }

    Entry of(byte[] record) throws Unreadable {
        if (record.length < HEADER) {
            throw new Unreadable("It starts as Avro does, and is too short for it");
        }
        int id = java.nio.ByteBuffer.wrap(record, 1, Integer.BYTES).getInt();
        Entry entry = known.get(id);
        if (entry != null) {
            return entry;
        }
        String reason = refused.get(id);
        if (reason != null) {
            throw new Unreadable(reason);
        }
        return ask(id);
    }

    private Entry ask(int id) throws Unreadable {
        Entry entry;
        try {
            String text = registry.schema(id);
            entry = text == null ? null : parse(id, text);
        } catch (Unreadable e) {
            refused.put(id, e.reason());
            throw e;
        }
        if (entry == null) {
            // It may come: registries are copied from one place to another.
            throw new Unreadable("The registry at kafka.registry.url has no schema " + id);
        }
        known.put(id, entry);
        return entry;
    }

    private static Entry parse(int id, String text) throws Unreadable {
        if (text.length() > LONGEST) {
            throw new Unreadable("Schema " + id + " of the registry has more than " + LONGEST + " characters");
        }
        if (isDeep(text)) {
            throw new Unreadable("Schema " + id + " of the registry is nested deeper than " + DEEPEST + " levels");
        }
        try {
            Schema schema = new Schema.Parser().parse(text);
            return new Entry(new AvroSchema(schema), AvroTypes.of(schema));
        } catch (AvroRuntimeException e) {
            throw new Unreadable("Schema " + id + " of the registry is not an Avro schema: " + e.getMessage());
        }
    }

    /** Schemas are parsed by methods that call themselves. */
    private static boolean isDeep(String text) {
        int depth = 0;
        boolean isQuoted = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\' && isQuoted) {
                i++;
            } else if (c == '"') {
                isQuoted = !isQuoted;
            } else if (!isQuoted && (c == '{' || c == '[')) {
                depth++;
            } else if (!isQuoted && (c == '}' || c == ']')) {
                depth--;
            }
            if (depth > DEEPEST) {
                return true;
            }
        }
        return false;
    }
}
