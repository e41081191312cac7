package io.tributary.local.benchmark;

import io.tributary.local.benchmark.contender.Contender;
import io.tributary.local.benchmark.contender.Contenders;
import io.tributary.local.benchmark.contender.Flow;
import io.tributary.local.benchmark.contender.KeptWhole;
import io.tributary.local.benchmark.contender.OurJob;
import io.tributary.local.benchmark.contender.Phase;
import io.tributary.local.benchmark.contender.Work;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The scenarios that the options ask for, in their sizes. */
final class Scenarios {

    private static final String STATELESS = "sql-stateless";

    static final List<String> NAMES = List.of(
            "snapshot",
            "changes",
            "sql",
            STATELESS,
            "sql-join",
            "sql-aggregate",
            "freshness",
            "state",
            "read",
            "tables",
            ManyFiles.NAME,
            "kinesis",
            "resync",
            "replay");

    private static final long ROWS = 2_000_000;
    private static final long SINGLE_CHANGES = 200_000;
    private static final long KEYS = 1_000_000;
    private static final long ROWS_OF_MANY_TABLES = 1_000_000;
    private static final long ROWS_OF_MANY_FILES = 400_000;
    private static final long RECORDS = 500_000;
    private static final long REPLAYED_ROWS = 5_000_000;
    private static final long FRESH_ROWS = 100_000;

    private final BenchmarkOptions options;
    private final List<Contender> contenders;
    private final List<Contender> jobs;

    private Scenarios(BenchmarkOptions options) {
        this.options = options;
        this.contenders = contenders(options);
        this.jobs = contenders.stream().filter(Contender::isWholeJob).toList();
    }

    static List<Scenario> of(BenchmarkOptions options) {
        return new Scenarios(options).scenarios();
    }

    private List<Scenario> scenarios() {
        List<Scenario> scenarios = new ArrayList<>();
        boolean oldRows = options.oldRows();
        long rows = scaled(ROWS);
        if (options.wants("snapshot") || options.wants("changes")) {
            Work work = new Work(rows, rows, scaled(SINGLE_CHANGES));
            Phase last =
                    !options.wants("changes") ? Phase.SNAPSHOT : options.quick() ? Phase.CHANGES : Phase.SINGLE_CHANGES;
            scenarios.add(new Reading("", contenders, Flow.passThrough(), work, last, oldRows));
        }
        addSql(scenarios, rows);
        if (options.wants(Freshness.NAME)) {
            Duration warmUp = Duration.ofSeconds(options.quick() ? 5 : 20);
            Duration duration = Duration.ofSeconds(options.quick() ? 20 : 120);
            scenarios.add(new Freshness(scaled(FRESH_ROWS), warmUp, duration, oldRows));
        }
        if (options.wants(StateSize.NAME)) {
            scenarios.add(new StateSize(scaled(KEYS), oldRows));
        }
        if (options.wants(ReadBack.NAME)) {
            scenarios.add(new ReadBack(jobs, rows, oldRows));
        }
        if (options.wants(ManyTables.NAME)) {
            scenarios.add(new ManyTables(Contenders.ours(), scaled(ROWS_OF_MANY_TABLES), oldRows));
        }
        if (options.wants(ManyFiles.NAME)) {
            scenarios.add(new ManyFiles(scaled(ROWS_OF_MANY_FILES), oldRows));
        }
        if (options.wants(KinesisSpeed.NAME)) {
            scenarios.add(new KinesisSpeed(scaled(RECORDS), oldRows));
        }
        if (options.wants(ResyncCost.NAME)) {
            scenarios.add(new ResyncCost(scaled(KEYS), oldRows));
        }
        if (options.wants(Replay.NAME)) {
            Duration before = Duration.ofSeconds(options.quick() ? 20 : 60);
            scenarios.add(new Replay(scaled(REPLAYED_ROWS), before, oldRows));
        }
        return scenarios;
    }

    /** All kinds of files, or those that are wanted. */
    private void addSql(List<Scenario> scenarios, long rows) {
        Map<String, Flow> files = new LinkedHashMap<>();
        files.put(STATELESS, Flow.computed());
        files.put("sql-join", Flow.enriched());
        files.put("sql-aggregate", Flow.summed());
        files.forEach((name, flow) -> {
            if (options.wants("sql") || options.wants(name)) {
                List<Contender> those = new ArrayList<>(jobs);
                if (name.equals(STATELESS)) {
                    jobs.stream()
                            .filter(OurJob.class::isInstance)
                            .map(KeptWhole::new)
                            .forEach(those::add);
                }
                Work work = new Work(rows, rows, 0);
                scenarios.add(new Reading(name + "-", those, flow, work, Phase.CHANGES, options.oldRows()));
            }
        });
    }

    private long scaled(long number) {
        return Math.round(number * options.scale());
    }

    private static List<Contender> contenders(BenchmarkOptions options) {
        List<String> wanted = options.contenders();
        if (wanted.isEmpty()) {
            return options.quick() ? Contenders.few() : Contenders.usual();
        }
        List<Contender> all = Contenders.all();
        List<String> names = all.stream().map(Contender::name).toList();
        return all.stream()
                .filter(contender -> wanted.stream()
                        .anyMatch(name -> names.contains(name)
                                ? contender.name().equals(name)
                                : contender.name().startsWith(name)))
                .toList();
    }
}
