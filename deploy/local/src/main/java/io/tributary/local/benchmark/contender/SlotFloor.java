package io.tributary.local.benchmark.contender;

import io.tributary.local.benchmark.flink.SlotClient;
import io.tributary.local.benchmark.measure.Timing;
import io.tributary.local.service.PostgresServer.Login;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A slot read by a bare client of pgoutput that throws the messages away. */
record SlotFloor() implements Contender {

    @Override
    public String name() {
        return "pgoutput-client";
    }

    @Override
    public Attempt enter(Bench bench, Task task, Path folder) throws Exception {
        Slot slot = new Slot(bench.source(), "bare_" + folder.getFileName());
        slot.publish(Items.TABLE);
        slot.create();
        return new Attempt() {
            @Override
            public boolean joins(Phase phase) {
                return phase != Phase.SNAPSHOT;
            }

            @Override
            public Timing run(Phase phase, boolean goesOn) throws Exception {
                Login source = bench.source();
                List<String> arguments = List.of(
                        source.url(),
                        source.username(),
                        source.password(),
                        slot.name(),
                        slot.name(),
                        String.valueOf(task.work().of(phase)));
                Timing timing = ClientAttempt.run(
                        bench, folder, SlotClient.class, arguments, task.work().of(phase));
                slot.skip();
                return timing;
            }

            @Override
            public void close() throws IOException {
                slot.close();
            }
        };
    }
}
