package io.tributary.capture.dynamodb.item;

import org.jspecify.annotations.Nullable;

/** The types of attribute values that DynamoDB has, with numbers parted into those that a long holds and all others. */
enum Kind {
    NULL,
    BOOLEAN,
    /** A long. */
    INTEGER,
    /** A {@link java.math.BigDecimal} without trailing zeros. */
    DECIMAL,
    /** A String. */
    TEXT,
    /** A byte array. */
    BINARY,
    /** An {@link Item}. */
    MAP,
    /** A list of {@link Value}s. */
    LIST,
    /** A list of {@link Value}s of one kind, in the order of the values. */
    SET;

    /** How the API writes the type in front of a value; null if it is none of its types. A number is an INTEGER here. */
    static @Nullable Kind ofDescriptor(String descriptor) {
        switch (descriptor) {
            case "S":
                return TEXT;
            case "N":
                return INTEGER;
            case "B":
                return BINARY;
            case "BOOL":
                return BOOLEAN;
            case "NULL":
                return NULL;
            case "M":
                return MAP;
            case "L":
                return LIST;
            case "SS":
            case "NS":
            case "BS":
                return SET;
            default:
                return null;
        }
    }

    /** Whether it is shown as a JSON text: what has values in it. */
    boolean isDocument() {
        return this == MAP || this == LIST || this == SET;
    }
}
