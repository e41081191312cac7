package io.tributary.udfs;

import org.apache.flink.table.functions.ScalarFunction;
import org.jspecify.annotations.Nullable;

/**
 * {@code country_code(text)}: the country's code of two letters (ISO 3166-1): {@code DE} for {@code de}, {@code DEU}, {@code Germany}.
 *
 * <p>English names count, with or without accents, {@code the}, and signs, and some that are or were used beside them: {@code Holland},
 * {@code UK}, {@code Czech Republic}, {@code Türkiye}. NULL for NULL and for anything else. The countries are in the function's code, so that another
 * Java does not know others. Idempotent.
 */
public final class CountryCode extends ScalarFunction {

    private static final long serialVersionUID = 1L;

    public @Nullable String eval(@Nullable String text) {
        return text == null ? null : Countries.code(text);
    }
}
