package io.tributary.query;

import io.tributary.settings.Problems;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What the {@code OPTIONS} hints of a SQL file may set: how a lookup table is cached, and nothing else. A file reads what
 * the settings declare, so where a table is and how it is reached are not the file's to say.
 *
 * <p>A hint for a state's time to live is refused: it would not reach the rows that are kept of the result.
 *
 * <p>This finds the place of a hint for the message; {@link StreamCatalog} refuses the options themselves, however they
 * come in.
 */
final class OptionsHints {

    /** Options of Flink's that a hint may set, for a lookup table. */
    static final Set<String> ALLOWED = Set.of(
            "lookup.cache",
            "lookup.partial-cache.max-rows",
            "lookup.partial-cache.expire-after-write",
            "lookup.partial-cache.expire-after-access",
            "lookup.partial-cache.cache-missing-key");

    private static final String TIME_TO_LIVE = "STATE_TTL";

    private static final String BEGIN = "/*+";
    private static final String END = "*/";

    private OptionsHints() {}

    /** The start of a message about an option that may not be set. */
    static String refused(String option) {
        return "an OPTIONS hint sets '" + option + "'. A SQL file may set "
                + String.join(", ", Set.copyOf(ALLOWED).stream().sorted().toArray(String[]::new))
                + " of a lookup table; where tables are and how they are reached is said under " + Lookup.PLACE
                + " in the settings";
    }

    /** False, and a problem for each option that a hint of the file may not set, if there is one. */
    static boolean check(SqlFile file, Problems problems) {
        int before = problems.sentences().size();
        String text = file.text();
        int at = 0;
        while (at < text.length()) {
            if (text.startsWith(BEGIN, at)) {
                int end = text.indexOf(END, at);
                int stop = end < 0 ? text.length() : end;
                checkHint(file, at + BEGIN.length(), stop, problems);
                at = stop;
            } else {
                at = skipped(text, at);
            }
        }
        return problems.sentences().size() == before;
    }

    /** Behind the comment, string, quoted name or character that begins here. */
    private static int skipped(String text, int at) {
        if (text.startsWith("--", at)) {
            return orEnd(text, text.indexOf('\n', at), 1);
        }
        if (text.startsWith("/*", at)) {
            return orEnd(text, text.indexOf(END, at + 2), END.length());
        }
        char quote = text.charAt(at);
        return quote == '\'' || quote == '`' || quote == '"' ? orEnd(text, text.indexOf(quote, at + 1), 1) : at + 1;
    }

    private static int orEnd(String text, int found, int length) {
        return found < 0 ? text.length() : found + length;
    }

    /** {@code NAME(a), OPTIONS('key' = 'value', ..)}; names may be quoted, and their case is any. */
    private static void checkHint(SqlFile file, int start, int end, Problems problems) {
        String text = file.text();
        List<Integer> strings = new ArrayList<>();
        boolean options = false;
        boolean key = false;
        for (int at = start; at < end; ) {
            char character = text.charAt(at);
            if (character == '\'') {
                if (options && key) {
                    strings.add(at);
                }
                key = false;
                at = skipped(text, at);
            } else if (character == '(' || character == ',') {
                key = true;
                at++;
            } else if (Character.isJavaIdentifierStart(character)) {
                int from = at;
                while (at < end && Character.isJavaIdentifierPart(text.charAt(at))) {
                    at++;
                }
                options = text.substring(from, at).equalsIgnoreCase("OPTIONS");
                if (text.substring(from, at).equalsIgnoreCase(TIME_TO_LIVE)) {
                    problems.add(file.atOffset(from) + "a " + TIME_TO_LIVE
                            + " hint bounds a part of the file's state alone; say"
                            + " how long all of it is kept by a line of the header, as '-- keep: 30 days'");
                }
            } else {
                at++;
            }
        }
        for (int at : strings) {
            String option = text.substring(at + 1, Math.max(at + 1, text.indexOf('\'', at + 1)));
            if (!ALLOWED.contains(option)) {
                problems.add(file.atOffset(at) + refused(option));
            }
        }
    }
}
