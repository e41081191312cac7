package io.tributary.capture;

import java.io.Serializable;
import java.util.Collection;
import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;

/** Which consumers of the changelog take a table, as {@link io.tributary.change.Audience} names them. Immutable. */
public final class Readership implements Serializable {

    private static final long serialVersionUID = 1L;

    private final TreeSet<String> consumers;

    private Readership(Collection<String> consumers) {
        this.consumers = new TreeSet<>(consumers);
    }

    public static Readership of(Collection<String> consumers) {
        return new Readership(consumers);
    }

    public Set<String> consumers() {
        return Collections.unmodifiableSet(consumers);
    }
}
