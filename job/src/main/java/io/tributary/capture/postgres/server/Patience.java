package io.tributary.capture.postgres.server;

import io.tributary.capture.postgres.PostgresSettings;
import java.sql.SQLException;
import java.util.Set;
import org.apache.flink.util.FlinkRuntimeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What to do when the server does not answer: try again, with growing pauses, for {@code postgres.reconnect-timeout}; then the
 * job fails, and Flink's restart strategy decides. What no second try can mend fails at once, and what no restart can mend ends it.
 */
public final class Patience {

    private static final Logger LOG = LoggerFactory.getLogger(Patience.class);

    private static final long FIRST_PAUSE_MILLIS = 200;
    private static final long LONGEST_PAUSE_MILLIS = 5_000;

    /**
     * Classes of SQLSTATE: connection, who is let in (a password is changed in one place after the other), resources, operator
     * intervention, and an object that is in use or not ready.
     */
    private static final Set<String> PASSING = Set.of("08", "28", "53", "57");

    private static final Set<String> PASSING_STATES = Set.of("55006", "40001", "40P01", "55P03", "58000");

    private static final String LOCKED = "55P03";

    /** What is missing, not allowed or not known; a server whose settings are of no use; a piece of WAL that is gone. */
    private static final Set<String> HOPELESS = Set.of("0A", "3D", "3F", "42");

    private static final Set<String> HOPELESS_STATES = Set.of("55000", "58P01");

    private final PostgresSettings settings;
    private final String what;
    private long since;
    private long next;
    private long pause = FIRST_PAUSE_MILLIS;

    public Patience(PostgresSettings settings, String what) {
        this.settings = settings;
        this.what = what;
    }

    /** Whether it is too early to try again. Waits for a little. */
    public boolean isWaiting() {
        long left = next - System.currentTimeMillis();
        if (left <= 0) {
            return false;
        }
        try {
            Thread.sleep(Math.min(left, 100));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return next > System.currentTimeMillis();
    }

    /** Waits until it may be tried again. */
    public void pause() throws InterruptedException {
        Thread.sleep(Math.max(0, next - System.currentTimeMillis()));
    }

    /** It worked. */
    public void renew() {
        since = 0;
        pause = FIRST_PAUSE_MILLIS;
    }

    /** It did not. Fails if trying again makes no sense, or made none for too long. */
    public void use(SQLException e) {
        long now = System.currentTimeMillis();
        if (since == 0) {
            since = now;
        }
        if (LOCKED.equals(e.getSQLState())) {
            // The server answers; the lock is waited for as long as others hold it.
            since = now;
        }
        String could = what + " of " + settings + " could not be read";
        String why = ". " + ConnectionFailure.explain(e, settings);
        if (isHopeless(e)) {
            throw JobEnd.because(could + why, e);
        }
        if (!passes(e)) {
            throw new FlinkRuntimeException(could + why, e);
        }
        if (now - since >= settings.server().reconnectTimeout().toMillis()) {
            throw new FlinkRuntimeException(
                    could + " for as long as " + settings.key("postgres.reconnect-timeout") + " allows" + why, e);
        }
        waitAfter(e, now);
    }

    /** It did not, and somebody has to mend it: until then it is tried again. */
    public void useForEver(SQLException e) {
        waitAfter(e, System.currentTimeMillis());
    }

    private void waitAfter(SQLException e, long now) {
        LOG.warn("{} of {} could not be read; trying again in {} ms: {}", what, settings, pause, e.getMessage());
        next = now + pause;
        pause = Math.min(pause * 2, LONGEST_PAUSE_MILLIS);
    }

    /** Whether no restart can mend it. */
    private static boolean isHopeless(SQLException e) {
        String state = e.getSQLState();
        return state != null
                && state.length() == 5
                && (HOPELESS.contains(state.substring(0, 2)) || HOPELESS_STATES.contains(state));
    }

    /** Whether it may work when it is tried again. */
    public static boolean passes(SQLException e) {
        String state = e.getSQLState();
        return state == null
                || state.length() != 5
                || PASSING.contains(state.substring(0, 2))
                || PASSING_STATES.contains(state);
    }
}
