package io.tributary;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.tributary.capture.postgres.PostgresSettings;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.description.HtmlFormatter;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * {@code job/docs/settings.schema.json}, for editors, is made of the same options as {@code options.md}.
 *
 * <p>A key that is written with points where it could be nested is allowed, and not looked into.
 */
final class SettingsSchemaTest {

    private static final String REGENERATE = "options.regenerate";
    private static final Path FILE = Path.of("docs/settings.schema.json");
    private static final String DOTTED = "\\.";

    /** A part of a key: what stands below it, or the option that it ends, or both. */
    private static final class Part {

        private final Map<String, Part> parts = new TreeMap<>();
        private @Nullable ConfigOption<?> option;

        void add(String key, ConfigOption<?> of) {
            Part part = this;
            for (String name : key.split("\\.")) {
                part = part.parts.computeIfAbsent(name, unused -> new Part());
            }
            part.option = of;
        }

        Map<String, Object> schema() {
            if (parts.isEmpty()) {
                return value(option);
            }
            Map<String, Object> schema = new LinkedHashMap<>();
            schema.put("type", "object");
            Map<String, Object> properties = new LinkedHashMap<>();
            Object others = option == null ? Boolean.FALSE : Map.of();
            for (Map.Entry<String, Part> part : parts.entrySet()) {
                if (part.getKey().startsWith("<")) {
                    others = part.getValue().schema();
                } else {
                    properties.put(part.getKey(), part.getValue().schema());
                }
            }
            schema.put("properties", properties);
            schema.put("patternProperties", Map.of(DOTTED, Map.of()));
            schema.put("additionalProperties", others);
            return schema;
        }
    }

    @Test
    void theSchemaIsUpToDate() throws IOException {
        if (Boolean.getBoolean(REGENERATE)) {
            write();
        }
        String schema = text();
        assertThat(Files.exists(FILE) ? Files.readString(FILE) : "")
                .as("job/docs/settings.schema.json is not what the settings classes say. Write it anew with: "
                        + "mvn -pl udfs,job test -Dtest=SettingsSchemaTest -Dsurefire.failIfNoSpecifiedTests=false -D"
                        + REGENERATE
                        + "=true")
                .isEqualTo(schema);
    }

    /** Beside the page of the options, whenever that is written. */
    static void write() throws IOException {
        Files.writeString(FILE, text());
    }

    private static String text() throws IOException {
        return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(schema()) + "\n";
    }

    private static Map<String, Object> schema() {
        Part root = new Part();
        Settings.options().forEach(option -> root.add(option.key(), option));
        PostgresSettings.options().forEach(option -> root.add("sources.<source>." + option.key(), option));
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("$schema", "http://json-schema.org/draft-07/schema#");
        schema.put("title", "Settings of Tributary");
        Map<String, Object> all = root.schema();
        @SuppressWarnings("unchecked")
        Map<String, Object> properties = (Map<String, Object>) all.get("properties");
        Map<String, Object> flink = new LinkedHashMap<>();
        flink.put("description", "Flink's own configuration: checkpoints, state, restarts.");
        flink.put("type", "object");
        properties.put(Settings.FLINK, flink);
        schema.putAll(all);
        return schema;
    }

    private static Map<String, Object> value(@Nullable ConfigOption<?> option) {
        if (option == null) {
            throw new AssertionError("A key ends where no option does");
        }
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("description", new HtmlFormatter().format(option.description()));
        Class<?> type = read(option, "getClazz", Class.class);
        if (read(option, "isList", Boolean.class)) {
            schema.put("type", List.of("array", "string"));
            schema.put("items", Map.of("type", List.of("string", "number", "boolean")));
            return schema;
        }
        if (type.isEnum()) {
            Set<String> words = new LinkedHashSet<>();
            for (Object constant : type.getEnumConstants()) {
                words.add(constant.toString());
                words.add(((Enum<?>) constant).name());
                words.add(((Enum<?>) constant).name().toLowerCase(Locale.ROOT));
            }
            schema.put("enum", new ArrayList<>(words));
            return schema;
        }
        switch (type.getSimpleName()) {
            case "Boolean" -> schema.put("type", "boolean");
            case "Integer", "Long" -> schema.put("type", "integer");
            case "Map" -> schema.put("type", "object");
            case "Duration", "MemorySize" -> schema.put("type", List.of("string", "integer"));
            default -> schema.put("type", List.of("string", "number", "boolean"));
        }
        return schema;
    }

    private static <T> T read(ConfigOption<?> option, String method, Class<T> type) {
        try {
            Method found = ConfigOption.class.getDeclaredMethod(method);
            found.setAccessible(true);
            return type.cast(found.invoke(option));
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }
}
