package io.tributary.settings;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
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
    private final boolean lasts;
    private volatile String value;

    /**
     * @param lasts whether a value that was read before may be right still
     */
    private Secret(String reference, Secrets.@Nullable Store kept, String name, boolean lasts, String value) {
        this.reference = reference;
        this.kept = kept;
        this.name = name;
        this.lasts = lasts;
        this.value = value;
    }

    /** One that stays as it is. */
    public static Secret of(String reference, String value) {
        return new Secret(reference, null, "", true, value);
    }

    /**
     * @param kept where it may be changed
     * @param name what it is called there
     */
    static Secret kept(String reference, Secrets.Store kept, String name, String value) {
        return new Secret(reference, kept, name, true, value);
    }

    /**
     * A token of AWS IAM for a user of a database on RDS, made for each connection. It has no value before.
     *
     * @param hostname as RDS names it
     */
    public static Secret rdsToken(String hostname, int port, String username, String region) {
        return new Secret("the IAM token of " + username, new RdsToken(hostname, port, region), username, false, "");
    }

    /** As it was when it was read last. */
    public String value() {
        return value;
    }

    /**
     * As it is where it is kept; as it was read last, with a warning, if it cannot be read there. For one connection.
     *
     * @throws UncheckedIOException if it is a token and cannot be made
     */
    public String anew() {
        if (kept == null) {
            return value;
        }
        try {
            String found = kept.find(name);
            if (found != null && !found.isEmpty()) {
                value = lasts ? found : value;
                return found;
            }
            LOG.warn("{} is empty or not set; the value that was read before is used", reference);
        } catch (IOException e) {
            if (!lasts) {
                throw new UncheckedIOException(String.valueOf(e.getMessage()), e);
            }
            LOG.warn("{} cannot be read; the value that was read before is used: {}", reference, e.toString());
        }
        return value;
    }

    @Override
    public String toString() {
        return reference;
    }
}
