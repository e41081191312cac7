package io.tributary.local.benchmark.contender;

import io.tributary.local.benchmark.flink.Tally;
import io.tributary.local.service.Waiting;
import java.nio.file.Path;
import java.time.Duration;

/** The reader has handed out as many rows as there are; later ones are found before the job is stopped. */
final class TallyGoal implements Goal {

    private static final Duration PATIENCE = Duration.ofMinutes(30);
    private static final int CALLS_PER_CHECK = 20;

    private final Path folder;
    private final Work work;
    private Phase reached = Phase.SNAPSHOT;

    /** {@code folder} has a tally for each phase, see {@link #folder}. */
    TallyGoal(Path folder, Work work) {
        this.folder = folder;
        this.work = work;
    }

    static Path folder(Path attempt, Phase phase) {
        return attempt.resolve("tally/" + phase);
    }

    @Override
    public long await(RunningJob job, Phase phase) throws Exception {
        reached = phase;
        Path tally = folder(folder, phase);
        int[] calls = new int[1];
        Waiting.until("the reader has read " + work.of(phase) + " rows", PATIENCE, () -> {
            if (++calls[0] % CALLS_PER_CHECK == 0) {
                job.checkAlive();
            }
            return Tally.read(tally).records() >= work.of(phase);
        });
        return Tally.read(tally).lastMillis();
    }

    @Override
    public void check() throws Exception {
        long records = Tally.read(folder(folder, reached)).records();
        if (records != work.of(reached)) {
            throw new IllegalStateException("It has read " + records + " rows of " + work.of(reached));
        }
    }
}
