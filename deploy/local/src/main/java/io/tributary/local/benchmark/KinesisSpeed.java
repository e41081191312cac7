package io.tributary.local.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tributary.local.benchmark.contender.Bench;
import io.tributary.local.benchmark.contender.Flow;
import io.tributary.local.benchmark.contender.Items;
import io.tributary.local.benchmark.contender.LiveJob;
import io.tributary.local.benchmark.contender.Task;
import io.tributary.local.benchmark.contender.Work;
import io.tributary.local.benchmark.measure.Measurement;
import io.tributary.local.benchmark.measure.Meter;
import io.tributary.local.benchmark.measure.Timing;
import io.tributary.local.service.Folders;
import io.tributary.local.service.KinesisServer;
import io.tributary.local.service.Waiting;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;

/**
 * How many records a second the job puts on a Kinesis stream while it reads a table: into kinesalite, whose own speed is part
 * of it, and into an endpoint that takes whatever comes.
 *
 * <p>Its time ends with a checkpoint after the last row. What the sink has in its buffers then, less than a request a subtask, is in
 * that checkpoint and goes a moment later; every record has to arrive before the job is stopped.
 */
record KinesisSpeed(long rows, boolean oldRows) implements Scenario {

    static final String NAME = "kinesis";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofMinutes(30);
    private static final Duration ARRIVAL = Duration.ofMinutes(2);

    @Override
    public void run(Bench bench, int round, Consumer<Measurement> results) throws Exception {
        Flow flow = Flow.passThrough();
        Task task = new Task(Items.create(bench.source(), flow, rows, oldRows), flow, new Work(rows, 0, 0));
        Path folder = Files.createDirectories(bench.folder().resolve(NAME + "-" + round));
        try {
            try (CountingEndpoint endpoint = CountingEndpoint.start()) {
                Timing timing = measure(
                        bench,
                        task,
                        folder.resolve("kinesis-counting-" + round),
                        endpoint.uri(),
                        () -> endpoint.records() >= rows);
                results.accept(Measurement.of(NAME, "counting endpoint", round, rows, timing));
            }
            try (KinesisServer kinesis = bench.kinesis(folder)) {
                kinesis.createStream(WarehouseSide.STREAM, 2);
                Timing timing = measure(
                        bench,
                        task,
                        folder.resolve("kinesis-lite-" + round),
                        kinesis.endpoint(),
                        () -> records(kinesis) >= rows);
                results.accept(Measurement.of(NAME, "kinesalite", round, rows, timing));
            }
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            results.accept(Measurement.failed(NAME, "tributary", round, e));
        } finally {
            Folders.delete(folder);
        }
    }

    /** @param hasArrived whether there is a record for each row; descriptions of the table's shape come on top */
    private Timing measure(Bench bench, Task task, Path folder, URI endpoint, Callable<Boolean> hasArrived)
            throws Exception {
        Files.createDirectories(folder);
        String settings = WarehouseSide.kinesis(endpoint, folder);
        try (LiveJob job = LiveJob.start(bench, task, folder, settings, Map.of());
                Meter meter = Meter.start(job.flink().pids(), bench.sourcePids())) {
            long begin = job.job().awaitRunning();
            Waiting.until("the source has handed on all rows", PATIENCE, () -> {
                job.job().checkAlive();
                return job.job().sourceRecords() >= rows;
            });
            job.job().awaitCheckpoint();
            Timing timing = meter.between(begin, System.currentTimeMillis());
            Waiting.until("every record has arrived", ARRIVAL, () -> {
                job.job().checkAlive();
                return hasArrived.call();
            });
            return timing;
        }
    }

    private static long records(KinesisServer kinesis) throws Exception {
        String stream = "{\"StreamName\":\"" + WarehouseSide.STREAM + "\"";
        long records = 0;
        for (JsonNode shard :
                JSON.readTree(kinesis.request("ListShards", stream + "}")).path("Shards")) {
            String iterator = JSON.readTree(kinesis.request(
                            "GetShardIterator",
                            stream + ",\"ShardIteratorType\":\"TRIM_HORIZON\",\"ShardId\":\""
                                    + shard.path("ShardId").asText() + "\"}"))
                    .path("ShardIterator")
                    .asText();
            int read;
            do {
                JsonNode page = JSON.readTree(
                        kinesis.request("GetRecords", "{\"Limit\":10000,\"ShardIterator\":\"" + iterator + "\"}"));
                read = page.path("Records").size();
                records += read;
                iterator = page.path("NextShardIterator").asText();
            } while (read > 0);
        }
        return records;
    }
}
