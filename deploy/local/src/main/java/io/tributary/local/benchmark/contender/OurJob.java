package io.tributary.local.benchmark.contender;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The job that is shipped, with one of its readers, one of its ways to delete rows, the flow as its SQL, and all else by default.
 *
 * @param deletes as {@code iceberg.deletes} spells it; null for what is so by default
 */
public record OurJob(String reader, @Nullable String deletes) implements Contender {

    @Override
    public String name() {
        return "tributary-" + reader + (deletes == null ? "" : "-" + deletes);
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
        Path settings = OurSettings.write(
                bench, folder, reader, slot, namespace, task.flow(), deletes(deletes) + sql(task.flow(), folder));
        return new FlinkAttempt(
                bench,
                folder,
                List.of(slot),
                phase -> Program.ours(bench, List.of("run", "--settings", settings.toString())),
                new IcebergGoal(bench.lake(), namespace, task, 1));
    }

    /** The settings by which rows are deleted so. */
    public static String deletes(@Nullable String way) {
        return way == null ? "" : "iceberg.deletes: " + way + "\n";
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
