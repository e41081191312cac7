package io.tributary.capture.postgres.source;

import io.tributary.capture.postgres.PostgresSettings;
import io.tributary.capture.postgres.PostgresTable;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A message in the log that asks for a resync: {@code resync public.orders}, or {@code resync public.orders show-all} if targets
 * are to be shown the rows that did not change, too. Its prefix is {@code tributary.} and the name of the slot.
 */
public final class ResyncMessage {

    private static final String VERB = "resync ";
    private static final String SHOW_ALL = " show-all";

    private final String name;
    private final boolean again;

    private ResyncMessage(String name, boolean again) {
        this.name = name;
        this.again = again;
    }

    public static String prefix(PostgresSettings settings) {
        return "tributary." + settings.slot();
    }

    public static String text(PostgresTable table, boolean again) {
        return VERB + table + (again ? SHOW_ALL : "");
    }

    /** Null if it asks for nothing that is known. */
    static @Nullable ResyncMessage read(byte[] content) {
        String text = new String(content, StandardCharsets.UTF_8).strip();
        if (!text.startsWith(VERB)) {
            return null;
        }
        boolean again = text.endsWith(SHOW_ALL);
        String name = text.substring(VERB.length(), text.length() - (again ? SHOW_ALL.length() : 0));
        return new ResyncMessage(name.strip(), again);
    }

    boolean isAgain() {
        return again;
    }

    /** Schema and name, or the alias alone. */
    String name() {
        return name;
    }

    boolean names(PostgresTable table) {
        return name.equals(table.toString()) || name.equals(table.alias());
    }
}
