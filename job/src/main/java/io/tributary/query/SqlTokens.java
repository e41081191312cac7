package io.tributary.query;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The words and signs of a SQL text, in order, without its comments: as much as messages need to say where something
 * stands. What the text means is the planner's to say.
 */
final class SqlTokens {

    /** Signs of several characters, the longest first; some are those of other databases. */
    private static final List<String> SIGNS = List.of("->>", "#>>", "::", "->", "!=", "==", "<>", "<=", ">=", "||");

    /** A word, a number, a quoted text or a sign, and its offset. */
    static final class Token {
        private final String text;
        private final int start;

        private Token(String text, int start) {
            this.text = text;
            this.start = start;
        }

        String text() {
            return text;
        }

        int start() {
            return start;
        }

        boolean is(String word) {
            return text.equalsIgnoreCase(word);
        }

        boolean isOneOf(Set<String> upperCaseWords) {
            return upperCaseWords.contains(text.toUpperCase(Locale.ROOT));
        }

        boolean isWord() {
            return Character.isJavaIdentifierStart(text.charAt(0));
        }

        boolean isString() {
            return text.charAt(0) == '\'';
        }

        /** True if it is quoted by this character, and the quotes are not closed. */
        boolean isOpen(char quote) {
            return text.charAt(0) == quote && (text.length() == 1 || text.charAt(text.length() - 1) != quote);
        }

        /** True if a value may end with it. */
        boolean isOperand() {
            char first = text.charAt(0);
            return Character.isJavaIdentifierPart(first)
                    || first == '\''
                    || first == '`'
                    || first == ')'
                    || first == ']';
        }
    }

    private final List<Token> tokens;

    private SqlTokens(List<Token> tokens) {
        this.tokens = tokens;
    }

    static SqlTokens of(String text) {
        List<Token> tokens = new ArrayList<>();
        int at = 0;
        while (at < text.length()) {
            int end = end(text, at);
            boolean isComment = text.startsWith("--", at) || text.startsWith("/*", at);
            if (!isComment && !Character.isWhitespace(text.charAt(at))) {
                tokens.add(new Token(text.substring(at, end), at));
            }
            at = end;
        }
        return new SqlTokens(tokens);
    }

    private static int end(String text, int at) {
        if (text.startsWith("--", at)) {
            return behind(text, "\n", at);
        }
        if (text.startsWith("/*", at)) {
            return behind(text, "*/", at + 2);
        }
        char first = text.charAt(at);
        if (first == '\'' || first == '`' || first == '"') {
            return behind(text, String.valueOf(first), at + 1);
        }
        int end = at;
        while (end < text.length() && Character.isJavaIdentifierPart(text.charAt(end))) {
            end++;
        }
        if (end > at) {
            return end;
        }
        return SIGNS.stream()
                .filter(sign -> text.startsWith(sign, at))
                .findFirst()
                .map(sign -> at + sign.length())
                .orElse(at + 1);
    }

    private static int behind(String text, String mark, int from) {
        int found = text.indexOf(mark, from);
        return found < 0 ? text.length() : found + mark.length();
    }

    int count() {
        return tokens.size();
    }

    /** Null before the first and behind the last. */
    @Nullable
    Token at(int index) {
        return index < 0 || index >= tokens.size() ? null : tokens.get(index);
    }

    /** The index of the token that this character is part of, or else of the next one. */
    int indexAt(int offset) {
        int index = 0;
        while (index < tokens.size()
                && tokens.get(index).start + tokens.get(index).text.length() <= offset) {
            index++;
        }
        return index;
    }

    /** The one that has one of these texts, in any case; null if there is none, or if there are several. */
    @Nullable
    Token only(Set<String> upperCaseTexts) {
        Token found = null;
        for (Token token : tokens) {
            if (token.isOneOf(upperCaseTexts)) {
                if (found != null) {
                    return null;
                }
                found = token;
            }
        }
        return found;
    }

    /** The last ( before this index that is not closed before it; null if there is none. */
    @Nullable
    Token open(int index) {
        int closed = 0;
        for (int i = index - 1; i >= 0; i--) {
            Token token = tokens.get(i);
            if (token.is(")")) {
                closed++;
            } else if (token.is("(")) {
                if (closed == 0) {
                    return token;
                }
                closed--;
            }
        }
        return null;
    }

    /** True if a CASE before this index has no END before it. */
    boolean isOpenCase(int index) {
        int open = 0;
        for (Token token : tokens.subList(0, index)) {
            open += token.is("CASE") ? 1 : token.is("END") ? -1 : 0;
        }
        return open > 0;
    }
}
