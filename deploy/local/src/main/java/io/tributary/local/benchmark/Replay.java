package io.tributary.local.benchmark;

import io.tributary.local.benchmark.contender.Bench;
import io.tributary.local.benchmark.contender.Flow;
import io.tributary.local.benchmark.contender.Items;
import io.tributary.local.benchmark.contender.LiveJob;
import io.tributary.local.benchmark.contender.Task;
import io.tributary.local.benchmark.contender.Work;
import io.tributary.local.benchmark.measure.Measurement;
import io.tributary.local.benchmark.measure.Quantity;
import io.tributary.local.service.Folders;
import io.tributary.local.service.Waiting;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * What those notice who read a table that passes through while a SQL file that reads it, too, is filled again: it was changed so
 * that all of its rows are others. The load is the same before and meanwhile.
 */
record Replay(long rows, Duration before, boolean oldRows) implements Scenario {

    static final String NAME = "replay";

    private static final int RATE = 1_000;
    private static final Duration PATIENCE = Duration.ofMinutes(60);

    @Override
    public void run(Bench bench, int round, Consumer<Measurement> results) throws Exception {
        Flow flow = Flow.beside(false);
        Items items = Items.create(bench.source(), flow, rows, oldRows);
        Task task = new Task(items, flow, new Work(rows, 0, 0));
        Path folder = bench.folder().resolve(NAME + "-" + round);
        try (LiveJob job = LiveJob.start(bench, task, folder, "", Map.of())) {
            awaitRows(bench, job, flow.outputs(), flow.outputs().size() * rows);
            measure(bench, job, round).forEach(results);
            Task edited = new Task(items, Flow.beside(true), task.work());
            Freshness.check(edited.expected(), bench.lake().checksum(job.namespace(), flow.outputs()));
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            results.accept(Measurement.failed(NAME, "tributary", round, e));
        } finally {
            Folders.delete(folder);
        }
    }

    private List<Measurement> measure(Bench bench, LiveJob job, int round) throws Exception {
        try (Sightings sightings = Sightings.start(
                        "iceberg-sightings",
                        new NewestInIceberg(() -> bench.lake().table(job.namespace(), Items.TABLE)));
                SteadyLoad load = SteadyLoad.start(bench.source(), rows, RATE)) {
            Thread.sleep(before.toMillis());
            long until = now();
            job.edit(Flow.beside(true));
            long begin = job.job().awaitRunning();
            awaitNewRows(bench, job);
            long end = now();
            List<Long> commits = load.stop();
            Waiting.until("the last change is in Iceberg", PATIENCE, () -> {
                job.job().checkAlive();
                return sightings.hasSeen(commits.size());
            });
            for (int i = 0; i < 2; i++) {
                job.job().awaitCheckpoint();
            }
            Map<Quantity, Double> during = new EnumMap<>(percentiles(sightings, commits, begin, end));
            double seconds = (end - begin) / 1000.0;
            during.put(Quantity.SECONDS, seconds);
            during.put(Quantity.ROWS_PER_SECOND, rows / seconds);
            long first = until - before.toMillis() / 2;
            return List.of(
                    new Measurement(NAME, "before", round, percentiles(sightings, commits, first, until), null),
                    new Measurement(NAME, "during", round, during, null));
        }
    }

    /** Of what was committed between two moments. */
    private static Map<Quantity, Double> percentiles(Sightings sightings, List<Long> commits, long begin, long end) {
        int from = number(commits, begin);
        int to = number(commits, end) - 1;
        return Freshness.percentiles(sightings.lags(commits, from, to));
    }

    /** Of the first transaction from a moment on. */
    private static int number(List<Long> commits, long moment) {
        return IntStream.range(0, commits.size())
                        .filter(i -> commits.get(i) >= moment)
                        .findFirst()
                        .orElse(commits.size())
                + 1;
    }

    /** Nothing of the new result is seen before all of it is. */
    private void awaitNewRows(Bench bench, LiveJob job) throws Exception {
        long goal = bench.lake().rowsAdded(job.namespace(), Flow.MADE_BESIDE) + rows;
        Waiting.until("the new rows are in Iceberg", PATIENCE, () -> {
            job.job().checkAlive();
            return bench.lake().rowsAdded(job.namespace(), Flow.MADE_BESIDE) >= goal;
        });
    }

    private static void awaitRows(Bench bench, LiveJob job, List<String> tables, long rows) throws Exception {
        Waiting.until("the rows are in Iceberg", PATIENCE, () -> {
            job.job().checkAlive();
            return bench.lake().rowsWritten(job.namespace(), tables) >= rows;
        });
    }

    private static long now() {
        return System.currentTimeMillis();
    }
}
