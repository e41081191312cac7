package io.tributary.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.HighAvailabilityOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.contrib.streaming.state.RocksDBConfigurableOptions;
import org.apache.flink.contrib.streaming.state.RocksDBOptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The manifests, by the schemas of the operator's own package, which here allow no field that they do not name: a misspelled one
 * would be dropped in silence by the cluster.
 */
final class ManifestsTest {

    private static final Path MANIFESTS = Path.of("kubernetes");
    private static final Path SQL = Path.of("../../sql");
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
    private static final List<Class<?>> OPTIONS = List.of(
            CheckpointingOptions.class,
            HighAvailabilityOptions.class,
            RestartStrategyOptions.class,
            RocksDBConfigurableOptions.class,
            RocksDBOptions.class,
            StateBackendOptions.class,
            TaskManagerOptions.class);
    private static final Set<String> REPORTER =
            Set.of("metrics.reporter.prometheus.factory.class", "metrics.reporter.prometheus.port");
    /** Of version 1.10 of the operator. */
    private static final Set<String> OPERATOR = Set.of(
            "kubernetes.operator.job.restart.failed",
            "kubernetes.operator.job.upgrade.last-state-fallback.enabled",
            "kubernetes.operator.deployment.rollback.enabled",
            "kubernetes.operator.periodic.savepoint.interval",
            "kubernetes.operator.savepoint.history.max.count");

    private static final Map<String, JsonSchema> SCHEMAS = new HashMap<>();
    private static JsonSchema podTemplate;

    @BeforeAll
    static void readSchemas() throws IOException {
        JsonSchemaFactory factory = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V7);
        for (String name : List.of("flinkdeployments", "flinkstatesnapshots")) {
            String resource = "/META-INF/fabric8/" + name + ".flink.apache.org-v1.yml";
            try (InputStream in = Objects.requireNonNull(ManifestsTest.class.getResourceAsStream(resource))) {
                JsonNode definition = YAML.readTree(in).path("spec");
                JsonNode schema =
                        definition.path("versions").path(0).path("schema").path("openAPIV3Schema");
                JsonNode metadata = schema.at("/properties/spec/properties/podTemplate/properties/metadata");
                ObjectNode root = strict(schema.deepCopy());
                ObjectNode properties = (ObjectNode) root.path("properties");
                properties.putObject("apiVersion").put("type", "string");
                properties.putObject("kind").put("type", "string");
                properties.set(
                        "metadata", metadata.isMissingNode() ? YAML.createObjectNode() : strict(metadata.deepCopy()));
                SCHEMAS.put(definition.path("names").path("kind").asText(), factory.getSchema(root));
                if (name.equals("flinkdeployments")) {
                    podTemplate = factory.getSchema(root.at("/properties/spec/properties/podTemplate"));
                }
            }
        }
    }

    /** Objects that name their fields have no others. */
    private static <T extends JsonNode> T strict(T schema) {
        schema.forEach(ManifestsTest::strict);
        if (schema instanceof ObjectNode object && object.path("properties").isObject()) {
            object.put("additionalProperties", false);
        }
        return schema;
    }

    static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.walk(MANIFESTS)) {
            return files.filter(file -> file.toString().endsWith(".yaml"))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void hasOnlyFieldsThatTheClusterKnows(Path file) throws IOException {
        for (JsonNode manifest : read(Files.readString(file))) {
            assertThat(problems(manifest)).isEmpty();
        }
    }

    /** What the overlays come to. The files themselves are looked at above, where there is no kubectl. */
    @ParameterizedTest
    @ValueSource(strings = {"trial", "production"})
    void overlaysComeToWhatTheClusterKnows(String overlay) throws Exception {
        assumeTrue(hasKubectl());
        List<JsonNode> manifests = read(kustomize(overlay));
        assertThat(manifests)
                .extracting(manifest -> manifest.path("kind").asText())
                .contains("FlinkDeployment", "Deployment");
        for (JsonNode manifest : manifests) {
            assertThat(problems(manifest)).isEmpty();
            if (manifest.path("kind").asText().equals("FlinkDeployment")) {
                JsonNode configuration = manifest.at("/spec/flinkConfiguration");
                assertThat(configuration.path("execution.checkpointing.dir").asText())
                        .startsWith("s3://");
                assertThat(configuration.path("high-availability.storageDir").asText())
                        .startsWith("s3://");
                List<String> maps = new ArrayList<>();
                manifest.at("/spec/podTemplate/spec/volumes")
                        .forEach(volume -> maps.add(volume.at("/configMap/name").asText()));
                // With the hash of what is in them, so that the operator sees a change.
                assertThat(maps).hasSize(2).allMatch(name -> name.matches("tributary-(settings|sql)-[a-z0-9]{10}"));
                assertThat(manifest.at("/spec/image").asText()).startsWith("registry.example.com/");
            }
        }
    }

    @Test
    void aMisspelledFieldIsFound() throws IOException {
        ObjectNode pipeline = (ObjectNode) pipeline();
        ((ObjectNode) pipeline.at("/spec/job")).put("upgradeMod", "last-state");
        ((ObjectNode) pipeline.at("/spec/podTemplate/spec/containers/0")).put("envFrm", "x");
        ((ObjectNode) pipeline.at("/spec/flinkConfiguration")).put("execution.checkpointing.num-retaind", "4");
        assertThat(problems(pipeline)).hasSize(3);
    }

    /** Fewer, and the database could be told to forget what the oldest of them goes on with. */
    @Test
    void keepsAsManyCheckpointsAsTheDatabaseIsToldOfLate() throws IOException {
        JsonNode settings = YAML.readTree(Files.readString(MANIFESTS.resolve("base/tributary.yaml")));
        int delay = settings.at("/postgres/confirm-delay-checkpoints").asInt(confirmDelayByDefault());
        JsonNode configuration = pipeline().at("/spec/flinkConfiguration");
        assertThat(configuration.path("execution.checkpointing.num-retained").asInt())
                .isGreaterThanOrEqualTo(delay + 1);
        assertThat(configuration
                        .path("execution.checkpointing.externalized-checkpoint-retention")
                        .asText())
                .isEqualTo("RETAIN_ON_CANCELLATION");
        assertThat(pipeline().at("/spec/job/upgradeMode").asText()).isEqualTo("last-state");
    }

    /** It has ended because a restart cannot help it. */
    @Test
    void aJobThatHasFailedIsNotSubmittedAgain() throws IOException {
        for (Path file : files()) {
            for (JsonNode manifest : read(Files.readString(file))) {
                assertThat(manifest.at("/spec/flinkConfiguration/kubernetes.operator.job.restart.failed")
                                .asText("false"))
                        .as("%s", file)
                        .isEqualTo("false");
            }
        }
    }

    private static int confirmDelayByDefault() throws IOException {
        String row = Files.readAllLines(Path.of("../../job/docs/options.md")).stream()
                .filter(line -> line.startsWith("| `postgres.confirm-delay-checkpoints`"))
                .findFirst()
                .orElseThrow();
        return Integer.parseInt(row.split("\\|")[3].replace('`', ' ').strip());
    }

    @Test
    void everySqlFileIsInTheConfigMap() throws IOException {
        Set<String> named = new TreeSet<>();
        YAML.readTree(Files.readString(SQL.resolve("kustomization.yaml")))
                .at("/configMapGenerator/0/files")
                .forEach(file -> named.add(file.asText()));
        try (Stream<Path> files = Files.list(SQL)) {
            assertThat(files.map(file -> file.getFileName().toString()).filter(name -> name.endsWith(".sql")))
                    .containsExactlyInAnyOrderElementsOf(named);
        }
    }

    @Test
    void secretsAreReferences() throws IOException {
        for (Path file : files()) {
            for (JsonNode manifest : read(Files.readString(file))) {
                assertThat(manifest.path("kind").asText()).isNotEqualTo("Secret");
            }
        }
        assertThat(Files.readAllLines(MANIFESTS.resolve("base/tributary.yaml")))
                .filteredOn(line -> line.strip().matches("(password|.*secret.*|.*token.*):.*"))
                .isNotEmpty()
                .allMatch(line -> line.contains(": env:"));
    }

    private static JsonNode pipeline() throws IOException {
        return read(Files.readString(MANIFESTS.resolve("base/pipeline.yaml"))).get(0);
    }

    private static List<JsonNode> read(String yaml) throws IOException {
        try (MappingIterator<JsonNode> documents =
                YAML.readerFor(JsonNode.class).readValues(yaml)) {
            return documents.readAll();
        }
    }

    private static List<String> problems(JsonNode manifest) {
        String kind = manifest.path("kind").asText();
        List<String> problems = new ArrayList<>();
        JsonSchema schema = SCHEMAS.get(kind);
        if (schema != null) {
            schema.validate(manifest).stream()
                    .map(ValidationMessage::getMessage)
                    .forEach(problems::add);
        }
        if (kind.equals("FlinkDeployment")) {
            Set<String> keys = new TreeSet<>();
            manifest.at("/spec/flinkConfiguration").fieldNames().forEachRemaining(keys::add);
            keys.removeAll(options());
            keys.forEach(key -> problems.add("Flink has no option " + key));
        }
        if (kind.equals("Deployment")) {
            podTemplate.validate(manifest.at("/spec/template")).stream()
                    .map(ValidationMessage::getMessage)
                    .forEach(problems::add);
        }
        return problems;
    }

    private static Set<String> options() {
        Set<String> keys = new HashSet<>(OPERATOR);
        keys.addAll(REPORTER);
        try {
            for (Class<?> options : OPTIONS) {
                for (Field field : options.getFields()) {
                    if (field.get(null) instanceof ConfigOption<?> option) {
                        keys.add(option.key());
                    }
                }
            }
        } catch (IllegalAccessException e) {
            throw new LinkageError(e.getMessage(), e);
        }
        return keys;
    }

    private static boolean hasKubectl() throws InterruptedException {
        try {
            Process process = new ProcessBuilder("kubectl", "version", "--client")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(60, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private static String kustomize(String overlay) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        "kubectl",
                        "kustomize",
                        MANIFESTS.resolve("overlays/" + overlay).toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
