package io.tributary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.tributary.capture.CapturePlan;
import io.tributary.capture.postgres.PostgresSettings;
import io.tributary.capture.postgres.plan.Again;
import io.tributary.capture.postgres.plan.Grants;
import io.tributary.capture.postgres.plan.ResyncCommand;
import io.tributary.settings.ApplicationProperties;
import io.tributary.settings.Problems;
import io.tributary.settings.ProblemsException;
import io.tributary.settings.Secrets;
import io.tributary.settings.SettingsFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The settings of several databases, and what is made of them without asking any. */
final class SourcesTest {

    private static final String SECRET = "hunter2";

    /** The one without a name, one on the same server, and one elsewhere. */
    private static final Map<String, String> GOOD = Map.ofEntries(
            Map.entry("postgres.hostname", "shop-db"),
            Map.entry("postgres.database", "shop"),
            Map.entry("postgres.username", "reader"),
            Map.entry("postgres.password", "env:PW"),
            Map.entry("postgres.read-timeout", "20 s"),
            Map.entry("postgres.jdbc.sslmode", "require"),
            Map.entry("postgres.tables", "public.orders"),
            Map.entry("sources.billing.postgres.database", "billing"),
            Map.entry("sources.billing.postgres.tables", "public.orders=billed_orders;public.invoices"),
            Map.entry("sources.crm.postgres.hostname", "crm-db"),
            Map.entry("sources.crm.postgres.database", "crm"),
            Map.entry("sources.crm.postgres.username", "crm_reader"),
            Map.entry("sources.crm.postgres.password", "env:CRM_PW"),
            Map.entry("sources.crm.postgres.slot", "customers"),
            Map.entry("sources.crm.postgres.read-timeout", "10 s"),
            Map.entry("sources.crm.postgres.jdbc.sslmode", "verify-full"),
            Map.entry("sources.crm.postgres.jdbc.sslrootcert", "/crm.pem"),
            Map.entry("sources.crm.postgres.tables", "sales.customers"),
            Map.entry("tables.customers.key", "number"),
            Map.entry("iceberg.catalog.type", "hadoop"));

    @TempDir
    private Path folder;

    @Test
    void aSourceHasWhatItDoesNotSetFromPostgresButForItsTablesAndItsSlot() {
        assertThat(settings(GOOD).postgres())
                .extracting(
                        source -> source.source().system(),
                        PostgresSettings::toString,
                        PostgresSettings::slot,
                        PostgresSettings::tableNames)
                .containsExactly(
                        tuple("postgres", "reader@shop-db:5432/shop", "tributary", List.of("orders")),
                        tuple(
                                "postgres-billing",
                                "reader@shop-db:5432/billing",
                                "tributary_billing",
                                List.of("billed_orders", "invoices")),
                        tuple("postgres-crm", "crm_reader@crm-db:5432/crm", "customers", List.of("customers")));
        assertThat(settings(GOOD).postgres())
                .extracting(source -> source.server().readTimeout())
                .containsExactly(Duration.ofSeconds(20), Duration.ofSeconds(20), Duration.ofSeconds(10));
        assertThat(settings(GOOD).postgres())
                .extracting(source -> source.server().password().value())
                .containsExactly(SECRET, SECRET, "crm-" + SECRET);
        assertThat(settings(GOOD).postgres())
                .extracting(source -> source.server().jdbc())
                .containsExactly(
                        Map.of("sslmode", "require"),
                        Map.of("sslmode", "require"),
                        Map.of("sslmode", "verify-full", "sslrootcert", "/crm.pem"));
        assertThat(settings(GOOD).postgres().get(2).tables().get(0).key()).containsExactly("number");
    }

    @Test
    void postgresWithoutTablesIsNoSourceButWhatTheSourcesHaveInCommon() {
        Map<String, String> given = with("postgres.tables", null);

        assertThat(settings(given).systems())
                .extracting(CapturePlan::system, CapturePlan::tablesSetting)
                .containsExactly(
                        tuple("postgres-billing", "sources.billing.postgres.tables"),
                        tuple("postgres-crm", "sources.crm.postgres.tables"));
        assertThat(settings(given).postgres().get(0).server().hostname()).isEqualTo("shop-db");
    }

    @Test
    void aSourceMayBeTheOnlyOneAndBesideOtherSystems() {
        Map<String, String> given = new TreeMap<>(GOOD);
        given.keySet().removeIf(key -> key.startsWith("postgres.") || key.startsWith("sources.billing."));
        given.put("kafka.bootstrap-servers", "localhost:9092");
        given.put("kafka.topics", "s.public.carts");

        assertThat(settings(given).systems()).extracting(CapturePlan::system).containsExactly("postgres-crm", "kafka");
    }

    @Test
    void aSourceMayLogInWithoutThePasswordOfTheOthers() {
        Map<String, String> given = with("sources.billing.postgres.authentication", "iam");
        given.put("sources.billing.postgres.region", "eu-central-1");

        assertThat(problems(given)).isEmpty();
        assertThat(settings(given).postgres().get(0).server().password().value())
                .isEqualTo(SECRET);
        given.put("sources.billing.postgres.password", "env:PW");
        assertThat(problems(given))
                .containsExactly("sources.billing.postgres.password is set in vain:"
                        + " sources.billing.postgres.authentication is iam. Take it out");
    }

    static Stream<Arguments> mistakes() {
        return Stream.of(
                mistake("sources.crm.postgres.database", "", "sources.crm.postgres.database is missing"),
                mistake(
                        "postgres.username",
                        null,
                        "postgres.username is missing",
                        "sources.billing.postgres.username is missing"),
                mistake(
                        "sources.crm.postgres.tables",
                        null,
                        "sources.crm.postgres.tables is missing: list the tables to capture, as schema.table"),
                mistake(
                        "sources.crm.postgres.tables",
                        "customers",
                        "sources.crm.postgres.tables: 'customers' has to be schema.table or schema.table=alias"),
                mistake(
                        "sources.crm.postgres.port",
                        "many",
                        "sources.crm.postgres.port: 'many' cannot be read: For input string: \"many\""),
                mistake("sources.crm.postgres.port", "70000", "sources.crm.postgres.port is 70000: write 1 to 65535"),
                mistake("postgres.read-timeout", "0 s", "postgres.read-timeout is 0 ms: write 1 s or more"),
                mistake("postgres.password", "env:GONE", "postgres.password: env:GONE is not set"),
                mistake(
                        "sources.crm.postgres.password",
                        "env:GONE",
                        "sources.crm.postgres.password: env:GONE is not set"),
                mistake(
                        "sources.crm.postgres.password",
                        SECRET,
                        "sources.crm.postgres.password has to be a reference to a secret, not the secret itself: write"
                                + " env:NAME, file:/path or secretsmanager:id#key"),
                mistake(
                        "sources.crm.postgres.jdbc.sslpassword",
                        SECRET,
                        "sources.crm.postgres.jdbc.sslpassword has to be a reference to a secret, not the secret itself:"
                                + " write env:NAME, file:/path or secretsmanager:id#key"),
                mistake(
                        "sources.crm.postgres.hostname",
                        "jdbc:postgresql://a:" + SECRET + "@crm-db",
                        "sources.crm.postgres.hostname is a URL that carries a secret: take the secret out of it, and"
                                + " give a reference to it in the setting that is meant for it"),
                mistake(
                        "sources.crm.postgres.jdbc.user",
                        "me",
                        "sources.crm.postgres.jdbc.user is not passed on: set sources.crm.postgres.username and"
                                + " sources.crm.postgres.password"),
                mistake(
                        "postgres.jdbc.user",
                        "me",
                        "postgres.jdbc.user is not passed on: set postgres.username and postgres.password"),
                mistake(
                        "sources.crm.postgres.jdbc",
                        "sslmode",
                        "sources.crm.postgres.jdbc has no value of its own: write each property under it, as"
                                + " sources.crm.postgres.jdbc.<name>"),
                mistake(
                        "sources.crm.postgres.slot",
                        "Big-Slot",
                        "sources.crm.postgres.slot: 'Big-Slot' is not the name of a replication slot: use up to 63"
                                + " lower-case letters, digits and underscores"),
                mistake(
                        "postgres.slot",
                        "a".repeat(60),
                        "sources.billing.postgres.slot: '" + "a".repeat(60) + "_billing' is not the name of a"
                                + " replication slot: use up to 63 lower-case letters, digits and underscores"),
                mistake(
                        "sources.billing.postgres.slot",
                        "tributary",
                        "sources.billing.postgres.slot: slot tributary at shop-db:5432 is that of postgres.slot as"
                                + " well: give each source a slot of its own"),
                mistake(
                        "sources.crm.postgres.slto",
                        "a",
                        "Unknown setting sources.crm.postgres.slto; the nearest known one is sources.crm.postgres.slot"),
                mistake(
                        "sources.crm.hostname",
                        "a",
                        "Unknown setting sources.crm.hostname; the nearest known one is sources.crm.postgres.hostname"),
                mistake(
                        "sources.crm.postgres.on-lost-slot",
                        "resync",
                        Map.of("postgres.reader", "flink-cdc"),
                        "sources.crm.postgres.on-lost-slot: the reader flink-cdc cannot read tables again beside the"
                                + " stream: set postgres.reader to native, or sources.crm.postgres.on-lost-slot to stop"));
    }

    private static Arguments mistake(String key, String value, String... sentences) {
        return mistake(key, value, Map.of(), sentences);
    }

    private static Arguments mistake(String key, String value, Map<String, String> more, String... sentences) {
        return Arguments.of(key, value, more, List.of(sentences));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("mistakes")
    void aMistakeIsSaidOnceByTheKeyThatItStandsUnder(
            String key, String value, Map<String, String> more, List<String> sentences) {
        Map<String, String> given = with(key, value);
        given.putAll(more);

        assertThat(problems(given)).containsExactlyElementsOf(sentences);
    }

    @Test
    void theNameOfASourceIsOneThatASlotCanHave() {
        Map<String, String> given = new TreeMap<>(GOOD);
        given.put("sources.CRM-2.postgres.database", "crm");

        assertThat(problems(given))
                .containsExactly("sources.CRM-2.postgres: 'CRM-2' cannot be the name of a source, since it becomes part"
                        + " of its slot's: use lower-case letters, digits and underscores");
    }

    @Test
    void onlyAReaderThatTellsWhatIsGoneStartsFromTargets() {
        Map<String, String> given = new TreeMap<>(GOOD);
        given.put("start-from", "targets");
        assertThat(problems(given)).isEmpty();
        given.put("sources.crm.postgres.reader", "flink-cdc");
        given.put("sources.crm.postgres.read-timeout", "20 s");

        assertThat(problems(given))
                .containsExactly("start-from is targets, and the reader flink-cdc does not tell which rows a table no"
                        + " longer has: set sources.crm.postgres.reader to native");
    }

    @Test
    void yamlAndPropertyGroupsSayTheSame() throws IOException {
        Path yaml = Files.writeString(folder.resolve("settings.yaml"), """
                postgres:
                  username: reader
                  password: env:PW
                sources:
                  shop:
                    postgres: {hostname: shop-db, database: shop, tables: [public.orders, public.lines]}
                  crm:
                    postgres: {hostname: crm-db, database: crm, tables: [public.customers]}
                iceberg.catalog.type: hadoop
                """);
        Path groups = Files.writeString(folder.resolve("properties.json"), """
                [{"PropertyGroupId": "tributary", "PropertyMap": {
                    "postgres.username": "reader",
                    "postgres.password": "env:PW",
                    "iceberg.catalog.type": "hadoop"}},
                 {"PropertyGroupId": "tributary.sources", "PropertyMap": {
                    "sources.shop.postgres.hostname": "shop-db",
                    "sources.shop.postgres.database": "shop",
                    "sources.shop.postgres.tables": "public.orders;public.lines",
                    "sources.crm.postgres.hostname": "crm-db",
                    "sources.crm.postgres.database": "crm",
                    "sources.crm.postgres.tables": "public.customers"}}]
                """);
        Problems problems = new Problems();
        for (Configuration given : List.of(
                SettingsFile.read(yaml.toString(), problems),
                ApplicationProperties.read(groups.toString(), problems))) {
            assertThat(Settings.of(given, secrets(), problems).postgres())
                    .extracting(PostgresSettings::toString, PostgresSettings::slot, PostgresSettings::tableNames)
                    .containsExactly(
                            tuple("reader@crm-db:5432/crm", "tributary_crm", List.of("customers")),
                            tuple("reader@shop-db:5432/shop", "tributary_shop", List.of("orders", "lines")));
        }
        assertThat(problems.sentences()).isEmpty();
    }

    @Test
    void theGrantsOfEachDatabaseAreToldApartAndARoleIsMadeOnceAServer() {
        assertThat(Grants.of(settings(GOOD).postgres()))
                .filteredOn(line -> !line.startsWith("GRANT ") && !line.startsWith("CREATE PUBLICATION"))
                .containsExactly(
                        "-- postgres: in database shop of shop-db:5432",
                        "CREATE ROLE \"reader\" WITH LOGIN REPLICATION PASSWORD '...';",
                        "-- postgres-billing: in database billing of shop-db:5432",
                        "-- postgres-crm: in database crm of crm-db:5432",
                        "CREATE ROLE \"crm_reader\" WITH LOGIN REPLICATION PASSWORD '...';");
        assertThat(Grants.of(settings(GOOD).postgres()))
                .containsSubsequence(
                        "GRANT CONNECT ON DATABASE \"billing\" TO \"reader\";",
                        "GRANT SELECT ON \"public\".\"orders\", \"public\".\"invoices\" TO \"reader\";",
                        "-- postgres-crm: in database crm of crm-db:5432",
                        "GRANT SELECT ON \"sales\".\"customers\" TO \"crm_reader\";");
    }

    @Test
    void aTableThatSeveralDatabasesHaveIsToBeNamedAsThePipelineDoes() {
        Problems problems = new Problems();

        ResyncCommand.run(
                settings(GOOD).postgres(),
                List.of("public.orders", "carts"),
                Again.toNobody(),
                problems,
                new PrintStream(new ByteArrayOutputStream()));

        assertThat(problems.sentences())
                .containsExactly(
                        "--table public.orders: several databases have such a table. Name it as the pipeline does:"
                                + " orders, billed_orders",
                        "--table carts: the job does not capture such a table. postgres.tables has public.orders;"
                                + " sources.billing.postgres.tables has public.orders, public.invoices;"
                                + " sources.crm.postgres.tables has sales.customers");
    }

    private static Map<String, String> with(String key, String value) {
        Map<String, String> given = new TreeMap<>(GOOD);
        given.put(key, value);
        given.values().removeIf(other -> other == null);
        return given;
    }

    private static List<String> problems(Map<String, String> given) {
        try {
            Problems problems = new Problems();
            Settings.of(Configuration.fromMap(given), secrets(), problems);
            return problems.sentences();
        } catch (ProblemsException e) {
            assertThat(e).message().doesNotContain(SECRET);
            return new ArrayList<>(e.sentences());
        }
    }

    private static Settings settings(Map<String, String> given) {
        Problems problems = new Problems();
        Settings settings = Settings.of(Configuration.fromMap(given), secrets(), problems);
        problems.throwIfAny();
        return settings;
    }

    private static Secrets secrets() {
        return new Secrets(Map.of("PW", SECRET, "CRM_PW", "crm-" + SECRET)::get, name -> null);
    }
}
