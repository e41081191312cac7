package io.tributary.local.benchmark;

import io.tributary.local.benchmark.contender.Attempt;
import io.tributary.local.benchmark.contender.Bench;
import io.tributary.local.benchmark.contender.Contender;
import io.tributary.local.benchmark.contender.Flow;
import io.tributary.local.benchmark.contender.Items;
import io.tributary.local.benchmark.contender.Phase;
import io.tributary.local.benchmark.contender.Task;
import io.tributary.local.benchmark.contender.Work;
import io.tributary.local.benchmark.measure.Measurement;
import io.tributary.local.benchmark.measure.Quantity;
import io.tributary.local.benchmark.measure.Timing;
import io.tributary.local.service.Folders;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** As many changes of a hundred tables as of one, by our job: what the number of tables costs. */
record ManyTables(Contender contender, long rows, boolean oldRows) implements Scenario {

    static final String NAME = "tables";

    private static final int MANY = 100;

    @Override
    public void run(Bench bench, int round, Consumer<Measurement> results) throws Exception {
        List<Integer> numbers = new ArrayList<>(List.of(1, MANY));
        if (round % 2 == 0) {
            Collections.reverse(numbers);
        }
        for (int tables : numbers) {
            String name = tables == 1 ? "1 table" : tables + " tables";
            try {
                results.accept(measure(bench, tables, name, round));
            } catch (InterruptedException e) {
                throw e;
            } catch (Exception e) {
                results.accept(Measurement.failed(NAME, name, round, e));
            }
        }
    }

    private Measurement measure(Bench bench, int tables, String name, int round) throws Exception {
        Flow flow = tables == 1 ? Flow.passThrough() : Flow.passThrough(tables);
        Task task = new Task(Items.create(bench.source(), flow, rows, oldRows), flow, new Work(rows, rows, 0));
        Path folder = Files.createDirectories(bench.folder().resolve(NAME + "-" + tables + "-" + round));
        try (Attempt attempt = contender.enter(bench, task, folder)) {
            attempt.run(Phase.SNAPSHOT, true);
            task.items().update(task.work().changes(), 100);
            Timing timing = attempt.run(Phase.CHANGES, false);
            return new Measurement(
                    NAME,
                    name,
                    round,
                    Map.of(
                            Quantity.ROWS_PER_SECOND, rows / timing.seconds(),
                            Quantity.SECONDS, timing.seconds(),
                            Quantity.CPU_SECONDS, timing.cpuSeconds()),
                    null);
        } finally {
            Folders.delete(folder);
        }
    }
}
