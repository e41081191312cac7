package io.tributary.query;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Digests of the code of the users' functions: the bytes of all classes that can be reached from a function's, those of Java, Flink
 * and Tributary and what they log with left out.
 *
 * <p>A class that is named but not there counts by its name. What is loaded by a name that is put together while the function
 * runs, and files that it reads, are not seen.
 */
final class FunctionCode {

    /** Not the folder {@code udfs}, which is where the users write theirs. */
    private static final List<String> OURS = List.of(
            "io/tributary/capture/",
            "io/tributary/change/",
            "io/tributary/fill/",
            "io/tributary/latest/",
            "io/tributary/query/",
            "io/tributary/settings/",
            "io/tributary/sink/");

    private static final List<String> NOT_FOLLOWED =
            List.of("java/", "org/apache/flink/", "org/slf4j/", "org/apache/logging/");

    private FunctionCode() {}

    /** The same in every JVM, whatever loaded the class, in 16 hexadecimal digits. */
    static String digest(Class<?> function) {
        ClassLoader own = function.getClassLoader();
        ClassLoader loader = own == null ? ClassLoader.getSystemClassLoader() : own;
        String root = function.getName().replace('.', '/');
        Map<String, byte[]> code = new TreeMap<>();
        Set<String> met = new HashSet<>(Set.of(root));
        Deque<String> open = new ArrayDeque<>(met);
        while (!open.isEmpty()) {
            String name = open.remove();
            if (!name.equals(root) && !isFollowed(name)) {
                continue;
            }
            try {
                byte[] bytes = read(name, loader);
                if (bytes == null) {
                    continue;
                }
                code.put(name, sha256().digest(bytes));
                if (bytes.length == 0) {
                    continue;
                }
                for (String next : ClassReferences.of(bytes)) {
                    if (met.add(next)) {
                        open.add(next);
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException(
                        "The class " + name.replace('/', '.') + ", which the function " + function.getName()
                                + " uses, cannot be read",
                        e);
            }
        }
        MessageDigest all = sha256();
        code.forEach((name, bytes) -> {
            all.update(name.getBytes(StandardCharsets.UTF_8));
            all.update((byte) 0);
            all.update(bytes);
        });
        return hex(all.digest());
    }

    private static boolean isFollowed(String name) {
        return NOT_FOLLOWED.stream().noneMatch(name::startsWith)
                && OURS.stream().noneMatch(name::startsWith);
    }

    /** Empty if there is no such class; null if it is of the JDK. */
    private static byte @Nullable [] read(String name, ClassLoader loader) throws IOException {
        String path = name + ".class";
        URL place = loader.getResource(path);
        if (place == null) {
            return new byte[0];
        }
        if (place.getProtocol().equals("jrt")) {
            return null;
        }
        try (InputStream in = loader.getResourceAsStream(path)) {
            return in == null ? new byte[0] : in.readAllBytes();
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }

    private static String hex(byte[] hash) {
        StringBuilder hex = new StringBuilder();
        for (int i = 0; i < 8; i++) {
            hex.append(Character.forDigit((hash[i] >> 4) & 15, 16)).append(Character.forDigit(hash[i] & 15, 16));
        }
        return hex.toString();
    }
}
