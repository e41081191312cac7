package io.tributary.capture.dynamodb;

import java.io.Serializable;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/** The tables that had the names of the settings when DynamoDB was asked. */
public final class LiveTables implements Serializable {

    private static final long serialVersionUID = 1L;

    private final TreeMap<String, TableIdentity> byName;
    private final Instant askedAt;

    private LiveTables(Map<String, TableIdentity> byName, Instant askedAt) {
        this.byName = new TreeMap<>(byName);
        this.askedAt = askedAt;
    }

    /** @param byName by the tables' names in the pipeline, as far as they are known */
    public static LiveTables of(Map<String, TableIdentity> byName, Instant askedAt) {
        return new LiveTables(byName, askedAt);
    }

    public TableIdentity of(String name) {
        return byName.getOrDefault(name, TableIdentity.UNKNOWN);
    }

    public Instant askedAt() {
        return askedAt;
    }
}
