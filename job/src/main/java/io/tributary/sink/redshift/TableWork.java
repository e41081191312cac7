package io.tributary.sink.redshift;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is to be done to tables, each on one of several connections beside that of the rounds, and no table on two of them at
 * once. A table that waits for a lock keeps its connection and nothing else: rounds go on without it.
 */
final class TableWork {

    private static final Logger LOG = LoggerFactory.getLogger(TableWork.class);
    private static final long LOOK_MILLIS = 1_000;

    private final int connections;
    private final Opener opener;
    private final ExecutorService threads;
    private final Map<String, Task> tasks = new TreeMap<>();
    private final Deque<Session> idle = new ArrayDeque<>();
    private final Semaphore ends = new Semaphore(0);

    /** @param connections how many tables are worked on at once */
    TableWork(int connections, Opener opener) {
        this.connections = connections;
        this.opener = opener;
        this.threads = Executors.newFixedThreadPool(connections, task -> {
            Thread made = new Thread(task, "redshift-tables");
            made.setDaemon(true);
            return made;
        });
    }

    /** Opens a connection to the warehouse. */
    @FunctionalInterface
    interface Opener {
        Connection open() throws SQLException;
    }

    /** What is to be done to a table. Fails if its connection is lost, and notes by itself what fails otherwise. */
    @FunctionalInterface
    interface Work {
        void run(Connection warehouse) throws SQLException;
    }

    /** Tells why sessions wait. */
    @FunctionalInterface
    interface Waits {
        /** By the numbers of those that do. */
        Map<Integer, String> of(Set<Integer> sessions) throws SQLException;
    }

    /** Takes why a table waits. */
    @FunctionalInterface
    interface Note {
        void waits(String table, String reason) throws SQLException;
    }

    /** Does nothing if something is being done to the table already. */
    synchronized void begin(String table, Work work) {
        if (!tasks.containsKey(table)) {
            Task task = new Task();
            tasks.put(table, task);
            threads.execute(() -> run(table, task, work));
        }
    }

    synchronized boolean isBusy(String table) {
        return tasks.containsKey(table);
    }

    private void run(String table, Task task, Work work) {
        Throwable failure = null;
        Session session = null;
        try {
            session = session();
            begun(task, session);
            work.run(session.connection);
        } catch (SQLException | RuntimeException | Error e) {
            failure = e;
        }
        ended(table, task, session, failure);
    }

    private Session session() throws SQLException {
        synchronized (this) {
            if (!idle.isEmpty()) {
                return idle.pop();
            }
        }
        return Session.of(opener.open());
    }

    private synchronized void begun(Task task, Session session) {
        task.session = session;
    }

    private synchronized void ended(String table, Task task, @Nullable Session session, @Nullable Throwable failure) {
        tasks.remove(table);
        task.failure = failure;
        if (session != null && failure == null) {
            idle.push(session);
        } else if (session != null) {
            session.close();
        }
        ends.release();
    }

    /**
     * Waits until all is done that was begun, but for tables that wait for a lock, and those that wait for them.
     *
     * @throws SQLException if a connection was lost or could not be opened
     */
    void await(Waits waits, Note note) throws SQLException {
        Map<String, Task> begun = new HashMap<>();
        Map<String, String> noted = new HashMap<>();
        long look = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LOOK_MILLIS);
        while (isProgressing(begun) && pause()) {
            if (System.nanoTime() - look < 0) {
                continue;
            }
            look = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LOOK_MILLIS);
            for (Map.Entry<String, String> waiting : look(waits).entrySet()) {
                if (!waiting.getValue().equals(noted.put(waiting.getKey(), waiting.getValue()))) {
                    note.waits(waiting.getKey(), waiting.getValue());
                }
            }
        }
        for (Task task : begun.values()) {
            Throwable failure = task.failure;
            if (failure instanceof SQLException) {
                throw (SQLException) failure;
            }
            if (failure instanceof Error) {
                throw (Error) failure;
            }
            if (failure != null) {
                throw (RuntimeException) failure;
            }
        }
    }

    /** Whether there is something to wait for. */
    private synchronized boolean isProgressing(Map<String, Task> begun) {
        begun.putAll(tasks);
        long stuck = tasks.values().stream().filter(task -> task.waits).count();
        return tasks.values().stream().anyMatch(task -> !task.waits && (task.session != null || stuck < connections));
    }

    /** Until something is done, or it is time to look why not; false if this thread is to end. */
    private boolean pause() {
        try {
            if (ends.tryAcquire(LOOK_MILLIS / 2, TimeUnit.MILLISECONDS)) {
                ends.drainPermits();
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Why tables wait that do. */
    private Map<String, String> look(Waits waits) throws SQLException {
        Map<Integer, String> tables = new HashMap<>();
        synchronized (this) {
            tasks.forEach((table, task) -> {
                if (task.session != null) {
                    tables.put(task.session.number, table);
                }
            });
        }
        Map<Integer, String> reasons = tables.isEmpty() ? Map.of() : waits.of(tables.keySet());
        Map<String, String> waiting = new TreeMap<>();
        reasons.forEach((number, reason) -> waiting.put(String.valueOf(tables.get(number)), reason));
        synchronized (this) {
            tasks.forEach((table, task) -> task.waits = waiting.containsKey(table));
        }
        return waiting;
    }

    /** Connections that nothing uses are opened anew. */
    synchronized void closeIdle() {
        idle.forEach(Session::close);
        idle.clear();
    }

    /** The sessions that wait for locks. */
    synchronized List<Integer> waiting() {
        List<Integer> waiting = new ArrayList<>();
        for (Task task : tasks.values()) {
            Session session = task.session;
            if (task.waits && session != null) {
                waiting.add(session.number);
            }
        }
        return waiting;
    }

    /** Lets what runs come to its end, for so long. */
    void close(long seconds) {
        threads.shutdown();
        try {
            if (!threads.awaitTermination(seconds, TimeUnit.SECONDS)) {
                LOG.warn("A merge is still running after {} s; the warehouse rolls it back", seconds);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        synchronized (this) {
            tasks.values().forEach(task -> {
                if (task.session != null) {
                    task.session.close();
                }
            });
        }
        closeIdle();
    }

    private static final class Task {

        private @Nullable Session session;
        private boolean waits;
        private volatile @Nullable Throwable failure;
    }

    /** A connection, and the number by which the warehouse knows it. */
    private static final class Session {

        private final Connection connection;
        private final int number;

        private Session(Connection connection, int number) {
            this.connection = connection;
            this.number = number;
        }

        static Session of(Connection connection) throws SQLException {
            try {
                return new Session(connection, LockWaits.sessionOf(connection));
            } catch (SQLException e) {
                connection.close();
                throw e;
            }
        }

        void close() {
            try {
                connection.close();
            } catch (SQLException e) {
                LOG.debug("The connection was lost already", e);
            }
        }
    }
}
