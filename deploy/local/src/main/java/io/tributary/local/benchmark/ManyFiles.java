package io.tributary.local.benchmark;

import io.tributary.local.benchmark.contender.Bench;
import io.tributary.local.benchmark.contender.Checksum;
import io.tributary.local.benchmark.contender.Flow;
import io.tributary.local.benchmark.contender.Items;
import io.tributary.local.benchmark.contender.LiveJob;
import io.tributary.local.benchmark.contender.SqlFiles;
import io.tributary.local.benchmark.contender.Task;
import io.tributary.local.benchmark.contender.Work;
import io.tributary.local.benchmark.measure.Measurement;
import io.tributary.local.benchmark.measure.Meter;
import io.tributary.local.benchmark.measure.Quantity;
import io.tributary.local.benchmark.measure.Timing;
import io.tributary.local.service.Folders;
import io.tributary.local.service.Waiting;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Twenty-five SQL files over eight tables, which pass through as well, on one task manager of 3 GB with two slots: whether they
 * start and make what they should, first of a snapshot and then of changes, and what that takes.
 */
record ManyFiles(long rows, boolean oldRows) implements Scenario {

    static final String NAME = "files";

    private static final int TABLES = 8;
    private static final Map<String, String> SMALL = Map.of("taskmanager.memory.process.size", "3g");
    private static final Duration PATIENCE = Duration.ofMinutes(30);

    @Override
    public void run(Bench bench, int round, Consumer<Measurement> results) throws Exception {
        Flow flow = Flow.passThrough(TABLES);
        Items items = Items.create(bench.source(), flow, rows, oldRows);
        SqlFiles files = SqlFiles.over(flow.captured());
        Path folder = bench.folder().resolve(NAME + "-" + round);
        Task task = new Task(items, flow, new Work(rows, rows, 0));
        try (LiveJob job = LiveJob.start(bench, task, folder, files.write(folder.resolve("sql")), SMALL);
                Meter meter = Meter.start(job.flink().pids(), bench.sourcePids())) {
            long begin = job.job().awaitRunning();
            awaitFiles(bench, job, items, files);
            results.accept(measurement("snapshot", round, job, meter.between(begin, System.currentTimeMillis())));
            begin = System.currentTimeMillis();
            items.update(rows, 100);
            awaitFiles(bench, job, items, files);
            results.accept(measurement("changes", round, job, meter.between(begin, System.currentTimeMillis())));
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            results.accept(Measurement.failed(NAME, "tributary", round, e));
        } finally {
            Folders.delete(folder);
        }
    }

    /** Waits until the files' tables in Iceberg have what PostgreSQL makes of the files. */
    private static void awaitFiles(Bench bench, LiveJob job, Items items, SqlFiles files) throws Exception {
        Checksum expected = files.expected(items);
        Waiting.until("all files have made " + expected, PATIENCE, () -> {
            job.job().awaitCheckpoint();
            return bench.lake().checksum(job.namespace(), files.tables()).equals(expected);
        });
    }

    private Measurement measurement(String phase, int round, LiveJob job, Timing timing)
            throws IOException, InterruptedException {
        Map<Quantity, Double> values = new EnumMap<>(Quantity.class);
        values.put(Quantity.SECONDS, timing.seconds());
        values.put(Quantity.CPU_SECONDS, timing.cpuSeconds());
        values.put(Quantity.TASKS, (double) job.job().tasks());
        values.put(Quantity.NETWORK_MEGABYTES, job.job().networkBytes() / 1e6);
        return new Measurement(NAME, phase, round, values, null);
    }
}
