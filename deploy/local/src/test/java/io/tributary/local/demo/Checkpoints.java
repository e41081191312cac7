package io.tributary.local.demo;

import io.tributary.local.service.FlinkCluster;
import io.tributary.local.service.Waiting;
import java.time.Duration;

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
}
