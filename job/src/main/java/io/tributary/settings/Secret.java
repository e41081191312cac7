package io.tributary.settings;

import java.io.Serializable;

/** A secret that was resolved from a reference. It prints as its reference, so that it cannot reach a log. */
public final class Secret implements Serializable {

    private static final long serialVersionUID = 1L;

    private final String reference;
    private final String value;

    private Secret(String reference, String value) {
        this.reference = reference;
        this.value = value;
    }

    public static Secret of(String reference, String value) {
        return new Secret(reference, value);
    }

    public String value() {
        return value;
    }

    @Override
    public String toString() {
        return reference;
    }
}
