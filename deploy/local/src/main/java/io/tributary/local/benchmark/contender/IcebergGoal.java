package io.tributary.local.benchmark.contender;

import io.tributary.local.service.Waiting;
import java.time.Duration;

/**
 * All rows are committed in Iceberg.
 *
 * <p>When the sources have handed on the last row, a checkpoint is asked for beside those at intervals, of all contenders
 * alike: else the time until the next one, which is a matter of luck, would be part of the figure.
 */
final class IcebergGoal implements Goal {

    private static final Duration PATIENCE = Duration.ofMinutes(60);

    private final Lake lake;
    private final String namespace;
    private final Task task;
    private final int recordsPerUpdate;
    private long seen;

    /** {@code recordsPerUpdate}: how many records the source makes of an update. */
    IcebergGoal(Lake lake, String namespace, Task task, int recordsPerUpdate) {
        this.lake = lake;
        this.namespace = namespace;
        this.task = task;
        this.recordsPerUpdate = recordsPerUpdate;
    }

    @Override
    public long await(RunningJob job, Phase phase) throws Exception {
        long records = phase == Phase.SNAPSHOT
                ? task.work().rows() + task.otherRows()
                : task.work().of(phase) * recordsPerUpdate;
        boolean[] asked = new boolean[1];
        Waiting.until("all rows are committed", PATIENCE, () -> {
            job.checkAlive();
            if (!asked[0] && job.sourceRecords() >= records) {
                asked[0] = true;
                job.checkpoint();
            }
            boolean isToBeSummedUp = asked[0] && task.flow().isSummed();
            return isToBeSummedUp ? isSummedUp() : isWritten(phase);
        });
        return task.flow().isSummed() ? lake.lastCommit(namespace, task.flow().made()) : System.currentTimeMillis();
    }

    private boolean isWritten(Phase phase) {
        return !task.flow().isSummed()
                && lake.rowsWritten(namespace, task.flow().outputs())
                        >= task.work().until(phase);
    }

    /** A table is read once for each of its commits. */
    private boolean isSummedUp() throws Exception {
        long commit = lake.lastCommit(namespace, task.flow().made());
        if (commit == seen) {
            return false;
        }
        seen = commit;
        return lake.checksum(namespace, task.flow().outputs()).equals(task.expected());
    }

    @Override
    public void check() throws Exception {
        Checksum expected = task.expected();
        Checksum found = lake.checksum(namespace, task.flow().outputs());
        if (!found.equals(expected)) {
            throw new IllegalStateException("Iceberg has " + found + ", the source " + expected);
        }
    }
}
