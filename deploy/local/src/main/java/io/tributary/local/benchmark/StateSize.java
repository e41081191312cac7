package io.tributary.local.benchmark;

import io.tributary.local.benchmark.contender.Bench;
import io.tributary.local.benchmark.contender.Flow;
import io.tributary.local.benchmark.contender.Items;
import io.tributary.local.benchmark.contender.LiveJob;
import io.tributary.local.benchmark.contender.OurJob;
import io.tributary.local.benchmark.contender.Task;
import io.tributary.local.benchmark.contender.Work;
import io.tributary.local.benchmark.measure.Measurement;
import io.tributary.local.benchmark.measure.Quantity;
import io.tributary.local.service.Folders;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the newest rows take in the job's state, how large a checkpoint of the whole job is, and how long it takes until all
 * tasks run again after the task manager was killed. For a table that passes through, and for one that a SQL file reads.
 */
record StateSize(long keys, boolean oldRows) implements Scenario {

    static final String NAME = "state";

    private static final int MORE = 5;
    private static final String LATEST = "latest row of every key";
    private static final Map<String, String> RESTARTS = Map.of(
            "restart-strategy.type", "fixed-delay",
            "restart-strategy.fixed-delay.attempts", "100",
            "restart-strategy.fixed-delay.delay", "1 s");

    @Override
    public void run(Bench bench, int round, Consumer<Measurement> results) throws Exception {
        measure(bench, "pass-through", Flow.passThrough(), keys, round, results);
        measure(bench, "pass-through, by equality", Flow.passThrough(), keys, "equality", round, results);
        measure(bench, "whole rows", Flow.kept(), keys, round, results);
        measure(bench, "pass-through, keys x" + MORE, Flow.passThrough(), keys * MORE, round, results);
        measure(bench, "whole rows, keys x" + MORE, Flow.kept(), keys * MORE, round, results);
    }

    private void measure(Bench bench, String name, Flow flow, long rows, int round, Consumer<Measurement> results)
            throws Exception {
        measure(bench, name, flow, rows, null, round, results);
    }

    private void measure(
            Bench bench,
            String name,
            Flow flow,
            long rows,
            @Nullable String deletes,
            int round,
            Consumer<Measurement> results)
            throws Exception {
        Path folder = bench.folder().resolve(NAME + "-" + name.replaceAll("[^a-z0-9]+", "-") + "-" + round);
        Items items = Items.create(bench.source(), flow, rows, oldRows);
        try (LiveJob job = LiveJob.start(
                bench, new Task(items, flow, new Work(rows, 0, 0)), folder, OurJob.deletes(deletes), RESTARTS)) {
            job.awaitSnapshot();
            double checkpoint = job.job().checkpointBytes() / 1e6;
            double state = (double) job.job().stateBytes(LATEST) / rows;
            long killed = System.currentTimeMillis();
            job.flink().replaceTaskManager();
            double recovery = (job.job().awaitRunningAgain() - killed) / 1000.0;
            results.accept(new Measurement(
                    NAME,
                    name,
                    round,
                    Map.of(
                            Quantity.STATE_BYTES_PER_KEY, state,
                            Quantity.ROW_BYTES, items.binaryRowBytes(),
                            Quantity.CHECKPOINT_MEGABYTES, checkpoint,
                            Quantity.RECOVERY_SECONDS, recovery),
                    null));
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            results.accept(Measurement.failed(NAME, name, round, e));
        } finally {
            Folders.delete(folder);
        }
    }
}
