package io.tributary.capture.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.settings.Given;
import io.tributary.settings.Problems;
import io.tributary.settings.Secrets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What the settings say, and what is said of those that are wrong. */
class KafkaSettingsTest {

    private final Problems problems = new Problems();

    @Test
    void topicsAreTablesByTheirLastPartOrByTheirName() {
        KafkaSettings settings = settings(Map.of("kafka.topics", "s.public.orders;s.public.people=customers"));

        assertThat(settings.captured(settings.topics()).names()).containsExactlyInAnyOrder("orders", "customers");
        assertThat(settings.client().getProperty("isolation.level")).isEqualTo("read_committed");
    }

    @Test
    void secretsOfTheClientAreReferences() {
        KafkaSettings settings = settings(Map.of(
                "kafka.topics", "t",
                "kafka.client.security.protocol", "SASL_SSL",
                "kafka.client.sasl.mechanism", "AWS_MSK_IAM",
                "kafka.client.sasl.client.callback.handler.class", "a.b.Handler",
                "kafka.client.sasl.jaas.config", "env:JAAS",
                "kafka.client.ssl.truststore.password", "env:TRUST",
                "kafka.client.isolation.level", "read_uncommitted"));

        assertThat(settings.client())
                .containsEntry("security.protocol", "SASL_SSL")
                .containsEntry("sasl.client.callback.handler.class", "a.b.Handler")
                .containsEntry("sasl.jaas.config", "value of JAAS")
                .containsEntry("ssl.truststore.password", "value of TRUST")
                .containsEntry("isolation.level", "read_uncommitted");
    }

    @Test
    void iamOfMskIsOneSetting() {
        assertThat(settings(Map.of("kafka.topics", "t", "kafka.authentication", "iam"))
                        .client())
                .containsEntry("security.protocol", "SASL_SSL")
                .containsEntry("sasl.mechanism", "AWS_MSK_IAM")
                .containsEntry("sasl.jaas.config", "software.amazon.msk.auth.iam.IAMLoginModule required;")
                .containsEntry(
                        "sasl.client.callback.handler.class", "software.amazon.msk.auth.iam.IAMClientCallbackHandler");
    }

    static Stream<Arguments> mistakes() {
        return Stream.of(
                Arguments.of(
                        Map.of(
                                "kafka.topics", "a",
                                "kafka.authentication", "iam",
                                "kafka.client.sasl.mechanism", "PLAIN"),
                        "kafka.client.sasl.mechanism is set by kafka.authentication iam: take it out"),
                Arguments.of(Map.of(), "kafka.topics is missing"),
                Arguments.of(Map.of("kafka.topics", "a", "kafka.topic-pattern", "a"), "are both set"),
                Arguments.of(
                        Map.of("kafka.topic-pattern", "a("), "kafka.topic-pattern: 'a(' is not a regular expression"),
                Arguments.of(Map.of("kafka.topics", "a.t;b.t"), "two tables go by the name t"),
                Arguments.of(Map.of("kafka.topics", "a.t=../x"), "kafka.topics: no table can be named '../x'"),
                Arguments.of(
                        Map.of("kafka.topics", "a", "kafka.tables", "s.t=.."),
                        "kafka.tables: no table can be named '..'"),
                Arguments.of(Map.of("kafka.topics", "a.t;a.t"), "kafka.topics names a.t twice"),
                Arguments.of(Map.of("kafka.topics", "a.t="), "names nothing"),
                Arguments.of(Map.of("kafka.topics", "a=b", "kafka.tables", "public.t"), "give the names there"),
                Arguments.of(
                        Map.of("kafka.topics", "a", "kafka.start", "timestamp"), "kafka.start-timestamp is missing"),
                Arguments.of(
                        Map.of("kafka.topics", "a", "kafka.start-timestamp", "2024-07-01T10:00:00Z"), "has no effect"),
                Arguments.of(
                        Map.of("kafka.topics", "a", "kafka.start", "timestamp", "kafka.start-timestamp", "today"),
                        "'today' is not a time"),
                Arguments.of(
                        Map.of("kafka.topics", "a", "kafka.client.group.id", "x"),
                        "kafka.client.group.id is set by the job"),
                Arguments.of(
                        Map.of("kafka.topics", "a", "kafka.client.ssl.key.password", "swordfish"),
                        "kafka.client.ssl.key.password has to be a reference to a secret"),
                Arguments.of(
                        Map.of("kafka.topics", "a", "kafka.registry.password", "env:X"),
                        "kafka.registry.url is missing"),
                Arguments.of(
                        Map.of("kafka.topics", "a", "tables.a.kafka.columns.c", "MONEY"),
                        "tables.a.kafka.columns.c: 'MONEY' is not a column type"),
                Arguments.of(
                        Map.of(
                                "kafka.topics", "a",
                                "kafka.tables", "shop.t",
                                "tables.t.kafka.shard-column", "__dbz__physicalTableIdentifier"),
                        "tables.t.kafka.shard-column merges the tables of a topic, and kafka.tables tells them apart"),
                Arguments.of(
                        Map.of("kafka.topics", "a", "tables.a.kafka.columns.c", "io.debezium.Nothing"),
                        "is not a column type"));
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("mistakes")
    void aMistakeHasItsOwnSentence(Map<String, String> given, String sentence) {
        settings(given);
        assertThat(problems.sentences())
                .singleElement()
                .asString()
                .contains(sentence)
                .doesNotContain("swordfish");
    }

    @Test
    void brokersAreNeeded() {
        KafkaSettings.from(Given.of(
                Configuration.fromMap(Map.of("kafka.topics", "a")), new Secrets(name -> null, name -> null), problems));

        assertThat(problems.sentences()).isEqualTo(List.of("kafka.bootstrap-servers is missing"));
    }

    private KafkaSettings settings(Map<String, String> given) {
        Map<String, String> all = new HashMap<>(given);
        all.put("kafka.bootstrap-servers", "localhost:9092");
        return KafkaSettings.from(
                Given.of(Configuration.fromMap(all), new Secrets(name -> "value of " + name, name -> null), problems));
    }
}
