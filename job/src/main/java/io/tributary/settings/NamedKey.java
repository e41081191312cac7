package io.tributary.settings;

import org.jspecify.annotations.Nullable;

/**
 * A key in which a name stands, as {@code tables.<table>.key} is one for each table.
 *
 * <p>A name that has a dot or a double quote stands in double quotes, and a double quote within it is doubled, as SQL does
 * with identifiers: {@code tables."my.table".key}. Any other name may stand in quotes, too. Upper and lower case differ.
 */
public final class NamedKey {

    /** Where the names of tables stand. */
    static final String TABLES = "tables.<table>";

    /** Where the names of sources stand. */
    static final String SOURCES = "sources.<source>";

    private static final char QUOTE = '"';

    private final String name;
    private final String rest;

    private NamedKey(String name, String rest) {
        this.name = name;
        this.rest = rest;
    }

    /**
     * The key taken apart; null if it is none of this place.
     *
     * @param place a key up to its name, such as {@code tables.<table>}
     */
    public static @Nullable NamedKey parse(String place, String key) {
        String before = place.substring(0, place.indexOf('<'));
        if (!key.startsWith(before)) {
            return null;
        }
        String text = key.substring(before.length());
        int end = text.startsWith("\"") ? closing(text) + 1 : dot(text);
        if (end <= 0 || (end < text.length() && text.charAt(end) != '.')) {
            return null;
        }
        String name = text.substring(0, end);
        String plain = name.charAt(0) == QUOTE ? unquoted(name) : name;
        return new NamedKey(plain, end == text.length() ? "" : text.substring(end + 1));
    }

    /** The option's key with the name in the place of {@code <table>} or the like. */
    public static String of(String optionKey, String name) {
        int from = optionKey.indexOf('<');
        return optionKey.substring(0, from) + quoted(name) + optionKey.substring(optionKey.indexOf('>') + 1);
    }

    /** The key of a setting of this source. */
    public static String ofSource(String source, String setting) {
        return of(SOURCES + "." + setting, source);
    }

    /** The key of a setting of this table. */
    public static String ofTable(String table, String setting) {
        return of(TABLES + "." + setting, table);
    }

    /** The name as it stands in a key. */
    static String quoted(String name) {
        boolean isPlain = !name.isEmpty() && name.indexOf('.') < 0 && name.indexOf(QUOTE) < 0;
        return isPlain ? name : QUOTE + name.replace("\"", "\"\"") + QUOTE;
    }

    /** The option's key up to its name; null if no name stands in it. */
    static @Nullable String placeOf(String optionKey) {
        int end = optionKey.indexOf('>');
        return end < 0 ? null : optionKey.substring(0, end + 1);
    }

    private static int dot(String text) {
        int dot = text.indexOf('.');
        return dot < 0 ? text.length() : dot;
    }

    /** Where the quote is that ends the name; -1 if it does not end. */
    private static int closing(String text) {
        int quote = text.indexOf(QUOTE, 1);
        while (quote >= 0 && quote + 1 < text.length() && text.charAt(quote + 1) == QUOTE) {
            quote = text.indexOf(QUOTE, quote + 2);
        }
        return quote;
    }

    private static String unquoted(String name) {
        return name.substring(1, name.length() - 1).replace("\"\"", "\"");
    }

    /** Without quotes. */
    public String name() {
        return name;
    }

    /** What stands behind the name and its dot, such as {@code key}. */
    public String rest() {
        return rest;
    }
}
