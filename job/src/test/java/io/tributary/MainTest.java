package io.tributary;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.tributary.settings.Problems;
import io.tributary.settings.ProblemsException;
import io.tributary.settings.Secrets;
import io.tributary.settings.SettingsFile;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.apache.flink.client.program.StreamContextEnvironment;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.DefaultExecutorServiceLoader;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.hadoop.HadoopCatalog;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.PGConnection;
import org.postgresql.replication.PGReplicationStream;

/** What a user meets who runs the commands: each mistake has its own clear message, and no password is in any output. */
@Tag("slow")
class MainTest {

    private static final String PASSWORD = "hunter2-s3cret";
    private static final String WRONG_PASSWORD = "swordfish-s3cret";

    private static EmbeddedPostgres postgres;

    @TempDir
    private Path folder;

    private final Map<String, Object> settings = new TreeMap<>();
    private Output output;

    @BeforeAll
    static void startPostgres() throws Exception {
        postgres = EmbeddedPostgres.builder()
                .setServerConfig("wal_level", "logical")
                .setServerConfig("fsync", "off")
                .start();
        // The administrator is let in as before, everybody else with a password.
        Files.writeString(
                Path.of(ask("SHOW hba_file")),
                "host all postgres all trust\nhost all all all scram-sha-256\nlocal all all trust\n");
        run(
                "SELECT pg_reload_conf()",
                "CREATE ROLE reader WITH LOGIN SUPERUSER REPLICATION PASSWORD '" + PASSWORD + "'",
                "CREATE TABLE customers (id bigint PRIMARY KEY, name text)",
                "CREATE TABLE orders (id bigint PRIMARY KEY, customer bigint, amount numeric(12, 2))",
                "CREATE TABLE notes (text text)");
    }

    @AfterAll
    static void stopPostgres() throws Exception {
        postgres.close();
    }

    @BeforeEach
    void writeGoodSettings() throws IOException {
        settings.put("postgres.hostname", "localhost");
        settings.put("postgres.port", postgres.getPort());
        settings.put("postgres.database", "postgres");
        settings.put("postgres.username", "reader");
        settings.put("postgres.password", secret("right", PASSWORD));
        settings.put("postgres.tables", List.of("public.customers", "public.orders"));
        settings.put("sql.directory", folder.resolve("sql").toString());
        settings.put("sql.pass-through", List.of("customers"));
        settings.put("iceberg.catalog.type", "hadoop");
        settings.put("iceberg.catalog.warehouse", folder.resolve("lake").toUri().toString());
        sql("spending", """
            -- How much has each customer spent?
            -- key: customer
            SELECT COALESCE(customer, 0) AS customer, SUM(amount) AS spent FROM orders GROUP BY COALESCE(customer, 0)
            """);
        output = Output.captured();
    }

    @AfterEach
    void noPasswordWasPrintedOrLogged() throws Exception {
        String printed = output.restore();
        run(
                "DROP PUBLICATION IF EXISTS tributary",
                "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots");
        assertThat(printed).doesNotContain(PASSWORD).doesNotContain(WRONG_PASSWORD);
    }

    @Test
    void theLogIsSeenByTheseTests() {
        org.slf4j.LoggerFactory.getLogger(MainTest.class).debug("seen");

        assertThat(output.text()).contains("seen");
    }

    @Test
    void columnsOfATableThatIsMisspelledDoNotComeThroughAsTheyAre() throws Exception {
        settings.put("tables.custmers.columns.exclude", List.of("name"));
        assertThat(problems())
                .containsExactly("tables.custmers.columns: no table custmers is captured; did you mean customers?");
    }

    @Test
    void settingsOfATableThatThereIsNotAreNamed() throws Exception {
        settings.put("tables.custmers.iceberg.partition-by", List.of("id"));
        settings.put("tables.dead_letters.iceberg.properties", Map.of("a", "b"));
        assertThat(problems())
                .containsExactly(
                        "tables.custmers has settings of a table that is neither captured nor made by a SQL file;"
                                + " did you mean customers?");
    }

    @Test
    void aPlanSaysThatAllIsInPlaceAndChangesNothing() throws Exception {
        plan();

        assertThat(output.text().lines())
                .containsSubsequence(
                        "Everything is in place. The job will read",
                        "  customers (key id, 2 columns)",
                        "  orders (key id, 3 columns)",
                        "and write",
                        "  customers (key id, 2 columns)",
                        "  spending (key customer, 2 columns)",
                        "after it has run in postgres",
                        "  Spark, in spark-defaults.conf:",
                        "    and then: SELECT * FROM tributary.tributary.customers",
                        "  Flink SQL:",
                        "    CREATE CATALOG tributary WITH (");
        assertThat(ask("SELECT count(*) FROM pg_publication")).isEqualTo("0");
        assertThat(ask("SELECT count(*) FROM pg_replication_slots")).isEqualTo("0");
        assertThat(folder.resolve("lake")).doesNotExist();
    }

    @Test
    void aPlanIsMadeBesideTheJobThatRuns() throws Exception {
        run(
                "CREATE PUBLICATION tributary FOR TABLE customers, orders WITH (publish_via_partition_root = true)",
                "SELECT pg_create_logical_replication_slot('tributary', 'pgoutput')");
        Properties properties = new Properties();
        properties.setProperty("user", "reader");
        properties.setProperty("password", PASSWORD);
        properties.setProperty("replication", "database");
        properties.setProperty("preferQueryMode", "simple");
        properties.setProperty("assumeMinServerVersion", "12");
        try (Connection job = DriverManager.getConnection(
                        "jdbc:postgresql://localhost:" + postgres.getPort() + "/postgres", properties);
                PGReplicationStream stream = job.unwrap(PGConnection.class)
                        .getReplicationAPI()
                        .replicationStream()
                        .logical()
                        .withSlotName("tributary")
                        .withSlotOption("proto_version", "1")
                        .withSlotOption("publication_names", "tributary")
                        .start()) {
            plan();

            assertThat(stream.isClosed()).isFalse();
            assertThat(output.text())
                    .contains("Everything is in place")
                    .contains("replication slot tributary is being read by a job that runs");
            assertThat(problems("run", "--settings", yaml().toString()))
                    .singleElement()
                    .asString()
                    .startsWith("postgres.slot: replication slot tributary is being read by another job");
        }
    }

    /** A mistake in one place keeps none in another from being found. */
    @Test
    void everythingThatIsWrongIsSaidAtOnce() throws Exception {
        run("CREATE ROLE guest WITH LOGIN REPLICATION PASSWORD '" + PASSWORD + "'");
        settings.put("postgres.username", "guest");
        settings.put("flink.execution.checkpointing.interval", "soon");
        settings.put("flink.execution.checkpointing.intervall", "5 s");
        settings.put("flink.taskmanager.numberOfTaskSlots", "many");
        settings.put("flink.s3.endpoint", "is for a plugin");
        Path file = Files.writeString(folder.resolve("file"), "no folder");
        settings.put("iceberg.catalog.warehouse", file.resolve("lake").toUri().toString());
        sql("shouting", "-- key: id\nSELECT id, shout(name) AS name FROM customers");

        assertThat(problems())
                .satisfiesExactlyInAnyOrder(
                        problem -> assertThat(problem)
                                .startsWith("flink.execution.checkpointing.interval cannot be soon: "),
                        problem -> assertThat(problem)
                                .isEqualTo("Unknown setting flink.execution.checkpointing.intervall; did you mean"
                                        + " flink.execution.checkpointing.interval?"),
                        problem ->
                                assertThat(problem).startsWith("flink.taskmanager.numberOfTaskSlots cannot be many: "),
                        problem -> assertThat(problem)
                                .startsWith("Table public.customers cannot be read; run GRANT SELECT"),
                        problem ->
                                assertThat(problem).startsWith("Table public.orders cannot be read; run GRANT SELECT"),
                        problem -> assertThat(problem)
                                .startsWith("postgres.publication: publication tributary does not exist"),
                        problem -> assertThat(problem).startsWith("sql/shouting.sql:2:12: there is no function shout("),
                        problem -> assertThat(problem)
                                .startsWith("iceberg.catalog.warehouse: no table can be made in " + file.toUri())
                                .contains(file + " is no folder"));
        run("DROP ROLE guest");
    }

    @Test
    void aKeyThatFlinkDoesNotKnowIsHandedOnAndNotPassedOver() throws Exception {
        settings.put("flink.nonsense.of-mine", "5");
        settings.put("flink.metrics.reporter.mine.factory.class", "shop.Reporter");

        plan();

        assertThat(output.text())
                .contains("Flink itself has no option nonsense.of-mine (flink.nonsense.of-mine)")
                .doesNotContain("reporter");
    }

    @Test
    void theGrantsArePrintedWithoutAskingTheDatabase() throws Exception {
        settings.put("postgres.port", "1");

        Main.main(new String[] {"grants", "--settings", yaml().toString()});

        assertThat(output.text())
                .contains("WITH LOGIN REPLICATION PASSWORD '...';")
                .contains("GRANT SELECT ON \"public\".\"customers\"")
                .contains("CREATE PUBLICATION");
    }

    /** What {@code test} reads: {@code tables} and it agree on the form. */
    @Test
    void theTablesArePrintedAsSamplesNeedThem() throws Exception {
        Main.main(new String[] {"tables", "--settings", yaml().toString()});

        assertThat(output.text()).contains("""
                        customers:
                          key: [id]
                          columns:
                            id: BIGINT NOT NULL
                            name: STRING
                        orders:
                          key: [id]
                          columns:
                            id: BIGINT NOT NULL
                            customer: BIGINT
                            amount: DECIMAL(12, 2)
                        """);
        Path sql = Files.createDirectories(folder.resolve("samples/sql"));
        String printed = output.text();
        Files.writeString(
                sql.resolve("tables.yaml"),
                printed.substring(printed.indexOf("customers:\n  key"), printed.indexOf("DECIMAL(12, 2)\n") + 15));
        Files.writeString(sql.resolve("spending.sql"), "-- key: id\nSELECT id, amount FROM orders");
        Path samples = Files.createDirectories(sql.resolve("spending.test/one"));
        Files.writeString(samples.resolve("orders.csv"), "id,amount\n1,1.50\n");
        Files.writeString(samples.resolve("expected.csv"), "id,amount\n1,1.5\n");

        Main.main(new String[] {"test", "--sql", sql.toString()});

        assertThat(output.text()).contains("sql/spending.sql: 1 case, as expected");
    }

    @Test
    void propertyGroupsSayTheSameAsYaml() throws Exception {
        plan();
        String fromYaml = output.planned();

        Main.main(new String[] {
            "plan", "--application-properties", propertyGroups().toString()
        });

        // What is said of the cluster's checkpoints is not for Managed Flink.
        int ofTheCluster = fromYaml.indexOf("and, as far as this client's configuration of Flink tells,");
        assertThat(ofTheCluster).isPositive();
        assertThat(output.planned()).isEqualTo(fromYaml + fromYaml.substring(0, ofTheCluster));
    }

    @Test
    void anUnknownSettingIsNamedWithTheNearestKnownOne() {
        settings.put("postgres.slto", "a");

        assertThat(problems()).containsExactly("Unknown setting postgres.slto; the nearest known one is postgres.slot");
    }

    @Test
    void aSettingThatCannotBeReadIsNamed() {
        settings.put("postgres.port", "many");
        settings.put("postgres.heartbeat-interval", "soon");
        settings.put("postgres.reader", "fast");

        assertThat(problems())
                .hasSize(3)
                .anyMatch(problem -> problem.startsWith("postgres.port: 'many' cannot be read: "))
                .anyMatch(problem -> problem.startsWith("postgres.heartbeat-interval: 'soon' cannot be read: "))
                .anyMatch(problem -> problem.startsWith("postgres.reader: 'fast' cannot be read: ")
                        && problem.contains("flink-cdc"));
    }

    @Test
    void aMapThatIsNoneIsNamedAndNotRepeated() {
        settings.put("kinesis.client", PASSWORD);

        assertThat(problems())
                .containsExactly(
                        "kinesis.client has no value of its own: write each property under it, as kinesis.client.<name>");
    }

    @Test
    void aSecretGivenAsAValueIsRefusedAndNotRepeated() {
        settings.put("postgres.password", PASSWORD);
        settings.put("redshift.url", "jdbc:redshift://localhost:1/dev?password=" + PASSWORD);
        settings.put("redshift.dialect", "postgres");
        settings.put("redshift.username", "merger");
        settings.put("redshift.password", PASSWORD);
        settings.put("iceberg.catalog.jdbc.password", PASSWORD);

        assertThat(problems())
                .hasSize(4)
                .anyMatch(problem -> problem.startsWith("postgres.password has to be a reference to a secret"))
                .anyMatch(problem -> problem.startsWith("redshift.password has to be a reference to a secret"))
                .anyMatch(problem -> problem.startsWith("redshift.url is a URL that carries a secret"))
                .anyMatch(problem ->
                        problem.startsWith("iceberg.catalog.jdbc.password has to be a reference to a secret"));
    }

    @Test
    void brokenYamlIsNamedByItsPlaceAndNotRepeated() throws IOException {
        Path file = Files.writeString(
                folder.resolve("broken.yaml"), "postgres:\n  password: \"" + PASSWORD + "\" x\n  port: 5432\n");

        assertThat(problems("plan", "--settings", file.toString()))
                .containsExactly(file
                        + " is not valid YAML: see line 2, column 30, where a line is indented otherwise than"
                        + " its neighbours");
    }

    @Test
    void brokenPropertyGroupsAreNotRepeated() throws IOException {
        Path file = Files.writeString(
                folder.resolve("broken.json"),
                "[{\"PropertyGroupId\": \"tributary\", \"PropertyMap\": {\"postgres.password\": " + PASSWORD + "}}]");

        assertThat(problems("plan", "--application-properties", file.toString()))
                .singleElement()
                .asString()
                .startsWith("The settings in " + file + " cannot be read: ");
    }

    @Test
    void aWrongPasswordIsNamedByItsReference() throws IOException {
        settings.put("postgres.password", secret("wrong", WRONG_PASSWORD));

        assertThat(problems())
                .containsExactly("postgres.password: PostgreSQL at localhost:" + postgres.getPort()
                        + " refuses the password of user reader; check file:" + folder.resolve("wrong"));
    }

    @Test
    void aDatabaseThatDoesNotAnswerIsNamedAndTheRestIsStillChecked() throws IOException {
        settings.put("postgres.port", 1);
        sql("broken", "-- key: id\nSELECT id,\nFROM customers\n");

        assertThat(problems())
                .hasSize(2)
                .anyMatch(problem ->
                        problem.startsWith("postgres.hostname, postgres.port: no PostgreSQL answers at localhost:1: "))
                .contains("sql/broken.sql:3:1: unexpected FROM; is the comma before it one too many?");
    }

    @Test
    void kafkaAloneNeedsNoPostgresAndItsBrokersAreNamedIfTheyDoNotAnswer() throws IOException {
        settings.keySet().removeIf(key -> key.startsWith("postgres."));
        settings.put("kafka.bootstrap-servers", "localhost:1");
        settings.put("kafka.topics", List.of("s.public.customers", "s.public.orders"));
        settings.put("kafka.check-timeout", "300 ms");
        settings.put("kafka.client.security.protocol", "SASL_PLAINTEXT");
        settings.put("kafka.client.sasl.mechanism", "PLAIN");
        settings.put(
                "kafka.client.sasl.jaas.config",
                secret(
                        "jaas",
                        "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"u\" password=\""
                                + PASSWORD + "\";"));

        assertThat(problems())
                .singleElement()
                .asString()
                .startsWith("kafka.bootstrap-servers: no broker of localhost:1 answered within 300 ms as it should");
        assertThat(output.text()).as("the client's log").contains("sasl.jaas.config = [hidden]");
    }

    @Test
    void aMissingPublicationThatIsNotOursToMakeIsNamedWithTheStatement() {
        settings.put("postgres.manage-publication", false);

        assertThat(problems())
                .containsExactly("postgres.publication: publication tributary does not exist; run CREATE PUBLICATION"
                        + " \"tributary\" FOR TABLE \"public\".\"customers\", \"public\".\"orders\""
                        + " WITH (publish_via_partition_root = true)");
    }

    @Test
    void anErrorInSqlIsNamedByFileLineAndColumn() throws IOException {
        sql("spending", "-- key: customer\nSELECT customer,\n  amuont AS spent FROM orders\n");

        assertThat(problems()).singleElement().asString().startsWith("sql/spending.sql:3:3: ");
    }

    @Test
    void aFileAndATableThatPassesThroughCannotHaveOneName() throws IOException {
        sql("customers", "-- key: id\nSELECT id FROM orders\n");

        assertThat(problems())
                .containsExactly(
                        "sql/customers.sql: makes a table named as the source table customers; rename the file");
    }

    @Test
    void theTableOfDeadLettersCannotHaveTheNameOfAnOutput() {
        settings.put("rejected.table", "spending");

        assertThat(problems()).containsExactly("Two outputs are named spending: set rejected.table to another name");
    }

    @Test
    void aKeyColumnThatDoesNotExistIsNamed() {
        settings.put("tables.customers.key", List.of("number"));

        assertThat(problems()).containsExactly("tables.customers.key: table public.customers has no column number");
    }

    @Test
    void aTableThatIsToPassThroughAndIsNotCapturedIsNamed() {
        settings.put("sql.pass-through", List.of("customers", "custmers"));

        assertThat(problems())
                .singleElement()
                .asString()
                .startsWith("sql.pass-through: there is no source table custmers")
                .contains("customers");
    }

    @Test
    void aCapturedTableThatNobodyUsesIsNamed() {
        settings.remove("sql.pass-through");

        assertThat(problems())
                .containsExactly("Table customers is captured, but no SQL file reads it and sql.pass-through does not"
                        + " name it: add it there, or take it out of postgres.tables");
    }

    @Test
    void aTableIsNotCalledUnusedBecauseTheFileThatReadsItIsBroken() throws IOException {
        sql("spending", "-- key: customer\nSELECT customer FROM orders GROUP customer\n");

        assertThat(problems()).singleElement().asString().startsWith("sql/spending.sql:2:");
    }

    @Test
    void aTableWithoutAPrimaryKeyIsNamedWithTheStatement() {
        settings.put("postgres.tables", List.of("public.customers", "public.orders", "public.notes"));
        settings.put("sql.pass-through", List.of("customers", "notes"));

        assertThat(problems())
                .singleElement()
                .asString()
                .startsWith(
                        "Table public.notes has no primary key; run ALTER TABLE \"public\".\"notes\" ADD PRIMARY KEY");
    }

    @Test
    void anIcebergTableWithAnotherIdentifierIsNamed() throws IOException {
        icebergTableWithoutIdentifier();

        assertThat(problems())
                .singleElement()
                .asString()
                .startsWith("Iceberg table tributary.customers has the identifier fields [], and the key is [id]");
    }

    @Test
    void aStreamNeedsNoWarehouse() throws Exception {
        settings.put("kinesis.stream", "changes");
        settings.put("kinesis.client.aws.region", "eu-central-1");

        plan();

        assertThat(output.text()).contains("Everything is in place.");
    }

    @Test
    void aStreamThatCannotBeReachedIsNamed() throws Exception {
        kinesisAt("http://localhost:1");

        assertThat(problems())
                .singleElement()
                .asString()
                .startsWith("kinesis.stream: the stream changes cannot be reached: ")
                .endsWith(" Check kinesis.client");
    }

    @Test
    void aStreamThatIsNotThereIsNamedAndOneThatMayNotBeAskedForIsNot() throws Exception {
        AtomicReference<String> answer = new AtomicReference<>("ResourceNotFoundException");
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            byte[] body = ("{\"__type\": \"" + answer.get() + "\", \"message\": \"so it is\"}").getBytes(UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/x-amz-json-1.1");
            exchange.getResponseHeaders().add("x-amzn-ErrorType", answer.get());
            exchange.sendResponseHeaders(400, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        try {
            kinesisAt("http://localhost:" + server.getAddress().getPort());

            assertThat(problems())
                    .containsExactly("kinesis.stream: the stream changes does not exist: make it, or name another one");

            answer.set("AccessDeniedException");
            plan();
            assertThat(output.text())
                    .contains("Everything is in place.")
                    .contains("whether the stream changes is there could not be asked for here: so it is");
        } finally {
            server.stop(0);
        }
    }

    private void kinesisAt(String endpoint) throws IOException {
        // The client's other form of the protocol is binary.
        System.setProperty("aws.cborEnabled", "false");
        settings.put("kinesis.stream", "changes");
        settings.put("kinesis.client.aws.region", "eu-central-1");
        settings.put("kinesis.client.aws.endpoint", endpoint);
        settings.put("kinesis.client.aws.http.protocol.version", "HTTP1_1");
        settings.put("kinesis.client.aws.credentials.provider", "BASIC");
        settings.put("kinesis.client.aws.credentials.provider.basic.accesskeyid", "local");
        settings.put("kinesis.client.aws.credentials.provider.basic.secretkey", secret("kinesis", PASSWORD));
    }

    @Test
    void aWarehouseThatDoesNotAnswerIsNamed() throws IOException {
        redshiftNowhere();

        assertThat(problems())
                .singleElement()
                .asString()
                .startsWith("Cannot connect to jdbc:redshift://localhost:1/dev as merger: ");
    }

    @Test
    void everythingThatIsWrongIsListedAtOnce() throws IOException {
        settings.put("postgres.slto", "a");
        settings.put("postgres.tables", List.of("public.customers", "public.orders", "public.notes", "public.none"));
        settings.put("postgres.manage-publication", false);
        settings.put("sql.pass-through", List.of("customers", "custmers"));
        settings.put("tables.orders.key", List.of("number"));
        sql("broken", "-- key: id\nSELECT id, nmae FROM customers\n");
        icebergTableWithoutIdentifier();
        redshiftNowhere();

        assertThat(problems())
                .hasSize(9)
                .anyMatch(problem -> problem.startsWith("Unknown setting postgres.slto"))
                .anyMatch(problem -> problem.startsWith("Table public.notes has no primary key"))
                .anyMatch(problem -> problem.startsWith("postgres.tables: there is no table public.none"))
                .anyMatch(problem -> problem.startsWith("tables.orders.key: table public.orders has no column number"))
                .anyMatch(problem -> problem.startsWith("postgres.publication: publication tributary does not exist"))
                .anyMatch(problem -> problem.startsWith("sql.pass-through: there is no source table custmers"))
                .anyMatch(problem -> problem.startsWith("sql/broken.sql:2:12: "))
                .anyMatch(problem -> problem.startsWith("Iceberg table tributary.customers has the identifier fields"))
                .anyMatch(problem -> problem.startsWith("Cannot connect to jdbc:redshift://localhost:1/dev"));
    }

    @Test
    void aRunFailsBeforeItChangesAnything() throws Exception {
        sql("spending", "-- key: customer\nSELECT customer,\n  amuont AS spent FROM orders\n");

        assertThat(problems("run", "--settings", yaml().toString()))
                .singleElement()
                .asString()
                .startsWith("sql/spending.sql:3:3: ");
        assertThat(ask("SELECT count(*) FROM pg_publication")).isEqualTo("0");
        assertThat(ask("SELECT count(*) FROM pg_replication_slots")).isEqualTo("0");
        assertThat(folder.resolve("lake")).doesNotExist();
    }

    @Test
    void aCommandLineThatMakesNoSenseIsAnsweredWithTheUsage() {
        assertThat(problems("plna", "--settings", "a.yaml"))
                .singleElement()
                .asString()
                .startsWith("Unknown command 'plna'; there are run, plan")
                .endsWith(Main.USAGE);
        assertThat(problems("plan"))
                .singleElement()
                .asString()
                .startsWith("--settings is missing")
                .endsWith(Main.USAGE);
        assertThat(problems("plan", "--setting", "a.yaml"))
                .singleElement()
                .asString()
                .startsWith("Unknown option --setting")
                .endsWith(Main.USAGE);
    }

    @Test
    void aResyncForWhatNobodyTakesIsRefusedByWhatThereIs() {
        String file = yaml().toString();
        assertThat(problems(
                        "resync",
                        "--settings",
                        file,
                        "--table",
                        "customers",
                        "--table",
                        "orders",
                        "--for",
                        "spendings"))
                .containsExactly(
                        "--for spendings: nothing of that name takes table customers. What does is pass-through, spending",
                        "--for spendings: nothing of that name takes table orders. What does is spending");
        assertThat(problems("resync", "--settings", file, "--table", "orders", "--for", "pass-through"))
                .containsExactly("--for pass-through: nothing of that name takes table orders. What does is spending");
        assertThat(problems("resync", "--settings", file, "--table", "orders", "--for", "spending", "--show-all"))
                .singleElement()
                .asString()
                .startsWith("--show-all is for all, and --for for some: give one of them");
        assertThat(problems("plan", "--settings", file, "--for", "spending"))
                .singleElement()
                .asString()
                .startsWith("--show-all and --for are for the command resync");
    }

    @Test
    void settingsThatAreNotThereAreNamed() {
        String yaml = folder.resolve("none.yaml").toString();
        String json = folder.resolve("none.json").toString();

        assertThat(problems("plan", "--settings", yaml))
                .singleElement()
                .asString()
                .startsWith("The settings in " + yaml + " cannot be read: ");
        assertThat(problems("plan", "--application-properties", json))
                .singleElement()
                .asString()
                .startsWith("The settings in " + json + " cannot be read: ");
    }

    @Test
    void settingsOfFlinkAreRefusedOnManagedFlink() throws Exception {
        settings.put("flink.state.backend.type", "rocksdb");
        settings.put("flink.execution.checkpointing.interval", "5 s");

        assertThat(problems("run", "--application-properties", propertyGroups().toString()))
                .singleElement()
                .asString()
                .contains("flink.execution.checkpointing.interval, flink.state.backend.type would have no effect");
    }

    @Test
    void onManagedFlinkTheServicesConfigurationIsLeftAlone() throws Exception {
        Configuration service = Configuration.fromMap(Map.of(
                "execution.checkpointing.interval", "1 min",
                "execution.checkpointing.mode", "AT_LEAST_ONCE",
                "state.backend.type", "hashmap",
                "restart-strategy.type", "fixed-delay",
                "restart-strategy.fixed-delay.attempts", "7"));
        Map<String, String> expected = new TreeMap<>(service.toMap());
        expected.put("pipeline.generic-types", "false");

        StreamExecutionEnvironment environment = assemble(service, true);

        assertThat(configuration(environment)).isEqualTo(expected);
        assertThat(environment.getCheckpointConfig().getCheckpointInterval()).isEqualTo(60_000);
    }

    @Test
    void theJobTellsWhatItIsMadeOf() throws Exception {
        Map<String, String> parameters = assemble(new Configuration(), false)
                .getConfig()
                .getGlobalJobParameters()
                .toMap();

        assertThat(Inventory.parse(parameters.get(Inventory.PARAMETER)).files()).containsOnlyKeys("spending");
    }

    @Test
    void onManagedFlinkCheckpointsThatAreOffStayOff() throws Exception {
        StreamExecutionEnvironment environment = assemble(new Configuration(), true);

        assertThat(configuration(environment)).isEqualTo(Map.of("pipeline.generic-types", "false"));
        assertThat(environment.getCheckpointConfig().isCheckpointingEnabled()).isFalse();
    }

    @Test
    void elsewhereTheSettingsOfFlinkHoldAndCheckpointsAreOn() throws Exception {
        assertThat(assemble(new Configuration(), false).getCheckpointConfig().getCheckpointInterval())
                .isEqualTo(10_000);

        settings.put("flink.execution.checkpointing.interval", "3 s");
        settings.put("flink.state.backend.type", "rocksdb");
        StreamExecutionEnvironment environment = assemble(new Configuration(), false);

        assertThat(environment.getCheckpointConfig().getCheckpointInterval()).isEqualTo(3_000);
        assertThat(configuration(environment)).containsEntry("state.backend.type", "rocksdb");
    }

    /** The slot has moved on when a job ends: without its checkpoint it could only start from nothing. */
    @Test
    void aJobThatEndsLeavesItsCheckpointAndOutlivesOutages() throws Exception {
        Map<String, String> set = configuration(assemble(new Configuration(), false));

        assertThat(set)
                .containsEntry("execution.checkpointing.externalized-checkpoint-retention", "RETAIN_ON_CANCELLATION")
                .containsEntry("execution.checkpointing.tolerable-failed-checkpoints", "180")
                .containsEntry("restart-strategy.type", "exponential-delay")
                .containsEntry("restart-strategy.exponential-delay.attempts-before-reset-backoff", "30");
    }

    @Test
    void planSaysWhereCheckpointsWouldNotOutliveTheCluster() {
        Configuration cluster = new Configuration();
        assertThat(FlinkDefaults.cautions(cluster, 3))
                .hasSize(2)
                .anySatisfy(caution -> assertThat(caution).startsWith("execution.checkpointing.dir is not set"))
                .anySatisfy(caution -> assertThat(caution)
                        .startsWith("execution.checkpointing.num-retained is 1")
                        .contains("set it to 4 or more"));

        cluster.setString("state.checkpoints.dir", "s3://bucket/checkpoints");
        cluster.setString("state.checkpoints.num-retained", "4");
        assertThat(FlinkDefaults.cautions(cluster, 3)).isEmpty();
    }

    @Test
    void whatTheClusterSaysOfCheckpointsAndRestartsHolds() throws Exception {
        Configuration cluster = Configuration.fromMap(Map.of(
                "execution.checkpointing.externalized-checkpoint-retention", "DELETE_ON_CANCELLATION",
                "execution.checkpointing.tolerable-failed-checkpoints", "1",
                "restart-strategy.type", "fixed-delay",
                "restart-strategy.fixed-delay.attempts", "7"));

        Map<String, String> set = configuration(assemble(cluster, false));

        assertThat(set)
                .containsAllEntriesOf(cluster.toMap())
                .doesNotContainKeys("restart-strategy.exponential-delay.attempts-before-reset-backoff");
    }

    /** The whole job, as it would be put together on a cluster with this configuration. */
    private StreamExecutionEnvironment assemble(Configuration cluster, boolean managed) throws Exception {
        Problems problems = new Problems();
        Settings read = Settings.of(
                SettingsFile.read(yaml().toString(), problems), new Secrets(name -> null, name -> null), problems);
        StreamContextEnvironment.setAsContext(
                new DefaultExecutorServiceLoader(), cluster, MainTest.class.getClassLoader(), true, false);
        try {
            return Main.assemble(Plan.ofJob(read, problems), managed);
        } finally {
            StreamContextEnvironment.unsetAsContext();
        }
    }

    /** Of the environment, without what the planner sets for itself. */
    private static Map<String, String> configuration(StreamExecutionEnvironment environment) {
        Map<String, String> all = ((Configuration) environment.getConfiguration()).toMap();
        all.keySet().removeIf(key -> key.startsWith("table.") || key.startsWith("__table."));
        // What the job tells of itself configures nothing.
        all.remove("pipeline.global-job-parameters");
        return all;
    }

    private void icebergTableWithoutIdentifier() throws IOException {
        try (HadoopCatalog catalog = new HadoopCatalog(
                new org.apache.hadoop.conf.Configuration(),
                folder.resolve("lake").toUri().toString())) {
            catalog.createTable(
                    TableIdentifier.of("tributary", "customers"),
                    new Schema(Types.NestedField.required(1, "id", Types.LongType.get())),
                    PartitionSpec.unpartitioned(),
                    Map.of("format-version", "2"));
        }
    }

    private void redshiftNowhere() throws IOException {
        settings.put("redshift.url", "jdbc:redshift://localhost:1/dev");
        settings.put("redshift.dialect", "postgres");
        settings.put("redshift.username", "merger");
        settings.put("redshift.password", secret("merger", PASSWORD));
    }

    private void plan() throws Exception {
        Main.main(new String[] {"plan", "--settings", yaml().toString()});
    }

    private List<String> problems() {
        return problems("plan", "--settings", yaml().toString());
    }

    /** All that the command says is wrong; what it throws and prints is sure to hold no password. */
    private List<String> problems(String... arguments) {
        Throwable thrown = catchThrowable(() -> Main.main(arguments));
        StringWriter trace = new StringWriter();
        requireNonNull(thrown, "nothing is wrong").printStackTrace(new PrintWriter(trace));
        assertThat(trace.toString()).doesNotContain(PASSWORD).doesNotContain(WRONG_PASSWORD);
        assertThat(thrown).isInstanceOf(ProblemsException.class);
        List<String> sentences = ((ProblemsException) thrown).sentences();
        assertThat(output.text()).as("said by whoever catches it").doesNotContain(sentences);
        assertThat(trace.toString()).contains(sentences).doesNotContain("\tat ");
        return sentences;
    }

    private void sql(String name, String text) throws IOException {
        Files.writeString(Files.createDirectories(folder.resolve("sql")).resolve(name + ".sql"), text);
    }

    private String secret(String name, String value) throws IOException {
        return "file:" + Files.writeString(folder.resolve(name), value);
    }

    private Path yaml() {
        List<String> lines = new ArrayList<>();
        settings.forEach((key, value) ->
                lines.add(key + ": " + (value instanceof String ? "'" + value + "'" : String.valueOf(value))));
        try {
            return Files.write(folder.resolve("settings.yaml"), lines);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** In two groups that are ours, and one that is not. */
    private Path propertyGroups() throws IOException {
        Map<String, String> source = new TreeMap<>();
        Map<String, String> rest = new TreeMap<>();
        settings.forEach((key, value) -> (key.startsWith("postgres.") ? source : rest)
                .put(
                        key,
                        value instanceof List<?> list
                                ? String.join(
                                        ";", list.stream().map(String::valueOf).toList())
                                : String.valueOf(value)));
        Path file = folder.resolve("application_properties.json");
        new ObjectMapper()
                .writeValue(
                        file.toFile(),
                        Stream.of(
                                        Map.entry("tributary.source", source),
                                        Map.entry("tributary.rest", rest),
                                        Map.entry("other", Map.of("postgres.slto", "a")))
                                .map(group ->
                                        Map.of("PropertyGroupId", group.getKey(), "PropertyMap", group.getValue()))
                                .toList());
        return file;
    }

    private static void run(String... statements) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private static String ask(String query) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(query)) {
            result.next();
            return result.getString(1);
        }
    }

    private static Connection connect() throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://localhost:" + postgres.getPort() + "/postgres", "postgres", "postgres");
    }
}
