package io.tributary.capture.postgres.plan;

import io.tributary.capture.postgres.PostgresTable;
import io.tributary.capture.postgres.source.ResyncMessage;
import io.tributary.change.Audience;
import io.tributary.settings.Problems;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/** To whom a resync is to show rows that did not change, too, as people ask for it. */
public final class Again {
    private final boolean all;
    private final Set<String> words;
    private final Function<String, Set<String>> consumers;

    private Again(boolean all, Set<String> words, Function<String, Set<String>> consumers) {
        this.all = all;
        this.words = words;
        this.consumers = consumers;
    }

    public static Again toNobody() {
        return toSome(Set.of(), table -> Set.of());
    }

    public static Again toEverybody() {
        return new Again(true, Set.of(), table -> Set.of());
    }

    /**
     * @param words what SQL files make, and {@link Audience#PASS_THROUGH}
     * @param consumers of each table, by its alias, as {@link Audience} names them
     */
    public static Again toSome(Collection<String> words, Function<String, Set<String>> consumers) {
        return new Again(false, new TreeSet<>(words), consumers);
    }

    void check(List<PostgresTable> tables, Problems problems) {
        for (PostgresTable table : tables) {
            Set<String> known = words.isEmpty() ? Set.of() : consumers.apply(table.alias());
            for (String word : words) {
                if (!known.contains(ResyncMessage.consumer(word))) {
                    problems.add("--for " + word + ": nothing of that name takes table " + table.alias()
                            + (known.isEmpty()
                                    ? ""
                                    : ". What does is " + String.join(", ", ResyncMessage.words(known))));
                }
            }
        }
    }

    String message(PostgresTable table) {
        return all ? ResyncMessage.textForAll(table) : ResyncMessage.text(table, words);
    }
}
