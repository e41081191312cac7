package io.tributary.local.benchmark;

import io.tributary.local.arguments.Arguments;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.MemorySize;
import org.jspecify.annotations.Nullable;

/**
 * What the command line says.
 *
 * @param only scenarios to run
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

    static BenchmarkOptions of(Arguments arguments, Path home) {
        Path out = path(arguments, "--out");
        return new BenchmarkOptions(
                arguments.has("--quick"),
                arguments.list("--only"),
                arguments.has("--contenders") ? arguments.list("--contenders") : List.of(),
                Math.toIntExact(arguments.whole("--rounds")),
                arguments.number("--scale"),
                out == null ? home.resolve("deploy/local/target/benchmark") : out,
                MemorySize.parse(arguments.text("--memory")),
                arguments.text("--replica-identity").equals("full"),
                arguments.map("--flink"),
                path(arguments, "--with"),
                path(arguments, "--report"),
                path(arguments, "--document"));
    }

    private static @Nullable Path path(Arguments arguments, String option) {
        return arguments.has(option) ? Path.of(arguments.text(option)) : null;
    }

    /** Whether a scenario is wanted. */
    boolean wants(String scenario) {
        return only.contains(scenario);
    }
}
