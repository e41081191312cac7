package io.tributary.local.benchmark;

import io.tributary.local.benchmark.contender.Attempt;
import io.tributary.local.benchmark.contender.Bench;
import io.tributary.local.benchmark.contender.Contender;
import io.tributary.local.benchmark.contender.Flow;
import io.tributary.local.benchmark.contender.Items;
import io.tributary.local.benchmark.contender.Lake;
import io.tributary.local.benchmark.contender.Phase;
import io.tributary.local.benchmark.contender.Task;
import io.tributary.local.benchmark.contender.Work;
import io.tributary.local.benchmark.measure.Measurement;
import io.tributary.local.benchmark.measure.Quantity;
import io.tributary.local.service.Folders;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;

/** What it costs to read a table that a contender has written and updated a tenth of, nobody having maintained it. */
record ReadBack(List<Contender> contenders, long rows, boolean oldRows) implements Scenario {

    static final String NAME = "read";

    @Override
    public void run(Bench bench, int round, Consumer<Measurement> results) throws Exception {
        List<Contender> order = new ArrayList<>(contenders);
        if (round % 2 == 0) {
            Collections.reverse(order);
        }
        Task task = new Task(
                Items.create(bench.source(), Flow.passThrough(), rows, oldRows),
                Flow.passThrough(),
                new Work(rows, rows / 10, 0));
        for (Contender contender : order) {
            Path folder = Files.createDirectories(bench.folder().resolve(NAME + "-" + contender.name() + "-" + round));
            try (Attempt attempt = contender.enter(bench, task, folder)) {
                attempt.run(Phase.SNAPSHOT, true);
                task.items().update(task.work().changes(), 1_000);
                attempt.run(Phase.CHANGES, false);
                results.accept(measure(bench.lake().table(Lake.namespace(folder), Items.TABLE), contender, round));
            } catch (InterruptedException e) {
                throw e;
            } catch (Exception e) {
                results.accept(Measurement.failed(NAME, contender.name(), round, e));
            } finally {
                Folders.delete(folder);
            }
        }
    }

    /** Every column, by Iceberg's own reader for Java, in one thread. */
    private Measurement measure(Table table, Contender contender, int round) throws Exception {
        long begin = System.nanoTime();
        long read = 0;
        try (CloseableIterable<Record> records = IcebergGenerics.read(table).build()) {
            for (Record record : records) {
                read += record.size() > 0 ? 1 : 0;
            }
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        if (read != rows) {
            throw new IllegalStateException("It has " + read + " rows of " + rows);
        }
        return new Measurement(
                NAME,
                contender.name(),
                round,
                Map.of(Quantity.ROWS_PER_SECOND, read / seconds, Quantity.SECONDS, seconds),
                null);
    }
}
