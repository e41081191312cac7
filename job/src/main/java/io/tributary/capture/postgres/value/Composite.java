package io.tributary.capture.postgres.value;

import static java.util.Objects.requireNonNull;

import io.tributary.capture.Unreadable;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** A composite type: its attributes, and what they become. Its values become JSON objects. */
public final class Composite {

    private final String name;
    private final List<Attribute> attributes;
    private final ColumnType[] types;
    /** What comes before each attribute's value: {@code ,"name":}. */
    private final byte[][] starts;

    public Composite(String name, List<Attribute> attributes, ColumnType[] types) {
        this.name = name;
        this.attributes = attributes;
        this.types = types;
        this.starts = new byte[types.length][];
        for (int i = 0; i < types.length; i++) {
            byte[] bytes = attributes.get(i).name().getBytes(StandardCharsets.UTF_8);
            Text start = new Text().add(i == 0 ? "" : ",");
            int from = start.length();
            start.add(bytes, 0, bytes.length);
            Json.quote(from, start);
            start.add(':');
            starts[i] = Arrays.copyOf(start.bytes(), start.length());
        }
    }

    int size() {
        return types.length;
    }

    void startJson(int attribute, Text out) {
        out.add(starts[attribute], 0, starts[attribute].length);
    }

    /** The number of the attribute's type. */
    long number(int attribute) {
        return attributes.get(attribute).type();
    }

    ColumnType attribute(int attribute) {
        return types[attribute];
    }

    ValueForm binary(int attribute) {
        return requireNonNull(types[attribute].binary());
    }

    /** Whether the binary forms of all attributes can be read. */
    boolean isBinary() {
        return Arrays.stream(types).allMatch(type -> type.binary() != null);
    }

    Unreadable misfit(Object value) {
        String names = attributes.stream().map(Attribute::name).collect(Collectors.joining(", "));
        return new Unreadable(
                "'" + value + "' does not fit the type " + name + " (" + names
                        + "); if the type was changed since the job started, stop the job with a savepoint and start it again from that");
    }
}
