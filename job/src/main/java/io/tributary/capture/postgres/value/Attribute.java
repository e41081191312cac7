package io.tributary.capture.postgres.value;

/** A column as the catalog and the slot's relation messages describe it: its name, the number of its type, the modifier. */
public final class Attribute {

    private final String name;
    private final long type;
    private final int modifier;

    public Attribute(String name, long type, int modifier) {
        this.name = name;
        this.type = type;
        this.modifier = modifier;
    }

    public String name() {
        return name;
    }

    public long type() {
        return type;
    }

    /** -1: none. */
    public int modifier() {
        return modifier;
    }
}
