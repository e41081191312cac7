package io.tributary.command;

import java.util.Map;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.configuration.WebOptions;
import org.apache.flink.core.execution.RestoreMode;
import org.jspecify.annotations.Nullable;

/**
 * What a Flink for one job on this machine is told. What the settings say below {@code flink} wins, but for where things are:
 * the next start has to find them.
 */
final class LocalFlink {

    private static final String HOST = "localhost";
    private static final int PORTS = 100;
    private static final int MOST_SLOTS = 4;
    private static final MemorySize MANAGED = MemorySize.ofMebiBytes(256);

    /** One more than {@code postgres.confirm-delay-checkpoints} lets a job go back by default. */
    private static final int RETAINED = 4;

    private LocalFlink() {}

    /**
     * @param settings what stands below {@code flink}, without that prefix
     * @param port of the page; if it is taken, one of the next hundred
     * @param from what to go on from; null for nothing
     */
    static Configuration of(Map<String, String> settings, StateFolder folder, int port, @Nullable String from) {
        Configuration flink = new Configuration();
        int slots = Math.min(MOST_SLOTS, Runtime.getRuntime().availableProcessors());
        flink.set(CoreOptions.DEFAULT_PARALLELISM, slots);
        flink.set(StateBackendOptions.STATE_BACKEND, "rocksdb");
        flink.setString("state.backend.rocksdb.use-bloom-filter", "true");
        flink.set(CheckpointingOptions.INCREMENTAL_CHECKPOINTS, true);
        flink.set(CheckpointingOptions.MAX_RETAINED_CHECKPOINTS, RETAINED);
        flink.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MANAGED);
        flink.setString("metrics.fetcher.update-interval", "1000");
        settings.forEach(flink::setString);

        flink.set(TaskManagerOptions.NUM_TASK_SLOTS, Math.max(1, flink.get(CoreOptions.DEFAULT_PARALLELISM)));
        flink.set(
                CheckpointingOptions.CHECKPOINTS_DIRECTORY,
                folder.checkpoints().toUri().toString());
        flink.set(CheckpointingOptions.CREATE_CHECKPOINT_SUB_DIR, true);
        flink.set(
                CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
                ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
        flink.set(CoreOptions.TMP_DIRS, folder.temporary().toString());
        flink.set(WebOptions.TMP_DIR, folder.temporary().toString());
        // Who reaches Flink may run code in it: so nobody reaches it from another machine.
        flink.set(RestOptions.ADDRESS, HOST);
        flink.set(RestOptions.BIND_ADDRESS, HOST);
        flink.set(RestOptions.PORT, port);
        flink.set(RestOptions.BIND_PORT, port == 0 ? "0" : port + "-" + (port + PORTS));
        flink.set(WebOptions.SUBMIT_ENABLE, false);
        flink.set(WebOptions.LOG_PATH, folder.log().toString());
        if (from != null) {
            flink.set(StateRecoveryOptions.SAVEPOINT_PATH, from);
            flink.set(StateRecoveryOptions.RESTORE_MODE, RestoreMode.CLAIM);
        }
        return flink;
    }
}
