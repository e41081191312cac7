package io.tributary.local.benchmark.contender;

import io.tributary.local.benchmark.measure.Meter;
import io.tributary.local.benchmark.measure.Timing;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A job in Flink. Between the phases it rests in a savepoint, from which the next one resumes it.
 *
 * <p>Its time begins when all its tasks run, their state restored, so that starting Flink, submitting and deploying is no
 * part of it.
 */
final class FlinkAttempt implements Attempt {

    /** What is run in a phase. */
    interface Programs {
        Program of(Phase phase) throws Exception;
    }

    private final Bench bench;
    private final Path folder;
    private final List<Slot> slots;
    private final Programs program;
    private final Goal goal;
    private @Nullable String savepoint;

    FlinkAttempt(Bench bench, Path folder, List<Slot> slots, Programs program, Goal goal) {
        this.bench = bench;
        this.folder = folder;
        this.slots = slots;
        this.program = program;
        this.goal = goal;
    }

    @Override
    public boolean joins(Phase phase) {
        return true;
    }

    @Override
    public Timing run(Phase phase, boolean goesOn) throws Exception {
        try (FlinkLease flink = bench.flink(folder);
                Meter meter = Meter.start(flink.cluster().pids(), bench.sourcePids())) {
            RunningJob job =
                    new RunningJob(flink.cluster().rest(), program.of(phase).submit(flink.cluster(), savepoint));
            try {
                long begin = job.awaitRunning();
                Timing timing = meter.between(begin, goal.await(job, phase));
                rest(job, goesOn);
                goal.check();
                return timing;
            } catch (Exception e) {
                try {
                    job.cancel();
                } catch (Exception second) {
                    e.addSuppressed(second);
                }
                throw e;
            }
        }
    }

    /** What it has read of the slot is in the state, also where it goes on reading after the snapshot only. */
    private void rest(RunningJob job, boolean goesOn) throws Exception {
        if (!goesOn) {
            job.cancel();
            return;
        }
        for (Slot slot : slots) {
            slot.awaitReader();
        }
        job.awaitCheckpoint();
        savepoint = job.stop();
    }

    @Override
    public void close() throws IOException {
        for (Slot slot : slots) {
            slot.close();
        }
    }
}
