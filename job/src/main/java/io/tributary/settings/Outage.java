package io.tributary.settings;

import java.time.Duration;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A system that may be away: what fails is tried again with growing pauses, for as long as {@link Patience} allows. One
 * warning says that it is away, one message that it is back.
 *
 * <p>Used by one thread; any other may ask whether it is on.
 */
public final class Outage {

    private static final Logger LOG = LoggerFactory.getLogger(Outage.class);

    private static final long FIRST_PAUSE_MILLIS = 200;
    private static final long LONGEST_PAUSE_MILLIS = 10_000;

    private final String what;
    private final Duration longest;
    private final CloudWatch cloudWatch;
    private volatile long since;
    private long pause = FIRST_PAUSE_MILLIS;

    Outage(String what, Duration longest, CloudWatch cloudWatch) {
        this.what = what;
        this.longest = longest;
        this.cloudWatch = cloudWatch;
    }

    /** Shows it as the gauge {@code outages}: 1 while the system is waited for, else 0. */
    public Outage reportTo(MetricGroup group) {
        Gauge<Integer> outages = () -> isOn() ? 1 : 0;
        group.gauge("outages", outages);
        cloudWatch.gauge(group, "outages", outages);
        return this;
    }

    /**
     * It failed. Waits before the next try.
     *
     * @throws E the failure itself, if it has lasted for too long
     */
    public <E extends Exception> void waitAfter(E failure) throws E, InterruptedException {
        Thread.sleep(pauseAfter(failure));
    }

    /**
     * It failed: for how many milliseconds to wait before the next try.
     *
     * @throws E the failure itself, if it has lasted for too long
     */
    public <E extends Exception> long pauseAfter(E failure) throws E {
        long now = System.nanoTime();
        if (!isOn()) {
            since = now;
            LOG.warn(
                    "{} does not answer as it should; the job tries again for {} s: {}",
                    what,
                    longest.toSeconds(),
                    failure.toString());
        }
        if (now - since >= longest.toNanos()) {
            throw failure;
        }
        long next = pause;
        pause = Math.min(pause * 2, LONGEST_PAUSE_MILLIS);
        return next;
    }

    /** It worked. */
    public void over() {
        if (isOn()) {
            LOG.info("{} is back after {} s", what, (System.nanoTime() - since) / 1_000_000_000);
            since = 0;
            pause = FIRST_PAUSE_MILLIS;
        }
    }

    /** Whether the last try failed. */
    public boolean isOn() {
        return since != 0;
    }
}
