package io.tributary.sink.redshift;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** Statements that take effect together or not at all. */
final class Transaction {

    private static final int MAX_PROBLEM = 1000;

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
