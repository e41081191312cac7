package io.tributary.udfs;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import org.apache.flink.table.functions.ScalarFunction;
import org.jspecify.annotations.Nullable;

/**
 * {@code url_parameter(url, name)}: the value of the first parameter of this name in the query, decoded: {@code spring sale} for
 * {@code ?utm_campaign=spring%20sale}, or with {@code +} for the blank. A parameter without {@code =} is an empty text.
 *
 * <p>NULL if there is none, if one of the two is NULL, and for what has no host (see {@code url_host}). A value with a {@code %} that
 * begins no byte is left as it is. Capitals of names count.
 */
public final class UrlParameter extends ScalarFunction {

    private static final long serialVersionUID = 1L;

    public @Nullable String eval(@Nullable String url, @Nullable String name) {
        Url parts = Url.of(url);
        if (parts == null || name == null) {
            return null;
        }
        for (String parameter : parts.query().split("&", -1)) {
            int equals = parameter.indexOf('=');
            String written = equals < 0 ? parameter : parameter.substring(0, equals);
            if (!written.isEmpty() && decoded(written).equals(name)) {
                return equals < 0 ? "" : decoded(parameter.substring(equals + 1));
            }
        }
        return null;
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return text;
        }
    }
}
