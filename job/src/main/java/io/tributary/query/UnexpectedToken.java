package io.tributary.query;

import io.tributary.query.SqlTokens.Token;
import io.tributary.settings.EditDistance;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the parser did not expect, and what the user may have meant: told from the words around it. */
final class UnexpectedToken {

    /** What a part of a statement begins with, and what no name is mistaken for. */
    private static final Set<String> CLAUSES = Set.of(
            "SELECT",
            "FROM",
            "WHERE",
            "GROUP",
            "HAVING",
            "ORDER",
            "LIMIT",
            "UNION",
            "EXCEPT",
            "INTERSECT",
            "JOIN",
            "LEFT",
            "RIGHT",
            "FULL",
            "INNER",
            "CROSS",
            "WINDOW",
            "FETCH",
            "OFFSET",
            "ON",
            "AS",
            "AND",
            "OR");

    /** Words within parts of a statement, which are names no more than those. */
    private static final Set<String> PARTICLES = Set.of(
            "ALL",
            "BETWEEN",
            "BY",
            "CASE",
            "DISTINCT",
            "ELSE",
            "END",
            "EXISTS",
            "IN",
            "IS",
            "LIKE",
            "NOT",
            "NULL",
            "OF",
            "OVER",
            "THEN",
            "USING",
            "VALUES",
            "WHEN",
            "WITH");

    /** Signs behind which something follows. */
    private static final Set<String> OPERATORS =
            Set.of(",", "(", ".", "=", "<>", "<", ">", "<=", ">=", "+", "-", "*", "/", "%", "||");

    private static final Set<String> BEFORE_NAMES = Set.of("AS", ".", ",", "SELECT", "BY");
    private static final Set<String> BEHIND_NAMES = Set.of(",", "FROM", ")", "=", ";");

    private static final Map<String, String> SIGNS = Map.of(
            "::", "write CAST(value AS type) in place of value::type",
            "->", "JSON is read with JSON_VALUE(column, '$.name') or JSON_QUERY",
            "->>", "JSON is read with JSON_VALUE(column, '$.name') or JSON_QUERY",
            "==", "write = in place of ==",
            "!=", "write <> in place of !=");

    private final SqlFile file;
    private final Vocabulary known;
    private final SqlTokens tokens;

    UnexpectedToken(SqlFile file, Vocabulary known) {
        this.file = file;
        this.known = known;
        this.tokens = file.tokens();
    }

    /**
     * @param image the tokens that the parser names, with blanks between them; the last does not fit
     * @param offset where the first of them stands
     */
    String sentence(String image, int offset) {
        int first = tokens.indexAt(offset);
        Token named = tokens.at(first);
        Token behind = tokens.at(first + 1);
        boolean isCall = behind != null && behind.is("(");
        if (named != null && isCall && ForeignFunctions.isOne(named.text())) {
            return at(named) + "there is no function " + named.text() + known.nearFunction(named.text());
        }
        if (named != null && !isCall && named.isWord() && !isStructure(named) && known.isReserved(named.text())) {
            return at(named) + reserved(named);
        }
        int index = last(image, first);
        Token token = tokens.at(index);
        boolean isLast = tokens.at(index + 1) == null;
        return token == null || (isLast && (isStructure(token) || token.isOneOf(OPERATORS)))
                ? file.atOffset(offset) + tooEarly(index)
                : sentence(token, index);
    }

    /** The image ends in a blank if the text ends there. */
    private int last(String image, int first) {
        if (image.isEmpty() || image.equals("<EOF>")) {
            return tokens.count();
        }
        int index = first;
        Token token = tokens.at(index);
        String rest = image;
        while (token != null) {
            String text = token.text().replace("\"", "\\\"").replace("'", "\\'");
            if (!rest.startsWith(text) || rest.length() == text.length()) {
                return index;
            }
            rest = rest.substring(text.length()).strip();
            index++;
            token = tokens.at(index);
        }
        return index;
    }

    private String tooEarly(int index) {
        Token open = tokens.open(index);
        return "the statement ends too early"
                + (open == null ? "" : "; the ( at " + file.place(open.start()) + " is not closed");
    }

    private String sentence(Token token, int index) {
        Token before = tokens.at(index - 1);
        Token behind = tokens.at(index + 1);
        if (token.text().startsWith("\"")) {
            return at(token) + "unexpected \"; names are quoted with `backticks`, strings with 'apostrophes'";
        }
        if (token.isOpen('\'')) {
            return at(token) + "a string begins here and does not end";
        }
        for (Token sign : new Token[] {token, before}) {
            String instead = sign == null ? null : SIGNS.get(sign.text());
            if (sign != null && instead != null) {
                return at(sign) + "unexpected " + sign.text() + "; " + instead;
            }
        }
        if (token.is(")") && tokens.open(index) == null) {
            return at(token) + "unexpected ); no ( before it is open";
        }
        if (before == null) {
            return at(token) + "unexpected " + token.text();
        }
        return sentence(before, token, behind, tokens.at(index - 2));
    }

    private String sentence(Token before, Token token, @Nullable Token behind, @Nullable Token twoBefore) {
        if (before.is("DISTINCT") && token.is("ON")) {
            return at(token)
                    + "there is no DISTINCT ON; keep the first row of each group with ROW_NUMBER() OVER (PARTITION BY ..."
                    + " ORDER BY ...) in a subquery, and WHERE on its result being 1";
        }
        if (before.isString() && twoBefore != null && twoBefore.is("INTERVAL")) {
            return at(before) + "an interval needs its unit behind the string, as INTERVAL '1' DAY";
        }
        if (isName(before, token, behind) && known.isReserved(token.text())) {
            return at(token) + reserved(token);
        }
        if (token.is("AS") && tokens.isOpenCase(tokens.indexAt(token.start()))) {
            return at(token) + "unexpected AS; is the END of the CASE before it missing?";
        }
        if (before.is(",") && (token.isOneOf(CLAUSES) || token.is(")") || token.is(";"))) {
            return at(token) + "unexpected " + token.text() + "; is the comma before it one too many?";
        }
        boolean isValue = token.isWord() || token.isString() || token.text().startsWith("`");
        if (isValue && before.isOperand() && !isStructure(before) && !isStructure(token)) {
            return at(token) + "unexpected " + token.text() + "; " + missing(before);
        }
        return at(token) + "unexpected " + token.text();
    }

    private static boolean isName(Token before, Token token, @Nullable Token behind) {
        if (!token.isWord() || (behind != null && behind.is("("))) {
            return false;
        }
        return before.is("AS")
                || before.is(".")
                || !isStructure(token)
                || (before.isOneOf(BEFORE_NAMES) && behind != null && behind.isOneOf(BEHIND_NAMES));
    }

    private static boolean isStructure(Token token) {
        return token.isOneOf(CLAUSES) || token.isOneOf(PARTICLES);
    }

    private static String missing(Token before) {
        for (String clause : CLAUSES) {
            if (clause.length() > 3
                    && before.text().length() == clause.length()
                    && EditDistance.between(before.text().toUpperCase(Locale.ROOT), clause) <= 2) {
                return "is the " + before.text() + " before it a " + clause + "?";
            }
        }
        return "is a comma missing before it?";
    }

    private static String reserved(Token word) {
        return "unexpected " + word.text() + ", a reserved word; as a name it is written in backticks, `" + word.text()
                + "`";
    }

    private String at(Token token) {
        return file.atOffset(token.start());
    }
}
