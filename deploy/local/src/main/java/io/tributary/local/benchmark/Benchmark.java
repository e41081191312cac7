package io.tributary.local.benchmark;

import io.tributary.local.arguments.Arguments;
import io.tributary.local.benchmark.contender.Bench;
import io.tributary.local.benchmark.measure.Measurement;
import io.tributary.local.benchmark.report.Document;
import io.tributary.local.benchmark.report.Report;
import io.tributary.local.benchmark.report.Results;
import io.tributary.local.service.Folders;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Measures how fast Tributary is, beside what else there is, and whether it is as fast as it wants to be.
 *
 * <p>Its exit code is 0 if every measurement counts. Whether a target is met has no part in it.
 */
final class Benchmark {

    private static final Duration PATIENCE_AT_CTRL_C = Duration.ofSeconds(60);

    private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);

    private final BenchmarkOptions options;
    private final Path home;
    private final PrintStream out;
    private final List<Measurement> measurements = new ArrayList<>();

    private Benchmark(BenchmarkOptions options, Path home, PrintStream out) {
        this.options = options;
        this.home = home;
        this.out = out;
    }

    public static void main(String[] arguments) throws Exception {
        Path home = Path.of(System.getProperty("tributary.home", "."))
                .toAbsolutePath()
                .normalize();
        BenchmarkOptions options = BenchmarkOptions.of(Arguments.readOrExit(Benchmark.class, arguments), home);
        Path report = options.report();
        if (report != null) {
            show(Results.read(report), options);
            return;
        }
        Thread benchmark = Thread.currentThread();
        Thread atCtrlC = new Thread(() -> {
            benchmark.interrupt();
            try {
                benchmark.join(PATIENCE_AT_CTRL_C.toMillis());
            } catch (InterruptedException e) {
                benchmark.interrupt();
            }
        });
        Runtime.getRuntime().addShutdownHook(atCtrlC);
        boolean counts = new Benchmark(options, home, System.out).run(arguments);
        try {
            Runtime.getRuntime().removeShutdownHook(atCtrlC);
        } catch (IllegalStateException e) {
            // It was stopped: the exit code is the signal's.
            return;
        }
        System.exit(counts ? 0 : 1);
    }

    private static void show(Results results, BenchmarkOptions options) throws Exception {
        Report report = new Report(results);
        System.out.println(report.text());
        report.write(options.out());
        Path document = options.document();
        if (document != null) {
            Document.at(document).write(results);
        }
    }

    /** Whether every measurement counts. */
    private boolean run(String[] arguments) throws Exception {
        List<Scenario> scenarios = Scenarios.of(options);
        Path earlier = options.with();
        Results before = earlier == null ? new Results(List.of()) : Results.read(earlier);
        Map<String, String> facts = Facts.of(arguments, options);
        Path folder = Files.createTempDirectory("tributary-benchmark-");
        try (Bench bench = new Bench(home, folder, options.memory(), options.quick(), options.flink())) {
            for (int round = 1; round <= options.rounds(); round++) {
                for (Scenario scenario : scenarios) {
                    scenario.run(bench, round, measurement -> {
                        note(measurement);
                        keep(before, facts);
                    });
                }
            }
        } catch (InterruptedException e) {
            out.println("Stopped.");
        } finally {
            Folders.delete(folder);
        }
        show(measured(before, facts), options);
        out.println("Written to " + options.out());
        return measurements.stream().allMatch(measurement -> measurement.failure() == null);
    }

    /** Whatever ends the run, what was measured until then is there. */
    private void keep(Results before, Map<String, String> facts) {
        try {
            Files.createDirectories(options.out());
            measured(before, facts).write(options.out().resolve("results.json"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Results measured(Results before, Map<String, String> facts) {
        return before.with(new Results.Run(facts, List.copyOf(measurements)));
    }

    private void note(Measurement measurement) {
        measurements.add(measurement);
        out.println(LocalTime.now(ZoneId.systemDefault()).format(CLOCK) + "  round " + measurement.round() + "  "
                + Report.line(measurement));
    }
}
