package io.tributary.local.service.dynamodb;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Base64;

/** Builds items, and the maps in them, in DynamoDB's JSON. */
public final class Attributes {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final ObjectNode attributes = JSON.createObjectNode();

    public Attributes text(String name, String value) {
        attributes.putObject(name).put("S", value);
        return this;
    }

    public Attributes number(String name, String value) {
        attributes.putObject(name).put("N", value);
        return this;
    }

    public Attributes number(String name, long value) {
        return number(name, Long.toString(value));
    }

    public Attributes truth(String name, boolean value) {
        attributes.putObject(name).put("BOOL", value);
        return this;
    }

    public Attributes bytes(String name, byte[] value) {
        attributes.putObject(name).put("B", Base64.getEncoder().encodeToString(value));
        return this;
    }

    public Attributes nothing(String name) {
        attributes.putObject(name).put("NULL", true);
        return this;
    }

    public Attributes map(String name, Attributes value) {
        attributes.putObject(name).set("M", value.attributes);
        return this;
    }

    /** A list of maps. */
    public Attributes list(String name, Attributes... elements) {
        ArrayNode list = attributes.putObject(name).putArray("L");
        for (Attributes element : elements) {
            list.addObject().set("M", element.attributes);
        }
        return this;
    }

    public Attributes texts(String name, String... elements) {
        return set(name, "SS", elements);
    }

    public Attributes numbers(String name, String... elements) {
        return set(name, "NS", elements);
    }

    public Attributes byteArrays(String name, byte[]... elements) {
        ArrayNode set = attributes.putObject(name).putArray("BS");
        for (byte[] element : elements) {
            set.add(Base64.getEncoder().encodeToString(element));
        }
        return this;
    }

    private Attributes set(String name, String type, String... elements) {
        ArrayNode set = attributes.putObject(name).putArray(type);
        for (String element : elements) {
            set.add(element);
        }
        return this;
    }

    public ObjectNode json() {
        return attributes;
    }
}
