package io.tributary.local.container;

import io.tributary.local.verify.Ends;
import io.tributary.local.verify.Verify;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;

/**
 * Verify beside a load that does not end: it locks the tables against changes, waits until all that was changed before has reached
 * the targets, compares, and lets the load go on. Its exit code is 0 only if every row was the same everywhere.
 *
 * <p>The tables are locked as the user whom the file that DATABASE names has, who may do so. Those of DynamoDB cannot be locked: the
 * load at the address CART_LOAD is asked to rest.
 */
final class Compare {

    private static final Duration ARRIVAL = Duration.ofMinutes(10);
    private static final long PAUSE_MILLIS = 2_000;
    private static final String LOCK_NOT_AVAILABLE = "55P03";

    private Compare() {}

    public static void main(String[] arguments) throws Exception {
        Ends ends = Ends.of(Path.of(Environment.text("SETTINGS")), Path.of(Environment.text("DATABASE")));
        List<Verify.Report> reports;
        try (Connection held = ends.source();
                ItemsAtRest items = ItemsAtRest.of(ends, Environment.text("CART_LOAD"))) {
            hold(held, ends);
            items.begin();
            System.out.println("No rows are changed meanwhile; waiting until all has arrived ...");
            reports = compare(ends);
            held.rollback();
        }
        Verify.print(reports, System.out);
        System.exit(reports.stream().allMatch(Verify.Report::isClean) ? 0 : 1);
    }

    /** Gives way to who waits for us while we wait for them. */
    private static void hold(Connection connection, Ends ends) throws SQLException {
        connection.setAutoCommit(false);
        while (true) {
            try (Statement statement = connection.createStatement()) {
                statement.execute("SET LOCAL lock_timeout = '300ms'");
                statement.execute(
                        "LOCK TABLE " + String.join(", ", ends.tables().values()) + " IN SHARE MODE");
                return;
            } catch (SQLException e) {
                connection.rollback();
                if (!LOCK_NOT_AVAILABLE.equals(e.getSQLState())) {
                    throw e;
                }
            }
        }
    }

    /** Until there is no difference, or nothing can be under way any more. */
    private static List<Verify.Report> compare(Ends ends) throws Exception {
        long end = System.nanoTime() + ARRIVAL.toNanos();
        List<Verify.Report> reports = List.of();
        while (true) {
            reports = Verify.again(ends, reports);
            if (reports.stream().allMatch(Verify.Report::isClean) || System.nanoTime() > end) {
                return reports;
            }
            Thread.sleep(PAUSE_MILLIS);
        }
    }
}
