package io.tributary.local.benchmark;

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
import io.tributary.local.service.Waiting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What a resync of a table costs of which nothing has changed, beside its first snapshot: it reads every row again, and writes
 * none, into Iceberg and to an endpoint in Kinesis's place. Both end with a checkpoint after the last row.
 */
record ResyncCost(long rows, boolean oldRows) implements Scenario {

    static final String NAME = "resync";

    private static final long LONGER_THAN_BUFFERED_MILLIS = 10_000;
    private static final Duration PATIENCE = Duration.ofMinutes(30);

    @Override
    public void run(Bench bench, int round, Consumer<Measurement> results) throws Exception {
        Flow flow = Flow.passThrough();
        Task task = new Task(Items.create(bench.source(), flow, rows, oldRows), flow, new Work(rows, 0, 0));
        Path folder = Files.createDirectories(bench.folder().resolve(NAME + "-" + round));
        try (CountingEndpoint endpoint = CountingEndpoint.start();
                LiveJob job =
                        LiveJob.start(bench, task, folder, WarehouseSide.kinesis(endpoint.uri(), folder), Map.of());
                Meter meter = Meter.start(job.flink().pids(), bench.sourcePids())) {
            long begin = job.job().awaitRunning();
            awaitRows(job, rows);
            results.accept(Measurement.of(NAME, "snapshot", round, rows, meter.between(begin, now())));
            job.awaitSnapshot();
            long sent = settled(endpoint);
            long written = bench.lake().rowsWritten(job.namespace(), flow.outputs());

            begin = now();
            ask(bench, job.namespace().replace('-', '_'), flow.captured().get(0));
            awaitRows(job, 2 * rows);
            Timing timing = meter.between(begin, now());
            awaitEnd(job);
            check(sent, settled(endpoint), "Kinesis");
            check(written, bench.lake().rowsWritten(job.namespace(), flow.outputs()), "Iceberg");
            results.accept(Measurement.of(NAME, "resync", round, rows, timing));
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            results.accept(Measurement.failed(NAME, "tributary", round, e));
        } finally {
            Folders.delete(folder);
        }
    }

    private static long now() {
        return System.currentTimeMillis();
    }

    private static void awaitRows(LiveJob job, long count) throws Exception {
        Waiting.until("the source has handed on all rows", PATIENCE, () -> {
            job.job().checkAlive();
            return job.job().sourceRecords() >= count;
        });
        job.job().awaitCheckpoint();
    }

    /** It is told with the second checkpoint after its last row that it is over, and the third has what came of that. */
    private static void awaitEnd(LiveJob job) throws Exception {
        for (int i = 0; i < 3; i++) {
            job.job().awaitCheckpoint();
        }
    }

    /** A checkpoint may leave records in the sink's buffer, which go when they have been there for long enough. */
    private static long settled(CountingEndpoint endpoint) throws InterruptedException {
        long before;
        do {
            before = endpoint.records();
            Thread.sleep(LONGER_THAN_BUFFERED_MILLIS);
        } while (endpoint.records() > before);
        return before;
    }

    private static void ask(Bench bench, String slot, String table) throws Exception {
        try (Connection connection = bench.source().connect();
                PreparedStatement statement =
                        connection.prepareStatement("SELECT pg_logical_emit_message(true, ?, ?)")) {
            statement.setString(1, "tributary." + slot);
            statement.setString(2, "resync " + table);
            statement.execute();
        }
    }

    private static void check(long before, long after, String target) throws IOException {
        if (before != after) {
            throw new IOException("The resync of unchanged rows wrote " + (after - before) + " into " + target);
        }
    }
}
