package io.tributary.query;

import io.tributary.change.Column;
import io.tributary.change.Schema;
import io.tributary.settings.EditDistance;
import io.tributary.settings.Suggestions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The names that the statements of a session may use, for messages about those they may not.
 *
 * <p>Flink tells its functions by names that are partly not those of SQL, and no list of its reserved words. So the parser
 * is asked about a name that matters: a statement with nothing else in it is tried.
 */
final class Vocabulary {

    private final Consumer<String> parser;
    private final Set<String> tables;
    private final Map<String, Collection<String>> columns = new HashMap<>();
    private final Set<String> ownFunctions;
    private final Set<String> functions;

    /**
     * @param parser of statements
     * @param tables the names of all tables
     * @param ownFunctions those that the settings and jars declare
     * @param listed all functions, as Flink calls them
     */
    Vocabulary(
            Consumer<String> parser,
            Collection<String> tables,
            Collection<String> ownFunctions,
            Collection<String> listed) {
        this.parser = parser;
        this.tables = new TreeSet<>(tables);
        this.ownFunctions = new TreeSet<>(ownFunctions);
        this.functions = new TreeSet<>(ForeignFunctions.UNLISTED);
        for (String name : listed) {
            functions.add(name.toUpperCase(Locale.ROOT));
            functions.add(name.replaceAll("([a-z0-9])([A-Z])", "$1_$2").toUpperCase(Locale.ROOT));
        }
    }

    /** Makes the columns of a table known, or of what a file makes. */
    void columns(Schema table) {
        columns.put(table.table(), table.columns().stream().map(Column::name).collect(Collectors.toList()));
    }

    String nearTable(String name) {
        return Suggestions.near(name, tables);
    }

    /** Of those tables that the file mentions. */
    String nearColumn(String name, SqlFile file) {
        Set<String> candidates = new TreeSet<>();
        columns.forEach((table, names) -> {
            if (file.mentions(table)) {
                candidates.addAll(names);
            }
        });
        return Suggestions.near(name, candidates);
    }

    /** The end of a sentence: what there is in place of a function that there is not, and where all are listed. */
    String nearFunction(String name) {
        return instead(name) + " (functions: job/docs/sql.md)";
    }

    private String instead(String name) {
        String other = ForeignFunctions.INSTEAD.get(name.toUpperCase(Locale.ROOT));
        if (other != null) {
            return "; " + other;
        }
        Predicate<String> isNear =
                function -> EditDistance.between(name.toUpperCase(Locale.ROOT), function.toUpperCase(Locale.ROOT))
                        <= Suggestions.reach(name);
        List<String> near = new ArrayList<>();
        ownFunctions.stream().filter(isNear).forEach(near::add);
        functions.stream()
                .filter(function -> near.stream().noneMatch(function::equalsIgnoreCase))
                .filter(isNear)
                .filter(this::isFunction)
                .forEach(near::add);
        if (near.isEmpty()) {
            return ownFunctions.isEmpty() ? "" : "; those of your own are " + String.join(", ", ownFunctions);
        }
        return Suggestions.near(name, near);
    }

    private boolean isFunction(String name) {
        String error = error("SELECT " + name + "()");
        boolean isUnknown =
                error.contains("No match found for function signature") && !error.contains("Supported signatures are");
        return !isUnknown && !error.contains("Encountered \"" + name);
    }

    /** True if it is a name in `backticks` only. */
    boolean isReserved(String word) {
        return word.matches("\\w+") && !error("SELECT 1 AS " + word).isEmpty();
    }

    private String error(String statement) {
        try {
            parser.accept(statement);
            return "";
        } catch (RuntimeException | LinkageError | AssertionError e) {
            return SqlError.messages(e);
        }
    }
}
