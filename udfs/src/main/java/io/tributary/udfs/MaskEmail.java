package io.tributary.udfs;

import org.apache.flink.table.functions.ScalarFunction;
import org.jspecify.annotations.Nullable;

/**
 * {@code mask_email(address)}: the first character of what stands before the {@code @}, three stars, and the domain:
 * {@code a***@example.com} for {@code ann@example.com}, however long the name is.
 *
 * <p>What has no {@code @} with something before it is {@code ***}. NULL for NULL. Idempotent.
 */
public final class MaskEmail extends ScalarFunction {

    private static final long serialVersionUID = 1L;

    private static final String STARS = "***";

    public @Nullable String eval(@Nullable String address) {
        if (address == null) {
            return null;
        }
        int at = address.lastIndexOf('@');
        return at < 1 ? STARS : address.substring(0, address.offsetByCodePoints(0, 1)) + STARS + address.substring(at);
    }
}
