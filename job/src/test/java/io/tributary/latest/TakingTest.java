package io.tributary.latest;

import static io.tributary.latest.Customers.delete;
import static io.tributary.latest.Customers.full;
import static io.tributary.latest.Customers.read;
import static io.tributary.latest.Customers.snapshotBegan;
import static io.tributary.latest.Customers.snapshotEnded;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.change.TakenChanges;
import java.util.List;
import java.util.Map;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.Test;

class TakingTest {

    private static LatestJob start(OperatorSubtaskState state) throws Exception {
        return LatestJob.filling(Retention.of(Map.of()), List.of(), 8, state);
    }

    /** Of the table, in words, up to the last barrier. */
    private static String told(LatestJob job) throws Exception {
        TakenChanges all = new TakenChanges();
        for (byte[] bytes : job.taken()) {
            assertThat(TakenChanges.isIn(bytes)).isTrue();
            all.add(TakenChanges.ofBytes(bytes));
        }
        long table = Customers.SCHEMA.tableId();
        TakenChanges.Newest newest = all.newest().get(table);
        return (all.isRead(table) ? "read" : "unread") + " "
                + (newest == null ? "-" : newest.position().major() + " at " + newest.timestamp());
    }

    @Test
    void theNewestStreamedChangeCountsWhicheverCameLast() throws Exception {
        try (LatestJob job = start(null)) {
            job.take(full(5, 1, "Rome", "a"), full(9, 2, "Oslo", "b"), delete(7, 1));
            assertThat(told(job)).as("before the barrier").isEqualTo("unread -");
            job.barrier();
            assertThat(told(job)).isEqualTo("unread 9 at 9");
            job.take(read(20, 3, "Bern", "c"));
            job.barrier();
            assertThat(told(job))
                    .as("a row that was read says nothing of others")
                    .isEqualTo("unread 9 at 9");
            assertThat(job.taken()).as("nothing new, nothing said").hasSize(1);
            // An older one again, after a failure.
            job.take(full(8, 2, "Oslo", "b"));
            job.barrier();
            assertThat(told(job)).isEqualTo("unread 9 at 9");
        }
    }

    @Test
    void aTableHasBeenReadAtTheSecondBarrierAfterTheEndOfItsSnapshot() throws Exception {
        OperatorSubtaskState state;
        try (LatestJob job = start(null)) {
            job.take(snapshotBegan(1), read(1, 1, "Rome", "a"));
            job.barrier();
            job.take(snapshotEnded(1), full(3, 1, "Oslo", "a"));
            job.barrier();
            assertThat(told(job)).isEqualTo("unread 3 at 3");
            job.barrier();
            assertThat(told(job)).isEqualTo("read 3 at 3");
            state = job.snapshot();
        }
        try (LatestJob job = start(state)) {
            job.barrier();
            assertThat(told(job)).as("after a restart").isEqualTo("read -");
            job.take(snapshotBegan(5));
            job.barrier();
            assertThat(told(job))
                    .as("its history was lost, and it is read anew")
                    .isEqualTo("unread -");
            job.take(snapshotEnded(5));
            job.barrier();
            job.barrier();
            assertThat(told(job)).isEqualTo("read -");
        }
    }
}
