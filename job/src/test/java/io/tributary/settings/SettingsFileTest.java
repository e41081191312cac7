package io.tributary.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsFileTest {

    private final Problems problems = new Problems();

    @Test
    void nestedKeysBecomeDottedOnesAndListsStayLists() throws IOException {
        Configuration settings = parse("""
                postgres:
                  port: 5433
                  tables: [public.a, "public.b=c;d"]
                tables.orders:
                  key: [id]
                """);

        assertThat(settings.getString("postgres.port", null)).isEqualTo("5433");
        assertThat(list(settings, "postgres.tables")).containsExactly("public.a", "public.b=c;d");
        assertThat(list(settings, "tables.orders.key")).containsExactly("id");
        assertThat(problems.sentences()).isEmpty();
    }

    @Test
    void brokenYamlIsOneProblemThatNamesFileAndLine() throws IOException {
        parse("postgres:\n  port: [1\n");

        assertThat(problems.sentences())
                .singleElement()
                .asString()
                .contains("test.yaml is not valid YAML")
                .contains("line");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        a: 1\\nb: 2\\na: 3\\n           | see line 3, column 1, where the key a stands a second time
        a:\\n\\tb: 1\\n                | see line 2, column 1, where a tab stands: indent with spaces
        a: b: c\\n                     | see line 1, column 5, where a colon begins a second value in one line
        a: "b\\nc: d\\n                | where a quote is not closed
        a:\\n    b: 1\\n  c: 2\\n        | where a line is indented otherwise than its neighbours
        a: [1, 2\\n                    | where a comma or a closing bracket is missing
        """)
    void whatIsWrongWithItIsSaid(String yaml, String sentence) throws IOException {
        parse(yaml.replace("\\n", "\n").replace("\\t", "\t"));

        assertThat(problems.sentences()).singleElement().asString().contains(sentence);
    }

    @Test
    void aKeySetTwiceInTwoSpellingsIsAProblem() throws IOException {
        parse("postgres:\n  port: 1\npostgres.port: 2\n");

        assertThat(problems.sentences()).containsExactly("test.yaml sets postgres.port twice");
    }

    @Test
    void aListOfMappingsIsAProblem() throws IOException {
        parse("postgres:\n  tables: [{a: b}]\n");

        assertThat(problems.sentences()).singleElement().asString().contains("postgres.tables");
    }

    @Test
    void aFileIsReadByPathAndByUri(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("s e.yaml"), "name: shop");

        assertThat(SettingsFile.read(file.toString(), problems).getString("name", null))
                .isEqualTo("shop");
        assertThat(SettingsFile.read("file://" + file.toString().replace(" ", "%20"), problems)
                        .getString("name", null))
                .isEqualTo("shop");
    }

    @Test
    void aFileThatIsNotThereIsAnError() {
        assertThatThrownBy(() -> SettingsFile.read("/no/such.yaml", problems)).hasMessageContaining("/no/such.yaml");
    }

    @Test
    void propertyGroupsGiveTheSameKeys(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("p.json"), """
                [{"PropertyGroupId": "tributary", "PropertyMap": {"postgres.port": "5433", "postgres.tables": "public.a;public.b"}},
                 {"PropertyGroupId": "other", "PropertyMap": {"postgres.slot": "x"}}]
                """);

        Configuration settings = ApplicationProperties.read(file.toString(), problems);

        assertThat(settings.getString("postgres.port", null)).isEqualTo("5433");
        assertThat(list(settings, "postgres.tables")).containsExactly("public.a", "public.b");
        assertThat(settings.containsKey("postgres.slot")).isFalse();
        assertThat(problems.sentences()).isEmpty();
    }

    @Test
    void unknownKeysAreNamedWithTheNearestKnownOne() {
        new KnownKeys()
                .options(List.of(
                        ConfigOptions.key("postgres.slot").stringType().noDefaultValue(),
                        ConfigOptions.key("tables.<table>.key").stringType().noDefaultValue()))
                .open("iceberg.catalog")
                .check(
                        List.of(
                                "postgres.slto",
                                "tables.a.key",
                                "tables.a.b.key",
                                "tables.a.kye",
                                "iceberg.catalog.x.y"),
                        problems);

        assertThat(problems.sentences())
                .containsExactly(
                        "Unknown setting postgres.slto; the nearest known one is postgres.slot",
                        "Unknown setting tables.a.b.key; a name with a dot stands in double quotes:"
                                + " tables.\"a.b\".key",
                        "Unknown setting tables.a.kye; the nearest known one is tables.a.key");
    }

    @Test
    void aSecretIsAReferenceAndNeverPrintsItsValue(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("secret"), "hunter2\n");
        Secrets secrets = new Secrets(name -> name.equals("PW") ? "hunter2" : null, name -> null);

        Secret fromFile = secrets.resolve("a.password", "file:" + file, problems);
        Secret fromEnvironment = secrets.resolve("a.password", "env:PW", problems);
        assertThat(problems.sentences()).isEmpty();
        assertThat(fromFile.value()).isEqualTo("hunter2");
        assertThat(fromEnvironment.value()).isEqualTo("hunter2");
        assertThat(fromFile + " " + fromEnvironment).doesNotContain("hunter2");

        secrets.resolve("a.password", "hunter2", problems);
        secrets.resolve("b.password", "env:NOT_SET", problems);
        secrets.resolve("c.password", "file:/no/such", problems);
        secrets.resolve("d.password", "secretsmanager:shop#password", problems);
        assertThat(problems.sentences()).hasSize(4).noneMatch(sentence -> sentence.contains("hunter2"));
        assertThat(problems.sentences().get(0)).startsWith("a.password has to be a reference to a secret");
        assertThat(problems.sentences().get(1)).isEqualTo("b.password: env:NOT_SET is not set");
    }

    private Configuration parse(String yaml) throws IOException {
        return SettingsFile.parse(
                "test.yaml", new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)), problems);
    }

    private static List<String> list(Configuration settings, String key) {
        return settings.get(ConfigOptions.key(key).stringType().asList().noDefaultValue());
    }
}
