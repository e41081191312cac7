package io.tributary.settings;

import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Resolves references to secrets: {@code env:NAME}, {@code file:/path} and {@code secretsmanager:id[#json-key]}. A value
 * given in the place of a reference is a problem, and is not repeated in the message. Those of files and of Secrets Manager are read
 * again for each connection, see {@link Secret}.
 */
public final class Secrets {

    /** Where the values of one kind of reference come from. It goes with its secrets to where connections are made. */
    public interface Store extends Serializable {
        /** Null if there is no secret of this name. */
        @Nullable
        String find(String name) throws IOException;
    }

    private static final int STAND_IN_LENGTH = 64;

    private static final Set<String> KINDS = Set.of("env", "file", "secretsmanager");

    private static final Store FILES = name -> Files.readString(Path.of(name)).strip();

    private final Store environment;
    private final Store secretsManager;
    private final boolean areStandIns;

    /** Both stores are given by Main, the only place that reads the environment. */
    public Secrets(Store environment, Store secretsManager) {
        this(environment, secretsManager, false);
    }

    private Secrets(Store environment, Store secretsManager, boolean areStandIns) {
        this.environment = environment;
        this.secretsManager = secretsManager;
        this.areStandIns = areStandIns;
    }

    /**
     * Nothing is read: each secret is the text of its reference, as often as it takes to be as long as keys have to be. For a run that
     * reaches no system.
     */
    public static Secrets standIns() {
        return new Secrets(name -> null, name -> null, true);
    }

    /** Null, and a problem that names the settings key, if the reference is none or leads nowhere. */
    public @Nullable Secret resolve(String key, String reference, Problems problems) {
        int colon = reference.indexOf(':');
        String kind = colon < 0 ? "" : reference.substring(0, colon);
        String name = reference.substring(colon + 1);
        if (areStandIns && KINDS.contains(kind)) {
            int times = (STAND_IN_LENGTH + reference.length() - 1) / reference.length();
            return Secret.of(reference, reference.repeat(times));
        }
        try {
            switch (kind) {
                case "env":
                    // Only the start reads the environment.
                    return found(null, environment.find(name), key, reference, problems);
                case "file":
                    return found(FILES, FILES.find(name), key, reference, problems);
                case "secretsmanager":
                    return found(secretsManager, secretsManager.find(name), key, reference, problems);
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

    /** @param kept where it is read again; null if it is not */
    private static @Nullable Secret found(
            @Nullable Store kept, @Nullable String value, String key, String reference, Problems problems) {
        if (value == null) {
            problems.add(key + ": " + reference + " is not set");
            return null;
        }
        String name = reference.substring(reference.indexOf(':') + 1);
        return kept == null ? Secret.of(reference, value) : Secret.kept(reference, kept, name, value);
    }
}
