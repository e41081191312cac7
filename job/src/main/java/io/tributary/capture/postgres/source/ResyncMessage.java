package io.tributary.capture.postgres.source;

import io.tributary.capture.postgres.PostgresSettings;
import io.tributary.capture.postgres.PostgresTable;
import io.tributary.change.Audience;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A message in the log that asks for a resync: {@code resync public.orders}. Rows that did not change are shown to all consumers
 * too with {@code show-all} behind it, and to some with {@code for revenue for pass-through}: to the SQL file that makes revenue,
 * and to the table as it passes through. Its prefix is {@code tributary.} and the name of the slot.
 */
public final class ResyncMessage {

    private static final String VERB = "resync ";
    private static final String SHOW_ALL = " show-all";
    private static final String FOR = " for ";

    private final String asked;

    private ResyncMessage(String asked) {
        this.asked = asked;
    }

    public static String prefix(PostgresSettings settings) {
        return "tributary." + settings.slot();
    }

    /** For those that people call by these words. */
    public static String text(PostgresTable table, Collection<String> words) {
        return VERB + table + words.stream().map(word -> FOR + word).collect(Collectors.joining());
    }

    public static String textForAll(PostgresTable table) {
        return VERB + table + SHOW_ALL;
    }

    /** Whom people call by this word: what a SQL file makes, or what passes through. */
    public static String consumer(String word) {
        return word.equals(Audience.PASS_THROUGH) ? word : Audience.query(word);
    }

    /** By which words people call these. */
    public static Set<String> words(Collection<String> consumers) {
        String query = Audience.query("");
        return consumers.stream()
                .filter(consumer -> !consumer.equals(Audience.KINESIS))
                .map(consumer -> consumer.startsWith(query) ? consumer.substring(query.length()) : consumer)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Null if it asks for nothing that is known. */
    static @Nullable ResyncMessage read(byte[] content) {
        String text = new String(content, StandardCharsets.UTF_8).strip();
        return text.startsWith(VERB)
                ? new ResyncMessage(text.substring(VERB.length()).strip())
                : null;
    }

    /** To whom rows of this table that did not change are to be shown; null if it does not ask for the table. */
    @Nullable
    Audience again(PostgresTable table) {
        for (String name : List.of(table.toString(), table.alias())) {
            if (asked.equals(name)) {
                return Audience.NOBODY;
            }
            if (asked.equals(name + SHOW_ALL)) {
                return Audience.EVERYBODY;
            }
            if (asked.startsWith(name + FOR)) {
                String[] words = asked.substring(name.length() + FOR.length()).split(FOR);
                Audience named = Audience.only(
                        Arrays.stream(words).map(word -> consumer(word.strip())).collect(Collectors.toSet()));
                return named.isFor(Audience.PASS_THROUGH) ? named.and(Audience.TARGETS) : named;
            }
        }
        return null;
    }

    @Override
    public String toString() {
        return asked;
    }
}
