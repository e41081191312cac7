package io.tributary.sink.load;

import io.tributary.load.LoadSettings;
import io.tributary.store.ObjectStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.api.connector.sink2.CommitterInitContext;
import org.apache.flink.api.connector.sink2.CommittingSinkWriter;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SupportsCommitter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.streaming.api.datastream.DataStream;

/**
 * Writes records into files, a JSON object a line, compressed by gzip, and at each checkpoint a manifest of those of each subtask that
 * wrote some. What is in no manifest is in no checkpoint that is complete: it is written again, into other files.
 *
 * <p>A manifest has the name that it had when its checkpoint was made, so one that is committed once more after a failure is told from
 * new ones by whoever has loaded it.
 */
public final class FilesSink implements Sink<byte[]>, SupportsCommitter<Completed> {

    private static final long serialVersionUID = 1L;

    private final LoadSettings settings;

    private FilesSink(LoadSettings settings) {
        this.settings = settings;
    }

    /** Writes the records, each of which is one JSON object without line breaks. */
    public static void write(LoadSettings settings, DataStream<byte[]> records, String uid) {
        records.sinkTo(new FilesSink(settings))
                .setParallelism(records.getParallelism())
                .uid(uid)
                .name("warehouse: files");
    }

    @Override
    public CommittingSinkWriter<byte[], Completed> createWriter(WriterInitContext context) throws IOException {
        return new FilesWriter(settings.location().open(), settings.size(), context.metricGroup());
    }

    /** Flink's older interface, of which the newer one has the default. */
    @Override
    @Deprecated
    public CommittingSinkWriter<byte[], Completed> createWriter(InitContext context) throws IOException {
        return new FilesWriter(settings.location().open(), settings.size(), context.metricGroup());
    }

    @Override
    public Committer<Completed> createCommitter(CommitterInitContext context) throws IOException {
        return new ManifestCommitter(
                settings.location().open(), settings.location().toString());
    }

    @Override
    public SimpleVersionedSerializer<Completed> getCommittableSerializer() {
        return new CompletedSerializer();
    }

    /** Puts manifests where the warehouse's runner looks for them. */
    static final class ManifestCommitter implements Committer<Completed> {

        private final ObjectStore store;
        private final String location;

        ManifestCommitter(ObjectStore store, String location) {
            this.store = store;
            this.location = location;
        }

        @Override
        public void commit(Collection<CommitRequest<Completed>> requests) {
            try {
                for (CommitRequest<Completed> request : requests) {
                    Completed completed = request.getCommittable();
                    store.put(
                            LoadSettings.MANIFESTS + completed.name(),
                            completed.manifest().json(location));
                }
            } catch (IOException e) {
                throw new UncheckedIOException(
                        "What a checkpoint has for the warehouse cannot be told to it: " + e.getMessage(), e);
            }
        }

        @Override
        public void close() {
            store.close();
        }
    }
}
