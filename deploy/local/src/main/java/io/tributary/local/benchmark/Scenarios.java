package io.tributary.local.benchmark;

import io.tributary.local.benchmark.contender.Contender;
import io.tributary.local.benchmark.contender.Contenders;
import io.tributary.local.benchmark.contender.Phase;
import io.tributary.local.benchmark.contender.Work;
import java.util.ArrayList;
import java.util.List;

/** The scenarios that the options ask for, in their sizes. */
final class Scenarios {

    static final List<String> NAMES = List.of("snapshot", "changes");

    private static final long ROWS = 2_000_000;
    private static final long SINGLE_CHANGES = 200_000;

    private Scenarios() {}

    static List<Scenario> of(BenchmarkOptions options) {
        List<Scenario> scenarios = new ArrayList<>();
        if (options.wants("snapshot") || options.wants("changes")) {
            long rows = Math.round(ROWS * options.scale());
            scenarios.add(new Reading(
                    contenders(options),
                    new Work(rows, rows, Math.round(SINGLE_CHANGES * options.scale())),
                    options.wants("changes") ? Phase.SINGLE_CHANGES : Phase.SNAPSHOT,
                    options.oldRows()));
        }
        return scenarios;
    }

    private static List<Contender> contenders(BenchmarkOptions options) {
        List<String> wanted = options.contenders();
        return (options.quick() && wanted.isEmpty() ? Contenders.few() : Contenders.all())
                .stream()
                        .filter(contender -> wanted.isEmpty() || wanted.stream().anyMatch(contender.name()::startsWith))
                        .toList();
    }
}
