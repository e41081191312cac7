package io.tributary.local.benchmark.flink;

import java.util.Map;
import java.util.Properties;

/**
 * What makes flink-connector-postgres-cdc 3.5.0 fast, as far as its settings can: every chunk costs some 0.4 s, so there
 * are few and large ones; the back-fill of each chunk is left out, which without a primary-key conflict downstream is exact
 * and saves a slot per chunk; rows are fetched by a cursor, not as whole chunks (FLINK-40007); Debezium's queue between its
 * reading thread and Flink is larger and polled more often.
 */
public final class Tuning {

    public static final int CHUNK_ROWS = 50_000;
    public static final int FETCH_ROWS = 10_000;

    /** Debezium's own options. */
    public static final Map<String, String> DEBEZIUM = Map.of(
            "snapshot.fetch.size", String.valueOf(FETCH_ROWS),
            "max.batch.size", "8192",
            "max.queue.size", "32768",
            "poll.interval.ms", "50");

    private Tuning() {}

    static Properties debezium(String publication) {
        Properties properties = new Properties();
        properties.putAll(DEBEZIUM);
        properties.setProperty("publication.name", publication);
        properties.setProperty("publication.autocreate.mode", "disabled");
        properties.setProperty("slot.drop.on.stop", "false");
        return properties;
    }
}
