package io.tributary.latest;

import io.tributary.settings.Problems;
import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.Configuration;

/** How long the state remembers deleted keys, and how long an incomplete row waits to be completed. */
public final class LatestSettings implements Serializable {

    private static final long serialVersionUID = 1L;

    static final ConfigOption<Duration> TOMBSTONE_TTL = ConfigOptions.key("latest.tombstone-ttl")
            .durationType()
            .defaultValue(Duration.ofDays(1))
            .withDescription("How long the position of a deleted key is kept, so that an older change that comes late"
                    + " cannot bring the row back. Longer than the snapshot takes.");

    static final ConfigOption<Duration> PARTIAL_WAIT = ConfigOptions.key("latest.partial-wait")
            .durationType()
            .defaultValue(Duration.ofMinutes(10))
            .withDescription("How long a change that leaves out unchanged columns waits for the row that has them,"
                    + " before it becomes a dead letter.");

    private final Duration tombstoneTtl;
    private final Duration partialWait;

    private LatestSettings(Duration tombstoneTtl, Duration partialWait) {
        this.tombstoneTtl = tombstoneTtl;
        this.partialWait = partialWait;
    }

    public static LatestSettings of(Duration tombstoneTtl, Duration partialWait) {
        return new LatestSettings(tombstoneTtl, partialWait);
    }

    public static LatestSettings from(Configuration configuration, Problems problems) {
        return of(positive(configuration, TOMBSTONE_TTL, problems), positive(configuration, PARTIAL_WAIT, problems));
    }

    private static Duration positive(Configuration configuration, ConfigOption<Duration> option, Problems problems) {
        Duration value = configuration.get(option);
        if (value.isZero() || value.isNegative()) {
            problems.add(option.key() + " has to be longer than nothing, not " + value);
        }
        return value;
    }

    public static List<ConfigOption<?>> options() {
        return List.of(TOMBSTONE_TTL, PARTIAL_WAIT);
    }

    public Duration tombstoneTtl() {
        return tombstoneTtl;
    }

    public Duration partialWait() {
        return partialWait;
    }
}
