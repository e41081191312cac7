package io.tributary.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class GivenTest {

    private static final ConfigOption<Integer> ROWS =
            ConfigOptions.key("a.rows").intType().defaultValue(10);
    private static final ConfigOption<Duration> WAIT =
            ConfigOptions.key("a.wait").durationType().defaultValue(Duration.ofSeconds(1));
    private static final ConfigOption<String> HOST =
            ConfigOptions.key("a.host").stringType().noDefaultValue();
    private static final ConfigOption<String> PASSWORD =
            ConfigOptions.key("a.password").stringType().noDefaultValue();
    private static final ConfigOption<Map<String, String>> CLIENT =
            ConfigOptions.key("a.client").mapType().noDefaultValue();
    private static final ConfigOption<List<String>> KEY =
            ConfigOptions.key("tables.<table>.key").stringType().asList().noDefaultValue();
    private static final ConfigOption<Map<String, String>> COLUMNS =
            ConfigOptions.key("tables.<table>.columns").mapType().noDefaultValue();

    private final Problems problems = new Problems();

    @Test
    void whatCannotBeReadIsSaidOnceAndReadAsItsDefault() {
        Given given = given(Map.of("a.rows", "many", "a.wait", "-1"));

        assertThat(given.get(ROWS)).isEqualTo(10);
        given.atLeast(1, ROWS);
        given.problem(ROWS, " is odd");
        assertThat(given.get(WAIT)).isEqualTo(Duration.ofSeconds(1));
        assertThat(given.has(ROWS)).isTrue();
        assertThat(problems.sentences())
                .hasSize(2)
                .anyMatch(sentence -> sentence.startsWith("a.rows: 'many' cannot be read: "))
                .anyMatch(sentence -> sentence.startsWith("a.wait: '-1' cannot be read: "));
    }

    private enum Colour {
        RED
    }

    @Test
    void wordsThatCanBeWrittenAreNamedAndNotTheirClass() {
        ConfigOption<Colour> colour =
                ConfigOptions.key("a.colour").enumType(Colour.class).defaultValue(Colour.RED);

        assertThat(given(Map.of("a.colour", "blue")).get(colour)).isEqualTo(Colour.RED);
        assertThat(problems.sentences()).containsExactly("a.colour: 'blue' cannot be read: write one of RED");
    }

    @Test
    void limitsAreSaidWithTheValue() {
        Given given = given(Map.of("a.rows", "0", "a.wait", "1 ms"));

        given.atLeast(1, ROWS);
        given.between(5, 7, ROWS);
        given.atLeast(Duration.ofSeconds(1), WAIT);
        assertThat(problems.sentences())
                .containsExactly(
                        "a.rows is 0: write 1 or more",
                        "a.rows is 0: write 5 to 7",
                        "a.wait is 1 ms: write 1 s or more");
    }

    @Test
    void whatIsNeededIsMissedAndSecretsAreReferences() {
        Given given = given(Map.of("a.host", " "));
        assertThat(given.required(HOST, "name it")).isEmpty();
        assertThat(given.requiredSecret(PASSWORD).value()).isEmpty();
        assertThat(problems.sentences())
                .containsExactly(
                        "a.host is missing: name it",
                        "a.password is missing: write env:NAME, file:/path or secretsmanager:id#key");
        assertThat(given(Map.of("a.password", "env:PW"))
                        .requiredSecret(PASSWORD)
                        .value())
                .isEqualTo("hunter2");
    }

    @Test
    void aMapHasItsSecretsResolvedAndPrintsNone() {
        LibraryProperties client = given(Map.of(
                        "a.client.user", "env:PW",
                        "a.client.api.key", "env:PW",
                        "a.client.store", "file:/lake",
                        "a.client.use.password", "true",
                        "a.client.sse.key", "arn:aws:kms:eu-central-1:1:key/2"))
                .properties(CLIENT);

        assertThat(problems.sentences()).isEmpty();
        assertThat(client.asMap())
                .containsEntry("user", "hunter2")
                .containsEntry("api.key", "hunter2")
                .containsEntry("store", "file:/lake")
                .containsEntry("use.password", "true");
        assertThat(client.toString()).contains("api.key").doesNotContain("hunter2");
        assertThat(client.redact("no hunter2 here")).isEqualTo("no env:PW here");
    }

    @Test
    void aSecretInClearTextIsRefusedAndNotRepeated() {
        given(Map.of(
                        "a.client.api.key", "hunter2",
                        "a.client.uri", "https://user:hunter2@host",
                        "a.client.other", "secretsmanager:nowhere"))
                .properties(CLIENT);

        assertThat(problems.sentences())
                .hasSize(3)
                .noneMatch(sentence -> sentence.contains("hunter2"))
                .anyMatch(sentence -> sentence.startsWith("a.client.api.key has to be a reference to a secret"))
                .anyMatch(sentence -> sentence.startsWith("a.client.uri is a URL that carries a secret"))
                .contains("a.client.other: secretsmanager:nowhere is not set");
    }

    @Test
    void aMapHasNoValueOfItsOwnAndItIsNotRepeated() {
        Given given = given(Map.of("a.client", "hunter2"));

        assertThat(given.properties(CLIENT).names()).isEmpty();
        given.problem(CLIENT, ".region is missing");
        assertThat(problems.sentences())
                .containsExactly("a.client has no value of its own: write each property under it, as a.client.<name>");
    }

    @Test
    void aTableIsReadWithTheOptionsOfAllTables() {
        Given given = given(Map.of(
                "tables.Orders.key", "id;\"a;b\"",
                "tables.\"my.table\".key", "x",
                "tables.\"my.table\".columns.a.b", "INT"));

        assertThat(given.tables()).containsExactly("Orders", "my.table");
        assertThat(given.table("Orders").find(KEY)).containsExactly("id", "a;b");
        assertThat(given.table("orders").find(KEY)).isNull();
        assertThat(given.table("my.table").find(KEY)).containsExactly("x");
        assertThat(given.table("my.table").map(COLUMNS)).isEqualTo(Map.of("a.b", "INT"));
        assertThat(given.table("other").key(KEY)).isEqualTo("tables.other.key");
        assertThat(given.table("an.other").key(KEY)).isEqualTo("tables.\"an.other\".key");
    }

    @Test
    void aKeyIsNamedAsItWasWritten() {
        Given given = given(Map.of("tables.\"orders\".key", "id"));

        given.table("orders").problem(KEY, " is odd");

        assertThat(problems.sentences()).containsExactly("tables.\"orders\".key is odd");
    }

    @Test
    void oneSettingInTwoSpellingsIsAProblem() {
        given(Map.of("tables.\"orders\".key", "id", "tables.orders.key", "no")).table("orders");

        assertThat(problems.sentences())
                .containsExactly(
                        "tables.orders.key and tables.\"orders\".key are the same setting: take one of them out");
    }

    @Test
    void yamlAndPropertyGroupsNameTablesByOneRule(@TempDir Path folder) throws IOException {
        Configuration yaml = SettingsFile.parse(
                "test.yaml", new ByteArrayInputStream("""
                        tables:
                          my.table:
                            key: [id, no]
                          'a"b':
                            key: [x]
                          '"c.d"':
                            key: [y]
                          orders.key: [z]
                        """.getBytes(StandardCharsets.UTF_8)), problems);
        Path groups = Files.writeString(folder.resolve("groups.json"), """
                [{"PropertyGroupId": "tributary", "PropertyMap": {
                  "tables.\\"my.table\\".key": "id;no",
                  "tables.\\"a\\"\\"b\\".key": "x",
                  "tables.\\"c.d\\".key": "y",
                  "tables.orders.key": "z"}}]
                """);

        for (Configuration configuration : List.of(yaml, ApplicationProperties.read(groups.toString(), problems))) {
            Given given = given(configuration);
            assertThat(given.tables()).containsExactly("a\"b", "c.d", "my.table", "orders");
            assertThat(given.table("my.table").find(KEY)).containsExactly("id", "no");
            assertThat(given.table("a\"b").find(KEY)).containsExactly("x");
            assertThat(given.table("c.d").find(KEY)).containsExactly("y");
            assertThat(given.table("orders").find(KEY)).containsExactly("z");
            new KnownKeys().options(List.of(KEY)).check(configuration.keySet(), problems);
        }
        assertThat(problems.sentences()).isEmpty();
    }

    private Given given(Map<String, String> values) {
        return given(Configuration.fromMap(values));
    }

    private Given given(Configuration configuration) {
        return Given.of(configuration, new Secrets(Map.of("PW", "hunter2")::get, name -> null), problems);
    }
}
