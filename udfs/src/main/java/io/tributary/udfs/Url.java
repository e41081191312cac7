package io.tributary.udfs;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A URL taken apart as browsers do, with or without its scheme; one pass, whatever is in it. */
final class Url {

    private final String host;
    private final String path;
    private final String query;

    private Url(String host, String path, String query) {
        this.host = host;
        this.path = path;
        this.query = query;
    }

    /** Null if it has no host. */
    static @Nullable Url of(@Nullable String raw) {
        if (raw == null) {
            return null;
        }
        String url = raw.strip();
        int scheme = url.indexOf("://");
        int end = firstOf(url, "/?#", 0);
        int start = 0;
        if (url.startsWith("//")) {
            start = 2;
        } else if (scheme > 0 && scheme + 1 == end && isScheme(url, scheme)) {
            start = scheme + 3;
        }
        int hostEnd = firstOf(url, "/?#", start);
        String host = host(url.substring(start, hostEnd), start > 0);
        if (host == null) {
            return null;
        }
        int fragment = firstOf(url, "#", hostEnd);
        int question = Math.min(firstOf(url, "?", hostEnd), fragment);
        String path = url.substring(hostEnd, question);
        return new Url(
                host, path.isEmpty() ? "/" : path, question < fragment ? url.substring(question + 1, fragment) : "");
    }

    private static int firstOf(String text, String characters, int from) {
        for (int i = from; i < text.length(); i++) {
            if (characters.indexOf(text.charAt(i)) >= 0) {
                return i;
            }
        }
        return text.length();
    }

    private static boolean isScheme(String url, int end) {
        for (int i = 0; i < end; i++) {
            char character = url.charAt(i);
            boolean isLetter = (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z');
            boolean isOther = (character >= '0' && character <= '9') || "+-.".indexOf(character) >= 0;
            if (!isLetter && (i == 0 || !isOther)) {
                return false;
            }
        }
        return true;
    }

    /**
     * @param authority what stands where users, hosts and ports do
     * @param isMarked whether a scheme or slashes say that it does
     */
    private static @Nullable String host(String authority, boolean isMarked) {
        String host = isMarked ? authority.substring(authority.lastIndexOf('@') + 1) : authority;
        int bracket = host.lastIndexOf(']');
        int colon = host.indexOf(':', Math.max(0, bracket));
        if (colon >= 0) {
            if (!host.substring(colon + 1).chars().allMatch(character -> character >= '0' && character <= '9')) {
                return null;
            }
            host = host.substring(0, colon);
        }
        host = (host.endsWith(".") ? host.substring(0, host.length() - 1) : host).toLowerCase(Locale.ROOT);
        boolean isAddress = host.startsWith("[") && host.endsWith("]");
        if (host.isEmpty() || (!isMarked && host.indexOf('.') < 1 && !isAddress)) {
            return null;
        }
        for (int i = 0; i < host.length(); i++) {
            char character = host.charAt(i);
            boolean isPart = Character.isLetterOrDigit(character)
                    || Character.isSurrogate(character)
                    || "-._".indexOf(character) >= 0
                    || (isAddress && "[]:".indexOf(character) >= 0);
            boolean isEmptyLabel = character == '.' && (i == 0 || host.charAt(i - 1) == '.');
            if (!isPart || (isEmptyLabel && !isAddress)) {
                return null;
            }
        }
        return host.endsWith(".") ? null : host;
    }

    String host() {
        return host;
    }

    String path() {
        return path;
    }

    String query() {
        return query;
    }
}
