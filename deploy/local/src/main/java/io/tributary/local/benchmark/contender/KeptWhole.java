package io.tributary.local.benchmark.contender;

import java.nio.file.Path;

/**
 * A job whose table goes on as it is, where the others' is computed by a SQL file, and is kept whole in the state, as it is
 * for a file: so the difference to the job with the file is what the file costs.
 */
public record KeptWhole(Contender job) implements Contender {

    @Override
    public String name() {
        return job.name() + "-passing";
    }

    @Override
    public boolean isWholeJob() {
        return true;
    }

    @Override
    public Attempt enter(Bench bench, Task task, Path folder) throws Exception {
        return job.enter(bench, new Task(task.items(), Flow.keptWhole(), task.work()), folder);
    }
}
