package io.tributary.local;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Customers at work: transactions on the shop, one after the other, at a steady rate of changed rows a second. */
final class ShopLoad implements AutoCloseable {

    private final PostgresServer.Login shop;
    private final int rate;
    private final long seed;
    private final AtomicLong changes = new AtomicLong();
    private final Thread thread;
    private volatile boolean stopped;
    private volatile @Nullable Exception failure;

    private ShopLoad(PostgresServer.Login shop, int rate, long seed) {
        this.shop = shop;
        this.rate = rate;
        this.seed = seed;
        this.thread = new Thread(this::run, "shop-load");
    }

    static ShopLoad start(PostgresServer.Login shop, int rate, long seed) {
        ShopLoad load = new ShopLoad(shop, rate, seed);
        load.thread.setDaemon(true);
        load.thread.start();
        return load;
    }

    /** How many rows were changed by transactions that are committed. */
    long changes() {
        return changes.get();
    }

    private void run() {
        try (Connection connection = shop.connect();
                ShopTransactions transactions = new ShopTransactions(connection, seed)) {
            long start = System.nanoTime();
            while (!stopped) {
                long done = changes.addAndGet(transactions.next());
                long ahead = done * 1_000_000_000L / rate - (System.nanoTime() - start);
                if (ahead > 0) {
                    LockSupport.parkNanos(ahead);
                }
            }
        } catch (SQLException | RuntimeException e) {
            failure = e;
        }
    }

    /** Ends after the transaction that is under way. Fails with what the load failed with. */
    void stop() throws SQLException, InterruptedException {
        stopped = true;
        thread.join();
        Exception reason = failure;
        if (reason != null) {
            throw new SQLException("The load on the shop failed", reason);
        }
    }

    @Override
    public void close() {
        stopped = true;
        LockSupport.unpark(thread);
    }
}
