package io.tributary.capture.postgres.server;

import io.tributary.capture.postgres.PostgresSettings;
import io.tributary.capture.postgres.Sql;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import org.postgresql.Driver;

/**
 * The options that every connection gets. Values have to be printed the same by every session, and a table has to be read whole or not at all, whatever the user's or the
 * database's defaults are.
 */
public final class JdbcOptions {

    public static final String PRINTING =
            "-c IntervalStyle=iso_8601 -c bytea_output=hex -c extra_float_digits=1 -c xmloption=content -c row_security=off";

    /**
     * Our statements are of a bounded length each, and may take as long as they need. A standby has no transactions that are
     * serializable.
     */
    private static final String PATIENT = "-c statement_timeout=0 -c idle_in_transaction_session_timeout=0"
            + " -c default_transaction_isolation=read\\ committed";

    /** Timeouts that older servers do not know. Says whether the server is a replica. */
    private static final String SESSION = Sql.statement(JdbcOptions.class, "session.sql");

    private JdbcOptions() {}

    /** Without user and password; the {@link PasswordPlugin} gives the password. */
    public static Map<String, String> of(PostgresSettings settings) {
        Map<String, String> options = new LinkedHashMap<>();
        options.put("ApplicationName", "tributary " + settings.slot());
        options.put(
                "connectTimeout",
                String.valueOf(settings.server().connectTimeout().toSeconds()));
        options.put("tcpKeepAlive", "true");
        // See Server.showBytes.
        options.put("allowEncodingChanges", "true");
        options.putAll(settings.server().jdbc());
        if (settings.server().isIam()) {
            options.putIfAbsent("sslmode", "require");
        }
        options.merge("options", PRINTING, (theirs, ours) -> ours + " " + theirs);
        // Texts for every type, and parameters whose types the server finds out.
        options.put("binaryTransfer", "false");
        options.put("stringtype", "unspecified");
        options.put("authenticationPluginClassName", PasswordPlugin.class.getName());
        options.put(PasswordPlugin.OPTION, PasswordPlugin.register(settings));
        return options;
    }

    static String url(PostgresSettings settings) {
        return "jdbc:postgresql://" + settings.server().hostname() + ":"
                + settings.server().port() + "/" + encoded(settings.server().database());
    }

    /** For statements. */
    public static Connection connect(PostgresSettings settings) throws SQLException {
        // A wait for a lock ends before the server is taken for dead, and is tried again.
        long lock = settings.server().readTimeout().toMillis() / 2;
        return connect(settings, Map.of("options", PATIENT + " -c lock_timeout=" + lock));
    }

    /**
     * For statements; fails if the server is a replica, unless the settings allow one. It may become the primary, so it may be tried
     * again.
     */
    public static Connection connectToSource(PostgresSettings settings) throws SQLException {
        Connection connection = connect(settings);
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(SESSION)) {
            result.next();
            if (!result.getBoolean(1) || settings.server().mayBeStandby()) {
                return connection;
            }
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
        connection.close();
        throw new SQLException("It is a replica, on which nothing can be published; name the primary", "57P03");
    }

    /** For the replication protocol. */
    public static Connection connectForReplication(PostgresSettings settings, LastHeard lastHeard) throws SQLException {
        Map<String, String> options = new HashMap<>(
                Map.of("replication", "database", "assumeMinServerVersion", "9.4", "preferQueryMode", "simple"));
        String ticket = HeardSockets.ticket(lastHeard);
        if (!settings.server().jdbc().containsKey("socketFactory")) {
            options.put("socketFactory", HeardSockets.class.getName());
            options.put("socketFactoryArg", ticket);
        }
        try {
            return connect(settings, options);
        } finally {
            HeardSockets.torn(ticket);
        }
    }

    /**
     * @param more options of this connection; its {@code options} come behind the others
     */
    private static Connection connect(PostgresSettings settings, Map<String, String> more) throws SQLException {
        Map<String, String> options = of(settings);
        more.forEach((name, value) ->
                options.merge(name, value, (ours, theirs) -> name.equals("options") ? ours + " " + theirs : theirs));
        options.putIfAbsent(
                "socketTimeout", String.valueOf(settings.server().readTimeout().toSeconds()));
        Properties properties = new Properties();
        properties.putAll(options);
        properties.setProperty("user", settings.server().username());
        Connection connection = new Driver().connect(url(settings), properties);
        if (connection == null) {
            throw new SQLException("The driver does not take " + url(settings));
        }
        return connection;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
