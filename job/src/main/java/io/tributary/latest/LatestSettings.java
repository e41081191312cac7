package io.tributary.latest;

import io.tributary.settings.Given;
import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.MemorySize;

/** How long the state remembers deleted keys, and how long an incomplete row waits to be completed. */
public final class LatestSettings implements Serializable {

    private static final long serialVersionUID = 1L;

    public static final ConfigOption<Duration> TOMBSTONE_TTL = ConfigOptions.key("latest.tombstone-ttl")
            .durationType()
            .defaultValue(Duration.ofDays(1))
            .withDescription("How long the position of a deleted key is kept, so that an older change that comes late"
                    + " cannot bring the row back. Longer than the snapshot takes.");

    static final ConfigOption<Duration> PARTIAL_WAIT = ConfigOptions.key("latest.partial-wait")
            .durationType()
            .defaultValue(Duration.ofMinutes(10))
            .withDescription("How long a change that leaves out unchanged columns waits for the row that has them,"
                    + " before it becomes a dead letter.");

    public static final ConfigOption<MemorySize> MAX_ROW_SIZE = ConfigOptions.key("latest.max-row-size")
            .memoryType()
            .defaultValue(MemorySize.ofMebiBytes(16))
            .withDescription("The most bytes that the values of one row may have, as they are captured; a larger row"
                    + " becomes a dead letter without its large values, and downstream the row stays as it was until a"
                    + " change makes it smaller. A task manager needs some ten times as much memory for a row on its"
                    + " way: raise both together.");

    static final ConfigOption<RemovedTable> ON_REMOVED_TABLE = ConfigOptions.key("latest.on-removed-table")
            .enumType(RemovedTable.class)
            .defaultValue(RemovedTable.KEEP)
            .withDescription(
                    "What becomes of a table that a resumed job has in its state and that is captured no longer,"
                            + " since it was taken out of the settings, or fits no pattern any more. keep leaves its rows in the"
                            + " targets, delete deletes them there, and both give up what the state has of it; fail refuses to"
                            + " start.");

    /** What becomes of a table that is captured no longer. */
    public enum RemovedTable {
        KEEP("keep"),
        DELETE("delete"),
        FAIL("fail");

        private final String spelled;

        RemovedTable(String spelled) {
            this.spelled = spelled;
        }

        @Override
        public String toString() {
            return spelled;
        }
    }

    private final Duration tombstoneTtl;
    private final Duration partialWait;
    private final MemorySize maxRowSize;
    private final RemovedTable onRemovedTable;

    private LatestSettings(
            Duration tombstoneTtl, Duration partialWait, MemorySize maxRowSize, RemovedTable onRemovedTable) {
        this.tombstoneTtl = tombstoneTtl;
        this.partialWait = partialWait;
        this.maxRowSize = maxRowSize;
        this.onRemovedTable = onRemovedTable;
    }

    public static LatestSettings of(Duration tombstoneTtl, Duration partialWait) {
        return of(tombstoneTtl, partialWait, RemovedTable.KEEP);
    }

    static LatestSettings of(Duration tombstoneTtl, Duration partialWait, RemovedTable onRemovedTable) {
        return new LatestSettings(tombstoneTtl, partialWait, MAX_ROW_SIZE.defaultValue(), onRemovedTable);
    }

    public static LatestSettings from(Given given) {
        given.atLeast(Duration.ofMillis(1), TOMBSTONE_TTL);
        given.atLeast(Duration.ofMillis(1), PARTIAL_WAIT);
        given.atLeast(new MemorySize(1), MAX_ROW_SIZE);
        return new LatestSettings(
                given.get(TOMBSTONE_TTL),
                given.get(PARTIAL_WAIT),
                given.get(MAX_ROW_SIZE),
                given.get(ON_REMOVED_TABLE));
    }

    public static List<ConfigOption<?>> options() {
        return List.of(TOMBSTONE_TTL, PARTIAL_WAIT, MAX_ROW_SIZE, ON_REMOVED_TABLE);
    }

    public Duration tombstoneTtl() {
        return tombstoneTtl;
    }

    public Duration partialWait() {
        return partialWait;
    }

    public MemorySize maxRowSize() {
        return maxRowSize;
    }

    public RemovedTable onRemovedTable() {
        return onRemovedTable;
    }
}
