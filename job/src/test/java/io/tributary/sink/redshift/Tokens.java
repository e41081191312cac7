package io.tributary.sink.redshift;

import java.util.ArrayList;
import java.util.List;

/**
 * What a statement looks like to its server: names in double quotes, strings in single quotes, with escapes by backslash in
 * Redshift and in E strings, bodies in dollar quotes, comments. It is not made of the code that quotes.
 */
final class Tokens {

    private final boolean escapes;
    private final String sql;
    private final StringBuilder skeleton = new StringBuilder();
    private final List<String> identifiers = new ArrayList<>();
    private int at;

    Tokens(WarehouseDialect dialect, String sql) {
        this.escapes = dialect == WarehouseDialect.REDSHIFT;
        this.sql = sql;
        while (at < sql.length()) {
            next(dialect);
        }
    }

    /** The statement with a mark in the place of each name, string and dollar quote. */
    String skeleton() {
        return skeleton.toString();
    }

    List<String> identifiers() {
        return identifiers;
    }

    private void next(WarehouseDialect dialect) {
        char c = sql.charAt(at);
        if (c == '"') {
            identifiers.add(quoted('"', false));
            skeleton.append("<name>");
        } else if (c == '\'') {
            quoted('\'', escapes);
            skeleton.append("<string>");
        } else if (c == 'E' && sql.startsWith("E'", at) && !isWord(at - 1)) {
            at++;
            quoted('\'', true);
            skeleton.append("<string>");
        } else if (c == '$' && !isWord(at - 1)) {
            body(dialect);
        } else if (sql.startsWith("--", at) || sql.startsWith("/*", at)) {
            throw new AssertionError("A comment in " + sql);
        } else {
            skeleton.append(c);
            at++;
        }
    }

    private String quoted(char quote, boolean hasEscapes) {
        StringBuilder text = new StringBuilder();
        for (at++; at < sql.length(); at++) {
            char c = sql.charAt(at);
            if (c == '\\' && hasEscapes) {
                at++;
                text.append(sql.charAt(at));
            } else if (c != quote) {
                text.append(c);
            } else if (at + 1 < sql.length() && sql.charAt(at + 1) == quote) {
                at++;
                text.append(c);
            } else {
                at++;
                return text.toString();
            }
        }
        throw new AssertionError("A quote without an end in " + sql);
    }

    private void body(WarehouseDialect dialect) {
        int from = sql.indexOf('$', at + 1) + 1;
        String quote = sql.substring(at, from);
        int to = sql.indexOf(quote, from);
        assertEnds(to);
        Tokens body = new Tokens(dialect, sql.substring(from, to));
        skeleton.append("<body>").append(body.skeleton).append("</body>");
        identifiers.addAll(body.identifiers);
        at = to + quote.length();
    }

    private void assertEnds(int end) {
        if (end < 0) {
            throw new AssertionError("A body without an end in " + sql);
        }
    }

    private boolean isWord(int index) {
        return index >= 0 && (Character.isLetterOrDigit(sql.charAt(index)) || sql.charAt(index) == '_');
    }
}
