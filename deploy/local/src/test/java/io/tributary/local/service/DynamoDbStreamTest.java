package io.tributary.local.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tributary.capture.CapturePlan;
import io.tributary.capture.dynamodb.DynamoDbSettings;
import io.tributary.capture.dynamodb.stream.DynamoDbPlan;
import io.tributary.change.Captured;
import io.tributary.change.Change;
import io.tributary.settings.Given;
import io.tributary.settings.Problems;
import io.tributary.settings.Secrets;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Shards that are split and merged while the job runs, fails, and is stopped: no record is lost. */
final class DynamoDbStreamTest {

    private static final Path PACKAGES = Path.of(System.getProperty("tributary.home"), "deploy/local/kinesis");
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String STREAM = "changes";
    private static final int BATCH = 300;
    private static final BigInteger HALF = BigInteger.TWO.pow(127);

    static {
        System.setProperty("aws.cborEnabled", "false");
        System.setProperty("org.apache.flink.kinesis.shaded.com.amazonaws.sdk.disableCbor", "true");
    }

    @Test
    void noRecordIsLostWhereShardsAreSplitAndTheJobFailsOrStops(@TempDir Path folder) throws Exception {
        try (Guard guard = Guard.start();
                KinesisServer server = KinesisServer.start(guard, PACKAGES, folder)) {
            server.createStream(STREAM, 1);
            CapturePlan plan = plan(server);
            put(server, 0);
            JobClient job = start(plan, null);
            awaitAll(1);

            // The job fails while it reads the rest of the parent and the children.
            put(server, 1);
            split(server, "shardId-000000000000", HALF);
            put(server, 2);
            Seen.FAIL.set(true);
            put(server, 3);
            awaitAll(4);
            assertThat(Seen.FAIL).isFalse();

            // It is stopped while the parent has records that it has not read; the children get theirs until it
            // resumes.
            put(server, 4);
            String savepoint = job.stopWithSavepoint(
                            false, folder.resolve("savepoints").toUri().toString(), SavepointFormatType.CANONICAL)
                    .get(60, TimeUnit.SECONDS);
            put(server, 5);
            split(server, "shardId-000000000001", HALF.shiftRight(1));
            put(server, 6);
            merge(server, "shardId-000000000003", "shardId-000000000004");
            put(server, 7);
            job = start(plan, savepoint);
            put(server, 8);
            awaitAll(9);

            job.cancel().get(60, TimeUnit.SECONDS);
        }
    }

    private static CapturePlan plan(KinesisServer server) {
        Map<String, String> settings = new HashMap<>();
        settings.put("dynamodb.stream", STREAM);
        settings.put("dynamodb.tables", "orders");
        settings.put("tables.orders.dynamodb.key", "pk");
        settings.put("tables.orders.dynamodb.columns.pk", "STRING");
        String client = "dynamodb.kinesis-client.";
        settings.put(client + "aws.region", "us-east-1");
        settings.put(client + "aws.endpoint", server.endpoint().toString());
        settings.put(client + "aws.credentials.provider", "BASIC");
        settings.put(client + "aws.credentials.provider.basic.accesskeyid", "local");
        settings.put(client + "aws.credentials.provider.basic.secretkey", "env:ANY");
        settings.put(client + "flink.shard.discovery.intervalmillis", "200");
        settings.put(client + "flink.shard.getrecords.intervalmillis", "50");
        Problems problems = new Problems();
        DynamoDbPlan plan = DynamoDbPlan.of(DynamoDbSettings.from(
                Given.of(Configuration.fromMap(settings), new Secrets(name -> "local", name -> null), problems)));
        plan.check(problems);
        problems.throwIfAny();
        return plan;
    }

    private static JobClient start(CapturePlan plan, @Nullable String savepoint) throws Exception {
        Configuration flink = new Configuration();
        flink.set(PipelineOptions.GENERIC_TYPES, false);
        flink.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
        flink.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ZERO);
        if (savepoint != null) {
            flink.setString("execution.state-recovery.path", savepoint);
        }
        StreamExecutionEnvironment environment = StreamExecutionEnvironment.createLocalEnvironment(2, flink);
        environment.enableCheckpointing(200);
        plan.start()
                .open(environment, "capture")
                .process(new Seen())
                .setParallelism(1)
                .uid("seen")
                .sinkTo(new DiscardingSink<>())
                .uid("nothing");
        return environment.executeAsync();
    }

    private static void awaitAll(int batches) throws Exception {
        Waiting.until(
                batches * BATCH + " records were read",
                PATIENCE,
                () -> Seen.keys().size() == batches * BATCH);
    }

    private static void put(KinesisServer server, int batch) throws Exception {
        ObjectNode request = JSON.createObjectNode().put("StreamName", STREAM);
        ArrayNode records = request.putArray("Records");
        for (int i = batch * BATCH; i < (batch + 1) * BATCH; i++) {
            String key = "{\"pk\":{\"S\":\"" + i + "\"}}";
            String json = "{\"eventName\":\"INSERT\",\"eventSource\":\"aws:dynamodb\",\"tableName\":\"orders\","
                    + "\"dynamodb\":{\"ApproximateCreationDateTime\":" + (1_700_000_000_000L + i) + ",\"Keys\":" + key
                    + ",\"NewImage\":" + key + "}}";
            records.addObject()
                    .put("Data", Base64.getEncoder().encodeToString(json.getBytes(StandardCharsets.UTF_8)))
                    .put("PartitionKey", String.valueOf(i));
        }
        JsonNode response = JSON.readTree(server.request("PutRecords", JSON.writeValueAsString(request)));
        assertThat(response.get("FailedRecordCount").intValue()).isZero();
    }

    private static void split(KinesisServer server, String shard, BigInteger at) throws Exception {
        server.request(
                "SplitShard",
                "{\"StreamName\":\"" + STREAM + "\",\"ShardToSplit\":\"" + shard + "\",\"NewStartingHashKey\":\"" + at
                        + "\"}");
        awaitActive(server);
    }

    private static void merge(KinesisServer server, String shard, String next) throws Exception {
        server.request(
                "MergeShards",
                "{\"StreamName\":\"" + STREAM + "\",\"ShardToMerge\":\"" + shard + "\",\"AdjacentShardToMerge\":\""
                        + next + "\"}");
        awaitActive(server);
    }

    private static void awaitActive(KinesisServer server) throws Exception {
        Waiting.until(
                "the stream has its new shards",
                PATIENCE,
                () -> server.request("DescribeStreamSummary", "{\"StreamName\":\"" + STREAM + "\"}")
                        .contains("\"ACTIVE\""));
    }

    /** The keys that the job has read as far as it knows itself: what a failure took back is not among them. */
    private static final class Seen extends ProcessFunction<Captured, String> implements CheckpointedFunction {

        static final AtomicBoolean FAIL = new AtomicBoolean();

        private static final long serialVersionUID = 1L;
        private static final Set<String> KEYS = new TreeSet<>();

        private transient ListState<String> state;

        @SuppressWarnings("NullAway.Init")
        Seen() {}

        static Set<String> keys() {
            synchronized (KEYS) {
                return new TreeSet<>(KEYS);
            }
        }

        @Override
        public void initializeState(FunctionInitializationContext context) throws Exception {
            state = context.getOperatorStateStore().getListState(new ListStateDescriptor<>("keys", Types.STRING));
            synchronized (KEYS) {
                KEYS.clear();
                state.get().forEach(KEYS::add);
            }
        }

        @Override
        public void snapshotState(FunctionSnapshotContext context) throws Exception {
            synchronized (KEYS) {
                state.update(KEYS.stream().toList());
            }
        }

        @Override
        public void processElement(Captured captured, Context context, Collector<String> out) {
            if (FAIL.getAndSet(false)) {
                throw new IllegalStateException("The test asks for it");
            }
            synchronized (KEYS) {
                KEYS.add(((Change) captured).key().getString(0).toString());
            }
        }
    }
}
