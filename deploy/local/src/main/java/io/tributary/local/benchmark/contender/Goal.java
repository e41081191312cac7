package io.tributary.local.benchmark.contender;

/** How it is known that a job has read all that there is. */
interface Goal {

    /** Waits for it; when it was, in millis of the epoch. */
    long await(RunningJob job, Phase phase) throws Exception;

    /** Fails if what it has read is not what the source has. */
    void check() throws Exception;
}
