package io.tributary.capture.dynamodb.export.read;

import io.tributary.capture.dynamodb.export.ExportLocation;
import io.tributary.capture.dynamodb.export.ExportSettings;
import io.tributary.capture.dynamodb.export.ExportedTable;
import io.tributary.capture.dynamodb.export.find.DataFile;
import io.tributary.capture.dynamodb.export.find.UnusableException;
import io.tributary.change.Captured;
import io.tributary.change.Change;
import io.tributary.change.Rejected;
import io.tributary.change.Schema;
import io.tributary.store.ObjectStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.flink.connector.base.source.reader.RecordsWithSplitIds;
import org.apache.flink.connector.base.source.reader.splitreader.SplitReader;
import org.apache.flink.connector.base.source.reader.splitreader.SplitsChange;
import org.apache.flink.util.FlinkRuntimeException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads files of exports, one after the other. One that is missing or is not as its manifest says becomes a dead letter, once, and
 * is tried again every {@code dynamodb.exports.poll-interval}, between the others: until it is right its export is not loaded.
 */
final class ExportSplitReader implements SplitReader<Line, ExportSplit> {

    private static final Logger LOG = LoggerFactory.getLogger(ExportSplitReader.class);

    /** How long nothing is handed on while there is nothing. */
    private static final long IDLE_MILLIS = 50;

    private final ExportSettings settings;
    private final Rows rows;
    private final Path folder;
    private final Course course;
    private final Map<ExportLocation, ObjectStore> stores = new HashMap<>();
    private final List<Task> tasks = new ArrayList<>();
    private final Semaphore woken = new Semaphore(0);

    private @Nullable Task current;

    /**
     * @param folder for files on their way
     */
    ExportSplitReader(ExportSettings settings, Rows rows, Path folder, Course course) {
        this.settings = settings;
        this.rows = rows;
        this.folder = folder;
        this.course = course;
    }

    @Override
    public void handleSplitsChanges(SplitsChange<ExportSplit> change) {
        change.splits().forEach(split -> tasks.add(new Task(split)));
    }

    @Override
    public RecordsWithSplitIds<Line> fetch() throws IOException {
        Task task = current == null ? nextDue() : current;
        if (task == null) {
            pause();
            return LineBatch.empty();
        }
        current = task;
        LineBatch batch = batch(task);
        course.failing((int) tasks.stream().filter(other -> other.isFailing).count());
        return batch;
    }

    private LineBatch batch(Task task) throws IOException {
        ExportSplit split = task.split;
        LineBatch batch = LineBatch.of(split, task.offset);
        switch (split.phase()) {
            case BEGIN:
                batch.add(Change.snapshotBegan(
                        schema(split),
                        split.window().announcement(),
                        split.window().to()));
                return ended(task, batch);
            case TRUNCATION:
                if (!isGivenUp(split)) {
                    batch.add(Change.truncate(
                            schema(split),
                            split.window().truncation(),
                            split.window().to()));
                    // Whoever waits for all rows of the table has them now.
                    batch.add(Change.resynced(
                            schema(split),
                            split.window().truncation(),
                            split.window().to()));
                }
                return ended(task, batch);
            case END:
                batch.add(Change.snapshotEnded(
                        schema(split),
                        split.window().announcement(),
                        split.window().to()));
                return ended(task, batch);
            case REPORT:
                batch.add(rejected(split, split.reason(), split.raw()));
                return ended(task, batch);
            case FILE:
            case DELETES:
            default:
                return isGivenUp(split) ? ended(task, batch) : file(task, batch);
        }
    }

    private boolean isGivenUp(ExportSplit split) {
        if (settings.isSkipped(split.export())) {
            LOG.warn("{} is not read, as {} says", split, ExportSettings.SKIP.key());
            return true;
        }
        return course.isSuperseded(split);
    }

    private Schema schema(ExportSplit split) {
        return rows.schema(split.table());
    }

    private LineBatch file(Task task, LineBatch batch) throws IOException {
        long begin = task.offset;
        try {
            SpooledFile file = task.open();
            while (!batch.isFull()) {
                if (!file.next()) {
                    return ended(task, batch);
                }
                LineReader line = file.lines();
                rows.read(task.split, line.buffer(), line.offset(), line.length(), batch::add);
                batch.lineEnds(line.length());
                task.offset++;
            }
            return batch;
        } catch (IOException e) {
            task.close();
            if (course.isStopped()) {
                return LineBatch.empty();
            }
            // What was read before is right; the next attempt fails at once.
            return task.offset > begin ? batch : failed(task, e);
        }
    }

    private LineBatch failed(Task task, IOException e) {
        LOG.error("{}: {}", task.split, e.getMessage(), e);
        boolean isNews = e instanceof UnusableException && !task.split.isReported();
        if (isNews) {
            task.split = task.split.at(task.offset, true);
        }
        LineBatch batch = LineBatch.of(task.split, task.offset);
        if (isNews) {
            batch.add(rejected(task.split, String.valueOf(e.getMessage()), entry(task.split.file())));
        }
        task.again = System.nanoTime() + settings.pollInterval().toNanos();
        if (!task.isFailing) {
            task.isFailing = true;
            batch.afterwards(course::failed);
        }
        current = null;
        return batch;
    }

    private LineBatch ended(Task task, LineBatch batch) throws IOException {
        task.close();
        tasks.remove(task);
        current = null;
        return batch.end();
    }

    /** As it stands in the list of files. */
    private static byte[] entry(DataFile file) {
        return ("{\"itemCount\":" + file.items() + ",\"md5Checksum\":\"" + file.md5() + "\",\"dataFileS3Key\":\""
                        + file.path() + "\"}")
                .getBytes(StandardCharsets.UTF_8);
    }

    private static Captured rejected(ExportSplit split, String reason, byte[] raw) {
        return Rejected.of(
                "dynamodb",
                split.table().isEmpty() ? null : split.table(),
                System.currentTimeMillis(),
                reason,
                raw,
                null);
    }

    private @Nullable Task nextDue() {
        long now = System.nanoTime();
        Task due = null;
        for (Task task : tasks) {
            if (!task.isFailing) {
                return task;
            }
            boolean mayGo = now - task.again >= 0 || isGivenUp(task.split);
            due = due == null && mayGo ? task : due;
        }
        return due;
    }

    private void pause() {
        try {
            if (woken.tryAcquire(IDLE_MILLIS, TimeUnit.MILLISECONDS)) {
                woken.drainPermits();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void wakeUp() {
        woken.release();
    }

    @Override
    public void close() throws IOException {
        for (Task task : tasks) {
            task.close();
        }
        stores.values().forEach(ObjectStore::close);
        stores.clear();
    }

    private ObjectStore store(ExportSplit split) throws IOException {
        ExportedTable table = settings.table(split.table());
        if (table == null) {
            throw new FlinkRuntimeException("dynamodb.tables: the export " + split.export() + " of table "
                    + split.table() + " is being loaded, so the table cannot be left out: put it back, or start the job"
                    + " anew, without state");
        }
        ObjectStore store = stores.get(table.location());
        if (store == null) {
            store = table.location().open();
            stores.put(table.location(), store);
        }
        return store;
    }

    /** One split, and how far it is. */
    private final class Task {
        private ExportSplit split;
        private long offset;
        private boolean isFailing;
        private long again;
        private @Nullable SpooledFile file;

        private Task(ExportSplit split) {
            this.split = split;
            this.offset = split.offset();
        }

        private SpooledFile open() throws IOException {
            if (file == null) {
                file = SpooledFile.fetch(store(split), split.file(), offset, folder, course::isStopped);
            }
            return file;
        }

        private void close() throws IOException {
            SpooledFile open = file;
            file = null;
            if (open != null) {
                open.close();
            }
        }
    }
}
