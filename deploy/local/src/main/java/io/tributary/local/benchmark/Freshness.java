package io.tributary.local.benchmark;

import io.tributary.local.benchmark.contender.Bench;
import io.tributary.local.benchmark.contender.Checksum;
import io.tributary.local.benchmark.contender.Flow;
import io.tributary.local.benchmark.contender.Items;
import io.tributary.local.benchmark.contender.LiveJob;
import io.tributary.local.benchmark.contender.Task;
import io.tributary.local.benchmark.contender.Work;
import io.tributary.local.benchmark.measure.Measurement;
import io.tributary.local.benchmark.measure.Quantity;
import io.tributary.local.benchmark.measure.Spread;
import io.tributary.local.service.Folders;
import io.tributary.local.service.Waiting;
import io.tributary.local.service.WarehouseFeed;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;

/** How long after its commit in the source a change is seen in Iceberg and in the warehouse, at 1,000 changes a second. */
record Freshness(long rows, Duration warmUp, Duration duration, boolean oldRows) implements Scenario {

    static final String NAME = "freshness";

    private static final int RATE = 1_000;
    private static final double LEAST_SHARE = 0.9;
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    @Override
    public void run(Bench bench, int round, Consumer<Measurement> results) throws Exception {
        Flow flow = Flow.passThrough();
        Task task = new Task(Items.create(bench.source(), flow, rows, oldRows), flow, new Work(rows, 0, 0));
        Path folder = bench.folder().resolve(NAME + "-" + round);
        try (WarehouseSide side = WarehouseSide.start(bench, folder.resolve("side"));
                LiveJob job =
                        LiveJob.start(bench, task, folder.resolve(NAME + "-job-" + round), side.settings(), Map.of());
                WarehouseFeed feed = WarehouseFeed.start(job.settings(), side.kinesis(), WarehouseSide.STREAM);
                Connection warehouse = side.login().connect()) {
            job.awaitSnapshot();
            Waiting.until("the snapshot is merged", PATIENCE, () -> isThere(warehouse));
            List<Measurement> measurements = measure(bench, job, warehouse, round);
            feed.drain(PATIENCE);
            check(task.expected(), bench.lake().checksum(job.namespace(), flow.outputs()));
            check(task.expected(), Checksum.of(warehouse, Items.TABLE));
            measurements.forEach(results);
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            results.accept(Measurement.failed(NAME, "tributary", round, e));
        } finally {
            Folders.delete(folder);
        }
    }

    private List<Measurement> measure(Bench bench, LiveJob job, Connection warehouse, int round) throws Exception {
        Callable<Long> newestInIceberg = new NewestInIceberg(() -> bench.lake().table(job.namespace(), Items.TABLE));
        try (Sightings iceberg = Sightings.start("iceberg-sightings", newestInIceberg);
                Sightings merged = Sightings.start("warehouse-sightings", () -> newest(warehouse));
                SteadyLoad load = SteadyLoad.start(bench.source(), rows, RATE)) {
            Thread.sleep(warmUp.plus(duration).toMillis());
            List<Long> commits = load.stop();
            int expected = (int) (warmUp.plus(duration).toSeconds() * RATE / SteadyLoad.ROWS_PER_TRANSACTION);
            if (commits.size() < expected * LEAST_SHARE) {
                throw new IllegalStateException(
                        "The load came to " + commits.size() + " transactions of " + expected + " only");
            }
            Waiting.until("the last change is everywhere", PATIENCE, () -> {
                job.job().checkAlive();
                return iceberg.hasSeen(commits.size()) && merged.hasSeen(commits.size());
            });
            int first = (int) (warmUp.toSeconds() * RATE / SteadyLoad.ROWS_PER_TRANSACTION) + 1;
            return List.of(
                    measurement("iceberg", round, iceberg.lags(commits, first)),
                    measurement("warehouse", round, merged.lags(commits, first)));
        }
    }

    static Map<Quantity, Double> percentiles(List<Double> lags) {
        return Map.of(
                Quantity.P50_MILLIS, Spread.percentile(lags, 0.5),
                Quantity.P95_MILLIS, Spread.percentile(lags, 0.95),
                Quantity.P99_MILLIS, Spread.percentile(lags, 0.99));
    }

    static void check(Checksum expected, Checksum found) {
        if (!found.equals(expected)) {
            throw new IllegalStateException("There are " + found + ", in the source " + expected);
        }
    }

    private static Measurement measurement(String target, int round, List<Double> lags) {
        return new Measurement(NAME, target, round, percentiles(lags), null);
    }

    private boolean isThere(Connection warehouse) throws Exception {
        try (Statement statement = warehouse.createStatement();
                ResultSet table = statement.executeQuery("SELECT to_regclass('public." + Items.TABLE + "')")) {
            table.next();
            if (table.getString(1) == null) {
                return false;
            }
        }
        try (Statement statement = warehouse.createStatement();
                ResultSet count = statement.executeQuery("SELECT count(*) FROM " + Items.TABLE)) {
            count.next();
            return count.getLong(1) >= rows;
        }
    }

    private static long newest(Connection warehouse) throws Exception {
        try (Statement statement = warehouse.createStatement();
                ResultSet newest = statement.executeQuery("SELECT coalesce(max(touched), 0) FROM " + Items.TABLE)) {
            newest.next();
            return newest.getLong(1);
        }
    }
}
