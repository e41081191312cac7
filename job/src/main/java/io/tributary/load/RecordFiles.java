package io.tributary.load;

import io.tributary.store.ObjectStore;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Writes records into files, a JSON object a line, compressed by gzip. One is filled while the one before is put into the store. Their
 * names begin with the time, in UTC, at which they were.
 */
public final class RecordFiles implements AutoCloseable {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
    private static final int BUFFER = 1 << 16;

    private final ObjectStore store;
    private final long size;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(task -> {
        Thread made = new Thread(task, "warehouse-files");
        made.setDaemon(true);
        return made;
    });

    private final Map<String, Long> written = new LinkedHashMap<>();
    private @Nullable ByteArrayOutputStream compressed;
    private @Nullable Lines lines;
    private @Nullable Future<?> upload;

    /** @param size of a file, compressed, at which the next is begun */
    public RecordFiles(ObjectStore store, long size) {
        this.store = store;
        this.size = size;
    }

    /** A name that nothing else has, and that sorts by this time. */
    public static String name(Instant time) {
        return TIME.format(time) + "-" + UUID.randomUUID();
    }

    /** @param record a JSON object without line breaks */
    public void add(byte[] record) throws IOException, InterruptedException {
        ByteArrayOutputStream file = compressed;
        Lines open = lines;
        if (file == null || open == null) {
            file = new ByteArrayOutputStream(BUFFER);
            open = new Lines(file);
            compressed = file;
            lines = open;
        }
        open.write(record);
        open.write('\n');
        if (file.size() >= size) {
            roll();
        }
    }

    private void roll() throws IOException, InterruptedException {
        ByteArrayOutputStream file = compressed;
        Lines open = lines;
        if (file == null || open == null) {
            return;
        }
        compressed = null;
        lines = null;
        open.close();
        await();
        String path = LoadSettings.RECORDS + name(Instant.now()) + ".json.gz";
        byte[] content = file.toByteArray();
        upload = thread.submit(() -> {
            store.put(path, content);
            return null;
        });
        written.put(path, (long) content.length);
    }

    /** Until the file before is in the store. */
    private void await() throws IOException, InterruptedException {
        Future<?> pending = upload;
        upload = null;
        if (pending == null) {
            return;
        }
        try {
            pending.get();
        } catch (ExecutionException e) {
            throw new IOException("A file for the warehouse cannot be written: " + e.getCause(), e.getCause());
        }
    }

    /** Ends the file that is being filled, and waits until all are in the store. */
    public void flush() throws IOException, InterruptedException {
        roll();
        await();
    }

    /** The files that were written since this was asked for the last time; empty if nothing was. */
    public LoadManifest take() {
        LoadManifest manifest = new LoadManifest(written);
        written.clear();
        return manifest;
    }

    /** Leaves the store open. */
    @Override
    public void close() {
        thread.shutdownNow();
    }

    /** Compressed as fast as can be: it costs the job more than the network. */
    private static final class Lines extends GZIPOutputStream {

        Lines(ByteArrayOutputStream out) throws IOException {
            super(out, BUFFER);
            def.setLevel(Deflater.BEST_SPEED);
        }
    }
}
