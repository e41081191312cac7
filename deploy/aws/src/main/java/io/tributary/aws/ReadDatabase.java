package io.tributary.aws;

/**
 * A database of PostgreSQL that the job reads: that of the settings under {@code postgres}, or one of {@code sources}, which has what
 * it does not set itself from there.
 */
final class ReadDatabase {

    private static final String PORT = "5432";

    private final GivenSettings settings;
    private final String name;

    private ReadDatabase(GivenSettings settings, String name) {
        this.settings = settings;
        this.name = name;
    }

    /** @param name of the source; empty for what stands under {@code postgres} */
    static ReadDatabase of(GivenSettings settings, String name) {
        return new ReadDatabase(settings, name);
    }

    /** Empty if it is the one without a name. */
    String name() {
        return name;
    }

    /** Its own, as it stands in the settings. */
    String key(String key) {
        return name.isEmpty() ? key : "sources." + name + "." + key;
    }

    private String text(String key, String standard) {
        return settings.text(key(key), settings.text(key, standard));
    }

    /** Whether it is on a server of its own, and not on that which {@code postgres} names. */
    boolean hasOwnServer() {
        return !name.isEmpty() && settings.has(key("postgres.hostname"));
    }

    int port() {
        return Integer.parseInt(text("postgres.port", PORT));
    }

    String username() {
        return text("postgres.username", "tributary");
    }

    /** Whether the job logs in to it by a token of IAM. */
    boolean isIam() {
        return text("postgres.authentication", "password").equals("iam");
    }

    /** For people. */
    String title() {
        return name.isEmpty() ? "the database" : "the database of " + name;
    }
}
