package io.tributary.sink.redshift;

import com.amazon.redshift.Driver;
import io.tributary.settings.Secret;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Properties;

/**
 * Opens connections to the warehouse: with the user's password, or by IAM, where the driver asks AWS for a user and a password
 * that soon expire. Its errors name the URL and the user, never the password, nor what follows the database in the URL.
 */
final class WarehouseConnector {

    /** What the driver says where AWS refuses something; what AWS says is in the cause. */
    private static final String UNUSUAL = "Something unusual has occurred";

    private final RedshiftSettings settings;

    WarehouseConnector(RedshiftSettings settings) {
        this.settings = settings;
    }

    Connection open() throws SQLException {
        Properties properties = new Properties();
        String username = settings.username();
        if (username != null) {
            properties.setProperty("user", username);
        } else if (settings.isByRole()) {
            // GetClusterCredentialsWithIAM: the user is that of the role. Otherwise the driver takes the operating
            // system's user.
            properties.setProperty("GroupFederation", "true");
        }
        Secret password = settings.password();
        if (password != null) {
            properties.setProperty("password", password.anew());
        }
        properties.setProperty("ApplicationName", "tributary");
        properties.setProperty("tcpKeepAlive", "true");
        properties.setProperty("loginTimeout", "30");
        if (settings.dialect() == WarehouseDialect.POSTGRES) {
            properties.setProperty("ssl", "false");
            properties.setProperty("reWriteBatchedInserts", "true");
            properties.setProperty("socketFactory", StandInSocketFactory.class.getName());
        }
        try {
            Connection connection = new Driver().connect(settings.url(), properties);
            if (connection == null) {
                throw new SQLException("redshift.url has to start with jdbc:redshift://, as in"
                        + " jdbc:redshift://host:5439/database");
            }
            return connection;
        } catch (SQLException e) {
            throw new SQLException(sentence(e), e.getSQLState());
        }
    }

    /** The driver's own exception is not kept as the cause: nobody reads all that it may hold. */
    private String sentence(SQLException e) {
        String said = String.valueOf(e.getMessage());
        String reason = said.startsWith(UNUSUAL) && e.getCause() != null
                ? String.valueOf(e.getCause().getMessage())
                : said;
        Secret password = settings.password();
        if (password != null && !password.value().isEmpty()) {
            reason = reason.replace(password.value(), "***");
        }
        String hint = "28P01".equals(e.getSQLState()) || "28000".equals(e.getSQLState()) ? hint() : "";
        return "Cannot connect to " + settings.url().split("[?;]", 2)[0] + as() + ": " + reason + hint;
    }

    private String as() {
        String username = settings.username();
        return username == null ? " as the user of the role" : " as " + username;
    }

    private String hint() {
        return settings.isByRole()
                ? " Check redshift.username, and the role that is used here."
                : " Check redshift.username and redshift.password.";
    }
}
