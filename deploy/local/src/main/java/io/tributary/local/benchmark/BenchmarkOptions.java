package io.tributary.local.benchmark;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.configuration.MemorySize;
import org.jspecify.annotations.Nullable;

/**
 * What the command line says.
 *
 * @param only scenarios to run; empty: all
 * @param contenders names, or beginnings of names; empty: all
 * @param flink settings of every Flink that is started, beside and above those it has
 * @param with a results file whose other scenarios are to be shown beside those of this run
 * @param report a results file to be shown again, in place of a run
 * @param document a Markdown file whose section of results is to be written anew
 */
record BenchmarkOptions(
        boolean quick,
        List<String> only,
        List<String> contenders,
        int rounds,
        double scale,
        Path out,
        MemorySize memory,
        boolean oldRows,
        Map<String, String> flink,
        @Nullable Path with,
        @Nullable Path report,
        @Nullable Path document) {

    static final String USAGE = """
            benchmark [--quick] [--only snapshot,changes,...] [--contenders a,b] [--rounds 3] [--scale 1] ...
              --quick             snapshot, changes and freshness, small sizes, one round, the most important contenders, one Flink
                                  for all: under 3 minutes
              --only              of snapshot, changes, sql, freshness, state, read, tables, kinesis
              --contenders        names or beginnings of names, as the table shows them
              --rounds            how often everything is run, in alternating order
              --scale             0.1: a tenth of all sizes
              --memory            of the task manager, all in all; 5g by default
              --replica-identity  full (default), on which Flink SQL runs with its defaults, or default
              --out               where results.json, .svg and .md are written; by default deploy/local/target/benchmark
              --flink             a setting of Flink for all contenders, as key=value; again for more
              --with              a results.json of an earlier run, whose other scenarios are kept: for a run in parts
              --report            shows a results.json again, in place of a run
              --document          writes the section of results in this Markdown file anew""";

    private static final double QUICK_SCALE = 0.05;

    /** The others take longer, however small they are. */
    private static final List<String> QUICK = List.of("snapshot", "changes", "freshness");

    static BenchmarkOptions of(String[] arguments, Path home) {
        boolean quick = List.of(arguments).contains("--quick");
        List<String> only = quick ? QUICK : List.of();
        List<String> contenders = List.of();
        int rounds = quick ? 1 : 3;
        double scale = quick ? QUICK_SCALE : 1;
        Path out = home.resolve("deploy/local/target/benchmark");
        MemorySize memory = MemorySize.parse(quick ? "3g" : "5g");
        boolean oldRows = true;
        Map<String, String> flink = new TreeMap<>();
        Path with = null;
        Path report = null;
        Path document = null;
        for (int i = 0; i < arguments.length; i++) {
            switch (arguments[i]) {
                case "--quick" -> {}
                case "--only" -> only = scenarios(value(arguments, ++i));
                case "--contenders" ->
                    contenders = List.of(value(arguments, ++i).split(","));
                case "--rounds" -> rounds = (int) number(arguments, ++i);
                case "--scale" -> scale = number(arguments, ++i);
                case "--memory" -> memory = MemorySize.parse(value(arguments, ++i));
                case "--replica-identity" -> oldRows = isFull(value(arguments, ++i));
                case "--out" -> out = Path.of(value(arguments, ++i));
                case "--flink" -> setting(value(arguments, ++i), flink);
                case "--with" -> with = Path.of(value(arguments, ++i));
                case "--report" -> report = Path.of(value(arguments, ++i));
                case "--document" -> document = Path.of(value(arguments, ++i));
                default -> throw new IllegalArgumentException("Unknown option " + arguments[i]);
            }
        }
        return new BenchmarkOptions(
                quick, only, contenders, rounds, scale, out, memory, oldRows, flink, with, report, document);
    }

    /** Whether a scenario is wanted. */
    boolean wants(String scenario) {
        return only.isEmpty() || only.contains(scenario);
    }

    private static List<String> scenarios(String names) {
        List<String> scenarios = List.of(names.split(","));
        for (String name : scenarios) {
            if (!Scenarios.NAMES.contains(name)) {
                throw new IllegalArgumentException("There is no scenario " + name);
            }
        }
        return scenarios;
    }

    private static void setting(String text, Map<String, String> settings) {
        int equals = text.indexOf('=');
        if (equals < 1) {
            throw new IllegalArgumentException("--flink is key=value, not " + text);
        }
        settings.put(text.substring(0, equals), text.substring(equals + 1));
    }

    private static boolean isFull(String value) {
        return switch (value) {
            case "full" -> true;
            case "default" -> false;
            default -> throw new IllegalArgumentException("--replica-identity is full or default");
        };
    }

    private static String value(String[] arguments, int index) {
        if (index == arguments.length) {
            throw new IllegalArgumentException(arguments[index - 1] + " needs a value");
        }
        return arguments[index];
    }

    private static double number(String[] arguments, int index) {
        String text = value(arguments, index);
        try {
            double number = Double.parseDouble(text);
            if (number > 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw new IllegalArgumentException(arguments[index - 1] + " cannot be " + text);
    }
}
