package io.tributary.settings;

import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;

/** How long the job waits for a system that is away, before it fails: one setting for the systems it writes to and asks. */
public final class Patience implements Serializable {

    private static final long serialVersionUID = 1L;

    static final ConfigOption<Duration> PATIENCE = ConfigOptions.key("patience")
            .durationType()
            .defaultValue(Duration.ofMinutes(30))
            .withDescription(
                    "How long the job waits for a system that is away (the Iceberg catalog, Kinesis, the database of a"
                            + " lookup table) before it fails. It tries again with growing pauses, and one warning says what it"
                            + " waits for. For PostgreSQL as a source there is postgres.reconnect-timeout.");

    private final Duration longest;
    private final CloudWatch cloudWatch;

    private Patience(Duration longest, CloudWatch cloudWatch) {
        this.longest = longest;
        this.cloudWatch = cloudWatch;
    }

    public static Patience from(Given given) {
        given.atLeast(Duration.ZERO, PATIENCE);
        return new Patience(given.get(PATIENCE), CloudWatch.from(given));
    }

    public static List<ConfigOption<?>> options() {
        return List.of(PATIENCE);
    }

    public Duration longest() {
        return longest;
    }

    /** @param what as a sentence begins with it: The Iceberg catalog */
    public Outage of(String what) {
        return new Outage(what, longest, cloudWatch);
    }

    @Override
    public String toString() {
        return longest.toString();
    }
}
