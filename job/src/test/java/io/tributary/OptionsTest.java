package io.tributary;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.description.HtmlFormatter;
import org.apache.flink.util.TimeUtils;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The options of all stages: {@code job/docs/options.md} is made of them, and their keys and defaults are pinned. */
final class OptionsTest {

    private static final String REGENERATE = "options.regenerate";
    private static final Path PAGE = Path.of("docs/options.md");
    private static final String HEAD = """
            # Settings

            One YAML file, given with `--settings`; on Managed Service for Apache Flink property groups with the same keys.
            Keys are written with points or as nested maps. `<table>` is the name of a table in the pipeline. A setting
            that is not in this list is refused at the start, with the nearest one that is. A map is given as keys below
            its own, which are handed on as they are. So is what stands below `flink`: it is Flink's own configuration,
            and is refused on Managed Flink.

            A setting that holds a secret is a reference: `env:NAME`, `file:/path` or `secretsmanager:id#key`. The secret
            itself is refused there.

            This page is generated from the settings classes; see `OptionsTest`.
            """;

    private static @Nullable Map<String, List<ConfigOption<?>>> found;

    @Test
    void theListOfOptionsIsUpToDate() throws Exception {
        String page = page(options());
        if (Boolean.getBoolean(REGENERATE)) {
            Files.createDirectories(requireNonNull(PAGE.getParent()));
            Files.writeString(PAGE, page);
        }
        assertThat(Files.exists(PAGE) ? Files.readString(PAGE) : "")
                .as("job/docs/options.md is not what the settings classes say. Write it anew with: "
                        + "mvn -pl udfs,job test -Dtest=OptionsTest -Dsurefire.failIfNoSpecifiedTests=false -D"
                        + REGENERATE
                        + "=true")
                .isEqualTo(page);
    }

    @Test
    void keysAndDefaultsStayAsTheyAre() throws Exception {
        Properties pinned = new Properties();
        try (InputStream in = requireNonNull(getClass().getResourceAsStream("/pinned-options.properties"))) {
            pinned.load(in);
        }
        Map<String, String> today = options().values().stream()
                .flatMap(List::stream)
                .collect(Collectors.toMap(ConfigOption::key, option -> plainDefault(option)));
        assertThat(today).isEqualTo(pinned);
    }

    @Test
    void theJobKnowsTheOptionsOfEveryStage() throws Exception {
        assertThat(options().values().stream().flatMap(List::stream).map(ConfigOption::key))
                .containsExactlyInAnyOrderElementsOf(
                        Settings.options().stream().map(ConfigOption::key).toList());
    }

    @Test
    void everyOptionIsInItsFormAndOfOneStage() throws Exception {
        List<ConfigOption<?>> all =
                options().values().stream().flatMap(List::stream).toList();
        assertThat(all).extracting(ConfigOption::key).doesNotHaveDuplicates();
        assertThat(all).allSatisfy(option -> {
            assertThat(option.key()).matches("[a-z]+(\\.(<[a-z]+>|[a-z0-9]+(-[a-z0-9]+)*))*");
            assertThat(description(option)).as(option.key()).endsWith(".").hasSizeGreaterThan(8);
        });
    }

    private static Map<String, List<ConfigOption<?>>> options() throws Exception {
        if (found == null) {
            found = find();
        }
        return found;
    }

    /** By the name of the class; each lists its options itself. */
    private static Map<String, List<ConfigOption<?>>> find() throws Exception {
        Map<String, List<ConfigOption<?>>> options = new LinkedHashMap<>();
        List<JavaClass> settings = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests()).importPackages("io.tributary").stream()
                        .filter(type -> type.getSimpleName().endsWith("Settings"))
                        .filter(type -> type.tryGetMethod("options").isPresent())
                        .sorted(Comparator.comparing(JavaClass::getName))
                        .toList();
        for (JavaClass type : settings) {
            if (!type.isEquivalentTo(Settings.class)) {
                options.put(type.getSimpleName().replaceAll("Settings$", ""), optionsOf(type.reflect()));
            }
        }
        Set<String> ofStages = options.values().stream()
                .flatMap(List::stream)
                .map(ConfigOption::key)
                .collect(Collectors.toSet());
        options.put(
                "Job",
                Settings.options().stream()
                        .filter(option -> !ofStages.contains(option.key()))
                        .toList());
        return options;
    }

    @SuppressWarnings("unchecked")
    private static List<ConfigOption<?>> optionsOf(Class<?> settings) throws ReflectiveOperationException {
        Method options = settings.getDeclaredMethod("options");
        options.setAccessible(true);
        return requireNonNull((List<ConfigOption<?>>) options.invoke(null));
    }

    private static String page(Map<String, List<ConfigOption<?>>> options) {
        StringBuilder page = new StringBuilder(HEAD);
        options.forEach((stage, list) -> {
            page.append("\n## ").append(stage).append("\n\n| Key | Type | Default | Meaning |\n|---|---|---|---|\n");
            for (ConfigOption<?> option : list) {
                page.append("| `").append(option.key()).append("` | ").append(type(option));
                page.append(" | ").append(defaultOf(option)).append(" | ");
                page.append(escaped(description(option))).append(" |\n");
            }
        });
        return page.toString();
    }

    private static String description(ConfigOption<?> option) {
        return new HtmlFormatter().format(option.description());
    }

    private static String escaped(String text) {
        return text.replace("|", "\\|").replace("<", "&lt;").replace(">", "&gt;");
    }

    private static String defaultOf(ConfigOption<?> option) {
        String text = plainDefault(option);
        return text.isEmpty() ? "none" : "`" + text + "`";
    }

    private static String plainDefault(ConfigOption<?> option) {
        return text(option.defaultValue()).replace("{}", "");
    }

    private static String text(@Nullable Object value) {
        if (value == null) {
            return "";
        }
        if (value instanceof Duration duration) {
            return TimeUtils.formatWithHighestUnit(duration);
        }
        if (value instanceof List<?> list) {
            return list.stream().map(OptionsTest::text).collect(Collectors.joining(", "));
        }
        return value.toString();
    }

    private static String type(ConfigOption<?> option) {
        try {
            Method type = ConfigOption.class.getDeclaredMethod("getClazz");
            type.setAccessible(true);
            Method list = ConfigOption.class.getDeclaredMethod("isList");
            list.setAccessible(true);
            Class<?> clazz = (Class<?>) requireNonNull(type.invoke(option));
            String name = clazz.isEnum()
                    ? Arrays.stream(requireNonNull(clazz.getEnumConstants()))
                            .map(constant -> "`" + constant + "`")
                            .collect(Collectors.joining(", "))
                    : switch (clazz.getSimpleName()) {
                        case "String" -> "text";
                        case "Integer", "Long" -> "number";
                        case "Boolean" -> "true or false";
                        case "Duration" -> "duration";
                        case "MemorySize" -> "size";
                        case "Map" -> "map";
                        default -> clazz.getSimpleName().toLowerCase(Locale.ROOT);
                    };
            return Boolean.TRUE.equals(list.invoke(option)) ? "list of " + name : name;
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }
}
