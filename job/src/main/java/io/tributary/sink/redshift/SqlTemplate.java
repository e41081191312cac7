package io.tributary.sink.redshift;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * SQL that is kept as a resource beside this class, with names in braces for what differs from table to table.
 *
 * <p>What is filled in is SQL already: names went through {@link WarehouseNames#quote}, strings through {@link
 * WarehouseDialect#literal}. It is filled in once, after the text was taken apart, so nothing in it can pass for a name in
 * braces or for the end of a statement. Lines that begin with {@code --} are for the reader of the resource.
 */
final class SqlTemplate {

    private static final Pattern PLACEHOLDER = Pattern.compile("\\{([a-z][a-z_]*)}");
    private static final Pattern INCLUDED = Pattern.compile("\\{>([a-z-]+\\.sql)}");
    private static final String BEGIN = "\nBEGIN\n";
    private static final String END = "\nEND;\n";

    private final String resource;
    private final String text;
    private final Map<String, String> known;

    private SqlTemplate(String resource, String text, Map<String, String> known) {
        this.resource = resource;
        this.text = text;
        this.known = known;
    }

    /** Fails if there is no such resource. A line <code>{>other.sql}</code> stands for the lines of that one. */
    static SqlTemplate of(String resource) {
        return new SqlTemplate(resource, text(resource), Map.of());
    }

    private static String text(String resource) {
        try (InputStream in = SqlTemplate.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalArgumentException("There is no resource " + resource);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.stripLeading().startsWith("--"))
                    .map(SqlTemplate::whole)
                    .collect(Collectors.joining());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String whole(String line) {
        Matcher included = INCLUDED.matcher(line);
        return included.matches() ? text(included.group(1)) : line + "\n";
    }

    /** The same for a schema of the warehouse, so that the tables of the bookkeeping need not be given. */
    SqlTemplate in(WarehouseNames names) {
        return new SqlTemplate(resource, text, names.bookkeeping());
    }

    /** The only statement, without a semicolon. */
    String statement(Map<String, String> values) {
        List<String> statements = statements(values);
        if (statements.size() != 1) {
            throw new IllegalStateException(resource + " has " + statements.size() + " statements");
        }
        return statements.get(0);
    }

    /** The statements, which end with a semicolon before an empty line or at the end of the text; without semicolons. */
    List<String> statements(Map<String, String> values) {
        check(values);
        return filled(text.split(";\n(?:\n|$)"), values);
    }

    /** A procedure whose body this is: declarations, then statements, each of which ends a line with a semicolon. */
    Procedure procedure(String name, Map<String, String> values) {
        check(values);
        int begin = text.indexOf(BEGIN);
        int end = text.lastIndexOf(END);
        if (begin < 0 || end < begin) {
            throw new IllegalStateException(resource + " is not the body of a procedure");
        }
        String[] statements = text.substring(begin + BEGIN.length(), end).split(";(?:\n|$)");
        return new Procedure(name, fill(text.substring(0, begin).strip(), values), filled(statements, values));
    }

    /** Nothing is left open, and nothing is given in vain. */
    private void check(Map<String, String> values) {
        Set<String> open = PLACEHOLDER
                .matcher(text)
                .results()
                .map(found -> found.group(1))
                .filter(name -> !known.containsKey(name))
                .collect(Collectors.toCollection(TreeSet::new));
        if (!open.equals(values.keySet())) {
            throw new IllegalArgumentException(
                    resource + " has the placeholders " + open + ", and is given " + new TreeSet<>(values.keySet()));
        }
    }

    private List<String> filled(String[] pieces, Map<String, String> values) {
        List<String> filled = new ArrayList<>();
        for (String piece : pieces) {
            // Empty lines are between statements; what a line of one begins with is kept.
            String statement = piece.replaceFirst("^\n+", "");
            String sql = fill(statement, values);
            if (!sql.isBlank()) {
                filled.add(sql);
            }
        }
        return filled;
    }

    private String fill(String piece, Map<String, String> values) {
        return PLACEHOLDER.matcher(piece).replaceAll(found -> Matcher.quoteReplacement(value(found, values)));
    }

    private String value(MatchResult found, Map<String, String> values) {
        String name = found.group(1);
        String value = values.getOrDefault(name, known.get(name));
        if (value == null) {
            throw new IllegalArgumentException("Nothing is given for " + found.group());
        }
        return value;
    }
}
