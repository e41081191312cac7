package io.tributary.local.benchmark.measure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Notes several times a second how much processor time a contender and the source have used, so that it can be told
 * afterwards how much it was between two moments.
 */
public final class Meter implements AutoCloseable {

    private static final long PAUSE_MILLIS = 200;

    private record Used(double contender, double postgres) {}

    private final List<Long> contender;
    private final List<Long> postgres;
    private final NavigableMap<Long, Used> samples = new TreeMap<>();
    private final Thread thread = new Thread(this::run, "meter");
    private volatile boolean stopped;

    private Meter(List<Long> contender, List<Long> postgres) {
        this.contender = contender;
        this.postgres = postgres;
    }

    /** Of the processes and all that they start. */
    public static Meter start(List<Long> contender, List<Long> postgres) {
        Meter meter = new Meter(contender, postgres);
        meter.sample();
        meter.thread.setDaemon(true);
        meter.thread.start();
        return meter;
    }

    private void run() {
        while (!stopped) {
            sample();
            try {
                Thread.sleep(PAUSE_MILLIS);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void sample() {
        try {
            Processes processes = Processes.now();
            Used used = new Used(processes.cpuSeconds(contender), processes.cpuSeconds(postgres));
            synchronized (samples) {
                samples.put(System.currentTimeMillis(), used);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Both are moments since the meter was started, in milliseconds of the epoch; at least one of them passes. */
    public Timing between(long begin, long end) {
        sample();
        long last = Math.max(end, begin + 1);
        synchronized (samples) {
            Used first = at(begin);
            Used second = at(last);
            return new Timing(
                    (last - begin) / 1000.0, second.contender - first.contender, second.postgres - first.postgres);
        }
    }

    private Used at(long moment) {
        var before = samples.floorEntry(moment);
        var after = samples.ceilingEntry(moment);
        if (before == null || after == null || before.getKey().equals(after.getKey())) {
            return (before != null ? before : samples.firstEntry()).getValue();
        }
        double share = (double) (moment - before.getKey()) / (after.getKey() - before.getKey());
        Used low = before.getValue();
        Used high = after.getValue();
        return new Used(
                low.contender + (high.contender - low.contender) * share,
                low.postgres + (high.postgres - low.postgres) * share);
    }

    @Override
    public void close() {
        stopped = true;
        thread.interrupt();
    }
}
