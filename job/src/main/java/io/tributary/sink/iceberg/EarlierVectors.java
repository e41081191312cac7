package io.tributary.sink.iceberg;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.BaseDeleteLoader;
import org.apache.iceberg.deletes.PositionDeleteIndex;
import org.apache.iceberg.inmemory.InMemoryInputFile;
import org.apache.iceberg.io.IOUtil;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.SeekableInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads the vectors that those of one commit take in. A commit before has written many of them into one file, which is read as a
 * whole: one request instead of one for each vector. What is beyond {@value #MOST} bytes in all is read vector by vector.
 */
final class EarlierVectors {

    private static final long MOST = 64 << 20;

    private final Table table;
    private final PlaceIndex live;
    private final Map<String, byte[]> whole = new HashMap<>();
    private long bytes;

    EarlierVectors(Table table, PlaceIndex live) {
        this.table = table;
        this.live = live;
    }

    /** Null if no row of the data file was deleted by its place. */
    @Nullable
    PositionDeleteIndex of(String location) {
        List<DeleteFile> deletes = live.deletesOf(location);
        return deletes.isEmpty() ? null : new BaseDeleteLoader(this::input).loadPositionDeletes(deletes, location);
    }

    private InputFile input(DeleteFile file) {
        byte[] known = whole.get(file.location());
        if (known == null && file.format() == FileFormat.PUFFIN && bytes + file.fileSizeInBytes() <= MOST) {
            known = read(file);
            whole.put(file.location(), known);
            bytes += known.length;
        }
        return known == null ? table.io().newInputFile(file) : new InMemoryInputFile(file.location(), known);
    }

    private byte[] read(DeleteFile file) {
        byte[] all = new byte[(int) file.fileSizeInBytes()];
        try (SeekableInputStream stream = table.io().newInputFile(file).newStream()) {
            IOUtil.readFully(stream, all, 0, all.length);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return all;
    }
}
