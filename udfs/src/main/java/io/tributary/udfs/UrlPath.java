package io.tributary.udfs;

import org.apache.flink.table.functions.ScalarFunction;
import org.jspecify.annotations.Nullable;

/**
 * {@code url_path(url)}: the path, as it is written: {@code /a/b%20c} for {@code https://example.com/a/b%20c?d=e#f}, {@code /} where there
 * is none. NULL for NULL, and for what has no host (see {@code url_host}).
 */
public final class UrlPath extends ScalarFunction {

    private static final long serialVersionUID = 1L;

    public @Nullable String eval(@Nullable String url) {
        Url parts = Url.of(url);
        return parts == null ? null : parts.path();
    }
}
