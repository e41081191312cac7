package io.tributary.query;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A name at the start of a text, and what follows it. The name ends at the first delimiter, or stands in double quotes, which
 * are doubled within it, as in SQL.
 */
final class NameAndRest {

    private static final String QUOTED = "\"((?:[^\"]++|\"\")*+)\"";

    private final String name;
    private final @Nullable String rest;

    private NameAndRest(String name, @Nullable String rest) {
        this.name = name;
        this.rest = rest;
    }

    /** @param delimiter a regular expression without groups */
    static NameAndRest of(String text, String delimiter) {
        Matcher quoted = Pattern.compile(QUOTED + "(?:" + delimiter + "(.*))?", Pattern.DOTALL)
                .matcher(text);
        if (quoted.matches()) {
            return new NameAndRest(quoted.group(1).replace("\"\"", "\""), quoted.group(2));
        }
        String[] parts = text.split(delimiter, 2);
        return new NameAndRest(parts[0], parts.length < 2 ? null : parts[1]);
    }

    String name() {
        return name;
    }

    /** Null if no delimiter follows the name. */
    @Nullable
    String rest() {
        return rest;
    }
}
