package io.tributary.local.benchmark.contender;

import io.tributary.local.Waiting;
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
    private final Items items;
    private final Work work;
    private final int recordsPerUpdate;

    /** {@code recordsPerUpdate}: how many records the source makes of an update. */
    IcebergGoal(Lake lake, String namespace, Items items, Work work, int recordsPerUpdate) {
        this.lake = lake;
        this.namespace = namespace;
        this.items = items;
        this.work = work;
        this.recordsPerUpdate = recordsPerUpdate;
    }

    @Override
    public long await(RunningJob job, Phase phase) throws Exception {
        long records = work.of(phase) * (phase == Phase.SNAPSHOT ? 1 : recordsPerUpdate);
        boolean[] asked = new boolean[1];
        Waiting.until("all rows are committed", PATIENCE, () -> {
            job.checkAlive();
            if (!asked[0] && job.sourceRecords() >= records) {
                asked[0] = true;
                job.checkpoint();
            }
            return lake.rowsWritten(namespace, Items.TABLE) >= work.until(phase);
        });
        return System.currentTimeMillis();
    }

    @Override
    public void check() throws Exception {
        Checksum expected = items.checksum();
        Checksum found = lake.checksum(namespace, Items.TABLE);
        if (!found.equals(expected)) {
            throw new IllegalStateException("Iceberg has " + found + ", the source " + expected);
        }
    }
}
