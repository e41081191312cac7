package io.tributary.local.benchmark;

import io.tributary.local.benchmark.contender.Bench;
import io.tributary.local.benchmark.measure.Measurement;
import java.util.function.Consumer;

/** Something that is done with Tributary, and measured. */
interface Scenario {

    /**
     * Runs once. What fails is handed over as a failed measurement; what makes the rest of the run pointless is thrown.
     *
     * @param round from 1 on; the order of the contenders alternates
     */
    void run(Bench bench, int round, Consumer<Measurement> results) throws Exception;
}
