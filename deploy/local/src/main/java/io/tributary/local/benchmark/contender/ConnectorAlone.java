package io.tributary.local.benchmark.contender;

import io.tributary.local.benchmark.flink.ConnectorReader;
import io.tributary.local.service.PostgresServer.Login;
import java.nio.file.Path;
import java.util.List;

/** flink-connector-postgres-cdc's source, tuned, its rows decoded and thrown away. */
record ConnectorAlone() implements Contender {

    @Override
    public String name() {
        return "connector";
    }

    @Override
    public Attempt enter(Bench bench, Task task, Path folder) throws Exception {
        Slot slot = new Slot(bench.source(), folder.getFileName().toString());
        slot.publish(Items.TABLE);
        Login source = bench.source();
        return new FlinkAttempt(
                bench,
                folder,
                List.of(slot),
                phase -> Program.ofConnector(
                        bench,
                        ConnectorReader.class,
                        List.of(
                                "127.0.0.1",
                                String.valueOf(source.port()),
                                source.database(),
                                source.username(),
                                source.password(),
                                Items.TABLE,
                                slot.name(),
                                slot.name(),
                                "ROW<" + Items.COLUMNS + ">",
                                String.valueOf(task.items().oldRows()),
                                TallyGoal.folder(folder, phase).toString())),
                new TallyGoal(folder, task.work()));
    }
}
