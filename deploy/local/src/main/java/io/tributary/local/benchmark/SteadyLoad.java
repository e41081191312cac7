package io.tributary.local.benchmark;

import io.tributary.local.benchmark.contender.Items;
import io.tributary.local.service.PostgresServer.Login;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Updates at a steady rate, in transactions of ten, each marked with the transaction's number in the column touched; notes
 * when each was about to be committed.
 */
final class SteadyLoad implements AutoCloseable {

    static final int ROWS_PER_TRANSACTION = 10;

    private final Login login;
    private final long rows;
    private final int rate;
    private final List<Long> commits = Collections.synchronizedList(new ArrayList<>());
    private final Thread thread = new Thread(this::run, "steady-load");
    private volatile boolean stopped;
    private volatile @Nullable SQLException failure;

    private SteadyLoad(Login login, long rows, int rate) {
        this.login = login;
        this.rows = rows;
        this.rate = rate;
    }

    /** {@code rate} is in rows a second. */
    static SteadyLoad start(Login login, long rows, int rate) {
        SteadyLoad load = new SteadyLoad(login, rows, rate);
        load.thread.setDaemon(true);
        load.thread.start();
        return load;
    }

    private void run() {
        Random random = new Random(1);
        long start = System.nanoTime();
        try (Connection connection = login.connect();
                PreparedStatement update = connection.prepareStatement(
                        "UPDATE " + Items.TABLE + " SET touched = ? WHERE id >= ? AND id < ?")) {
            connection.setAutoCommit(false);
            while (!stopped) {
                long first = 1 + random.nextLong(rows - ROWS_PER_TRANSACTION);
                update.setInt(1, commits.size() + 1);
                update.setLong(2, first);
                update.setLong(3, first + ROWS_PER_TRANSACTION);
                update.executeUpdate();
                commits.add(System.currentTimeMillis());
                connection.commit();
                long due = start + (long) commits.size() * ROWS_PER_TRANSACTION * 1_000_000_000L / rate;
                LockSupport.parkNanos(due - System.nanoTime());
            }
        } catch (SQLException e) {
            failure = e;
        }
    }

    /** By transaction, from number 1 on, when it was about to be committed, in millis of the epoch. */
    List<Long> stop() throws SQLException, InterruptedException {
        stopped = true;
        thread.join();
        SQLException reason = failure;
        if (reason != null) {
            throw reason;
        }
        return List.copyOf(commits);
    }

    @Override
    public void close() {
        stopped = true;
    }
}
