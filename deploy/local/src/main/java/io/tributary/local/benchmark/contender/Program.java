package io.tributary.local.benchmark.contender;

import io.tributary.local.service.FlinkCluster;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is handed to {@code flink run}: a jar, what is loaded beside it and after it, and the name of the main class unless
 * the jar names it.
 */
record Program(Path jar, List<Path> beside, @Nullable String main, List<String> arguments) {

    /** The jar that is shipped. */
    static Program ours(Bench bench, List<String> arguments) throws Exception {
        return new Program(bench.jobJar(), List.of(), null, arguments);
    }

    /** A class of the contenders' own, with the jar that is shipped. */
    static Program ofOurs(Bench bench, Class<?> main, List<String> arguments) throws Exception {
        return new Program(bench.jobJar(), List.of(bench.contenderClasses()), main.getName(), arguments);
    }

    /** A class of the contenders' own, with the connectors of the jar that is shipped and the driver they were made for. */
    static Program ofConnector(Bench bench, Class<?> main, List<String> arguments) throws Exception {
        return new Program(
                bench.connectorDriver(), List.of(bench.jobJar(), bench.contenderClasses()), main.getName(), arguments);
    }

    /** The job's id. */
    String submit(FlinkCluster cluster, @Nullable String savepoint) throws Exception {
        List<String> options = new ArrayList<>();
        if (savepoint != null) {
            options.addAll(List.of("-s", savepoint));
        }
        for (Path path : beside) {
            options.addAll(List.of("-C", path.toUri().toString()));
        }
        if (main != null) {
            options.addAll(List.of("-c", main));
        }
        return cluster.submit(jar, options, arguments);
    }
}
