package io.tributary.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.settings.Problems;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.flink.configuration.ConfigOption;
import org.junit.jupiter.api.Test;

final class QuerySettingsTest {

    @Test
    void keepsItsKeysAndDefaults() {
        Map<String, String> options = QuerySettings.options().stream()
                .collect(Collectors.toMap(ConfigOption::key, option -> String.valueOf(option.defaultValue())));
        assertThat(options)
                .containsOnly(
                        Map.entry("sql.directory", "null"),
                        Map.entry("sql.pass-through", "[]"),
                        Map.entry("sql.functions.<name>", "null"),
                        Map.entry("sql.function-arguments.<name>", "null"),
                        Map.entry("sql.function-jars", "[]"),
                        Map.entry("sql.on-removed-file", "keep"),
                        Map.entry("sql.bundle-interval", "PT0.2S"),
                        Map.entry("sql.bundle-rows", "10000"),
                        Map.entry("sql.lookup.<name>.url", "null"),
                        Map.entry("sql.lookup.<name>.username", "null"),
                        Map.entry("sql.lookup.<name>.password", "null"),
                        Map.entry("sql.lookup.<name>.table", "null"),
                        Map.entry("sql.lookup.<name>.columns", "[]"),
                        Map.entry("sql.lookup.<name>.cache-rows", "10000"),
                        Map.entry("sql.lookup.<name>.cache-ttl", "PT1M"));
    }

    @Test
    void takesWhatIsGiven() {
        Problems problems = new Problems();
        QuerySettings settings = QueriesTest.settings(
                Map.of(
                        "sql.pass-through", "a;b",
                        "sql.functions.f", "io.example.F",
                        "sql.bundle-interval", "1 s",
                        "sql.lookup.regions.url", "jdbc:postgresql://host/db",
                        "sql.lookup.regions.username", "reader",
                        "sql.lookup.regions.password", "env:PASSWORD",
                        "sql.lookup.regions.columns", "id BIGINT;price DECIMAL(10, 2)"),
                problems);
        assertThat(problems.sentences()).isEmpty();
        assertThat(settings.passThrough().names()).containsExactly("a", "b");
        assertThat(settings.functions()).containsEntry("f", "io.example.F");
        assertThat(settings.bundleInterval()).isEqualTo(Duration.ofSeconds(1));
        assertThat(settings.lookups()).singleElement().hasToString("regions columns [id BIGINT, price DECIMAL(10, 2)]");
    }

    @Test
    void listsAllThatIsWrong() {
        Problems problems = new Problems();
        QueriesTest.settings(
                Map.of(
                        "sql.bundle-rows", "0",
                        "sql.lookup.a.columns", "id;name STRIN",
                        "sql.lookup.b.url", "jdbc:postgresql://host/db?user=x&password=hunter2",
                        "sql.lookup.b.password", "hunter2"),
                problems);
        assertThat(problems.sentences())
                .hasSize(7)
                .noneMatch(sentence -> sentence.contains("hunter2"))
                .anySatisfy(sentence -> assertThat(sentence).startsWith("sql.lookup.a.url is missing: give a JDBC URL"))
                .anySatisfy(sentence -> assertThat(sentence).startsWith("sql.lookup.a.columns: 'id' is not a name and"))
                .anySatisfy(
                        sentence -> assertThat(sentence).startsWith("sql.lookup.a.columns: 'name STRIN' is not a name"))
                .anySatisfy(
                        sentence -> assertThat(sentence).startsWith("sql.lookup.b.url is a URL that carries a secret"))
                .anySatisfy(sentence -> assertThat(sentence).startsWith("sql.lookup.b.columns is missing"))
                .anySatisfy(sentence -> assertThat(sentence).startsWith("sql.lookup.b.password has to be a reference"))
                .anySatisfy(sentence -> assertThat(sentence).startsWith("sql.bundle-rows is 0"));
    }
}
