package io.tributary.sink.redshift;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/** Statements that take effect together or not at all. */
final class Transaction {

    private static final int MAX_PROBLEM = 1000;
    private static final int ATTEMPTS = 4;
    private static final long PAUSE_MILLIS = 50;

    /** Of SQL's codes: transactions that could not have run one after the other, and those that wait for each other. */
    private static final Set<String> CONFLICTS = Set.of("40001", "40P01");

    private Transaction() {}

    static void run(Connection connection, List<String> statements) throws SQLException {
        connection.setAutoCommit(false);
        try {
            execute(connection, statements);
            connection.commit();
        } catch (SQLException e) {
            rollBack(connection, e);
            throw e;
        }
        connection.setAutoCommit(true);
    }

    /** Runs statements one by one. The driver is kept from taking braces in them for its own escapes. */
    static void execute(Connection connection, List<String> statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /**
     * Runs a statement that is a transaction, and again if another one was in its way: of two that write one table Redshift ends
     * one, by the error 1023.
     */
    static void repeated(Connection connection, String sql) throws SQLException {
        for (int attempt = 1; ; attempt++) {
            try {
                execute(connection, List.of(sql));
                return;
            } catch (SQLException e) {
                if (attempt == ATTEMPTS || !isConflict(e)) {
                    throw e;
                }
                pause(attempt, e);
            }
        }
    }

    /** Longer each time, and not as long as the other that waits. */
    private static void pause(int attempt, SQLException conflict) throws SQLException {
        try {
            Thread.sleep(ThreadLocalRandom.current().nextLong(PAUSE_MILLIS << attempt));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw conflict;
        }
    }

    private static boolean isConflict(SQLException e) {
        return CONFLICTS.contains(String.valueOf(e.getSQLState()))
                || String.valueOf(e.getMessage()).contains("1023");
    }

    private static void rollBack(Connection connection, SQLException cause) {
        try {
            connection.rollback();
            connection.setAutoCommit(true);
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
    }

    /** What went wrong, without the statement that PostgreSQL appends to it. */
    static String sentence(SQLException e) {
        String message = String.valueOf(e.getMessage());
        return message.substring(0, message.indexOf('\n') < 0 ? message.length() : message.indexOf('\n'));
    }

    /** As long as a problem may be in the bookkeeping tables. */
    static String shortened(String problem) {
        return problem.length() <= MAX_PROBLEM ? problem : problem.substring(0, MAX_PROBLEM - 3) + "...";
    }
}
