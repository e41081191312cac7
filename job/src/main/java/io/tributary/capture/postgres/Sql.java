package io.tributary.capture.postgres;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Statements, which are files beside the classes that run them, and names and texts as they stand in them. Assumes that no
 * file has a comment behind SQL, or a text that goes over several lines.
 */
public final class Sql {

    private static final Pattern PLACE = Pattern.compile("\\{(\\w+)}");

    private Sql() {}

    /** The statement in a file beside a class, on one line and without its header. To be read once, into a constant. */
    public static String statement(Class<?> beside, String file) {
        try (InputStream in = beside.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException("There is no " + file + " beside " + beside.getName());
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty() && !line.startsWith("--"))
                    .collect(Collectors.joining(" "));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * A statement with its places filled in: {@code {name}} by the value of that name, as SQL wants it. Fails if a place has
     * no value, or a value no place.
     */
    public static String fill(String statement, Map<String, String> values) {
        Set<String> unused = new HashSet<>(values.keySet());
        String filled = PLACE.matcher(statement).replaceAll(place -> {
            String value = values.get(place.group(1));
            if (value == null) {
                throw new IllegalArgumentException("Nothing is given for " + place.group() + " of " + statement);
            }
            unused.remove(place.group(1));
            return Matcher.quoteReplacement(value);
        });
        if (!unused.isEmpty()) {
            throw new IllegalArgumentException("There is no place for " + unused + " in " + statement);
        }
        return filled;
    }

    public static String identifier(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    /** A relation with its schema. */
    public static String identifier(String schema, String name) {
        return identifier(schema) + "." + identifier(name);
    }

    public static String literal(String text) {
        return "'" + text.replace("'", "''") + "'";
    }
}
