package io.tributary.sink.load;

import io.tributary.load.LoadManifest;
import io.tributary.load.RecordFiles;
import io.tributary.store.ObjectStore;
import java.io.IOException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import org.apache.flink.api.connector.sink2.CommittingSinkWriter;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.groups.SinkWriterMetricGroup;

/** The files of one subtask. */
final class FilesWriter implements CommittingSinkWriter<byte[], Completed> {

    private final ObjectStore store;
    private final RecordFiles files;
    private final Counter records;
    private final Counter bytes;

    /** @param size of a file, compressed, at which the next is begun */
    FilesWriter(ObjectStore store, long size, SinkWriterMetricGroup metrics) {
        this.store = store;
        this.files = new RecordFiles(store, size);
        this.records = metrics.getNumRecordsSendCounter();
        this.bytes = metrics.getNumBytesSendCounter();
    }

    @Override
    public void write(byte[] record, Context context) throws IOException, InterruptedException {
        files.add(record);
        records.inc();
        bytes.inc(record.length);
    }

    @Override
    public void flush(boolean endOfInput) throws IOException, InterruptedException {
        files.flush();
    }

    @Override
    public Collection<Completed> prepareCommit() {
        LoadManifest manifest = files.take();
        return manifest.files().isEmpty()
                ? List.of()
                : List.of(new Completed(RecordFiles.name(Instant.now()) + ".json", manifest));
    }

    @Override
    public void close() {
        files.close();
        store.close();
    }
}
