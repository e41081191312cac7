package io.tributary;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.tributary.capture.kafka.Broker;
import io.tributary.settings.ProblemsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Jobs without state over targets that topics of Kafka filled, which were compacted since. */
@Tag("slow")
class StartFromTopicsTest {

    private static final int PARTITIONS = 3;
    private static int number;
    private static Broker broker;

    @TempDir
    private Path folder;

    private final Map<Integer, String> rows = new TreeMap<>();
    private String table;
    private String topic;
    private long lsn = 100;

    @BeforeAll
    static void start() throws Exception {
        broker = Broker.start();
    }

    @AfterAll
    static void stop() throws Exception {
        broker.close();
    }

    @BeforeEach
    void fill() throws Exception {
        table = "t" + number++;
        topic = "s.public." + table;
        broker.topic(topic, PARTITIONS);
        for (int id = 1; id <= 30; id++) {
            change(id, "v" + id);
        }
        broker.flush();
    }

    private Map<String, String> settings() {
        return settings(true);
    }

    private Map<String, String> settings(boolean areTypesDeclared) {
        Map<String, String> settings = new HashMap<>(broker.settings(topic));
        settings.put("kafka.compacted-topics", "accept");
        settings.put("tables." + table + ".key", "id");
        if (areTypesDeclared) {
            settings.put("tables." + table + ".kafka.columns.id", "INT");
            settings.put("tables." + table + ".kafka.columns.v", "STRING");
        }
        settings.put("sql.pass-through", table);
        settings.put("iceberg.version-column", "_version");
        settings.put("iceberg.catalog.type", "hadoop");
        settings.put("iceberg.catalog.warehouse", folder.resolve("lake").toUri().toString());
        settings.put("flink.execution.checkpointing.interval", "200 ms");
        settings.put("flink.restart-strategy.type", "none");
        settings.put("flink.parallelism.default", "2");
        return settings;
    }

    private Map<String, String> fromTargets() {
        Map<String, String> settings = settings();
        settings.put("start-from", "targets");
        return settings;
    }

    /** As PostgreSQL's connector writes it; null is a delete, with the tombstone behind it. */
    private void change(int id, @Nullable String value) {
        String source =
                "{\"version\":\"2.7.3.Final\",\"connector\":\"postgresql\",\"name\":\"s\",\"ts_ms\":1700000000000,"
                        + "\"snapshot\":\"false\",\"db\":\"shop\",\"schema\":\"public\",\"table\":\"" + table
                        + "\",\"txId\":7,\"lsn\":" + lsn++ + ",\"xmin\":null}";
        String row = "{\"id\":" + id + ",\"v\":\"" + value + "\"}";
        byte[] key = ("{\"id\":" + id + "}").getBytes(UTF_8);
        String event = "{\"before\":" + (value == null ? "{\"id\":" + id + "}" : "null") + ",\"after\":"
                + (value == null ? "null" : row) + ",\"source\":" + source + ",\"op\":\"" + (value == null ? "d" : "u")
                + "\",\"ts_ms\":1700000000100}";
        broker.send(topic, id % PARTITIONS, key, event.getBytes(UTF_8));
        if (value == null) {
            rows.remove(id);
            broker.send(topic, id % PARTITIONS, key, null);
        } else {
            rows.put(id, value);
        }
    }

    /** Keeps of each key that is there the newest record, and of others nothing, as a broker does in its own time. */
    private void compact() throws Exception {
        broker.flush();
        Map<TopicPartition, RecordsToDelete> earlier = new HashMap<>();
        for (int partition = 0; partition < PARTITIONS; partition++) {
            earlier.put(new TopicPartition(topic, partition), RecordsToDelete.beforeOffset(-1));
        }
        broker.admin().deleteRecords(earlier).all().get();
        new TreeMap<>(rows).forEach(this::change);
        broker.flush();
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        broker.admin()
                .incrementalAlterConfigs(Map.of(
                        resource,
                        List.of(new AlterConfigOp(
                                new ConfigEntry("cleanup.policy", "compact"), AlterConfigOp.OpType.SET))))
                .all()
                .get();
    }

    private Set<String> expected() {
        Set<String> expected = new TreeSet<>();
        rows.forEach((id, value) -> expected.add("id=" + id + ", v=" + value));
        return expected;
    }

    private void awaitEqual(WholeJob job) throws Exception {
        broker.flush();
        job.await(table, found -> expected().equals(withoutVersions(found)) && found.size() == rows.size());
    }

    private static Set<String> withoutVersions(List<String> found) {
        Set<String> rows = new TreeSet<>();
        found.forEach(row -> rows.add(row.replaceFirst("^\\{_version=[0-9a-f]{32}, (.*)\\}$", "$1")));
        return rows;
    }

    /** A warehouse that goes by versions, as it is when all of these records were merged. */
    private static Map<Integer, String> merged(List<JsonNode> records) {
        Map<Integer, JsonNode> newest = new TreeMap<>();
        for (JsonNode record : records) {
            if (record.has("id")) {
                newest.merge(
                        record.path("id").asInt(),
                        record,
                        (one, other) -> one.path("_version")
                                                .asText()
                                                .compareTo(
                                                        other.path("_version").asText())
                                        > 0
                                ? one
                                : other);
            }
        }
        Map<Integer, String> rows = new TreeMap<>();
        newest.forEach((id, record) -> {
            if (!record.path("_op").asText().equals("d")) {
                rows.put(id, record.path("v").asText());
            }
        });
        return rows;
    }

    private static void sendTo(PutRecordsServer kinesis, Map<String, String> settings) {
        settings.put("kinesis.stream", "changes");
        settings.put("kinesis.max-time-in-buffer", "50 ms");
        settings.put("kinesis.client.aws.region", "us-east-1");
        settings.put("kinesis.client.aws.endpoint", kinesis.address());
        settings.put("kinesis.client.aws.http.protocol.version", "HTTP1_1");
        settings.put("kinesis.client.aws.credentials.provider", "BASIC");
        settings.put("kinesis.client.aws.credentials.provider.basic.accesskeyid", "local");
        settings.put("kinesis.client.aws.credentials.provider.basic.secretkey", "env:PASSWORD");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void rowsWithoutARecordAreDeletedInAllTargets(boolean areTypesDeclared) throws Exception {
        List<JsonNode> records = new ArrayList<>();
        try (PutRecordsServer kinesis = PutRecordsServer.start()) {
            Map<String, String> settings = settings(areTypesDeclared);
            sendTo(kinesis, settings);
            try (WholeJob job = WholeJob.start(settings)) {
                awaitEqual(job);
                assertThat(job.rows(table).get(0)).as("rows say their versions").startsWith("{_version=0000");
            }
            for (int id = 1; id <= 10; id++) {
                change(id, null);
            }
            change(11, "other");
            change(40, "new");
            compact();
            Map<String, String> again = settings(areTypesDeclared);
            again.put("start-from", "targets");
            sendTo(kinesis, again);
            try (WholeJob job = WholeJob.start(again)) {
                awaitEqual(job);
                change(5, "again");
                change(12, null);
                awaitEqual(job);
            }
            records.addAll(kinesis.records());
        }
        assertThat(merged(records)).isEqualTo(rows);
    }

    @Test
    void aFileOverATopicIsReplacedWhenTheTopicWasRead() throws Exception {
        Files.createDirectory(folder.resolve("sql"));
        Files.writeString(
                folder.resolve("sql/sums.sql"),
                "-- key: rest\nSELECT MOD(id, 4) AS rest, COUNT(*) AS n FROM " + table + " GROUP BY MOD(id, 4)");
        Map<String, String> settings = settings();
        settings.put("sql.directory", folder.resolve("sql").toString());
        settings.put("sql.pass-through", "");
        settings.remove("iceberg.version-column");
        List<String> before = sums();
        try (WholeJob job = WholeJob.start(settings)) {
            broker.flush();
            job.awaitRows("sums", "sums", before);
        }
        int first = WholeJob.rowsOf(settings, "sums").size();
        for (int id = 4; id <= 28; id += 4) {
            change(id, null);
        }
        change(41, "new");
        compact();
        settings.put("start-from", "targets");
        try (WholeJob job = WholeJob.start(settings)) {
            job.awaitRows("sums", "sums", sums());
            assertThat(first).isEqualTo(4);
            assertThat(sums()).as("a group is gone").hasSize(3);
            change(4, "again");
            broker.flush();
            job.awaitRows("sums", "sums", sums());
        }
    }

    private List<String> sums() {
        Map<Integer, Integer> sums = new TreeMap<>();
        rows.keySet().forEach(id -> sums.merge(id % 4, 1, Integer::sum));
        List<String> text = new ArrayList<>();
        sums.forEach((rest, n) -> text.add("{n=" + n + ", rest=" + rest + "}"));
        text.sort(null);
        return text;
    }

    @Test
    void aTopicThatDropsRecordsDoesNotSayWhatIsGone() {
        assertThatThrownBy(() -> WholeJob.start(fromTargetsOf("retention.ms", "600000000000000")))
                .isInstanceOf(ProblemsException.class)
                .hasMessageContaining(
                        "topic " + topic + " drops records, or has dropped some (cleanup.policy is delete)");
    }

    private Map<String, String> fromTargetsOf(String key, String value) throws Exception {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        broker.admin()
                .incrementalAlterConfigs(Map.of(
                        resource, List.of(new AlterConfigOp(new ConfigEntry(key, value), AlterConfigOp.OpType.SET))))
                .all()
                .get();
        return fromTargets();
    }

    @Test
    void aTopicWithoutRecordsDoesNotEmptyTargets() throws Exception {
        rows.clear();
        compact();
        assertThatThrownBy(() -> WholeJob.start(fromTargets()))
                .isInstanceOf(ProblemsException.class)
                .hasMessageContaining(
                        "topic " + topic + " has no records, and start-from is targets, which would delete all");
    }
}
