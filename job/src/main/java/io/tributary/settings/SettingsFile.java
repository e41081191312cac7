package io.tributary.settings;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.Path;
import org.jspecify.annotations.Nullable;

/**
 * One YAML file, read into dotted keys: {@code postgres: {slot: a}} is {@code postgres.slot}. A list of plain values stays a
 * list. Below {@code tables} a key that holds a mapping is a table's name, and is quoted where a {@link NamedKey} asks for it.
 */
public final class SettingsFile {

    /** Below these stand the names of tables, of sources and of lookups. */
    private static final Set<String> NAMED = Set.of("tables", "sources", "sql.lookup");

    private SettingsFile() {}

    /**
     * @param location a local path, or a URI of any file system that Flink knows
     * @throws IOException if it cannot be read
     */
    public static Configuration read(String location, Problems problems) throws IOException {
        Path path = new Path(URI.create(location.contains("://") ? location : local(location)));
        try (FSDataInputStream in = path.getFileSystem().open(path)) {
            return parse(location, in, problems);
        }
    }

    private static String local(String location) {
        return java.nio.file.Path.of(location).toAbsolutePath().toUri().toString();
    }

    static Configuration parse(String name, InputStream in, Problems problems) throws IOException {
        Configuration configuration = new Configuration();
        Map<?, ?> root =
                Yaml.mapping(name, "settings", new String(in.readAllBytes(), StandardCharsets.UTF_8), problems);
        Map<String, Object> flat = new LinkedHashMap<>();
        flatten(name, "", root, flat, problems);
        flat.forEach((key, value) -> put(configuration, key, value));
        return configuration;
    }

    private static void flatten(
            String name, String prefix, Map<?, ?> map, Map<String, Object> flat, Problems problems) {
        map.forEach((key, value) -> {
            String part = part(prefix, String.valueOf(key), value);
            String path = prefix.isEmpty() ? part : prefix + "." + part;
            if (value instanceof Map) {
                flatten(name, path, (Map<?, ?>) value, flat, problems);
                return;
            }
            Object plain = value instanceof List ? strings(name, path, (List<?>) value, problems) : text(value);
            if (plain != null && flat.put(path, plain) != null) {
                problems.add(name + " sets " + path + " twice");
            }
        });
    }

    /** Where names stand, a mapping belongs to the name before it, dots in it or not. */
    private static String part(String prefix, String key, Object value) {
        boolean isName = NAMED.contains(prefix) && value instanceof Map && !key.startsWith("\"");
        return isName ? NamedKey.quoted(key) : key;
    }

    private static List<String> strings(String name, String path, List<?> values, Problems problems) {
        List<String> strings = new ArrayList<>();
        for (Object value : values) {
            String text = value instanceof Map || value instanceof List ? null : text(value);
            if (text == null) {
                problems.add(name + ": " + path + " has to be a list of plain values");
                continue;
            }
            strings.add(text);
        }
        return strings;
    }

    private static @Nullable String text(@Nullable Object value) {
        return value == null ? null : String.valueOf(value);
    }

    @SuppressWarnings("unchecked")
    private static void put(Configuration configuration, String key, Object value) {
        if (value instanceof List) {
            configuration.set(ConfigOptions.key(key).stringType().asList().noDefaultValue(), (List<String>) value);
            return;
        }
        configuration.setString(key, (String) value);
    }
}
