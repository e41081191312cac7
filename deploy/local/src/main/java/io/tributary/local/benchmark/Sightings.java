package io.tributary.local.benchmark;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** Looks at a target again and again, and notes when which transaction was first seen there. */
final class Sightings implements AutoCloseable {

    private static final long PAUSE_MILLIS = 25;

    private final Callable<Long> newest;
    private final TreeMap<Long, Long> seen = new TreeMap<>();
    private final Thread thread;
    private volatile boolean stopped;
    private volatile @Nullable Exception failure;

    private Sightings(String name, Callable<Long> newest) {
        this.newest = newest;
        this.thread = new Thread(this::run, name);
    }

    /** {@code newest} gives the number of the newest transaction in the target. */
    static Sightings start(String name, Callable<Long> newest) {
        Sightings sightings = new Sightings(name, newest);
        sightings.thread.setDaemon(true);
        sightings.thread.start();
        return sightings;
    }

    private void run() {
        try {
            while (!stopped) {
                long number = newest.call();
                long now = System.currentTimeMillis();
                synchronized (seen) {
                    if (seen.isEmpty() || number > seen.lastKey()) {
                        seen.put(number, now);
                    }
                }
                Thread.sleep(PAUSE_MILLIS);
            }
        } catch (Exception e) {
            failure = e;
        }
    }

    boolean hasSeen(long number) throws Exception {
        Exception reason = failure;
        if (reason != null) {
            throw new IllegalStateException("The target can no longer be looked at", reason);
        }
        synchronized (seen) {
            return !seen.isEmpty() && seen.lastKey() >= number;
        }
    }

    /** From commit to sight, of the transactions from a number on; {@code commits} begins with number 1. */
    List<Double> lags(List<Long> commits, int from) {
        return lags(commits, from, commits.size());
    }

    /** As above, up to a number. */
    List<Double> lags(List<Long> commits, int from, int to) {
        List<Double> lags = new ArrayList<>();
        synchronized (seen) {
            for (int number = from; number <= to; number++) {
                Map.Entry<Long, Long> sight = seen.ceilingEntry((long) number);
                if (sight == null) {
                    throw new IllegalStateException("Transaction " + number + " was never seen");
                }
                lags.add((double) sight.getValue() - commits.get(number - 1));
            }
        }
        return lags;
    }

    @Override
    public void close() {
        stopped = true;
        thread.interrupt();
    }
}
