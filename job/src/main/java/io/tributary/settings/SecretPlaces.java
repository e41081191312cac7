package io.tributary.settings;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a secret stands: told by the name of a property, in whatever spelling, and by the parts of a URL. The values
 * themselves say nothing.
 *
 * <p>A name is taken for a secret's if it has one of the words below, unless the word behind it or the name's last word says
 * that it is about the secret: {@code token-refresh-interval}, {@code credentials.provider}. In doubt it is a secret: that
 * costs a reference, the opposite costs the secret.
 */
final class SecretPlaces {

    /** Alone, or as the part of a word that is written without a gap. */
    private static final List<String> SECRETS =
            List.of("password", "passwd", "passphrase", "secret", "credential", "authorization", "apikey", "cookie");

    /** Behind one of these words stands a key that is a secret. */
    private static final Set<String> KINDS_OF_KEY = Set.of(
            "access",
            "account",
            "api",
            "decryption",
            "encryption",
            "hash",
            "keystore",
            "master",
            "private",
            "service",
            "shared",
            "signing",
            "sse");

    private static final Set<String> ABOUT = Set.of(
            "algorithm",
            "alias",
            "arn",
            "backoff",
            "binding",
            "callback",
            "class",
            "codec",
            "count",
            "domain",
            "enable",
            "enabled",
            "encoder",
            "endpoint",
            "exchange",
            "expires",
            "expiry",
            "fallback",
            "file",
            "format",
            "hash",
            "impl",
            "interval",
            "iterations",
            "length",
            "lifetime",
            "location",
            "max",
            "ms",
            "name",
            "path",
            "persistent",
            "provider",
            "providers",
            "ratio",
            "ref",
            "refresh",
            "renewal",
            "required",
            "retry",
            "scope",
            "seconds",
            "services",
            "size",
            "source",
            "supported",
            "timeout",
            "ttl",
            "type",
            "uri",
            "url",
            "validity");

    private static final Pattern GAP = Pattern.compile("[^A-Za-z0-9]+|(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])");
    private static final Pattern COLUMN = Pattern.compile(".*\\.column\\.[^.].*");
    private static final Pattern URL = Pattern.compile("(?i)(?s).*(jdbc:|[a-z][a-z0-9+.-]*://).*");
    private static final Pattern USER_AND_PASSWORD = Pattern.compile("(?s).*//[^/?#@]*:(?!\\d+([/?#,]|$))\\S*@.*");
    private static final Pattern ORACLE = Pattern.compile("(?i)(?s)jdbc:oracle:[a-z0-9]+:[^/@]+/[^@/][^@]*@.*");
    private static final Pattern PARAMETER = Pattern.compile("(?<=[?&;,:(\\s])([^?&;,:()\\s=/]+)\\s*=");

    private SecretPlaces() {}

    /** Whether the value of a property of this name is a secret. */
    static boolean isSecret(String property) {
        if (COLUMN.matcher(property).matches()) {
            // The name of a column follows, which may be any.
            return false;
        }
        List<String> words = words(property);
        boolean isAbout = !words.isEmpty() && isAbout(words.get(words.size() - 1));
        for (int i = 0; i < words.size() && !isAbout; i++) {
            int behind = behindSecret(words, i);
            if (behind >= 0 && (behind == words.size() || !ABOUT.contains(words.get(behind)))) {
                return true;
            }
        }
        return false;
    }

    /** Whether the text is a URL that carries a password, or any secret among its parameters. */
    static boolean isUrlWithSecret(String text) {
        if (!URL.matcher(text).matches()) {
            return false;
        }
        if (USER_AND_PASSWORD.matcher(text).matches() || ORACLE.matcher(text).matches()) {
            return true;
        }
        Matcher parameters = PARAMETER.matcher(text);
        while (parameters.find()) {
            List<String> words = words(decoded(parameters.group(1)));
            if (isSecret(String.join("-", words)) || isSecretOfUrls(words)) {
                return true;
            }
        }
        return false;
    }

    /** An access key's id goes with the key, and a signature opens what it signs. */
    private static boolean isSecretOfUrls(List<String> words) {
        String joined = String.join("", words);
        return joined.endsWith("accesskeyid") || joined.equals("sig") || joined.endsWith("signature");
    }

    private static String decoded(String name) {
        try {
            return URLDecoder.decode(name, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return name;
        }
    }

    private static List<String> words(String property) {
        List<String> words = new ArrayList<>();
        for (String word : GAP.split(property, -1)) {
            if (!word.isEmpty()) {
                words.add(word.toLowerCase(Locale.ROOT));
            }
        }
        return words;
    }

    /** Which word is the first behind the secret that begins here; -1 if none does. */
    private static int behindSecret(List<String> words, int at) {
        String word = words.get(at);
        String next = at + 1 < words.size() ? words.get(at + 1) : "";
        if (next.equals("key") && KINDS_OF_KEY.contains(word)) {
            // Its id is public.
            return at + 2 < words.size() && words.get(at + 2).equals("id") ? -1 : at + 2;
        }
        if (next.equals("key") && word.equals("secret")) {
            return at + 2;
        }
        if ((word.equals("jaas") && next.equals("config")) || (word.equals("user") && next.equals("info"))) {
            return at + 2;
        }
        boolean isSecret = SECRETS.stream().anyMatch(word::contains)
                || word.endsWith("token")
                || word.equals("pwd")
                || (word.endsWith("key") && KINDS_OF_KEY.contains(word.substring(0, word.length() - "key".length())));
        boolean isMany = word.endsWith("secrets") || word.endsWith("tokens");
        return isSecret && !isMany && !isAbout(word) ? at + 1 : -1;
    }

    /** Also for what is written without a gap, as {@code sslpasswordcallback}. */
    private static boolean isAbout(String word) {
        return ABOUT.contains(word)
                || (SECRETS.stream().anyMatch(word::contains)
                        && List.of("callback", "provider", "file", "path").stream()
                                .anyMatch(word::endsWith));
    }
}
