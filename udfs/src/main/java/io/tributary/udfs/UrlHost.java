package io.tributary.udfs;

import org.apache.flink.table.functions.ScalarFunction;
import org.jspecify.annotations.Nullable;

/**
 * {@code url_host(url)}: the host, in lower case and without user, port and a point at its end: {@code shop.example.com} for
 * {@code https://ann@Shop.Example.com:8443/a?b=c}. The scheme may be missing: {@code example.com/a} has the host {@code example.com}.
 *
 * <p>NULL for NULL, and for what has no host: {@code mailto:a@b.c}, {@code /path}, a text with blanks in it. Flink's {@code PARSE_URL(url,
 * 'HOST')} needs a scheme and keeps capitals. Idempotent, but for a host without a point, as {@code localhost}, which is one behind a scheme
 * only.
 */
public final class UrlHost extends ScalarFunction {

    private static final long serialVersionUID = 1L;

    public @Nullable String eval(@Nullable String url) {
        Url parts = Url.of(url);
        return parts == null ? null : parts.host();
    }
}
