package io.tributary.flink;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What docker-compose.yml promises of every service. That it runs is shown by deploy/compose/test/run. */
final class ComposeTest {

    private static final Path HOME = Path.of("../..");
    private static final YAMLMapper YAML = new YAMLMapper();

    /** Those that answer nobody, and those that end. */
    private static final List<String> WITHOUT_HEALTH_CHECK =
            List.of("load", "item-load", "merge", "connector", "verify", "kafka-ui");

    private static Map<String, JsonNode> services() throws IOException {
        Map<String, JsonNode> services = new TreeMap<>();
        YAML.readTree(compose()).path("services").properties().forEach(e -> services.put(e.getKey(), e.getValue()));
        assertThat(services).hasSizeGreaterThan(15);
        return services;
    }

    private static File compose() {
        return HOME.resolve("docker-compose.yml").toFile();
    }

    @Test
    void imagesHaveAnExactTag() throws IOException {
        List<String> images = Pattern.compile("image: (\\S+)")
                .matcher(Files.readString(compose().toPath()))
                .results()
                .map(image -> image.group(1))
                .collect(Collectors.toList());
        assertThat(images)
                .hasSizeGreaterThan(15)
                .allMatch(image -> image.matches("[a-z0-9./-]+:v?\\d+[A-Za-z0-9._-]*"));
    }

    @Test
    void portsArePublishedOnThisMachineAloneAndNamedInOneFile() throws IOException {
        List<String> known = Files.readAllLines(HOME.resolve(".env"));
        Pattern port = Pattern.compile("127\\.0\\.0\\.1:\\$\\{([A-Z0-9_]+):-(\\d+)}:\\d+");
        List<String> variables = new ArrayList<>();
        services()
                .values()
                .forEach(service -> service.path("ports").forEach(published -> {
                    Matcher matcher = port.matcher(published.asText());
                    assertThat(matcher.matches()).as(published.asText()).isTrue();
                    variables.add(matcher.group(1) + "=" + matcher.group(2));
                }));
        assertThat(variables).hasSizeGreaterThan(10).doesNotHaveDuplicates();
        assertThat(known).containsAll(variables);
        assertThat(variables.stream().map(variable -> variable.replaceAll(".*=", "")))
                .doesNotHaveDuplicates();
    }

    @Test
    void whatOthersWaitForHasAHealthCheck() throws IOException {
        services()
                .forEach((name, service) -> assertThat(service.has("healthcheck"))
                        .as(name)
                        .isEqualTo(!WITHOUT_HEALTH_CHECK.contains(name)));
    }

    @Test
    void whatIsMountedIsThere() throws IOException {
        JsonNode root = YAML.readTree(compose());
        String text = Files.readString(compose().toPath());
        Matcher folders = Pattern.compile("(\\./[^:\\s]+):/").matcher(text);
        List<String> missing = folders.results()
                .map(folder -> folder.group(1))
                .filter(folder -> !Files.exists(HOME.resolve(folder)))
                .collect(Collectors.toList());
        assertThat(missing).isEmpty();
        Matcher volumes = Pattern.compile("- ([a-z]+):/").matcher(text);
        assertThat(volumes.results().map(volume -> volume.group(1)).distinct())
                .isNotEmpty()
                .allMatch(volume -> root.path("volumes").has(volume));
    }
}
