package io.tributary.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The schema that editors read takes every example of the README and the manual, and finds what is wrong. */
final class SchemaTest {

    private static final Path HOME = Path.of(System.getProperty("tributary.home"));
    private static final Pattern EXAMPLE = Pattern.compile("(?ms)^```yaml\\n(.*?)^```$");

    private static final JsonSchema SCHEMA = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V7)
            .getSchema(read(HOME.resolve("job/docs/settings.schema.json")));

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static Set<ValidationMessage> faults(String yaml) {
        Object settings = new Load(LoadSettings.builder().build()).loadFromString(yaml);
        JsonNode tree = new com.fasterxml.jackson.databind.ObjectMapper().valueToTree(settings);
        return SCHEMA.validate(tree);
    }

    @Test
    void everyExampleIsTaken() throws Exception {
        List<String> examples = new ArrayList<>();
        try (Stream<Path> manual = Files.walk(HOME.resolve("job/docs"))) {
            Stream.concat(Stream.of(HOME.resolve("README.md")), manual)
                    .filter(file -> file.toString().endsWith(".md"))
                    .flatMap(page -> EXAMPLE.matcher(read(page)).results())
                    .map((MatchResult example) -> example.group(1))
                    .forEach(examples::add);
        }
        assertThat(examples)
                .hasSizeGreaterThan(10)
                .allSatisfy(example -> assertThat(faults(example)).isEmpty());
    }

    @Test
    void whatInitWritesIsTaken() {
        FirstSettings settings = new FirstSettings("shop")
                .postgres(
                        new Login("localhost", 5432, "shop", "shop", "env:A", Map.of("sslmode", "require")),
                        "tributary_shop",
                        List.of("public.orders"))
                .sql("/sql", List.of("orders"))
                .glue("shop", "bucket", "eu-central-1")
                .redshift("shop", "jdbc:redshift://h:5439/d", "default", "eu-central-1");

        assertThat(faults(settings.toString())).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    postgres: {hostnam: a}                  | hostnam
                    postgress: {hostname: a}                | postgress
                    postgres: {port: many}                  | port
                    'tables: {orders: {kei: [id]}}'         | kei
                    'tables: {orders: {key: {a: b}}}'       | key
                    'sources: {crm: {kafka: {}}}'           | kafka
                    redshift: {dialect: oracle}             | dialect
                    """)
    void aMistakeIsFound(String yaml, String word) {
        assertThat(faults(yaml)).isNotEmpty().allMatch(fault -> fault.toString().contains(word));
    }
}
