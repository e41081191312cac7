package io.tributary.command.verify;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.BaseDeleteLoader;
import org.apache.iceberg.data.DeleteLoader;
import org.apache.iceberg.data.GenericDeleteFilter;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetReaders;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.parquet.Parquet;

/**
 * The rows of a table with its deletes applied. Each file of deletes is read once, while Iceberg's own reader reads it again for
 * every file of rows that it may apply to: of a table with a commit every few seconds that is most of the time.
 */
final class MergedRows {

    private final Table table;
    private final Schema columns;
    private final Prefetch files;
    private final Map<String, Object> deletes = new ConcurrentHashMap<>();

    private MergedRows(Table table, Schema columns, Prefetch files) {
        this.table = table;
        this.columns = columns;
        this.files = files;
    }

    static CloseableIterable<Record> of(Table table, Schema columns) throws IOException {
        List<FileScanTask> tasks = new ArrayList<>();
        try (CloseableIterable<FileScanTask> planned =
                table.newScan().project(columns).planFiles()) {
            planned.forEach(tasks::add);
        }
        Prefetch files = new Prefetch(table.io(), tasks);
        MergedRows rows = new MergedRows(table, columns, files);
        CloseableIterable<Record> all = CloseableIterable.concat(
                CloseableIterable.transform(CloseableIterable.withNoopClose(tasks), rows::read));
        return CloseableIterable.combine(all, files::close);
    }

    private CloseableIterable<Record> read(FileScanTask file) {
        if (file.file().format() != FileFormat.PARQUET) {
            throw new IllegalStateException(file.file().location() + " is no Parquet file, which is not read here");
        }
        files.reached(file);
        GenericDeleteFilter filter = new GenericDeleteFilter(table.io(), file, table.schema(), columns) {
            @Override
            protected DeleteLoader newDeleteLoader() {
                return new Loader(files::take);
            }
        };
        Schema required = filter.requiredSchema();
        return filter.filter(Parquet.read(files.take(file.file()))
                .project(required)
                .createReaderFunc(type -> GenericParquetReaders.buildReader(required, type))
                .build());
    }

    private final class Loader extends BaseDeleteLoader {

        Loader(Function<DeleteFile, InputFile> files) {
            super(files);
        }

        @Override
        protected boolean canCache(long size) {
            return true;
        }

        @Override
        @SuppressWarnings("unchecked")
        protected <V> V getOrLoad(String key, Supplier<V> load, long size) {
            Object known = deletes.get(key);
            if (known == null) {
                known = load.get();
                deletes.put(key, known);
            }
            return (V) known;
        }
    }
}
