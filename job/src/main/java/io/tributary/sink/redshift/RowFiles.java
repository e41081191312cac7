package io.tributary.sink.redshift;

import io.tributary.load.LoadManifest;
import io.tributary.load.RecordFiles;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;

/** Files of rows that are copied at once, and are gone when this is closed. */
final class RowFiles implements AutoCloseable {

    private final FileLoads loads;
    private final RecordFiles files;
    private LoadManifest written = LoadManifest.empty();
    private long count;

    RowFiles(RedshiftSettings settings, FileLoads loads) {
        this.loads = loads;
        this.files = loads.files(settings.loads().size());
    }

    void add(byte[] record) {
        try {
            files.add(record);
            count++;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException(new InterruptedIOException("No more rows are written"));
        }
    }

    long count() {
        return count;
    }

    /** Into a table of this session, in its transaction, also where there are none. */
    void copy(Connection warehouse) throws SQLException, IOException {
        try {
            files.flush();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("No more rows are written");
        }
        written = files.take();
        loads.copy(warehouse, written);
    }

    @Override
    public void close() throws IOException {
        files.close();
        loads.forget(written.and(files.take()));
    }
}
