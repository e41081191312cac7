package io.tributary.local.demo;

import io.tributary.local.service.FlinkCluster;
import io.tributary.local.service.Waiting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.stream.Stream;

final class Checkpoints {

    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private Checkpoints() {}

    /** Waits until so many are complete. The job may be restarted meanwhile, but not fail for good. */
    static void await(FlinkCluster flink, String job, long count) throws Exception {
        Waiting.until(count + " checkpoints are complete", PATIENCE, () -> {
            Demo.checkRunning(flink.rest(), job);
            return flink.rest().completedCheckpoints(job) >= count;
        });
    }

    /** Waits until so many are complete beside those that are: after a loss, so that the job runs again. */
    static void awaitMore(FlinkCluster flink, String job, long count) throws Exception {
        await(flink, job, flink.rest().completedCheckpoints(job) + count);
    }

    /** The newest one that a job left behind: {@code <execution.checkpointing.dir>/<job id>/chk-<n>}. */
    static String last(Path folder, String job) throws IOException {
        try (Stream<Path> left = Files.list(folder.resolve("flink/checkpoints").resolve(job))) {
            return left.filter(checkpoint -> Files.exists(checkpoint.resolve("_metadata")))
                    .max(Comparator.comparingLong(Checkpoints::number))
                    .orElseThrow()
                    .toString();
        }
    }

    private static long number(Path checkpoint) {
        return Long.parseLong(checkpoint.getFileName().toString().substring("chk-".length()));
    }
}
