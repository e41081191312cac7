package io.tributary.capture.postgres.server;

import io.tributary.capture.postgres.PostgresSettings;
import io.tributary.capture.postgres.Sql;
import java.net.SocketTimeoutException;
import java.sql.SQLException;
import javax.net.ssl.SSLException;

/** Why a connection failed, by the settings that are to blame. */
public final class ConnectionFailure {

    private ConnectionFailure() {}

    /** Whether the log has changes of a time at which the publication did not exist. */
    public static boolean isPublicationMissing(SQLException e, PostgresSettings settings) {
        return "42704".equals(e.getSQLState())
                && String.valueOf(e.getMessage()).contains("\"" + settings.publication() + "\"");
    }

    public static String explain(SQLException e, PostgresSettings settings) {
        String address = settings.server().hostname() + ":" + settings.server().port();
        String state = String.valueOf(e.getSQLState());
        if (settings.server().isIam() && state.startsWith("28")) {
            return settings.key("postgres.authentication") + ": PostgreSQL at " + address + " does not let user "
                    + settings.server().username() + " in by a token of IAM: " + e.getMessage()
                    + ". See that the user has the role rds_iam (the command grants prints the statements), that the"
                    + " job's role of AWS may rds-db:connect as the user, and that " + settings.key("postgres.hostname")
                    + " is the name that RDS gave to the host";
        }
        if (state.equals("28P01")) {
            return settings.key("postgres.password") + ": PostgreSQL at " + address + " refuses the password of user "
                    + settings.server().username() + "; check "
                    + settings.server().password();
        }
        if (state.equals("28000")) {
            return settings.key("postgres.username") + ": PostgreSQL at " + address + " does not let user "
                    + settings.server().username() + " in: " + e.getMessage();
        }
        if (state.equals("3D000")) {
            return settings.key("postgres.database") + ": PostgreSQL at " + address + " has no database "
                    + settings.server().database();
        }
        if (isPublicationMissing(e, settings)) {
            return settings.key("postgres.publication") + ": PostgreSQL at " + address
                    + " has changes of a time at which publication "
                    + settings.publication()
                    + " did not exist, and does not send them. Make the publication (plan prints"
                    + " the statement), drop the slot with SELECT pg_drop_replication_slot("
                    + Sql.literal(settings.slot()) + ") and start the job anew, without its state";
        }
        if (e.getCause() instanceof SSLException) {
            return settings.key("postgres.jdbc.sslmode") + ", " + settings.key("postgres.jdbc.sslrootcert")
                    + ": no safe connection to PostgreSQL at " + address
                    + ": " + e.getMessage();
        }
        if (e.getCause() instanceof SocketTimeoutException && !state.equals("08001")) {
            return settings.key("postgres.read-timeout") + ": PostgreSQL at " + address + " has sent nothing for "
                    + settings.server().readTimeout().toSeconds()
                    + " s. Either it cannot be reached any longer, or it needs more time: then raise the setting";
        }
        if (state.startsWith("08")) {
            return settings.key("postgres.hostname") + ", " + settings.key("postgres.port")
                    + ": no PostgreSQL answers at " + address + ": " + e.getMessage();
        }
        return "PostgreSQL at " + address + ": " + e.getMessage();
    }
}
