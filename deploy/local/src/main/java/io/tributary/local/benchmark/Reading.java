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
import io.tributary.local.service.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A table is read, then changes that have piled up in the WAL while nobody read it.
 *
 * <p>All contenders read the same rows and the same WAL, each through a slot of its own.
 */
record Reading(String prefix, List<Contender> contenders, Flow flow, Work work, Phase last, boolean oldRows)
        implements Scenario {

    private static final int TRANSACTION = 1_000;

    private String name(Phase phase) {
        return prefix + phase.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @Override
    public void run(Bench bench, int round, Consumer<Measurement> results) throws Exception {
        Items items = Items.create(bench.source(), flow, work.rows(), oldRows);
        Map<Contender, Attempt> attempts = new LinkedHashMap<>();
        try {
            List<Contender> order = new ArrayList<>(contenders);
            if (round % 2 == 0) {
                Collections.reverse(order);
            }
            for (Contender contender : order) {
                attempts.put(
                        contender,
                        contender.enter(bench, new Task(items, flow, work), folder(bench, contender, round)));
            }
            for (Phase phase : Phase.values()) {
                if (phase.compareTo(last) <= 0) {
                    change(items, phase);
                    run(attempts, phase, round, results);
                }
            }
        } finally {
            for (Map.Entry<Contender, Attempt> attempt : attempts.entrySet()) {
                leave(attempt.getValue(), folder(bench, attempt.getKey(), round));
            }
        }
    }

    private Path folder(Bench bench, Contender contender, int round) throws IOException {
        return Files.createDirectories(bench.folder().resolve(prefix + contender.name() + "-" + round));
    }

    private void change(Items items, Phase phase) throws SQLException {
        switch (phase) {
            case SNAPSHOT -> {}
            case CHANGES -> items.update(work.changes(), TRANSACTION);
            case SINGLE_CHANGES -> items.update(work.singleChanges(), 1);
        }
    }

    /** Whoever fails is out. */
    private void run(Map<Contender, Attempt> attempts, Phase phase, int round, Consumer<Measurement> results)
            throws Exception {
        List<Contender> failed = new ArrayList<>();
        for (Map.Entry<Contender, Attempt> entry : attempts.entrySet()) {
            String name = entry.getKey().name();
            if (!entry.getValue().joins(phase)) {
                continue;
            }
            try {
                results.accept(Measurement.of(
                        name(phase),
                        name,
                        round,
                        work.of(phase),
                        entry.getValue().run(phase, phase != last)));
            } catch (InterruptedException e) {
                throw e;
            } catch (Exception e) {
                results.accept(Measurement.failed(name(phase), name, round, e));
                failed.add(entry.getKey());
            }
        }
        for (Contender contender : failed) {
            Attempt attempt = attempts.remove(contender);
            if (attempt != null) {
                attempt.close();
            }
        }
    }

    private static void leave(Attempt attempt, Path folder) throws Exception {
        attempt.close();
        Folders.delete(folder);
    }
}
