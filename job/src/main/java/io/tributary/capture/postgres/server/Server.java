package io.tributary.capture.postgres.server;

import io.tributary.capture.postgres.PostgresSettings;
import io.tributary.capture.postgres.Sql;
import io.tributary.settings.Problems;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** The database server as the plan sees it: asked in SQL, and checked for what every capture needs. */
public final class Server implements Connected {

    private static final int OLDEST_VERSION = 120_000;

    private final Connection connection;
    private final PostgresSettings settings;

    public Server(Connection connection, PostgresSettings settings) {
        this.connection = connection;
        this.settings = settings;
    }

    @Override
    public Connection connection() {
        return connection;
    }

    /** False if nothing further can be asked. */
    public boolean check(Problems problems) throws SQLException {
        int version = Integer.parseInt(text("SHOW server_version_num"));
        if (version < OLDEST_VERSION) {
            problems.add("PostgreSQL at " + settings.hostname() + " is version " + text("SHOW server_version")
                    + "; version 12 or newer is needed");
            return false;
        }
        if (is("SELECT pg_catalog.pg_is_in_recovery()")) {
            problems.add("postgres.hostname: " + settings.hostname()
                    + " is a replica, on which nothing can be published; name the primary");
            return false;
        }
        String level = text("SHOW wal_level");
        if (!level.equals("logical")) {
            problems.add("PostgreSQL at " + settings.hostname() + " runs with wal_level = " + level
                    + "; run ALTER SYSTEM SET wal_level = 'logical' and restart it"
                    + " (on RDS and Aurora set rds.logical_replication = 1 in the parameter group)");
        }
        checkUser(problems);
        int senders = Integer.parseInt(text("SHOW max_wal_senders"));
        if (Integer.parseInt(text("SELECT count(*) FROM pg_catalog.pg_stat_replication")) >= senders) {
            problems.add("All " + senders + " WAL senders of PostgreSQL at " + settings.hostname()
                    + " are in use; raise max_wal_senders and restart it");
        }
        return true;
    }

    private void checkUser(Problems problems) throws SQLException {
        boolean replicates = is(
                        "SELECT rolreplication OR rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user")
                || is("SELECT coalesce(bool_or(pg_catalog.pg_has_role(oid, 'MEMBER')), false) FROM pg_catalog.pg_roles"
                        + " WHERE rolname = 'rds_replication'");
        if (!replicates) {
            String user = Sql.identifier(settings.username());
            problems.add("User " + settings.username() + " may not replicate; run ALTER ROLE " + user
                    + " WITH REPLICATION (on RDS and Aurora GRANT rds_replication TO " + user + ")");
        }
        boolean beats = settings.reader() == PostgresSettings.Reader.NATIVE
                || settings.heartbeatInterval().isZero()
                || is("SELECT coalesce(bool_or(pg_catalog.has_function_privilege(oid, 'EXECUTE')), false) FROM"
                        + " pg_catalog.pg_proc WHERE proname = 'pg_logical_emit_message'");
        if (!beats) {
            problems.add("User " + settings.username() + " may not write heartbeats; run GRANT EXECUTE ON FUNCTION"
                    + " pg_logical_emit_message TO " + Sql.identifier(settings.username())
                    + ", or set postgres.heartbeat-interval to 0");
        }
    }

    /** Why a connection failed, by the settings that are to blame. */
    public static String explain(SQLException e, PostgresSettings settings) {
        String address = settings.hostname() + ":" + settings.port();
        String state = String.valueOf(e.getSQLState());
        if (state.equals("28P01")) {
            return "postgres.password: PostgreSQL at " + address + " refuses the password of user "
                    + settings.username() + "; check " + settings.password();
        }
        if (state.equals("28000")) {
            return "postgres.username: PostgreSQL at " + address + " does not let user " + settings.username() + " in: "
                    + e.getMessage();
        }
        if (state.equals("3D000")) {
            return "postgres.database: PostgreSQL at " + address + " has no database " + settings.database();
        }
        if (e.getCause() instanceof SSLException) {
            return "postgres.jdbc.sslmode, postgres.jdbc.sslrootcert: no safe connection to PostgreSQL at " + address
                    + ": " + e.getMessage();
        }
        if (state.startsWith("08")) {
            return "postgres.hostname, postgres.port: no PostgreSQL answers at " + address + ": " + e.getMessage();
        }
        return "PostgreSQL at " + address + ": " + e.getMessage();
    }

    public boolean is(String query, Object... parameters) throws SQLException {
        return "t".equals(find(query, parameters));
    }

    /** The first column of the first row. */
    public String text(String query, Object... parameters) throws SQLException {
        String text = find(query, parameters);
        if (text == null) {
            throw new SQLException("PostgreSQL has no answer to: " + query);
        }
        return text;
    }

    /** The first column of the first row; null if there is none. */
    @Nullable
    public String find(String query, Object... parameters) throws SQLException {
        List<String> texts = texts(query, parameters);
        return texts.isEmpty() ? null : texts.get(0);
    }

    /** The first column of all rows, without the NULLs. */
    public List<String> texts(String query, Object... parameters) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameters[i]);
            }
            List<String> texts = new ArrayList<>();
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    String text = result.getString(1);
                    if (text != null) {
                        texts.add(text);
                    }
                }
            }
            return texts;
        }
    }

    public void run(String statement) throws SQLException {
        try (Statement executed = connection.createStatement()) {
            executed.execute(statement);
        }
    }
}
