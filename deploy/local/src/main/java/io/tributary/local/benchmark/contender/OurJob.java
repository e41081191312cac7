package io.tributary.local.benchmark.contender;

import java.nio.file.Path;
import java.util.List;

/** The job that is shipped, with its default settings, one of its readers, and the table passing through. */
record OurJob(String reader) implements Contender {

    @Override
    public String name() {
        return "tributary-" + reader;
    }

    @Override
    public Attempt enter(Bench bench, Items items, Work work, Path folder) throws Exception {
        String namespace = folder.getFileName().toString().replace('-', '_');
        Slot slot = new Slot(bench.source(), namespace);
        slot.publish(Items.TABLE);
        Path settings = OurSettings.write(bench, folder, reader, slot, namespace, """
                sql:
                  pass-through: [items]
                """);
        return new FlinkAttempt(
                bench,
                folder,
                slot,
                phase -> Program.ours(bench, List.of("run", "--settings", settings.toString())),
                new IcebergGoal(bench.lake(), namespace, items, work, 1));
    }
}
