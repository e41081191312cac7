package io.tributary.local.benchmark.measure;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The processor time of processes and of all that they have started, as Linux tells it under {@code /proc}, see proc(5):
 * in steps of 10 ms. What ended was added to its parent's account, so nothing is missed.
 */
final class Processes {

    private static final double TICKS_PER_SECOND = 100;

    /** The fields after the command's name, which is in parentheses and may hold anything. */
    private static final int PARENT = 1;

    private static final int USER_TIME = 11;
    private static final int TIMES = 4;

    private final Map<Long, Double> seconds = new HashMap<>();
    private final Map<Long, List<Long>> children = new HashMap<>();

    private Processes() {}

    static Processes now() throws IOException {
        Processes processes = new Processes();
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path folder : folders) {
                processes.add(folder);
            }
        }
        return processes;
    }

    private void add(Path folder) throws IOException {
        String stat;
        try {
            stat = Files.readString(folder.resolve("stat"));
        } catch (NoSuchFileException e) {
            return;
        } catch (IOException e) {
            if ("No such process".equals(e.getMessage())) {
                return;
            }
            throw e;
        }
        add(Long.parseLong(folder.getFileName().toString()), stat);
    }

    private void add(long pid, String stat) {
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        long ticks = 0;
        for (int i = USER_TIME; i < USER_TIME + TIMES; i++) {
            ticks += Long.parseLong(fields[i]);
        }
        seconds.put(pid, ticks / TICKS_PER_SECOND);
        children.computeIfAbsent(Long.parseLong(fields[PARENT]), parent -> new ArrayList<>())
                .add(pid);
    }

    /** What the processes and all below them have used since they started; those that are gone count for nothing. */
    double cpuSeconds(List<Long> pids) {
        double sum = 0;
        for (long pid : pids) {
            sum += seconds.getOrDefault(pid, 0.0) + cpuSeconds(children.getOrDefault(pid, List.of()));
        }
        return sum;
    }
}
