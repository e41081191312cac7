package io.tributary.udfs;

import org.apache.flink.table.functions.ScalarFunction;
import org.jspecify.annotations.Nullable;

/**
 * {@code mask(text, visible)}: the text with {@code *} in the place of each character but the last {@code visible} ones:
 * {@code mask('4111111111111111', 4)} is {@code ************1111}. A character beyond the basic ones, an emoji, is one.
 *
 * <p>Where the text has no more than twice as many characters as are to be seen, all are masked: little would be hidden. NULL for a NULL
 * text; a NULL or negative {@code visible} is 0. Idempotent for the same {@code visible}. It hides what people see, and is no protection
 * of data that can be guessed: use {@code keyed_hash} for that.
 */
public final class Mask extends ScalarFunction {

    private static final long serialVersionUID = 1L;

    public @Nullable String eval(@Nullable String text, @Nullable Integer visible) {
        if (text == null) {
            return null;
        }
        int length = text.codePointCount(0, text.length());
        int asked = visible == null ? 0 : Math.max(0, visible);
        int shown = asked < length - asked ? asked : 0;
        int start = text.offsetByCodePoints(text.length(), -shown);
        return "*".repeat(length - shown) + text.substring(start);
    }
}
