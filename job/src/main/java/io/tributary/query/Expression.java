package io.tributary.query;

import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.api.dag.Transformation;

/** What an operator of a plan computes, in the planner's words: {@code Calc(select=[id, (100 / n) AS share])}. */
final class Expression {

    private static final String NODE_NUMBER = "^\\[\\d+]:";
    private static final String CALC = "Calc(";
    private static final String LOOKUP = "LookupJoin(";
    private static final String AFTER_INVOCATION = ", correlate=[";
    private static final String JOIN = "Join(";
    private static final String AFTER_CONDITION = ", select=[";

    private static final Pattern CALL = Pattern.compile("([\\w$]+)\\(");
    private static final String RETRACTING = "_RETRACT(";

    /** Aggregate functions that never throw. */
    private static final Set<String> SAFE = Set.of(
            "AVG", "COUNT", "COUNT1", "FIRST_VALUE", "LAST_VALUE", "LISTAGG", "MAX", "MIN", "SUM", "SUM0", "$SUM0");

    private final String text;

    Expression(String text) {
        this.text = text;
    }

    static Expression of(Transformation<?> transformation) {
        String description = transformation.getDescription();
        String text = description == null || description.isEmpty() ? transformation.getName() : description;
        return new Expression(text.replaceFirst(NODE_NUMBER, "").replace(RETRACTING, "("));
    }

    /** False if columns are only chosen, put in order and renamed: whatever is computed stands in parentheses. */
    boolean mayFail() {
        return !text.startsWith(CALC) || text.indexOf('(', CALC.length()) >= 0;
    }

    boolean isLookup() {
        return text.startsWith(LOOKUP);
    }

    /** Of an aggregation: false if all functions are some that never throw. */
    boolean mayFailAggregating() {
        Matcher call = CALL.matcher(text.substring(text.indexOf('(') + 1));
        while (call.find()) {
            if (!SAFE.contains(call.group(1))) {
                return true;
            }
        }
        return false;
    }

    boolean isOneRowAtMost() {
        return text.startsWith(CALC);
    }

    @Override
    public String toString() {
        int end = text.indexOf(text.startsWith(JOIN) ? AFTER_CONDITION : AFTER_INVOCATION);
        return end < 0 ? text : text.substring(0, end) + ")";
    }
}
