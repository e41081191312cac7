package io.tributary.settings;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Resolves references to secrets: {@code env:NAME}, {@code file:/path} and {@code secretsmanager:id[#json-key]}. A value
 * given in the place of a reference is a problem, and is not repeated in the message.
 */
public final class Secrets {

    /** Where the values of one kind of reference come from. */
    public interface Store {
        /** Null if there is no secret of this name. */
        @Nullable
        String find(String name) throws IOException;
    }

    private final Store environment;
    private final Store secretsManager;

    /** Both stores are given by Main, the only place that reads the environment. */
    public Secrets(Store environment, Store secretsManager) {
        this.environment = environment;
        this.secretsManager = secretsManager;
    }

    /** Null, and a problem that names the settings key, if the reference is none or leads nowhere. */
    public @Nullable Secret resolve(String key, String reference, Problems problems) {
        int colon = reference.indexOf(':');
        String kind = colon < 0 ? "" : reference.substring(0, colon);
        String name = reference.substring(colon + 1);
        try {
            switch (kind) {
                case "env":
                    return found(key, reference, environment.find(name), problems);
                case "file":
                    return found(key, reference, Files.readString(Path.of(name)).strip(), problems);
                case "secretsmanager":
                    return found(key, reference, secretsManager.find(name), problems);
                default:
                    problems.add(key + " has to be a reference to a secret, not the secret itself:"
                            + " write env:NAME, file:/path or secretsmanager:id#key");
                    return null;
            }
        } catch (IOException e) {
            problems.add(key + ": " + reference + " cannot be read: " + e);
            return null;
        }
    }

    private static @Nullable Secret found(String key, String reference, @Nullable String value, Problems problems) {
        if (value == null) {
            problems.add(key + ": " + reference + " is not set");
            return null;
        }
        return Secret.of(reference, value);
    }
}
