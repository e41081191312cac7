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
            Keys are written with points or as nested maps. A setting that is not in this list is refused at the start,
            with the nearest one that is. All that is wrong is said at once.

            `<table>` is the name of a table in the pipeline, in upper and lower case as it is there. A name that has a point
            or a double quote stands in double quotes, and a double quote within it is doubled: `tables."my.table".key`. In
            YAML a mapping below `tables` belongs to the table of that name, so that it needs no quotes:

            ```yaml
            tables:
              my.table:
                key: [id]
            ```

            A map is given as keys below its own, which are handed on as they are. A property of a map is a secret by the
            words of its name (password, passphrase, secret, token, credential, access key, API key, private key, account
            key, authorization, `sasl.jaas.config` and the like, however they are spelled), unless the word behind or its
            last word says that it is about one, as in `credentials.provider` and `token-refresh-interval`. In doubt it is
            one.

            A setting or a property that is a secret is a reference: `env:NAME`, `file:/path` or `secretsmanager:id#key`. The
            secret itself is refused there, and so is a URL that carries one. A property that is no secret may be a reference,
            too, to `env:` or `secretsmanager:`.

            An editor that knows JSON Schema completes and checks the settings by [settings.schema.json](settings.schema.json): write
            `# yaml-language-server: $schema=<path or URL of it>` into the first line of the file. It looks into nested keys only.

            This page and the schema are generated from the settings classes; see `OptionsTest` and `SettingsSchemaTest`.
            """;

    /** In the order in which a reader looks for them. */
    private static final List<Subject> SUBJECTS = List.of(
            new Subject("The job", "", "name", "start-from", "patience", "metrics."),
            new Subject(
                    "PostgreSQL",
                    "The job reads from PostgreSQL if any of these is set, or if nothing is said of another system."
                            + " Each of them may stand under `sources.<source>.` as well, as"
                            + " `sources.crm.postgres.hostname`, for one of [several"
                            + " databases](postgres.md#several-databases).",
                    "postgres."),
            new Subject("DynamoDB streams", "The tables, and the Kinesis stream of their changes.", "dynamodb."),
            new Subject(
                    "DynamoDB exports", "What tables have at first is loaded from their exports.", "dynamodb.exports."),
            new Subject("Kafka", "Topics that Debezium fills.", "kafka."),
            new Subject("The newest row of each key", "", "latest."),
            new Subject("SQL", "", "sql."),
            new Subject("Lookups", "Tables of other databases that the SQL files join with.", "sql.lookup."),
            new Subject("Iceberg", "", "iceberg."),
            new Subject("Kinesis", "The stream that carries changes to the warehouse.", "kinesis."),
            new Subject("Redshift", "", "redshift."),
            new Subject("One table", "Or all tables, where no table stands in the key.", "tables.<table>.", "columns."),
            new Subject("Dead letters", "", "rejected."));

    private static final String FLINK = """

            ## Flink

            What stands below `flink` is Flink's own configuration: checkpoints, state, restarts. Its secrets are references as
            in any map. On Managed Flink it is refused, for the service configures Flink.
            """;

    /** What a part of the page is about. */
    private record Subject(String title, String sentence, List<String> prefixes) {

        Subject(String title, String sentence, String... prefixes) {
            this(title, sentence, List.of(prefixes));
        }

        /** The one whose prefix is the longest. */
        static Subject of(ConfigOption<?> option) {
            return SUBJECTS.stream()
                    .max(Comparator.comparing(subject -> subject.length(option)))
                    .filter(subject -> subject.length(option) > 0)
                    .orElseThrow(() -> new AssertionError("Say what " + option.key() + " is about, in SUBJECTS"));
        }

        /** How much of the option's key is one of the prefixes. */
        private int length(ConfigOption<?> option) {
            return prefixes.stream()
                    .filter(option.key()::startsWith)
                    .mapToInt(String::length)
                    .max()
                    .orElse(0);
        }
    }

    private static @Nullable Map<String, List<ConfigOption<?>>> found;

    @Test
    void theListOfOptionsIsUpToDate() throws Exception {
        String page = page(options());
        if (Boolean.getBoolean(REGENERATE)) {
            Files.createDirectories(requireNonNull(PAGE.getParent()));
            Files.writeString(PAGE, page);
            SettingsSchemaTest.write();
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
            assertThat(option.key()).matches("[a-z]+(-[a-z]+)*(\\.(<[a-z]+>|[a-z0-9]+(-[a-z0-9]+)*))*");
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
        Map<Subject, List<ConfigOption<?>>> bySubject =
                options.values().stream().flatMap(List::stream).collect(Collectors.groupingBy(Subject::of));
        assertThat(bySubject.keySet()).containsExactlyInAnyOrderElementsOf(SUBJECTS);
        StringBuilder page = new StringBuilder(HEAD);
        for (Subject subject : SUBJECTS) {
            page.append("\n## ").append(subject.title).append("\n\n");
            if (!subject.sentence.isEmpty()) {
                page.append(subject.sentence).append("\n\n");
            }
            page.append("| Key | Type | Default | Meaning |\n|---|---|---|---|\n");
            for (ConfigOption<?> option : requireNonNull(bySubject.get(subject))) {
                page.append("| `").append(option.key()).append("` | ").append(type(option));
                page.append(" | ").append(defaultOf(option)).append(" | ");
                page.append(escaped(description(option))).append(" |\n");
            }
        }
        return page.append(FLINK).toString();
    }

    private static String description(ConfigOption<?> option) {
        return new HtmlFormatter().format(option.description());
    }

    private static String escaped(String text) {
        return text.replace("|", "\\|")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("*", "\\*");
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
