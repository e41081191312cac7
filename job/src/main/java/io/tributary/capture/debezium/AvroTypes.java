package io.tributary.capture.debezium;

import io.tributary.capture.Unreadable;
import io.tributary.capture.debezium.ConnectType.Kind;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * An Avro schema in Kafka Connect's terms. It is one that Connect's AvroConverter made: what a value means is in
 * {@code connect.name} and {@code connect.parameters}; where these are left out ({@code connect.meta.data=false}), in Avro's own
 * logical type.
 */
final class AvroTypes {

    /** Of a schema, written out: a few names that are used again and again become any number of fields. */
    private static final int MOST = 100_000;

    private static final String DECIMAL = "org.apache.kafka.connect.data.Decimal";

    /** The names of the records that the field at hand is in. */
    private final Set<String> around = new HashSet<>();

    private int count;

    private AvroTypes() {}

    static ConnectType of(Schema schema) throws Unreadable {
        return new AvroTypes().type(schema, null);
    }

    /** @param field of a record, whose properties count where the schema has none itself */
    private ConnectType type(Schema schema, Schema.@Nullable Field field) throws Unreadable {
        if (++count > MOST) {
            throw new Unreadable("A schema with more than " + MOST + " fields is not known to this reader");
        }
        String name = name(schema, field);
        Map<String, String> parameters = parameters(schema, field);
        switch (schema.getType()) {
            case UNION:
                return ofUnion(schema, field);
            case RECORD:
                if (!around.add(schema.getFullName())) {
                    throw new Unreadable(
                            "A record that contains itself, " + schema.getFullName() + ", is not known to this reader");
                }
                Map<String, ConnectType> fields = new LinkedHashMap<>();
                for (Schema.Field each : schema.getFields()) {
                    fields.put(each.name(), type(each.schema(), each));
                }
                around.remove(schema.getFullName());
                return ConnectType.struct(fields, name);
            case ARRAY:
                return ConnectType.array(type(schema.getElementType(), null), name, parameters);
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
    private ConnectType ofUnion(Schema union, Schema.@Nullable Field field) throws Unreadable {
        ConnectType only = null;
        for (Schema each : union.getTypes()) {
            if (each.getType() == Schema.Type.NULL) {
                continue;
            }
            if (only != null) {
                throw new Unreadable("A column of several Avro types is not known to this reader: " + union);
            }
            only = type(each, field);
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
        return name == null ? ofLogicalType(schema) : name;
    }

    /** The name in Connect, or Debezium, of what Avro's logical type means; empty if there is none, or not of this kind of value. */
    private static String ofLogicalType(Schema schema) {
        String logical = schema.getProp("logicalType");
        switch (schema.getType() + " " + logical) {
            case "BYTES decimal":
            case "FIXED decimal":
                return DECIMAL;
            case "INT date":
                return "org.apache.kafka.connect.data.Date";
            case "INT time-millis":
                return "org.apache.kafka.connect.data.Time";
            case "LONG time-micros":
                return "io.debezium.time.MicroTime";
            case "LONG timestamp-millis":
            case "LONG local-timestamp-millis":
                return "org.apache.kafka.connect.data.Timestamp";
            case "LONG timestamp-micros":
            case "LONG local-timestamp-micros":
                return "io.debezium.time.MicroTimestamp";
            case "LONG timestamp-nanos":
            case "LONG local-timestamp-nanos":
                return "io.debezium.time.NanoTimestamp";
            case "STRING uuid":
                return "io.debezium.data.Uuid";
            default:
                return "";
        }
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
        if (texts.isEmpty() && name(schema, field).equals(DECIMAL)) {
            copy(schema, "scale", "scale", texts);
            copy(schema, "precision", "connect.decimal.precision", texts);
        }
        return texts;
    }

    private static void copy(Schema schema, String property, String parameter, Map<String, String> texts) {
        Object value = schema.getObjectProp(property);
        if (value != null) {
            texts.put(parameter, String.valueOf(value));
        }
    }
}
