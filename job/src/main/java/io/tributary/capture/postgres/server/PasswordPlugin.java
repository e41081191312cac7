package io.tributary.capture.postgres.server;

import io.tributary.capture.postgres.PostgresSettings;
import io.tributary.settings.Secret;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.postgresql.plugin.AuthenticationPlugin;
import org.postgresql.plugin.AuthenticationRequestType;
import org.postgresql.util.PSQLException;
import org.postgresql.util.PSQLState;

/**
 * Gives the driver the password, so that it stands in no connection option: the reader logs all of them. The driver makes
 * one for each connection, by name, so that each has the password as it is then.
 */
public final class PasswordPlugin implements AuthenticationPlugin {

    /** The connection option that says whose password is wanted. */
    static final String OPTION = "tributaryCredential";

    private static final Map<String, Secret> PASSWORDS = new ConcurrentHashMap<>();

    private final @Nullable Secret password;

    public PasswordPlugin(Properties info) {
        String credential = info.getProperty(OPTION);
        this.password = credential == null ? null : PASSWORDS.get(credential);
    }

    /** To be called in every process that connects; returns the value of {@link #OPTION}. */
    static String register(PostgresSettings settings) {
        String credential = settings.toString();
        PASSWORDS.put(credential, settings.server().password());
        return credential;
    }

    @Override
    public char @Nullable [] getPassword(AuthenticationRequestType type) throws PSQLException {
        try {
            return password == null ? null : password.anew().toCharArray();
        } catch (UncheckedIOException e) {
            throw new PSQLException(String.valueOf(e.getMessage()), PSQLState.INVALID_PASSWORD, e);
        }
    }
}
