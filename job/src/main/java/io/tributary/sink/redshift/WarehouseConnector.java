package io.tributary.sink.redshift;

import com.amazon.redshift.Driver;
import io.tributary.settings.Secret;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Properties;

/** Opens connections to the warehouse. Its errors name the URL and the user, never the password. */
final class WarehouseConnector {

    private final RedshiftSettings settings;

    WarehouseConnector(RedshiftSettings settings) {
        this.settings = settings;
    }

    Connection open() throws SQLException {
        Properties properties = new Properties();
        String username = settings.username();
        if (username != null) {
            properties.setProperty("user", username);
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
        String reason = String.valueOf(e.getMessage());
        Secret password = settings.password();
        if (password != null && !password.value().isEmpty()) {
            reason = reason.replace(password.value(), "***");
        }
        String hint = "28P01".equals(e.getSQLState()) || "28000".equals(e.getSQLState())
                ? " Check redshift.username and redshift.password."
                : "";
        return "Cannot connect to " + settings.url() + " as " + settings.username() + ": " + reason + hint;
    }
}
