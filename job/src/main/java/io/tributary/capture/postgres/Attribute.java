package io.tributary.capture.postgres;

/** A column as the catalog and the slot's relation messages describe it: its name, the number of its type, the modifier. */
final class Attribute {

    private final String name;
    private final long type;
    private final int modifier;

    Attribute(String name, long type, int modifier) {
        this.name = name;
        this.type = type;
        this.modifier = modifier;
    }

    String name() {
        return name;
    }

    long type() {
        return type;
    }

    /** -1: none. */
    int modifier() {
        return modifier;
    }
}
