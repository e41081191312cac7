package io.tributary.change;

import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Where a job's last checkpoint is, for sentences that send people there. Tasks do not see the job's configuration, so the place
 * goes with the job as one of its parameters; the id of the job is known when it runs.
 */
public final class LastCheckpoint {

    private static final String PLACE = "tributary.checkpoints";
    private static final String JOB = "<job>";

    private LastCheckpoint() {}

    /** To be called when the job is put together. */
    public static void tell(StreamExecutionEnvironment environment) {
        String place = place(environment.getConfiguration());
        if (!place.isEmpty()) {
            JobParameters.add(environment, PLACE, place);
        }
    }

    private static String place(ReadableConfig configuration) {
        String directory = configuration.get(CheckpointingOptions.CHECKPOINTS_DIRECTORY);
        if (directory == null) {
            return "";
        }
        return directory + (configuration.get(CheckpointingOptions.CREATE_CHECKPOINT_SUB_DIR) ? "/" + JOB : "");
    }

    /** What fits behind: start the job again from. */
    public static String of(RuntimeContext context) {
        String place = context.getGlobalJobParameters().getOrDefault(PLACE, "");
        String job = context.getJobInfo().getJobId().toString();
        return place.isEmpty()
                ? "its last checkpoint, which is where the cluster keeps those of job " + job
                        + ": the job's configuration names no execution.checkpointing.dir"
                : "its last checkpoint, the newest chk-<number> that has a file _metadata in "
                        + place.replace(JOB, job);
    }
}
