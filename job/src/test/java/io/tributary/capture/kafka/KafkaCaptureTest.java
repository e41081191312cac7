package io.tributary.capture.kafka;

import static io.tributary.capture.debezium.Events.bytes;
import static io.tributary.capture.debezium.Events.event;
import static io.tributary.capture.debezium.Events.field;
import static io.tributary.capture.debezium.Events.incremental;
import static io.tributary.capture.debezium.Events.keySchema;
import static io.tributary.capture.debezium.Events.postgres;
import static io.tributary.capture.debezium.Events.schema;
import static io.tributary.capture.debezium.Events.withSchema;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.ExposedMetrics;
import io.tributary.MetricsPage;
import io.tributary.capture.Capture;
import io.tributary.change.Captured;
import io.tributary.change.Change;
import io.tributary.change.Operation;
import io.tributary.change.Rejected;
import io.tributary.settings.Given;
import io.tributary.settings.Problems;
import io.tributary.settings.Secrets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Topics of a real broker, read by a job that runs, stops and goes on. */
@Tag("slow")
class KafkaCaptureTest {

    private static final String SCHEMA = schema(List.of(field("id", "int64"), field("city", "string")));
    private static final String KEY_SCHEMA = keySchema(field("id", "int64"));

    private static Broker broker;
    private static MiniCluster cluster;

    @TempDir
    private Path folder;

    private long lsn = 1000;

    @BeforeAll
    static void start() throws Exception {
        broker = Broker.start();
        Configuration configuration = new Configuration();
        configuration.setString("taskmanager.memory.network.max", "64 mb");
        ExposedMetrics.addTo(configuration);
        cluster = new MiniCluster(new MiniClusterConfiguration.Builder()
                .withRandomPorts()
                .setConfiguration(configuration)
                .setNumTaskManagers(1)
                .setNumSlotsPerTaskManager(4)
                .build());
        cluster.start();
    }

    @AfterAll
    static void stop() throws Exception {
        cluster.close();
        broker.close();
    }

    @Test
    void exactlyWhatIsInTheTopicsComesOutThoughTheJobStopsAndGoesOn() throws Exception {
        broker.topic("s.public.cities", 3);
        broker.topic("s.public.towns", 1);
        Map<String, Long> expected = new TreeMap<>();
        for (int id = 0; id < 300; id++) {
            change("cities", id % 3, "r", id, "Rome" + id);
            expected.put("cities " + id + " Rome" + id, 1L);
        }
        change("towns", 0, "c", 998, "first");
        expected.put("small 998 first", 1L);
        broker.flush();
        Map<String, String> settings = broker.settings("s.public.cities;s.public.towns=small");

        List<Captured> captured = new ArrayList<>();
        String savepoint;
        try (KafkaJob job = new KafkaJob(cluster, plan(settings), 2, null)) {
            captured.addAll(job.take(301));
            for (int id = 0; id < 100; id++) {
                change("cities", id % 3, "u", id, "Oslo" + id);
                expected.put("cities " + id + " Oslo" + id, 1L);
            }
            broker.flush();
            captured.addAll(job.take(30));
            savepoint = job.stop(folder);
            captured.addAll(job.rest());
        }
        for (int id = 0; id < 50; id++) {
            change("towns", 0, "c", id, "Bonn" + id);
            expected.put("small " + id + " Bonn" + id, 1L);
        }
        broker.flush();
        try (KafkaJob job = new KafkaJob(cluster, plan(settings), 3, savepoint)) {
            captured.addAll(job.take(451 - captured.size()));
            change("towns", 0, "c", 999, "last");
            expected.put("small 999 last", 1L);
            broker.flush();
            captured.addAll(job.take(1));
        }

        Map<String, Long> found = new TreeMap<>();
        captured.forEach(each -> found.merge(shown(each), 1L, Long::sum));
        assertThat(found).isEqualTo(expected);
        MetricsPage.assertThatSectionTells("Kafka", "io.tributary.capture.kafka");
    }

    @Test
    void aJobThatFailsAndGoesOnFromItsCheckpointLosesAndDoublesNothing() throws Exception {
        broker.topic("s.public.failing", 3);
        List<String> expected = new ArrayList<>();
        for (int id = 0; id < 90; id++) {
            change("failing", id % 3, "r", id, "Rome");
            expected.add("failing " + id + " Rome");
        }
        broker.flush();
        Map<String, String> settings = broker.settings("s.public.failing");

        try (KafkaJob job = new KafkaJob(cluster, plan(settings), 2, null, 130)) {
            job.take(90);
            job.awaitCheckpoint();
            for (int id = 0; id < 90; id++) {
                change("failing", id % 3, "u", id, "Oslo");
                expected.add("failing " + id + " Oslo");
            }
            broker.flush();
            job.awaitRestart();
            change("failing", 0, "c", 99, "Bonn");
            expected.add("failing 99 Bonn");
            broker.flush();

            assertThat(job.made(181)).extracting(KafkaCaptureTest::shown).containsExactlyInAnyOrderElementsOf(expected);
        }
    }

    /** A truncate is of all partitions: rows in front of it are older, and rows behind it newer, in whichever they are. */
    @Test
    void aTruncateIsOrderedAgainstTheRowsOfAllPartitions() throws Exception {
        broker.topic("s.public.cleared", 3);
        change("cleared", 0, "c", 0, "before");
        change("cleared", 1, "c", 1, "before");
        broker.send(
                "s.public.cleared",
                2,
                null,
                bytes(withSchema(SCHEMA, event("t", "null", "null", postgres("cleared", lsn++, "false")))));
        change("cleared", 0, "c", 0, "after");
        change("cleared", 1, "c", 1, "after");
        broker.flush();

        try (KafkaJob job = new KafkaJob(cluster, plan(broker.settings("s.public.cleared")), 2, null)) {
            List<Change> changes = job.take(5).stream().map(Change.class::cast).toList();
            Change truncate = changes.stream()
                    .filter(change -> change.operation() == Operation.TRUNCATE)
                    .findAny()
                    .orElseThrow();
            for (Change change : changes) {
                if (change != truncate) {
                    assertThat(change.position().isAfter(truncate.position()))
                            .isEqualTo(shown(change).endsWith("after"));
                }
            }
        }
    }

    /** A snapshot's row stays older than a change of a transaction that was open then, although the job was restored in between. */
    @Test
    void whatIsKeptOfAPartitionOutlivesARestart() throws Exception {
        broker.topic("s.public.open", 1);
        lsn = 5000;
        change("open", 0, "r", 1, "Rome");
        broker.flush();
        Map<String, String> settings = broker.settings("s.public.open");
        Change read;
        String savepoint;
        try (KafkaJob job = new KafkaJob(cluster, plan(settings), 2, null)) {
            read = (Change) job.take(1).get(0);
            savepoint = job.stop(folder);
        }
        lsn = 4000;
        change("open", 0, "u", 1, "Oslo");
        broker.flush();

        try (KafkaJob job = new KafkaJob(cluster, plan(settings), 1, savepoint)) {
            Change change = (Change) job.take(1).get(0);
            assertThat(change.operation()).isEqualTo(Operation.UPDATE);
            assertThat(change.position().isAfter(read.position())).isTrue();
        }
    }

    @Test
    void aJobBeginsWhereItIsTold() throws Exception {
        broker.topic("s.public.late", 1);
        for (int id = 0; id < 10; id++) {
            broker.send(new io.tributary.change.RawRecord(
                    "s.public.late", 0, 0, 1_000_000L + id, key(id), value("late", "c", id, "x")));
        }
        broker.flush();
        Map<String, String> byTime = broker.settings("s.public.late");
        byTime.put("kafka.start", "timestamp");
        byTime.put("kafka.start-timestamp", "1970-01-01T00:16:40.007Z");
        Map<String, String> byGroup = broker.settings("s.public.late");
        byGroup.put("kafka.start", "group-offsets");
        byGroup.put("kafka.group-id", "others");

        assertThat(problems(byGroup)).singleElement().asString().contains("the group others has none");
        broker.admin()
                .alterConsumerGroupOffsets(
                        "others", Map.of(new TopicPartition("s.public.late", 0), new OffsetAndMetadata(9)))
                .all()
                .get();
        try (KafkaJob job = new KafkaJob(cluster, plan(byTime), 1, null)) {
            assertThat(job.take(3)).extracting(KafkaCaptureTest::shown).first().isEqualTo("late 7 x");
        }
        try (KafkaJob job = new KafkaJob(cluster, plan(byGroup), 1, null)) {
            assertThat(job.take(1)).extracting(KafkaCaptureTest::shown).containsExactly("late 9 x");
        }
    }

    /** The topic no longer has what the job would have to read next. */
    @Test
    void whatIsGoneIsNotPassedOver() throws Exception {
        broker.topic("s.public.gone", 1);
        change("gone", 0, "c", 1, "Rome");
        broker.flush();
        Map<String, String> settings = broker.settings("s.public.gone");
        String savepoint;
        try (KafkaJob job = new KafkaJob(cluster, plan(settings), 1, null)) {
            job.take(1);
            savepoint = job.stop(folder);
        }
        change("gone", 0, "u", 1, "Oslo");
        change("gone", 0, "u", 1, "Bonn");
        broker.flush();
        broker.admin()
                .deleteRecords(Map.of(new TopicPartition("s.public.gone", 0), RecordsToDelete.beforeOffset(2)))
                .all()
                .get();

        try (KafkaJob job = new KafkaJob(cluster, plan(settings), 1, savepoint)) {
            org.assertj.core.api.Assertions.assertThatThrownBy(() -> job.take(1))
                    .hasStackTraceContaining("OffsetOutOfRangeException");
        }
    }

    /** The new topic has the offset at which the job would go on, under other records. */
    @Test
    void aTopicThatWasMadeAgainIsNotReadOnFromAnOffset() throws Exception {
        broker.topic("s.public.again", 1);
        change("again", 0, "c", 1, "Rome");
        broker.flush();
        Map<String, String> settings = broker.settings("s.public.again");
        String savepoint;
        try (KafkaJob job = new KafkaJob(cluster, plan(settings), 2, null)) {
            job.take(1);
            savepoint = job.stop(folder);
        }
        broker.admin().deleteTopics(List.of("s.public.again")).all().get();
        broker.topic("s.public.again", 1);
        for (int id = 2; id < 5; id++) {
            change("again", 0, "c", id, "Oslo");
        }
        broker.flush();

        try (KafkaJob job = new KafkaJob(cluster, plan(settings), 1, savepoint)) {
            org.assertj.core.api.Assertions.assertThatThrownBy(() -> job.take(1))
                    .hasStackTraceContaining(
                            "Topic s.public.again was deleted and made again while the job stood still");
        }
    }

    /** The source asks again while it runs, as it does when it begins: here the topic is another one since the plan. */
    @Test
    void aTopicThatIsMadeAgainSinceTheStartEndsTheJob() throws Exception {
        broker.topic("s.public.remade", 1);
        change("remade", 0, "c", 1, "Rome");
        broker.flush();
        Capture capture = plan(broker.settings("s.public.remade"));
        broker.admin().deleteTopics(List.of("s.public.remade")).all().get();
        broker.topic("s.public.remade", 1);

        try (KafkaJob job = new KafkaJob(cluster, capture, 1, null)) {
            org.assertj.core.api.Assertions.assertThatThrownBy(() -> job.take(1))
                    .hasStackTraceContaining("SuppressRestartsException")
                    .hasStackTraceContaining("Topic s.public.remade was deleted and made again while the job ran");
        }
    }

    @Test
    void thePlanKnowsTheTablesOfTheTopics() throws Exception {
        broker.topic("p.public.one", 2);
        broker.topic("p.public.empty", 1);
        broker.send("p.public.one", 0, key(1), value("one", "c", 1, "x"));
        broker.send("p.public.one", 1, key(2), bytes("{"));
        broker.flush();
        Map<String, String> settings = new HashMap<>(broker.settings(""));
        settings.remove("kafka.topics");
        settings.put("kafka.topic-pattern", "p\\.public\\..*");
        settings.put("tables.empty.key", "id");
        settings.put("tables.empty.kafka.columns.id", "BIGINT");
        KafkaPlan plan = KafkaPlan.of(settings(settings));
        Problems problems = new Problems();

        plan.check(problems);

        assertThat(problems.sentences()).isEmpty();
        assertThat(plan.tableNames()).containsExactlyInAnyOrder("one", "empty");
        assertThat(plan.schemas().values())
                .extracting(Object::toString)
                .containsExactly("empty[id BIGINT NOT NULL] key [id]", "one[id BIGINT NOT NULL, city STRING] key [id]");
    }

    /** A pattern meets the topics of transactions, signs of life and changes of schemas, too. */
    @Test
    void aTopicOfNoTableIsLeftOutWhereAPatternMeetsIt() throws Exception {
        byte[] begin = bytes(
                "{\"status\":\"BEGIN\",\"id\":\"5:7\",\"ts_ms\":1,\"event_count\":null,\"data_collections\":null}");
        broker.topic("o.public.orders", 1);
        broker.topic("o.transaction", 1);
        broker.send(
                "o.public.orders",
                0,
                key(1),
                bytes(withSchema(SCHEMA, event("r", "null", "{\"id\":1,\"city\":\"x\"}", incremental(null)))));
        broker.send("o.transaction", 0, bytes("{\"id\":\"5:7\"}"), begin);
        broker.flush();
        Map<String, String> settings = broker.settings("");
        settings.remove("kafka.topics");
        settings.put("kafka.topic-pattern", "o\\..*");

        KafkaPlan plan = KafkaPlan.of(settings(settings));
        Problems problems = new Problems();
        plan.check(problems);

        assertThat(problems.sentences()).isEmpty();
        assertThat(plan.tableNames()).containsExactly("orders");
        assertThat(problems(broker.settings("o.public.orders;o.transaction")))
                .singleElement()
                .asString()
                .startsWith("kafka.topics: topic o.transaction is of no table")
                .endsWith("take it out");
    }

    /** Partitions are read side by side: the record that is read last need not be the newest. */
    @Test
    void thePlanIsOfTheNewestRecordsAndHasRoomForOlderOnes() throws Exception {
        broker.topic("s.public.grown", 2);
        String narrow = schema(List.of(field("id", "int32"), field("city", "string"), field("old", "string")));
        String wide = schema(List.of(field("id", "int64"), field("city", "string"), field("age", "int32")));
        String other = schema(List.of(field("id", "int32"), field("city", "int32"), field("gone", "int32")));
        for (int newest = 0; newest < 2; newest++) {
            long time = System.currentTimeMillis() - 10_000 * (2 - newest);
            grown(1 - newest, time - 9, other, "{\"id\":7,\"city\":1,\"gone\":2}");
            for (int i = 0; i < 3; i++) {
                grown(newest, time, wide, "{\"id\":8,\"city\":\"a\",\"age\":3}");
                grown(1 - newest, time - 5, narrow, "{\"id\":7,\"city\":\"a\",\"old\":\"b\"}");
            }
            broker.flush();
            KafkaPlan plan = KafkaPlan.of(settings(broker.settings("s.public.grown")));
            Problems problems = new Problems();
            plan.check(problems);

            assertThat(problems.sentences()).isEmpty();
            // The column that was dropped is still in older records; a shape that contradicts the newest is no more.
            assertThat(plan.schemas().get("grown").toString())
                    .isEqualTo("grown[id BIGINT NOT NULL, city STRING, age INT, old STRING] key [id]");
        }
        try (KafkaJob job = new KafkaJob(cluster, plan(broker.settings("s.public.grown")), 2, null)) {
            assertThat(job.take(14))
                    .extracting(
                            each -> ((Change) each).schema().columns().get(0).toString())
                    .containsOnly("id BIGINT NOT NULL");
        }
    }

    private static void grown(int partition, long timestamp, String schema, String row) {
        broker.send(new io.tributary.change.RawRecord(
                "s.public.grown",
                partition,
                0,
                timestamp,
                bytes(withSchema(keySchema(field("id", "int64")), "{\"id\":7}")),
                bytes(withSchema(schema, event("c", "null", row, postgres("grown", 9, "false"))))));
    }

    @Test
    void theClientsOptionsAndSecretsReachIt() throws Exception {
        broker.topic("s.public.safe", 1);
        change("safe", 0, "c", 1, "x");
        broker.flush();
        Map<String, String> settings = broker.settings("s.public.safe");
        settings.put("kafka.bootstrap-servers", broker.secured());
        settings.put("kafka.client.security.protocol", "SASL_PLAINTEXT");
        settings.put("kafka.client.sasl.mechanism", "PLAIN");
        settings.put("kafka.client.sasl.jaas.config", "env:RIGHT");
        Map<String, String> wrong = new HashMap<>(settings);
        wrong.put("kafka.client.sasl.jaas.config", "env:WRONG");

        assertThat(problems(wrong)).singleElement().asString().contains("Authentication failed");
        try (KafkaJob job = new KafkaJob(cluster, plan(settings), 1, null)) {
            assertThat(job.take(1)).extracting(KafkaCaptureTest::shown).containsExactly("safe 1 x");
        }
    }

    /** There is no MSK here: the client gets as far as looking for a broker. */
    @Test
    void theClientKnowsTheIamOfMsk() {
        Map<String, String> settings = broker.settings("any");
        settings.put("kafka.bootstrap-servers", "localhost:1");
        settings.put("kafka.check-timeout", "300 ms");
        settings.put("kafka.authentication", "iam");

        assertThat(problems(settings))
                .singleElement()
                .asString()
                .startsWith("kafka.bootstrap-servers: no broker of localhost:1 answered");
    }

    @Test
    void aTableOfATopicThatCarriesSeveralIsLookedForFurtherBack() throws Exception {
        broker.topic("all", 1);
        broker.send("all", 0, key(1), value("rare", "c", 1, "x"));
        for (int id = 0; id < 200; id++) {
            broker.send("all", 0, key(id), value("often", "c", id, "x"));
        }
        broker.flush();
        Map<String, String> settings = broker.settings("all");
        settings.put("kafka.tables", "public.rare;public.often=frequent");

        KafkaPlan plan = KafkaPlan.of(settings(settings));
        Problems problems = new Problems();
        plan.check(problems);

        assertThat(problems.sentences()).isEmpty();
        assertThat(plan.schemas()).containsOnlyKeys("rare", "frequent");
    }

    /** The delete of a row may be gone from it, and only the tombstone left. */
    @Test
    void aCompactedTopicIsRefusedUnlessItIsAccepted() throws Exception {
        broker.topic("s.public.both", 2, Map.of("cleanup.policy", "compact,delete"));
        change("both", 0, "c", 1, "x");
        broker.flush();
        Map<String, String> settings = broker.settings("s.public.both");

        assertThat(problems(settings))
                .singleElement()
                .asString()
                .startsWith("kafka.topics: topic s.public.both is compacted")
                .contains("kafka.compacted-topics to accept");
        settings.put("kafka.compacted-topics", "accept");
        assertThat(problems(settings)).isEmpty();
    }

    @Test
    void whatIsWrongIsSaidBeforeTheStart() throws Exception {
        broker.topic("q.text", 1);
        broker.topic("q.other.text", 1);
        broker.topic("empty", 1);
        broker.send("q.text", 0, null, bytes("hello"));
        broker.flush();
        Map<String, String> pattern = broker.settings("");
        pattern.remove("kafka.topics");
        pattern.put("kafka.topic-pattern", "q\\..*");
        Map<String, String> nothing = new HashMap<>(pattern);
        nothing.put("kafka.topic-pattern", "nothing");
        Map<String, String> nobody = broker.settings("a");
        nobody.put("kafka.bootstrap-servers", "localhost:1");
        nobody.put("kafka.check-timeout", "300 ms");

        assertThat(problems(broker.settings("none")))
                .singleElement()
                .asString()
                .startsWith("kafka.topics: there is no topic none on localhost:");
        assertThat(problems(broker.settings("q.text")))
                .singleElement()
                .asString()
                .contains("none of the newest records of q.text can be read", "cannot be parsed");
        assertThat(problems(broker.settings("empty")))
                .singleElement()
                .asString()
                .startsWith("Table empty: no record of [empty] shows its columns yet");
        assertThat(problems(pattern)).anyMatch(sentence -> sentence.contains("two topics are of a table text"));
        assertThat(problems(nothing)).singleElement().asString().contains("no topic matches 'nothing'");
        assertThat(problems(nobody))
                .singleElement()
                .asString()
                .startsWith("kafka.bootstrap-servers: no broker of localhost:1 answered");
    }

    private void change(String table, int partition, String operation, int id, String city) {
        broker.send("s.public." + table, partition, key(id), value(table, operation, id, city));
    }

    private byte[] value(String table, String operation, int id, String city) {
        return bytes(withSchema(
                SCHEMA,
                event(
                        operation,
                        "null",
                        "{\"id\":" + id + ",\"city\":\"" + city + "\"}",
                        postgres(
                                table,
                                operation.equals("r") ? lsn : lsn++,
                                operation.equals("r") ? "true" : "false"))));
    }

    private static byte[] key(int id) {
        return bytes(withSchema(KEY_SCHEMA, "{\"id\":" + id + "}"));
    }

    private static String shown(Captured captured) {
        if (captured instanceof Rejected rejected) {
            return rejected.toString();
        }
        Change change = (Change) captured;
        return change.table() + " " + change.row().getLong(0) + " "
                + change.row().getString(1);
    }

    private static String jaas(String name) {
        return "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"reader\" password=\""
                + (name.equals("RIGHT") ? Broker.PASSWORD : "another") + "\";";
    }

    private static Capture plan(Map<String, String> settings) {
        KafkaPlan plan = KafkaPlan.of(settings(settings));
        Problems problems = new Problems();
        plan.check(problems);
        assertThat(problems.sentences()).isEmpty();
        return plan.start();
    }

    private static List<String> problems(Map<String, String> settings) {
        Problems problems = new Problems();
        KafkaPlan.of(settings(settings)).check(problems);
        return problems.sentences();
    }

    private static KafkaSettings settings(Map<String, String> settings) {
        Problems problems = new Problems();
        KafkaSettings read = KafkaSettings.from(
                Given.of(Configuration.fromMap(settings), new Secrets(KafkaCaptureTest::jaas, name -> null), problems));
        assertThat(problems.sentences()).isEmpty();
        return read;
    }
}
