package io.tributary.query;

import io.tributary.query.SqlTokens.Token;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Functions OVER rows, which need rows that never change: what to write in place of each. */
final class OverRows {

    private static final Set<String> NEIGHBOURS = Set.of("LAG", "LEAD");
    private static final Set<String> PLACES =
            Set.of("ROW_NUMBER", "RANK", "DENSE_RANK", "PERCENT_RANK", "CUME_DIST", "NTILE");
    private static final Set<String> ENDS = Set.of("FIRST_VALUE", "LAST_VALUE");
    private static final Set<String> SUMS = Set.of("SUM", "COUNT", "AVG", "MIN", "MAX");

    private static final String EXAMPLES = " (job/docs/sql.md#rows-beside-other-rows)";

    private final SqlTokens tokens;

    private OverRows(SqlTokens tokens) {
        this.tokens = tokens;
    }

    /** What is said of the file's function, if it is the only one of its kind. */
    static String sentence(SqlFile file) {
        OverRows rows = new OverRows(file.tokens());
        Token over = file.tokens().only(Set.of("OVER"));
        int index = over == null ? -1 : rows.tokens.indexAt(over.start());
        Token function = over == null ? null : rows.function(index);
        return (function == null
                        ? over == null ? file.atStatement() : file.atOffset(over.start())
                        : file.atOffset(function.start()))
                + (function == null ? anything() : rows.instead(function, index))
                + EXAMPLES;
    }

    /** What is called before this OVER; null if that cannot be told. */
    private @Nullable Token function(int over) {
        Token open = tokens.at(over - 1) == null || !is(over - 1, ")") ? null : tokens.open(over - 1);
        Token function = open == null ? null : tokens.at(tokens.indexAt(open.start()) - 1);
        return function == null || !function.isWord() ? null : function;
    }

    private boolean is(int index, String text) {
        Token token = tokens.at(index);
        return token != null && token.is(text);
    }

    private String instead(Token function, int over) {
        String name = function.text().toUpperCase(Locale.ROOT);
        if (function.isOneOf(NEIGHBOURS)) {
            return name + " looks at another row, which may change by itself; join the table with itself, to that row";
        }
        if (function.isOneOf(PLACES)) {
            return name
                    + " of a row changes with the rows before it; keep the first rows, with ROW_NUMBER() in a subquery and a"
                    + " WHERE on its result, or count the rows before each one by a join of the table with itself";
        }
        if (function.isOneOf(ENDS)) {
            return name
                    + " OVER rows needs rows that never change; keep the first row of each group, with ROW_NUMBER() in a"
                    + " subquery and WHERE on its result being 1, and join it";
        }
        if (!function.isOneOf(SUMS)) {
            return anything();
        }
        return isOrdered(over)
                ? "a running " + name
                        + " changes with every row before; join the table with itself, to the rows up to each one,"
                        + " and GROUP BY the key"
                : name + " OVER rows needs rows that never change; GROUP BY in a subquery, and join it";
    }

    private static String anything() {
        return "an aggregate OVER rows needs rows that never change; use GROUP BY and a join, or keep the first rows of each"
                + " group with ROW_NUMBER() in a subquery and a WHERE on its result";
    }

    private boolean isOrdered(int over) {
        int depth = 0;
        for (int i = over + 1; i < tokens.count(); i++) {
            if (is(i, "ORDER") && depth == 1) {
                return true;
            }
            depth += is(i, "(") ? 1 : is(i, ")") ? -1 : 0;
            if (depth == 0) {
                return false;
            }
        }
        return false;
    }
}
