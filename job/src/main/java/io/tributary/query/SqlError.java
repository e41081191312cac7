package io.tributary.query;

import io.tributary.settings.Suggestions;
import java.util.Collection;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Turns what Flink's parser, validator and planner throw into a message with file, line and column.
 *
 * <p>Their classes live in the planner's own class loader, so the texts are all there is to go by; a test pins them.
 */
final class SqlError {

    private static final Pattern VALIDATION =
            Pattern.compile("From line (\\d+), column (\\d+) to line \\d+, column \\d+: (.*)", Pattern.DOTALL);
    private static final Pattern SINGLE = Pattern.compile("At line (\\d+), column (\\d+): (.*)", Pattern.DOTALL);
    private static final Pattern LEXICAL = Pattern.compile("Lexical error at line (\\d+), column (\\d+)\\.(.*)");
    private static final Pattern PARSER =
            Pattern.compile("Encountered \"(.*?)\" at line (\\d+), column (\\d+)\\.", Pattern.DOTALL);
    private static final Pattern KEYWORD =
            Pattern.compile("Incorrect syntax near the keyword '?(.*?)'? at line (\\d+), column (\\d+)\\.");
    private static final Pattern TABLE = Pattern.compile("Object '([^']+)' not found");
    private static final Pattern FUNCTION = Pattern.compile("No match found for function signature (\\w+)(\\(.*\\))");

    private static final Pattern CALL = Pattern.compile("Invalid function call:\\s*(\\w+)\\(");

    private SqlError() {}

    /** The table that the statement names and the planner does not know, or null if that is not what is wrong. */
    static @Nullable String missingTable(Throwable error) {
        Matcher matcher = TABLE.matcher(messages(error));
        return matcher.find() ? matcher.group(1) : null;
    }

    static String of(SqlFile file, Throwable error, Collection<String> tables, Collection<String> functions) {
        String message = messages(error);
        for (Pattern pattern : new Pattern[] {VALIDATION, SINGLE}) {
            Matcher matcher = pattern.matcher(message);
            if (matcher.find()) {
                return at(file, matcher.group(1), matcher.group(2))
                        + explained(oneLine(matcher.group(3)), tables, functions);
            }
        }
        for (Pattern pattern : new Pattern[] {PARSER, KEYWORD}) {
            Matcher matcher = pattern.matcher(message);
            if (matcher.find()) {
                return at(file, matcher.group(2), matcher.group(3)) + unexpected(matcher.group(1));
            }
        }
        Matcher lexical = LEXICAL.matcher(message);
        if (lexical.find()) {
            return at(file, lexical.group(1), lexical.group(2)) + "this is not SQL: " + oneLine(lexical.group(3));
        }
        if (message.contains("only single statement supported")
                || message.contains("sqlQuery() only accepts a single SQL query")) {
            return file.atStatement() + "a file holds one SELECT and nothing else";
        }
        Matcher call = CALL.matcher(message);
        if (call.find()) {
            return atCall(file, call.group(1)) + oneLine(message.substring(call.start()));
        }
        return file.atStatement() + oneLine(message);
    }

    /** Flink does not say where the call is; if there is one only, it is that. */
    private static String atCall(SqlFile file, String function) {
        Matcher call = Pattern.compile("\\b" + function + "\\s*\\(", Pattern.CASE_INSENSITIVE)
                .matcher(file.text());
        if (!call.find()) {
            return file.atStatement();
        }
        int start = call.start();
        if (call.find()) {
            return file.atStatement();
        }
        return file.atOffset(start);
    }

    private static String at(SqlFile file, String line, String column) {
        return file.at(Integer.parseInt(line), Integer.parseInt(column));
    }

    private static String explained(String message, Collection<String> tables, Collection<String> functions) {
        Matcher table = TABLE.matcher(message);
        if (table.find()) {
            return "there is no table " + table.group(1) + Suggestions.near(table.group(1), tables);
        }
        Matcher function = FUNCTION.matcher(message);
        if (function.find()) {
            return "there is no function " + function.group(1) + function.group(2)
                    + Suggestions.near(function.group(1), functions);
        }
        return message;
    }

    private static String unexpected(String token) {
        switch (token) {
            case "<EOF>":
                return "the statement ends too early";
            case "\\\"":
                return "unexpected \"; names are quoted with `backticks`, strings with 'apostrophes'";
            case "\\'":
                return "a string begins here and does not end";
            default:
                return "unexpected " + token;
        }
    }

    /** The messages of the error and its causes, the outermost first, without repetitions. */
    private static String messages(Throwable error) {
        StringBuilder all = new StringBuilder();
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            String message = cause.getMessage() == null ? cause.toString() : cause.getMessage();
            if (all.indexOf(message) < 0) {
                all.append(all.length() == 0 ? "" : "\n").append(message);
            }
        }
        return all.toString();
    }

    private static String oneLine(String message) {
        return message.strip().replaceAll("\\s*\\n\\s*", " ");
    }
}
