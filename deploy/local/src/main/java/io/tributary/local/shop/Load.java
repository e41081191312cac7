package io.tributary.local.shop;

import io.tributary.local.service.PostgresServer;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Work on a source, piece by piece, at a steady rate of changed rows a second. */
public final class Load implements AutoCloseable {

    private final String name;
    private final Callable<Work> opened;
    private final int rate;
    private final AtomicLong changes = new AtomicLong();
    private final Thread thread;
    private volatile boolean stopped;
    private volatile @Nullable Exception failure;

    private Load(String name, Callable<Work> opened, int rate) {
        this.name = name;
        this.opened = opened;
        this.rate = rate;
        this.thread = new Thread(this::run, name);
    }

    /** Customers at work: transactions on the shop. */
    public static Load ofShop(PostgresServer.Login shop, int rate, long seed) {
        return start("The load on the shop", () -> new ShopTransactions(shop.connect(), seed), rate);
    }

    public static Load start(String name, Callable<Work> opened, int rate) {
        Load load = new Load(name, opened, rate);
        load.thread.setDaemon(true);
        load.thread.start();
        return load;
    }

    /** How many rows were changed for good. */
    public long changes() {
        return changes.get();
    }

    private void run() {
        try (Work work = opened.call()) {
            long start = System.nanoTime();
            while (!stopped) {
                long done = changes.addAndGet(work.next());
                long ahead = done * 1_000_000_000L / rate - (System.nanoTime() - start);
                if (ahead > 0) {
                    LockSupport.parkNanos(ahead);
                }
            }
        } catch (Exception e) {
            failure = e;
        }
    }

    /** Ends after the piece that is under way. Fails with what the load failed with. */
    public void stop() throws IOException, InterruptedException {
        close();
        await();
    }

    /** Until it ends, which is when it is stopped or fails. */
    public void await() throws IOException, InterruptedException {
        thread.join();
        Exception reason = failure;
        if (reason != null) {
            throw new IOException(name + " failed", reason);
        }
    }

    @Override
    public void close() {
        stopped = true;
        LockSupport.unpark(thread);
    }
}
