package io.tributary.local.container;

import io.tributary.command.Verifier;
import io.tributary.command.verify.Outcome;
import io.tributary.command.verify.OutcomeText;
import io.tributary.local.verify.Ends;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
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
    private static final String LOCK_NOT_AVAILABLE = "55P03";

    private Compare() {}

    public static void main(String[] arguments) throws Exception {
        Ends ends = Ends.of(Path.of(Environment.text("SETTINGS")), Path.of(Environment.text("DATABASE")));
        List<Outcome> outcomes;
        try (Connection held = ends.source();
                ItemsAtRest items = ItemsAtRest.of(ends, Environment.text("CART_LOAD"))) {
            hold(held, ends);
            items.begin();
            System.out.println("No rows are changed meanwhile; waiting until all has arrived ...");
            outcomes = Verifier.compareAll(Environment.text("SETTINGS"), Environment.text("DATABASE"), ARRIVAL);
            held.rollback();
        }
        OutcomeText text = new OutcomeText(new PrintWriter(System.out, true, StandardCharsets.UTF_8));
        outcomes.forEach(text::print);
        boolean isClean = outcomes.stream().allMatch(Outcome::isClean);
        text.end(isClean);
        System.exit(isClean ? 0 : 1);
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
}
