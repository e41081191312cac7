package io.tributary.local.benchmark.contender;

import io.tributary.local.benchmark.flink.CopyClient;
import io.tributary.local.benchmark.measure.Timing;
import io.tributary.local.service.PostgresServer.Login;
import java.nio.file.Path;
import java.util.List;

/** The table copied in binary form and thrown away. */
record CopyFloor(int connections) implements Contender {

    @Override
    public String name() {
        return "copy-" + connections;
    }

    @Override
    public Attempt enter(Bench bench, Task task, Path folder) {
        return new Attempt() {
            @Override
            public boolean joins(Phase phase) {
                return phase == Phase.SNAPSHOT;
            }

            @Override
            public Timing run(Phase phase, boolean goesOn) throws Exception {
                Login source = bench.source();
                List<String> arguments = List.of(
                        source.url(), source.username(), source.password(), Items.TABLE, String.valueOf(connections));
                return ClientAttempt.run(
                        bench, folder, CopyClient.class, arguments, task.work().of(phase));
            }

            @Override
            public void close() {}
        };
    }
}
