package io.tributary.command;

import io.tributary.settings.Problems;
import io.tributary.settings.Secret;
import io.tributary.settings.Secrets;
import io.tributary.settings.SecretsManagerStore;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import java.util.Properties;

/**
 * How a database is reached.
 *
 * @param password a reference to it
 * @param jdbc what else the driver is told
 */
record Login(String host, int port, String database, String user, String password, Map<String, String> jdbc) {

    private static final int SECONDS = 15;

    /** Fails with a sentence if the database does not let the user in. */
    Connection connect() {
        Problems problems = new Problems();
        Secret secret =
                new Secrets(System::getenv, new SecretsManagerStore()).resolve("postgres.password", password, problems);
        problems.throwIfAny();
        Properties properties = new Properties();
        properties.putAll(jdbc);
        properties.setProperty("user", user);
        properties.setProperty("password", secret == null ? "" : secret.value());
        properties.setProperty("connectTimeout", String.valueOf(SECONDS));
        properties.setProperty("loginTimeout", String.valueOf(SECONDS));
        try {
            return DriverManager.getConnection("jdbc:postgresql://" + host + ":" + port + "/" + database, properties);
        } catch (SQLException e) {
            throw Problem.of("Database " + database + " at " + host + ":" + port + " does not let " + user + " in: "
                    + e.getMessage());
        }
    }
}
