package io.tributary.query;

import io.tributary.query.SqlTokens.Token;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Calls that answer differently the second time. The planner refuses them where a column has their answer, but takes them in conditions
 * of statements of which nothing but the key comes through: there a row that is deleted later would stay.
 */
final class Volatile {

    private static final Set<String> WORDS =
            Set.of("CURRENT_DATE", "CURRENT_TIME", "CURRENT_TIMESTAMP", "LOCALTIME", "LOCALTIMESTAMP");
    private static final Set<String> CALLS =
            Set.of("CURRENT_ROW_TIMESTAMP", "NOW", "PROCTIME", "RAND", "RAND_INTEGER", "UNIX_TIMESTAMP", "UUID");

    /** With arguments these do. */
    private static final Set<String> WITH_ARGUMENTS = Set.of("RAND", "RAND_INTEGER");

    private Volatile() {}

    /** Null if there is none in a file that the planner takes. */
    static @Nullable String sentence(SqlFile file, Functions functions) {
        SqlTokens tokens = file.tokens();
        for (int i = 0; i < tokens.count(); i++) {
            Token token = tokens.at(i);
            Token open = tokens.at(i + 1);
            Token close = tokens.at(i + 2);
            if (token == null) {
                continue;
            }
            boolean isCall = open != null && open.is("(");
            boolean isEmpty = isCall && close != null && close.is(")");
            boolean isTime = token.isOneOf(CALLS) && isCall && (isEmpty || token.isOneOf(WITH_ARGUMENTS));
            if (token.isOneOf(WORDS) || isTime || (isCall && functions.isVolatile(token.text()))) {
                return file.atOffset(token.start()) + condition(token.text());
            }
        }
        return null;
    }

    /** @param function as it is written */
    static String condition(String function) {
        return "a condition on " + function
                + " would hold at one time and not at another, without any change of the row; leave"
                + " it out, and filter where the table is read";
    }
}
