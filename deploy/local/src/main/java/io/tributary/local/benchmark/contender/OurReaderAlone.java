package io.tributary.local.benchmark.contender;

import io.tributary.local.benchmark.flink.OurReader;
import java.nio.file.Path;
import java.util.List;

/** Our reader by itself, its rows decoded and thrown away. */
record OurReaderAlone(String reader) implements Contender {

    @Override
    public String name() {
        return "reader-" + reader;
    }

    @Override
    public Attempt enter(Bench bench, Task task, Path folder) throws Exception {
        Slot slot = new Slot(bench.source(), folder.getFileName().toString());
        slot.publish(Items.TABLE);
        Path settings = OurSettings.write(bench, folder, reader, slot, "none", task.flow(), "");
        return new FlinkAttempt(
                bench,
                folder,
                List.of(slot),
                phase -> Program.ofOurs(
                        bench,
                        OurReader.class,
                        List.of(
                                settings.toString(),
                                TallyGoal.folder(folder, phase).toString())),
                new TallyGoal(folder, task.work()));
    }
}
