package io.tributary.query;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Turns what Flink's parser, validator and planner throw into a message with file, line and column.
 *
 * <p>Their classes live in the planner's own class loader, so the texts are all there is to go by; tests pin them.
 */
final class SqlError {

    private static final Pattern VALIDATION =
            Pattern.compile("From line (\\d+), column (\\d+) to line \\d+, column \\d+: (.*)", Pattern.DOTALL);
    private static final Pattern SINGLE = Pattern.compile("At line (\\d+), column (\\d+): (.*)", Pattern.DOTALL);
    private static final Pattern LEXICAL =
            Pattern.compile("Lexical error at line (\\d+), column (\\d+)\\.\\s+Encountered: \\S+ \\((\\d+)\\)");
    private static final Pattern PARSER =
            Pattern.compile("Encountered \"(.*?)\" at line (\\d+), column (\\d+)\\.", Pattern.DOTALL);
    private static final Pattern KEYWORD =
            Pattern.compile("Incorrect syntax near the keyword '?(.*?)'? at line (\\d+), column (\\d+)\\.");
    private static final Pattern TABLE = Pattern.compile("Object '([^']+)' not found");
    private static final Pattern FUNCTION = Pattern.compile(
            "No match found for function signature (\\w+)(\\(.*?\\))?\\.?" + "(?:$| Supported signatures are: (.*))");
    private static final Pattern COLUMN = Pattern.compile("Column '([^']+)' not found in .*");
    private static final Pattern ALIAS = Pattern.compile("Table '([^']+)' not found");
    private static final Pattern TYPE = Pattern.compile("Unknown identifier '([^']+)'");
    private static final Pattern CALL = Pattern.compile("Invalid function call:\\s*(\\w+)\\(");

    /** What the validator says of these is right, and does not say what to do. */
    private static final Map<String, String> REMEDIES = Map.of(
            "is not being grouped", "; name it in GROUP BY, or take one value of each group, as MAX does",
            "is ambiguous", "; write its table before it, with a dot",
            "Type mismatch in column", "; CAST it in one of them",
            "Illegal mixing of types in CASE", "; CAST the results to one type",
            "requires a condition", "; write ON and what the two tables have in common");

    private static final int MOST = 600;

    private SqlError() {}

    /** The table that the statement names and the planner does not know, or null if that is not what is wrong. */
    static @Nullable String missingTable(Throwable error) {
        Matcher matcher = TABLE.matcher(messages(error));
        return matcher.find() ? matcher.group(1) : null;
    }

    static String of(SqlFile file, Throwable error, Vocabulary known) {
        String message = messages(error);
        String unsupported = UnsupportedSql.sentence(file, message);
        if (unsupported != null) {
            return unsupported;
        }
        for (Pattern pattern : new Pattern[] {VALIDATION, SINGLE}) {
            Matcher matcher = pattern.matcher(message);
            if (matcher.find()) {
                return at(file, matcher.group(1), matcher.group(2))
                        + explained(file, offset(file, matcher), oneLine(matcher.group(3)), known);
            }
        }
        for (Pattern pattern : new Pattern[] {PARSER, KEYWORD}) {
            Matcher matcher = pattern.matcher(message);
            if (matcher.find()) {
                int offset = file.offset(Integer.parseInt(matcher.group(2)), Integer.parseInt(matcher.group(3)));
                return new UnexpectedToken(file, known).sentence(matcher.group(1), offset);
            }
        }
        Matcher lexical = LEXICAL.matcher(message);
        if (lexical.find()) {
            return at(file, lexical.group(1), lexical.group(2))
                    + ForeignCharacter.sentence(Integer.parseInt(lexical.group(3)));
        }
        Matcher call = CALL.matcher(message);
        if (call.find()) {
            return atCall(file, call.group(1)) + oneLine(message.substring(call.start()));
        }
        return file.atStatement() + unplaced(error, oneLine(message));
    }

    private static String unplaced(Throwable error, String message) {
        String start = message.length() > MOST ? message.substring(0, MOST) + " .." : message;
        if (error instanceof StackOverflowError) {
            return "the statement is nested too deeply for Flink's planner; make parts of it files of their own";
        }
        if (error instanceof AssertionError || UnsupportedSql.GENERAL.stream().anyMatch(message::contains)) {
            return "Flink cannot run this as a stream; write it in another way, or make parts of it files of their own ("
                    + start + ")";
        }
        return start;
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

    private static int offset(SqlFile file, Matcher place) {
        return file.offset(Integer.parseInt(place.group(1)), Integer.parseInt(place.group(2)));
    }

    private static String at(SqlFile file, String line, String column) {
        return file.at(Integer.parseInt(line), Integer.parseInt(column));
    }

    private static String explained(SqlFile file, int offset, String message, Vocabulary known) {
        Matcher table = TABLE.matcher(message);
        if (table.find()) {
            SqlTokens tokens = file.tokens();
            SqlTokens.Token dot = tokens.at(tokens.indexAt(offset) + 1);
            SqlTokens.Token name = tokens.at(tokens.indexAt(offset) + 2);
            return dot != null && name != null && dot.is(".")
                    ? "there is no table " + table.group(1) + "." + name.text()
                            + "; tables are named here without schemas, as " + name.text()
                    : "there is no table " + table.group(1) + known.nearTable(table.group(1));
        }
        Matcher function = FUNCTION.matcher(message);
        if (function.find()) {
            if (function.group(3) != null) {
                return function.group(1) + " does not take " + function.group(2) + "; it takes " + function.group(3);
            }
            return function.group(2) == null
                    ? "there is no operator " + function.group(1)
                            + (function.group(1).endsWith("ILIKE") ? "; write LOWER(text) LIKE pattern" : "")
                    : "there is no function " + function.group(1) + function.group(2)
                            + known.nearFunction(function.group(1));
        }
        Matcher column = COLUMN.matcher(message);
        if (column.find()) {
            return column.group() + known.nearColumn(column.group(1), file);
        }
        Matcher alias = ALIAS.matcher(message);
        if (alias.find()) {
            return "there is no table or alias " + alias.group(1) + " in FROM";
        }
        Matcher type = TYPE.matcher(message);
        if (type.find()) {
            return "there is no type " + type.group(1) + ForeignTypes.instead(type.group(1));
        }
        for (Map.Entry<String, String> remedy : REMEDIES.entrySet()) {
            if (message.contains(remedy.getKey())) {
                return message + remedy.getValue();
            }
        }
        return message;
    }

    /** The messages of the error and its causes, the outermost first, without repetitions. */
    static String messages(Throwable error) {
        StringBuilder all = new StringBuilder();
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            String message = cause.getMessage() == null ? cause.toString() : cause.getMessage();
            if (all.indexOf(message) < 0) {
                all.append(all.length() == 0 ? "" : "\n").append(message);
            }
        }
        return all.toString();
    }

    /** Types are called as users write them. */
    private static String oneLine(String message) {
        return message.strip()
                .replaceFirst("^SQL (?:validation|parse) failed\\. ?", "")
                .replaceFirst(
                        "\\. Supported form\\(s\\): '<COMPARABLE_TYPE> \\S+ <COMPARABLE_TYPE>'$",
                        "; CAST one of them to the type of the other")
                .replaceAll("\\s*\\n\\s*", " ")
                .replace(" CHARACTER SET \"UTF-16LE\"", "")
                .replace("VARCHAR(2147483647)", "STRING")
                .replace("VARBINARY(2147483647)", "BYTES")
                .replaceAll("<(\\w+(?:\\([\\d, ]+\\))?) ARRAY>", "<ARRAY<$1>>")
                .replace("TIMESTAMP_WITH_LOCAL_TIME_ZONE", "TIMESTAMP_LTZ");
    }
}
