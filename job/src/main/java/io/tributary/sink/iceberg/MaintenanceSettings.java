package io.tributary.sink.iceberg;

import io.tributary.settings.Given;
import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.MemorySize;
import org.jspecify.annotations.Nullable;

/** Whether and how the job tends its tables. */
final class MaintenanceSettings implements Serializable {

    private static final long serialVersionUID = 1L;

    static final ConfigOption<Duration> INTERVAL = ConfigOptions.key("iceberg.maintenance.interval")
            .durationType()
            .noDefaultValue()
            .withDescription(
                    "How often the job tends each table that it writes: it makes one of small files and of files with many"
                            + " deleted rows, merges position-delete files, takes out delete files that apply to nothing, and lets"
                            + " old snapshots expire. 10 min is a good one. By default it does not: leave it so where others"
                            + " do that, as S3 Tables and Glue.");
    static final ConfigOption<Duration> SNAPSHOT_AGE = ConfigOptions.key("iceberg.maintenance.snapshot-age")
            .durationType()
            .defaultValue(Duration.ofHours(6))
            .withDescription("With an interval: snapshots that are older expire, but for the newest, and those that"
                    + " a tag or another branch names. A query that takes longer may not find its files any more.");
    static final ConfigOption<MemorySize> ROUND_SIZE = ConfigOptions.key("iceberg.maintenance.round-size")
            .memoryType()
            .defaultValue(MemorySize.ofMebiBytes(64))
            .withDescription(
                    "With an interval: how much of a table's files is rewritten at a time, between two commits of"
                            + " the table. Files of a quarter of that and more are large.");

    private final @Nullable Duration interval;
    private final Duration snapshotAge;
    private final long roundBytes;

    private MaintenanceSettings(@Nullable Duration interval, Duration snapshotAge, long roundBytes) {
        this.interval = interval;
        this.snapshotAge = snapshotAge;
        this.roundBytes = roundBytes;
    }

    static MaintenanceSettings from(Given given) {
        given.atLeast(Duration.ofSeconds(1), INTERVAL);
        given.atLeast(Duration.ZERO, SNAPSHOT_AGE);
        given.atLeast(MemorySize.ofMebiBytes(1), ROUND_SIZE);
        return new MaintenanceSettings(
                given.find(INTERVAL),
                given.get(SNAPSHOT_AGE),
                given.get(ROUND_SIZE).getBytes());
    }

    static List<ConfigOption<?>> all() {
        return List.of(INTERVAL, SNAPSHOT_AGE, ROUND_SIZE);
    }

    /** Null if the tables are tended by others, or by nobody. */
    @Nullable
    Duration interval() {
        return interval;
    }

    Duration snapshotAge() {
        return snapshotAge;
    }

    /** How much is read in a round. */
    long roundBytes() {
        return roundBytes;
    }
}
