package io.tributary;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.settings.NamedKey;
import io.tributary.settings.Problems;
import io.tributary.settings.ProblemsException;
import io.tributary.settings.Secrets;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The settings of all stages together: each mistake is one sentence, whichever stages read its key. */
final class SettingsTest {

    private static final String SECRET = "hunter2";

    /** Every stage is on. */
    private static final Map<String, String> GOOD = Map.ofEntries(
            Map.entry("postgres.hostname", "localhost"),
            Map.entry("postgres.database", "shop"),
            Map.entry("postgres.username", "reader"),
            Map.entry("postgres.password", "env:PW"),
            Map.entry("postgres.tables", "public.orders"),
            Map.entry("tables.orders.key", "id"),
            Map.entry("tables.orders.columns.hash", "email"),
            Map.entry("columns.hash-key", "env:KEY"),
            Map.entry("dynamodb.tables", "carts"),
            Map.entry("dynamodb.stream", "carts-changes"),
            Map.entry("dynamodb.kinesis-client.aws.region", "eu-central-1"),
            Map.entry("dynamodb.exports.location", "s3://exports/carts"),
            Map.entry("kafka.bootstrap-servers", "localhost:9092"),
            Map.entry("kafka.topics", "shop.events"),
            Map.entry("kafka.registry.url", "http://localhost:8081"),
            Map.entry("kafka.registry.username", "reader"),
            Map.entry("kafka.registry.password", "env:PW"),
            Map.entry("sql.functions.mask", "io.example.Mask"),
            Map.entry("sql.lookup.regions.url", "jdbc:postgresql://localhost/regions"),
            Map.entry("sql.lookup.regions.username", "reader"),
            Map.entry("sql.lookup.regions.password", "env:PW"),
            Map.entry("sql.lookup.regions.columns", "id BIGINT;name STRING"),
            Map.entry("iceberg.catalog.type", "jdbc"),
            Map.entry("iceberg.catalog.jdbc.password", "env:PW"),
            Map.entry("kinesis.stream", "changes"),
            Map.entry("kinesis.client.aws.region", "eu-central-1"),
            Map.entry("redshift.url", "jdbc:redshift://localhost:5439/dev"),
            Map.entry("redshift.username", "merger"),
            Map.entry("redshift.password", "env:PW"),
            Map.entry("redshift.iam-role", "default"));

    /** What takes any text that is not empty. */
    private static final Set<String> FREE = Set.of(
            "name",
            "postgres.publication",
            "postgres.region",
            "kafka.group-id",
            "kafka.topics",
            "kafka.registry.username",
            "sql.directory",
            "sql.pass-through",
            "sql.function-jars",
            "sql.lookup.<name>.username",
            "sql.lookup.<name>.table",
            "iceberg.catalog-name",
            "iceberg.namespace",
            "iceberg.branch",
            "iceberg.version-column",
            "tables.<table>.key",
            "tables.<table>.columns.exclude",
            "tables.<table>.columns.include",
            "tables.<table>.columns.hash",
            "tables.<table>.dynamodb.key",
            "tables.<table>.dynamodb.flatten",
            "tables.<table>.iceberg.partition-by",
            "dynamodb.exports.skip",
            "dynamodb.exports.s3-endpoint",
            "redshift.files.region",
            "redshift.files.s3-endpoint",
            "redshift.schema",
            "redshift.iam-role",
            "redshift.stream",
            "tables.<table>.redshift.distribution-key",
            "tables.<table>.redshift.sort-keys");

    /** Texts that are wrong where not any is right. */
    private static final Map<String, String> WRONG = Map.ofEntries(
            Map.entry("postgres.hostname", ""),
            Map.entry("postgres.database", ""),
            Map.entry("postgres.username", ""),
            Map.entry("postgres.tables", "orders"),
            Map.entry("postgres.slot", "Big-Slot"),
            Map.entry("columns.hash-key", SECRET),
            Map.entry("dynamodb.stream", "https://a:" + SECRET + "@b"),
            Map.entry("dynamodb.tables", "="),
            Map.entry("dynamodb.start-timestamp", "2030-01-31T12:00:00Z"),
            Map.entry("dynamodb.exports.location", "ftp://nowhere"),
            Map.entry("redshift.files.location", "ftp://nowhere"),
            Map.entry("tables.<table>.dynamodb.exports", "ftp://nowhere"),
            Map.entry("kafka.bootstrap-servers", ""),
            Map.entry("kafka.topic-pattern", "shop"),
            Map.entry("kafka.tables", "public.a=b;public.c=b"),
            Map.entry("tables.<table>.kafka.shard-column", ""),
            Map.entry("kafka.start-timestamp", "2030-01-31T12:00:00Z"),
            Map.entry("kafka.unavailable-value-placeholder", ""),
            Map.entry("kafka.registry.url", "http://reader:" + SECRET + "@localhost:8081"),
            Map.entry("sql.functions.<name>", " "),
            Map.entry("sql.function-arguments.<name>", "file:/nowhere/at/all"),
            Map.entry("sql.lookup.<name>.url", "jdbc:postgresql://localhost/regions?Password=" + SECRET),
            Map.entry("sql.lookup.<name>.columns", "id"),
            Map.entry("kinesis.stream", "a stream"),
            Map.entry("redshift.url", "jdbc:redshift://localhost/dev?SecretAccessKey=" + SECRET),
            Map.entry("redshift.username", ""),
            Map.entry("rejected.table", ""));

    @Test
    void everyStageIsReadWithoutAProblem() {
        assertThat(problems(GOOD)).isEmpty();
    }

    static List<ConfigOption<?>> numbers() {
        return Settings.options().stream()
                .filter(option -> Set.of("Integer", "Long").contains(type(option)))
                .toList();
    }

    static List<ConfigOption<?>> optionsThatCanBeWrong() {
        return Settings.options().stream()
                .filter(option -> !FREE.contains(option.key()))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("optionsThatCanBeWrong")
    void aWrongValueIsReportedOnce(ConfigOption<?> option) {
        String key = key(option);
        Map<String, String> given = new HashMap<>(GOOD);
        given.keySet().removeIf(other -> other.startsWith(key + "."));
        given.put(key, wrong(option));

        assertThat(problems(given)).singleElement().asString().contains(key).doesNotContain(SECRET);
    }

    @ParameterizedTest
    @MethodSource("numbers")
    void aNumberBelowNothingIsReportedOnce(ConfigOption<?> option) {
        Map<String, String> given = new HashMap<>(GOOD);
        given.put(key(option), "-1");

        assertThat(problems(given)).singleElement().asString().startsWith(key(option) + " is -1: ");
    }

    static Set<String> needed() {
        Set<String> needed = new TreeSet<>(GOOD.keySet());
        needed.removeAll(Set.of(
                "tables.orders.key",
                "tables.orders.columns.hash",
                "dynamodb.exports.location",
                "dynamodb.stream",
                "kafka.registry.username",
                "kafka.registry.password",
                "sql.functions.mask",
                "sql.lookup.regions.username",
                "sql.lookup.regions.password",
                "iceberg.catalog.jdbc.password",
                "kinesis.stream"));
        return needed;
    }

    @ParameterizedTest
    @MethodSource("needed")
    void whatIsMissingIsReportedOnce(String key) {
        Map<String, String> given = new HashMap<>(GOOD);
        given.remove(key);

        assertThat(problems(given)).singleElement().asString().startsWith(key);
    }

    static Stream<Arguments> rules() {
        return Stream.of(
                Arguments.of("kinesis.stream-per-table", Map.of("kinesis.stream-per-table", "true")),
                Arguments.of(
                        "start-from is targets, and the stream of DynamoDB does not tell",
                        Map.of(
                                "start-from",
                                "targets",
                                "iceberg.version-column",
                                "_version",
                                "dynamodb.exports.location",
                                "-")),
                Arguments.of("dynamodb.exports.max-age", Map.of("dynamodb.exports.max-age", "2 d")),
                Arguments.of("dynamodb.stream", Map.of("dynamodb.stream", "-", "dynamodb.exports.location", "-")),
                Arguments.of("redshift.stream", Map.of("kinesis.stream", "-")),
                Arguments.of("redshift.url", Map.of("redshift.url", "-")),
                Arguments.of("kafka.start-timestamp", Map.of("kafka.start", "timestamp")),
                Arguments.of("dynamodb.start-timestamp", Map.of("dynamodb.start", "AT_TIMESTAMP")),
                Arguments.of("kafka.client.group.id", Map.of("kafka.client.group.id", "x")),
                Arguments.of("postgres.jdbc.password", Map.of("postgres.jdbc.password", "env:PW")),
                Arguments.of(
                        "postgres.jdbc.sslpassword",
                        Map.of("postgres.jdbc.sslpassword", "env:PW", "postgres.reader", "flink-cdc")),
                Arguments.of("columns.hash-key", Map.of("columns.hash-key", "env:PW")),
                Arguments.of("tables.orders.columns.hash", Map.of("tables.orders.columns.exclude", "email")),
                Arguments.of("tables.orders.columns.hash", Map.of("tables.orders.columns.include", "id")),
                Arguments.of(
                        "tables.orders.columns.include",
                        Map.of("tables.orders.columns.include", "id", "tables.orders.columns.exclude", "card")),
                Arguments.of("tables.carts.dynamodb.columns.pk", Map.of("tables.carts.dynamodb.key", "pk")),
                Arguments.of("kinesis.max-batch-size", Map.of("kinesis.max-batch-size", "1 kb")),
                Arguments.of("kinesis.max-record-size", Map.of("kinesis.max-record-size", "11 mb")),
                Arguments.of("kinesis.max-buffered-records", Map.of("kinesis.max-buffered-records", "500")),
                Arguments.of("postgres.password", Map.of("postgres.password", SECRET)),
                Arguments.of("redshift.password", Map.of("redshift.password", SECRET)),
                Arguments.of("kafka.registry.password", Map.of("kafka.registry.password", SECRET)),
                Arguments.of("sql.lookup.regions.password", Map.of("sql.lookup.regions.password", SECRET)),
                Arguments.of("tables.carts.dynamodb.columns.a", Map.of("tables.carts.dynamodb.columns.a", "MONEY")),
                Arguments.of("tables.events.kafka.columns.a", Map.of("tables.events.kafka.columns.a", "MONEY")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rules")
    void aBrokenRuleIsReportedOnce(String key, Map<String, String> changes) {
        Map<String, String> given = new HashMap<>(GOOD);
        given.putAll(changes);
        given.values().removeIf("-"::equals);

        assertThat(problems(given)).singleElement().asString().startsWith(key).doesNotContain(SECRET);
    }

    /** Each place in which properties of somebody else's software are given. */
    static List<String> maps() {
        return List.of(
                "postgres.jdbc",
                "dynamodb.kinesis-client",
                "dynamodb.client",
                "kafka.client",
                "iceberg.catalog",
                "iceberg.hadoop",
                "iceberg.table-properties",
                "tables.orders.iceberg.properties",
                "tables.\"an.order\".iceberg.properties",
                "kinesis.client",
                "flink");
    }

    @ParameterizedTest
    @MethodSource("maps")
    void aSecretInClearTextIsRefusedInEveryMap(String map) {
        for (String property : List.of("a.secretKey", "A_PASSWORD", "b.api-key", "session.token")) {
            Map<String, String> given = new HashMap<>(GOOD);
            given.put(map + "." + property, SECRET);

            assertThat(problems(given))
                    .singleElement()
                    .asString()
                    .startsWith(map + "." + property + " has to be a reference to a secret")
                    .doesNotContain(SECRET);
            given.put(map + "." + property, "env:PW");
            assertThat(problems(given)).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("maps")
    void aUrlWithASecretIsRefusedInEveryMap(String map) {
        Map<String, String> given = new HashMap<>(GOOD);
        given.put(map + ".uri", "https://user:" + SECRET + "@host/");

        assertThat(problems(given))
                .singleElement()
                .asString()
                .startsWith(map + ".uri is a URL that carries a secret")
                .doesNotContain(SECRET);
    }

    @Test
    void whatStandsUnderFlinkIsHandedOnWithItsSecretsResolved() {
        Map<String, String> given = new HashMap<>(GOOD);
        given.put("flink.s3.secret-key", "env:PW");
        given.put("flink.parallelism.default", "3");

        Configuration flink = settings(given).flink();

        assertThat(flink.toMap()).isEqualTo(Map.of("s3.secret-key", SECRET, "parallelism.default", "3"));
    }

    @Test
    void tablesWithDotsAreReadByEveryStage() {
        Map<String, String> given = new HashMap<>(GOOD);
        given.put("dynamodb.tables", "carts;my.Carts");
        given.put("tables.\"my.Carts\".dynamodb.key", "pk");
        given.put("tables.\"my.Carts\".dynamodb.columns.pk", "STRING");
        given.put("tables.\"my.Carts\".dynamodb.max-columns", "0");
        given.put("tables.\"my.Carts\".iceberg.properties.a", "b");
        given.put("tables.\"my.Carts\".redshift.sort-keys", "pk");

        assertThat(problems(given)).containsExactly("tables.\"my.Carts\".dynamodb.max-columns is 0: write 1 to 10000");
    }

    private static String wrong(ConfigOption<?> option) {
        String wrong = WRONG.get(option.key());
        if (wrong == null) {
            assertThat(type(option).equals("String") && !option.key().endsWith("password"))
                    .as("say what is wrong for " + option.key() + ", or that any text is right")
                    .isFalse();
        }
        return wrong == null ? "nonsense" : wrong;
    }

    private static String type(ConfigOption<?> option) {
        try {
            Method type = ConfigOption.class.getDeclaredMethod("getClazz");
            type.setAccessible(true);
            return ((Class<?>) requireNonNull(type.invoke(option))).getSimpleName();
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    private static String key(ConfigOption<?> option) {
        if (!option.key().contains("<")) {
            return option.key();
        }
        String name = option.key().startsWith("sql.functions")
                ? "mask"
                : option.key().startsWith("sql.lookup")
                        ? "regions"
                        : option.key().contains(".dynamodb.")
                                ? "carts"
                                : option.key().contains(".kafka.") ? "events" : "orders";
        return NamedKey.of(option.key(), name);
    }

    private static List<String> problems(Map<String, String> given) {
        try {
            Problems problems = new Problems();
            settings(given, problems);
            return problems.sentences();
        } catch (ProblemsException e) {
            return new ArrayList<>(e.sentences());
        }
    }

    private static Settings settings(Map<String, String> given) {
        return settings(given, new Problems());
    }

    private static Settings settings(Map<String, String> given, Problems problems) {
        return Settings.of(
                Configuration.fromMap(given),
                new Secrets(Map.of("PW", SECRET, "KEY", SECRET.repeat(5))::get, name -> null),
                problems);
    }
}
