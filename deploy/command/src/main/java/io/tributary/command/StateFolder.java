package io.tributary.command;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.Properties;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a job on this machine leaves behind, and goes on from: checkpoints, and logs.
 *
 * <p>One process at a time has it, until it ends.
 */
final class StateFolder {

    private static final String WHERE = "where";

    /** A job's folder, a checkpoint's in it, and the file that completes it. */
    private static final int DEPTH = 3;

    private final Path folder;

    private StateFolder(Path folder) {
        this.folder = folder;
    }

    static StateFolder at(Path folder) {
        return new StateFolder(folder.toAbsolutePath().normalize());
    }

    /** Beside the file, and named after it: {@code shop.state} for {@code shop.yaml}. */
    static StateFolder of(Path settings) {
        Path file = settings.toAbsolutePath().normalize();
        String name = file.getFileName().toString().replaceFirst("\\.ya?ml$", "");
        return new StateFolder(file.resolveSibling(name + ".state"));
    }

    Path path() {
        return folder;
    }

    Path checkpoints() {
        return folder.resolve("checkpoints");
    }

    Path temporary() {
        return folder.resolve("tmp");
    }

    Path log() {
        return folder.resolve("log").resolve("tributary.log");
    }

    /** Fails if another process has it. What that one left in the temporary folder goes. */
    FileChannel lock() throws IOException {
        Files.createDirectories(folder);
        FileChannel channel =
                FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (!isLocked(channel)) {
            channel.close();
            throw Problem.of("A job runs with " + folder + " already" + where(": its page is ")
                    + "; end it first, or give this one a folder of its own with --state");
        }
        delete(temporary());
        Files.createDirectories(temporary());
        Files.createDirectories(log().getParent());
        return channel;
    }

    private static boolean isLocked(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            // By this very process.
            return false;
        }
    }

    /** The folder of the checkpoint that was completed last, by whatever start; null if there is none. */
    @Nullable
    Path newest() throws IOException {
        if (!Files.isDirectory(checkpoints())) {
            return null;
        }
        Path newest = null;
        FileTime of = null;
        try (Stream<Path> files = Files.walk(checkpoints(), DEPTH)) {
            for (Path file : files.filter(path -> path.endsWith("_metadata")).toList()) {
                FileTime time = Files.getLastModifiedTime(file);
                if (of == null || time.compareTo(of) > 0) {
                    newest = file.getParent();
                    of = time;
                }
            }
        }
        return newest;
    }

    /** Where the page of the job is that runs now, for who asks from outside. */
    void runsAt(String address) throws IOException {
        Properties where = new Properties();
        where.setProperty("address", address);
        try (var out = Files.newBufferedWriter(folder.resolve(WHERE))) {
            where.store(out, null);
        }
    }

    void ended() throws IOException {
        Files.deleteIfExists(folder.resolve(WHERE));
    }

    /** Null if nothing says that a job runs. */
    @Nullable
    String address() {
        Properties where = new Properties();
        try (var in = Files.newBufferedReader(folder.resolve(WHERE))) {
            where.load(in);
        } catch (IOException e) {
            return null;
        }
        return where.getProperty("address");
    }

    private String where(String before) {
        String address = address();
        return address == null ? "" : before + address;
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
