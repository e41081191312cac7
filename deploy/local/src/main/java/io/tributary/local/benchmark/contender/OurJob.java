package io.tributary.local.benchmark.contender;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The job that is shipped, with its default settings, one of its readers, and the flow as its SQL. */
record OurJob(String reader) implements Contender {

    @Override
    public String name() {
        return "tributary-" + reader;
    }

    @Override
    public boolean isWholeJob() {
        return true;
    }

    @Override
    public Attempt enter(Bench bench, Task task, Path folder) throws Exception {
        String namespace = Lake.namespace(folder);
        Slot slot = new Slot(bench.source(), namespace);
        slot.publish(String.join(", ", task.flow().captured()));
        Path settings =
                OurSettings.write(bench, folder, reader, slot, namespace, task.flow(), sql(task.flow(), folder));
        return new FlinkAttempt(
                bench,
                folder,
                List.of(slot),
                phase -> Program.ours(bench, List.of("run", "--settings", settings.toString())),
                new IcebergGoal(bench.lake(), namespace, task, 1));
    }

    static String sql(Flow flow, Path folder) throws IOException {
        StringBuilder settings = new StringBuilder("sql:\n");
        if (!flow.passing().isEmpty()) {
            settings.append("  pass-through: [")
                    .append(String.join(", ", flow.passing()))
                    .append("]\n");
        }
        String select = flow.select();
        if (select != null) {
            Path directory = Files.createDirectories(folder.resolve("sql"));
            Files.writeString(
                    directory.resolve(flow.made() + ".sql"),
                    "-- Which items are there, and whose are they?\n-- key: id\n" + select);
            settings.append("  directory: \"").append(directory).append("\"\n");
        }
        return settings.toString();
    }
}
