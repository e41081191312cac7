package io.tributary.settings;

import java.io.Serializable;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Properties that are handed on to somebody else's software. Those that are secrets are resolved, and are not printed. */
public final class LibraryProperties implements Serializable {

    private static final long serialVersionUID = 1L;

    private final TreeMap<String, String> plain;
    private final TreeMap<String, Secret> secrets;

    LibraryProperties(Map<String, String> plain, Map<String, Secret> secrets) {
        this.plain = new TreeMap<>(plain);
        this.secrets = new TreeMap<>(secrets);
    }

    public boolean contains(String name) {
        return plain.containsKey(name) || secrets.containsKey(name);
    }

    /** Null if it is not set. */
    public @Nullable String get(String name) {
        Secret secret = secrets.get(name);
        return secret == null ? plain.get(name) : secret.value();
    }

    /** Secrets included. */
    public Set<String> names() {
        Set<String> names = new TreeSet<>(plain.keySet());
        names.addAll(secrets.keySet());
        return names;
    }

    /** The names of those that are secrets. */
    public Set<String> secretNames() {
        return secrets.keySet();
    }

    /** Sorted by name, with the secrets in it as they are at this moment: for that software only. */
    public Map<String, String> asMap() {
        Map<String, String> all = new TreeMap<>(plain);
        secrets.forEach((name, secret) -> all.put(name, secret.anew()));
        return all;
    }

    /** Sorted by name, for people: a secret is shown as its reference. */
    public Map<String, String> shown() {
        Map<String, String> all = new TreeMap<>(plain);
        secrets.forEach((name, secret) -> all.put(name, secret.toString()));
        return all;
    }

    /** With the secrets in it as they are at this moment: for that software only. */
    public Properties asProperties() {
        Properties all = new Properties();
        all.putAll(asMap());
        return all;
    }

    /** The text, with every secret in it replaced by its reference. */
    public String redact(String text) {
        String safe = text;
        for (Secret secret : secrets.values()) {
            safe = secret.value().isEmpty() ? safe : safe.replace(secret.value(), secret.toString());
        }
        return safe;
    }

    @Override
    public String toString() {
        return names().toString();
    }
}
