package io.tributary;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.query.DocumentedSql;
import io.tributary.settings.Problems;
import io.tributary.settings.Secrets;
import io.tributary.settings.SettingsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the documentation shows is taken: settings by the job, SQL files by the compiler, commands by their parsers. */
final class DocsTest {

    /** Beside {@code bash}, {@code yaml} and {@code sql file}: what others run, and what is only looked at. */
    private static final Set<String> OTHER_KINDS =
            Set.of("mermaid", "text", "sql postgres", "sql iceberg", "sql redshift");

    /** A pipeline without a source. */
    private static final Map<String, String> PIPELINE = Map.of(
            "sql.directory", "../sql",
            "iceberg.namespace", "shop",
            "iceberg.catalog.type", "hadoop",
            "iceberg.catalog.warehouse", "file:///warehouse");

    /** What each source cannot do without. */
    private static final Map<String, Map<String, String>> SOURCES = Map.of(
            "postgres",
            Map.of(
                    "postgres.hostname", "localhost",
                    "postgres.database", "shop",
                    "postgres.username", "tributary",
                    "postgres.password", "env:PASSWORD",
                    "postgres.tables", "public.customers;public.orders;public.order_lines;public.products"),
            "kafka",
            Map.of("kafka.bootstrap-servers", "localhost:9092", "kafka.topics", "shop.public.orders=orders"),
            "dynamodb",
            Map.of(
                    "dynamodb.stream", "changes",
                    "dynamodb.tables", "orders;customers",
                    "dynamodb.kinesis-client.aws.region", "eu-central-1"));

    /** Long enough for a key. */
    private static final String KNOWN = "known".repeat(10);

    @TempDir
    private Path folder;

    static Stream<Fence> settings() {
        return Fence.all().stream().filter(fence -> fence.kind().equals("yaml"));
    }

    static Stream<Fence> sqlFiles() {
        return Fence.all().stream().filter(fence -> fence.kind().equals("sql file"));
    }

    static Stream<Fence> scripts() {
        return Fence.all().stream().filter(fence -> fence.kind().equals("bash"));
    }

    @ParameterizedTest
    @MethodSource("settings")
    void settingsAreTaken(Fence fence) throws IOException {
        Problems problems = new Problems();
        Configuration given = SettingsFile.read(written(fence, "settings.yaml"), problems);

        Settings.of(completed(given), new Secrets(name -> KNOWN, name -> KNOWN), problems);

        assertThat(problems.sentences()).isEmpty();
    }

    /** The example that a newcomer copies needs nothing beside it. */
    @Test
    void theReadmesSettingsAreWhole() throws IOException {
        Fence example = settings()
                .filter(fence -> fence.page().endsWith("README.md"))
                .findFirst()
                .orElseThrow();
        Problems problems = new Problems();
        Configuration given = SettingsFile.read(written(example, "shop.yaml"), problems);

        Settings.of(given, new Secrets(name -> "known", name -> "known"), problems);

        assertThat(problems.sentences()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("sqlFiles")
    void sqlFilesCompile(Fence fence) throws IOException {
        written(fence, "example.sql");

        assertThat(DocumentedSql.problems(folder)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("scripts")
    void commandsAreThere(Fence fence) {
        assertThat(fence.commands()).isNotEmpty().allSatisfy(DocsTest::check);
    }

    @Test
    void everyBlockSaysWhatItIs() {
        Set<String> kinds = new TreeSet<>(OTHER_KINDS);
        kinds.addAll(Set.of("bash", "yaml", "sql file"));
        assertThat(Fence.all())
                .hasSizeGreaterThan(15)
                .allSatisfy(fence -> assertThat(kinds.contains(fence.kind()) || SqlPageTest.isOfAnExample(fence))
                        .as("%s:%s: %s", fence.page(), fence.line(), fence.kind())
                        .isTrue());
    }

    private String written(Fence fence, String name) throws IOException {
        Path file = folder.resolve(name);
        Files.writeString(file, fence.text());
        return file.toString();
    }

    /** With what a pipeline has to have, where the example leaves it out. */
    private static Configuration completed(Configuration given) {
        Configuration whole = given.clone();
        boolean read = false;
        for (Map.Entry<String, Map<String, String>> source : SOURCES.entrySet()) {
            Pattern mine = Pattern.compile("(" + source.getKey() + "\\..*|tables\\..*\\." + source.getKey() + "\\..*)");
            if (given.keySet().stream().anyMatch(key -> mine.matcher(key).matches())) {
                addMissing(whole, source.getValue());
                read = true;
            }
        }
        if (!read) {
            addMissing(whole, SOURCES.get("postgres"));
        }
        addMissing(whole, PIPELINE);
        return whole;
    }

    private static void addMissing(Configuration whole, Map<String, String> defaults) {
        defaults.forEach((key, value) -> {
            if (!whole.containsKey(key)) {
                whole.setString(key, value);
            }
        });
    }

    /** A command's first word decides who knows it. */
    private static void check(String command) throws IOException {
        List<String> words = new ArrayList<>(Arrays.asList(command.split("\\s+")));
        String program = words.remove(0);
        if (program.startsWith("deploy/")) {
            Path script = Path.of("..", program);
            assertThat(Files.isExecutable(script)).as("%s is a script", program).isTrue();
            return;
        }
        switch (program) {
            case "flink" -> flink(words);
            case "mvn" -> maven(words);
            case "cd", "git", "aws", "docker", "kubectl", "export", "curl" ->
                assertThat(words).isNotEmpty();
            default -> assertThat(program).as("The first word of %s", command).matches("[a-z]+=\\S+");
        }
    }

    /** {@code flink run [options] <jar> <arguments of the job>}. */
    private static void flink(List<String> words) {
        String action = words.remove(0);
        if (!action.equals("run")) {
            assertThat(action).isIn("stop", "cancel", "list", "savepoint");
            return;
        }
        while (words.get(0).startsWith("-")) {
            String option = words.remove(0);
            assertThat(option).isIn("-d", "-n", "-s", "-p");
            if (option.equals("-s") || option.equals("-p")) {
                words.remove(0);
            }
        }
        String jar = words.remove(0);
        assertThat(jar).matches("\\$jar|<jar>|job/target/tributary-job-[^/]+\\.jar");
        Arguments.parse(words.toArray(String[]::new));
    }

    /** Modules, profiles and tests that a command names are there. */
    private static void maven(List<String> words) throws IOException {
        String pom = Files.readString(Path.of("../pom.xml"));
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            if (word.equals("-pl")) {
                for (String module : words.get(++i).split(",")) {
                    assertThat(pom).contains("<module>" + module + "</module>");
                }
                continue;
            }
            Matcher named = Pattern.compile("-(P|Dtest=|Dit\\.test=)(\\S+)").matcher(word);
            if (named.matches() && named.group(1).equals("P")) {
                for (String profile : named.group(2).split(",")) {
                    assertThat(poms()).anyMatch(text -> text.contains("<id>" + profile + "</id>"));
                }
            } else if (named.matches()) {
                for (String test : named.group(2).split(",")) {
                    assertThat(javaFiles()).contains(test + ".java");
                }
            }
        }
    }

    private static List<String> poms() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of(".."), 4)) {
            List<String> texts = new ArrayList<>();
            for (Path pom : files.filter(file -> file.endsWith("pom.xml")).toList()) {
                texts.add(Files.readString(pom));
            }
            return texts;
        }
    }

    private static Set<String> javaFiles() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of(".."))) {
            Set<String> names = new TreeSet<>();
            files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".java"))
                    .forEach(names::add);
            return names;
        }
    }
}
