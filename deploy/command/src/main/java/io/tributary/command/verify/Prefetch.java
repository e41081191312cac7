package io.tributary.command.verify;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.inmemory.InMemoryInputFile;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.SeekableInputStream;

/**
 * Small files of a table, each fetched whole by one request, some ahead of the one that is read: a store answers slowly rather than
 * sends slowly. Of large files nothing is fetched ahead.
 */
final class Prefetch implements AutoCloseable {

    private static final int THREADS = 8;
    private static final int AHEAD = 32;
    private static final long SMALL = 4 << 20;

    private final FileIO files;
    private final List<FileScanTask> tasks;
    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    private final Map<String, Future<byte[]>> fetched = new HashMap<>();
    private final Set<String> asked = new HashSet<>();
    private int next;

    Prefetch(FileIO files, Collection<FileScanTask> tasks) {
        this.files = files;
        this.tasks = new ArrayList<>(tasks);
    }

    /** This task is read next. */
    void reached(FileScanTask task) {
        int end = Math.min(tasks.size(), tasks.indexOf(task) + AHEAD);
        for (; next < end; next++) {
            fetch(tasks.get(next).file());
            tasks.get(next).deletes().forEach(this::fetch);
        }
    }

    private void fetch(ContentFile<?> file) {
        if (file.fileSizeInBytes() <= SMALL && asked.add(file.location())) {
            fetched.put(file.location(), threads.submit(() -> read(file)));
        }
    }

    private byte[] read(ContentFile<?> file) throws IOException {
        try (SeekableInputStream in = files.newInputFile(file.location()).newStream()) {
            return in.readAllBytes();
        }
    }

    /** Each file once. */
    InputFile take(ContentFile<?> file) {
        Future<byte[]> bytes = fetched.remove(file.location());
        if (bytes == null) {
            return files.newInputFile(file.location());
        }
        try {
            return new InMemoryInputFile(file.location(), bytes.get());
        } catch (ExecutionException e) {
            throw new UncheckedIOException(new IOException(file.location() + " cannot be read", e.getCause()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while reading " + file.location(), e);
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
