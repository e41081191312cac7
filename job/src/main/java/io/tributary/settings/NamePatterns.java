package io.tributary.settings;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Names, as a setting lists them: each by itself, or all that fit a pattern, in which {@code *} stands for any characters. An
 * entry that begins with {@code -} is for names that the patterns leave out; a name that is listed by itself is never left out.
 * Upper and lower case differ.
 */
public final class NamePatterns implements Serializable {

    private static final long serialVersionUID = 1L;

    private static final char ANY = '*';
    private static final String LEFT_OUT = "-";

    private final ArrayList<Entry> entries = new ArrayList<>();
    private final ArrayList<Entry> leftOut = new ArrayList<>();

    private NamePatterns(Collection<String> entries) {
        for (String entry : entries) {
            if (leavesOut(entry)) {
                leftOut.add(new Entry(entry.substring(LEFT_OUT.length())));
            } else {
                this.entries.add(new Entry(entry));
            }
        }
    }

    private static final class Entry implements Serializable {

        private static final long serialVersionUID = 1L;

        private final String text;
        private final boolean isPattern;
        private final Pattern pattern;

        private Entry(String text) {
            this.text = text;
            this.isPattern = isPattern(text);
            this.pattern = Pattern.compile(regex(text), Pattern.DOTALL);
        }

        private boolean fits(String name) {
            return isPattern ? pattern.matcher(name).matches() : text.equals(name);
        }
    }

    public static NamePatterns of(Collection<String> entries) {
        return new NamePatterns(entries);
    }

    /** Whether the text is for more than one name. */
    public static boolean isPattern(String text) {
        return text.indexOf(ANY) >= 0;
    }

    /** Whether an entry is for what patterns leave out. */
    public static boolean leavesOut(String entry) {
        return entry.startsWith(LEFT_OUT);
    }

    /** The pattern as a regular expression that Java and PostgreSQL read alike. */
    public static String regex(String pattern) {
        StringBuilder regex = new StringBuilder("^");
        pattern.codePoints().forEach(character -> {
            if (character == ANY) {
                regex.append(".*");
                return;
            }
            boolean isPlain = character > 127 || Character.isLetterOrDigit(character) || character == '_';
            regex.append(isPlain ? "" : "\\").appendCodePoint(character);
        });
        return regex.append('$').toString();
    }

    /** The names that are listed by themselves, in their order. */
    public List<String> names() {
        return entries.stream()
                .filter(entry -> !entry.isPattern)
                .map(entry -> entry.text)
                .collect(Collectors.toList());
    }

    /** Whether they are for no name at all. */
    public boolean isEmpty() {
        return entries.isEmpty();
    }

    /** Whether there is a pattern, so that names may fit that nobody has thought of yet. */
    public boolean isOpen() {
        return entries.stream().anyMatch(entry -> entry.isPattern);
    }

    public boolean contains(String name) {
        return entries.stream().anyMatch(entry -> isFor(entry, name));
    }

    /** Those of the names that the entries are for: in the order of the entries, and those of a pattern in their own. */
    public Set<String> among(Iterable<String> names) {
        Set<String> chosen = new LinkedHashSet<>();
        for (Entry entry : entries) {
            for (String name : names) {
                if (isFor(entry, name)) {
                    chosen.add(name);
                }
            }
        }
        return chosen;
    }

    private boolean isFor(Entry entry, String name) {
        return entry.fits(name) && (!entry.isPattern || leftOut.stream().noneMatch(left -> left.fits(name)));
    }
}
