package io.tributary.capture.debezium;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.dataformat.avro.AvroFactory;
import com.fasterxml.jackson.dataformat.avro.AvroSchema;
import io.tributary.capture.Unreadable;
import io.tributary.capture.debezium.ConnectType.Kind;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Records in Avro with the number of their schema in front: a zero, four bytes for the number, and the value. The schemas are those
 * that Kafka Connect's AvroConverter makes: what a value means is in {@code connect.name} and {@code connect.parameters}.
 */
final class AvroSchemas {

    static final int HEADER = 1 + Integer.BYTES;

    /** Of a schema's text. Debezium's have some hundred characters a column. */
    private static final int LONGEST = 4 << 20;

    private static final int DEEPEST = 100;

    private static final AvroFactory FACTORY = new AvroFactory();

    private final Registry registry;
    private final Map<Integer, Entry> known = new HashMap<>();

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

    Entry of(byte[] record) throws Unreadable {
        if (record.length < HEADER) {
            throw new Unreadable("It starts as Avro does, and is too short for it");
        }
        int id = java.nio.ByteBuffer.wrap(record, 1, Integer.BYTES).getInt();
        Entry entry = known.get(id);
        if (entry == null) {
            String text = registry.schema(id);
            if (text == null) {
                throw new Unreadable("The registry at kafka.registry.url has no schema " + id);
            }
            entry = parse(id, text);
            known.put(id, entry);
        }
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
            return new Entry(new AvroSchema(schema), type(schema, null, new HashSet<>()));
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

    /**
     * @param field of a record, whose properties count where the schema has none itself
     * @param around the names of the records that it is in
     */
    private static ConnectType type(Schema schema, Schema.@Nullable Field field, Set<String> around) throws Unreadable {
        String name = name(schema, field);
        Map<String, String> parameters = parameters(schema, field);
        switch (schema.getType()) {
            case UNION:
                return ofUnion(schema, field, around);
            case RECORD:
                if (!around.add(schema.getFullName())) {
                    throw new Unreadable(
                            "A record that contains itself, " + schema.getFullName() + ", is not known to this reader");
                }
                Map<String, ConnectType> fields = new LinkedHashMap<>();
                for (Schema.Field each : schema.getFields()) {
                    fields.put(each.name(), type(each.schema(), each, around));
                }
                around.remove(schema.getFullName());
                return ConnectType.struct(fields, name);
            case ARRAY:
                return ConnectType.array(type(schema.getElementType(), null, around), name, parameters);
            case MAP:
                return ConnectType.of(Kind.MAP, name, parameters);
            case INT:
                return ConnectType.of(small(schema), name, parameters);
            case LONG:
                return ConnectType.of(Kind.INT64, name, parameters);
            case FLOAT:
                return ConnectType.of(Kind.FLOAT, name, parameters);
            case DOUBLE:
                return ConnectType.of(Kind.DOUBLE, name, parameters);
            case BOOLEAN:
                return ConnectType.of(Kind.BOOLEAN, name, parameters);
            case STRING:
            case ENUM:
                return ConnectType.of(Kind.STRING, name, parameters);
            case BYTES:
            case FIXED:
                return ConnectType.of(Kind.BYTES, name, parameters);
            default:
                throw new Unreadable("A column of the Avro type " + schema.getType() + " is not known to this reader");
        }
    }

    /** NULL or a value: which of the two is not a matter of the type. */
    private static ConnectType ofUnion(Schema union, Schema.@Nullable Field field, Set<String> around)
            throws Unreadable {
        ConnectType only = null;
        for (Schema each : union.getTypes()) {
            if (each.getType() == Schema.Type.NULL) {
                continue;
            }
            if (only != null) {
                throw new Unreadable("A column of several Avro types is not known to this reader: " + union);
            }
            only = type(each, field, around);
        }
        return only == null ? ConnectType.of(Kind.STRING, "", Map.of()) : only;
    }

    private static Kind small(Schema schema) {
        String connect = schema.getProp("connect.type");
        return "int8".equals(connect) ? Kind.INT8 : "int16".equals(connect) ? Kind.INT16 : Kind.INT32;
    }

    private static String name(Schema schema, Schema.@Nullable Field field) {
        String name = schema.getProp("connect.name");
        if (name == null && field != null) {
            name = field.getProp("connect.name");
        }
        return name == null ? "" : name;
    }

    private static Map<String, String> parameters(Schema schema, Schema.@Nullable Field field) {
        Object parameters = schema.getObjectProp("connect.parameters");
        if (parameters == null && field != null) {
            parameters = field.getObjectProp("connect.parameters");
        }
        Map<String, String> texts = new LinkedHashMap<>();
        if (parameters instanceof Map) {
            ((Map<?, ?>) parameters).forEach((key, value) -> texts.put(String.valueOf(key), String.valueOf(value)));
        }
        return texts;
    }
}
