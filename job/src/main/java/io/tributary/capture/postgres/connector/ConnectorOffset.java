package io.tributary.capture.postgres.connector;

import java.util.Map;
import org.apache.flink.cdc.connectors.postgres.source.offset.PostgresOffset;

/** A position in the WAL as the connector writes it: in its records, in its state, and when it confirms it to the slot. */
final class ConnectorOffset {

    private ConnectorOffset() {}

    /** As a record carries it. The connector wants a time beside it. */
    static Map<String, String> of(long lsn) {
        return Map.of("lsn", Long.toString(lsn), "ts_usec", "0");
    }

    /** As the connector keeps it in its state. */
    static PostgresOffset inState(long lsn) {
        return PostgresOffset.of(of(lsn));
    }
}
