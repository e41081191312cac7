package io.tributary.capture.debezium;

import com.fasterxml.jackson.databind.JsonNode;
import io.tributary.capture.Unreadable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A schema of Kafka Connect: the kind of value, and by its name what is meant with it ({@code io.debezium.time.Date}).
 *
 * <p>Two that were read apart are different: layouts are kept by identity.
 */
final class ConnectType {

    /** The kinds there are, in the order of Kafka Connect's {@code Schema.Type}. */
    enum Kind {
        INT8,
        INT16,
        INT32,
        INT64,
        FLOAT,
        DOUBLE,
        BOOLEAN,
        STRING,
        BYTES,
        ARRAY,
        MAP,
        STRUCT
    }

    /** Debezium's parameter that has the type a column was declared with, where the connector was told to send it. */
    private static final String SOURCE_TYPE = "__debezium.source.column.type";

    private final Kind kind;
    private final String name;
    private final Map<String, String> parameters;
    private final Map<String, ConnectType> fields;
    private final @Nullable ConnectType items;

    private ConnectType(
            Kind kind,
            String name,
            Map<String, String> parameters,
            Map<String, ConnectType> fields,
            @Nullable ConnectType items) {
        this.kind = kind;
        this.name = name;
        this.parameters = parameters;
        this.fields = fields;
        this.items = items;
    }

    static ConnectType of(Kind kind, String name, Map<String, String> parameters) {
        return new ConnectType(kind, name, parameters, Map.of(), null);
    }

    static ConnectType array(ConnectType items, String name, Map<String, String> parameters) {
        return new ConnectType(Kind.ARRAY, name, parameters, Map.of(), items);
    }

    /** @param fields in their order */
    static ConnectType struct(Map<String, ConnectType> fields, String name) {
        return new ConnectType(Kind.STRUCT, name, Map.of(), fields, null);
    }

    /** The form that Kafka Connect's JsonConverter gives it. */
    static ConnectType ofJson(JsonNode json) throws Unreadable {
        Map<String, String> parameters = new LinkedHashMap<>();
        json.path("parameters")
                .properties()
                .forEach(
                        entry -> parameters.put(entry.getKey(), entry.getValue().asText()));
        Kind kind = kind(json.path("type").asText(""));
        String name = json.path("name").asText("");
        if (kind == Kind.ARRAY) {
            return array(ofJson(json.path("items")), name, parameters);
        }
        Map<String, ConnectType> fields = new LinkedHashMap<>();
        List<JsonNode> nodes = new ArrayList<>();
        json.path("fields").elements().forEachRemaining(nodes::add);
        for (JsonNode node : nodes) {
            fields.put(node.path("field").asText(), ofJson(node));
        }
        return new ConnectType(kind, name, parameters, fields, null);
    }

    private static Kind kind(String type) throws Unreadable {
        for (Kind kind : Kind.values()) {
            if (kind.name().toLowerCase(java.util.Locale.ROOT).equals(type)) {
                return kind;
            }
        }
        throw new Unreadable("Its schema has a type '" + type + "', which this reader does not know");
    }

    Kind kind() {
        return kind;
    }

    /** Empty if it has none. */
    String name() {
        return name;
    }

    @Nullable
    String parameter(String key) {
        return parameters.get(key);
    }

    /** Whether it is known that the column was declared as {@code char(n)}, whose values are filled up with blanks. */
    boolean isPadded() {
        String type = parameters.get(SOURCE_TYPE);
        return type != null && type.equalsIgnoreCase("bpchar");
    }

    /** Whether it is known that the column was declared as {@code varbit}, whose length is not that of its values. */
    boolean isVaryingBits() {
        String type = parameters.get(SOURCE_TYPE);
        return type != null && type.equalsIgnoreCase("varbit");
    }

    /** Of a struct, in their order. */
    Map<String, ConnectType> fields() {
        return fields;
    }

    @Nullable
    ConnectType field(String field) {
        return fields.get(field);
    }

    /** Of an array. */
    ConnectType items() {
        if (items == null) {
            throw new IllegalStateException(kind + " has no items");
        }
        return items;
    }

    @Override
    public String toString() {
        return name.isEmpty() ? kind.toString() : name;
    }
}
