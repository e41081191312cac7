package io.tributary.local.benchmark.contender;

import io.tributary.local.service.FlinkCluster;

/** A Flink cluster for a while. */
record FlinkLease(FlinkCluster cluster, Runnable end) implements AutoCloseable {

    @Override
    public void close() {
        end.run();
    }
}
