package io.tributary.settings;

import java.io.IOException;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A secret that was resolved from a reference. It prints as its reference, so that it cannot reach a log.
 *
 * <p>It may be changed where it is kept, so whoever makes a connection asks for it {@link #anew}. One from the environment stays
 * as it is: that of a process does not change, and the task managers have another one than the start.
 */
public final class Secret implements Serializable {

    private static final long serialVersionUID = 1L;

    private static final Logger LOG = LoggerFactory.getLogger(Secret.class);

    private final String reference;
    private final Secrets.@Nullable Store kept;
    private final String name;
    private volatile String value;

    private Secret(String reference, Secrets.@Nullable Store kept, String name, String value) {
        this.reference = reference;
        this.kept = kept;
        this.name = name;
        this.value = value;
    }

    /** One that stays as it is. */
    public static Secret of(String reference, String value) {
        return new Secret(reference, null, "", value);
    }

    /**
     * @param kept where it may be changed
     * @param name what it is called there
     */
    static Secret kept(String reference, Secrets.Store kept, String name, String value) {
        return new Secret(reference, kept, name, value);
    }

    /** As it was when it was read last. */
    public String value() {
        return value;
    }

    /** As it is where it is kept; as it was read last, with a warning, if it cannot be read there. For one connection. */
    public String anew() {
        if (kept == null) {
            return value;
        }
        try {
            String found = kept.find(name);
            if (found != null && !found.isEmpty()) {
                value = found;
                return found;
            }
            LOG.warn("{} is empty or not set; the value that was read before is used", reference);
        } catch (IOException e) {
            LOG.warn("{} cannot be read; the value that was read before is used: {}", reference, e.toString());
        }
        return value;
    }

    @Override
    public String toString() {
        return reference;
    }
}
