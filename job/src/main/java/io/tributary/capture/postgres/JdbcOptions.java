package io.tributary.capture.postgres;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import org.postgresql.Driver;

/**
 * The options that every connection gets. Values have to be printed the same by every session, whatever the user's or the
 * database's defaults are.
 */
final class JdbcOptions {

    static final String PRINTING =
            "-c IntervalStyle=iso_8601 -c bytea_output=hex -c extra_float_digits=1 -c xmloption=content";

    private JdbcOptions() {}

    /** Without user and password; the {@link PasswordPlugin} gives the password. */
    static Map<String, String> of(PostgresSettings settings) {
        Map<String, String> options = new LinkedHashMap<>();
        options.put("ApplicationName", "tributary " + settings.slot());
        options.put("connectTimeout", String.valueOf(settings.connectTimeout().toSeconds()));
        options.put("tcpKeepAlive", "true");
        options.putAll(settings.jdbc());
        options.merge("options", PRINTING, (theirs, ours) -> ours + " " + theirs);
        // Texts for every type, and parameters whose types the server finds out.
        options.put("binaryTransfer", "false");
        options.put("stringtype", "unspecified");
        options.put("authenticationPluginClassName", PasswordPlugin.class.getName());
        options.put(PasswordPlugin.OPTION, PasswordPlugin.register(settings));
        return options;
    }

    static String url(PostgresSettings settings) {
        return "jdbc:postgresql://" + settings.hostname() + ":" + settings.port() + "/" + encoded(settings.database());
    }

    static Connection connect(PostgresSettings settings) throws SQLException {
        return connect(settings, Map.of());
    }

    /**
     * @param more options of this connection; its {@code options} come behind the others
     */
    static Connection connect(PostgresSettings settings, Map<String, String> more) throws SQLException {
        Map<String, String> options = of(settings);
        more.forEach((name, value) ->
                options.merge(name, value, (ours, theirs) -> name.equals("options") ? ours + " " + theirs : theirs));
        Properties properties = new Properties();
        properties.putAll(options);
        properties.setProperty("user", settings.username());
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
