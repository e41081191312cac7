package io.tributary.sink.iceberg;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongPredicate;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.MetadataColumns;
import org.apache.iceberg.MetricsConfig;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.data.GenericDeleteFilter;
import org.apache.iceberg.data.IdentityPartitionConverters;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetReaders;
import org.apache.iceberg.data.parquet.GenericParquetWriter;
import org.apache.iceberg.encryption.EncryptedOutputFile;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.io.DeleteSchemaUtil;
import org.apache.iceberg.io.OutputFileFactory;
import org.apache.iceberg.parquet.Parquet;
import org.apache.iceberg.util.PartitionUtil;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;

/**
 * Reads files of one table and one partition, and writes the rows that live in them into one, which says whose they are. Rows stay in
 * the order in which they are.
 */
final class FileMerge {

    private static final String COMPRESSION = "zstd";

    private final Table table;
    private final Map<String, RoaringBitmap> deleted;

    /** @param deleted rows that are deleted by their places, by the location of their file */
    FileMerge(Table table, Map<String, RoaringBitmap> deleted) {
        this.table = table;
        this.deleted = deleted;
    }

    /** Which rows each file has of those that position-delete files name. */
    static Map<String, RoaringBitmap> deleted(Table table, Collection<DeleteFile> files) throws IOException {
        Map<String, RoaringBitmap> deleted = new HashMap<>();
        Schema schema = DeleteSchemaUtil.pathPosSchema();
        for (DeleteFile file : files) {
            try (CloseableIterable<Record> rows = Parquet.read(table.io().newInputFile(file))
                    .project(schema)
                    .createReaderFunc(type -> GenericParquetReaders.buildReader(schema, type))
                    .build()) {
                for (Record row : rows) {
                    deleted.computeIfAbsent(row.get(0).toString(), location -> new RoaringBitmap())
                            .add(Math.toIntExact((Long) row.get(1)));
                }
            }
        }
        return deleted;
    }

    /** Null if no row lives. */
    @Nullable
    DataFile merge(List<FileScanTask> tasks) throws IOException {
        KeptRows kept = new KeptRows();
        List<RoaringBitmap> dead = new ArrayList<>();
        for (FileScanTask task : tasks) {
            RoaringBitmap ofFile = dead(task);
            dead.add(ofFile);
            kept.append(rows(task.file()), lives(ofFile));
        }
        if (kept.count() == 0) {
            return null;
        }
        PartitionSpec spec = tasks.get(0).spec();
        StructLike partition =
                spec.isUnpartitioned() ? null : tasks.get(0).file().partition();
        DataWriter<Record> writer = writer(spec, partition, kept);
        try (writer) {
            for (int i = 0; i < tasks.size(); i++) {
                copy(tasks.get(i), lives(dead.get(i)), writer);
            }
        }
        DataFile file = writer.toDataFile();
        if (file.recordCount() != kept.count()) {
            table.io().deleteFile(file.location());
            throw new IllegalStateException(
                    file.location() + " has " + file.recordCount() + " rows, and " + kept.count() + " were to be kept");
        }
        return file;
    }

    private static LongPredicate lives(RoaringBitmap dead) {
        return row -> !dead.contains((int) row);
    }

    /** As the file has them, whoever wrote it. */
    private KeptRows rows(DataFile file) {
        KeptRows named = FileNumber.rows(file.location(), file.recordCount());
        return named == null ? Footer.keptRows(table.io().newInputFile(file)) : named;
    }

    private RoaringBitmap dead(FileScanTask task) throws IOException {
        RoaringBitmap byPlace = deleted.getOrDefault(task.file().location(), new RoaringBitmap());
        Schema position = new Schema(MetadataColumns.ROW_POSITION);
        GenericDeleteFilter filter = new GenericDeleteFilter(table.io(), task, table.schema(), position);
        if (!filter.hasEqDeletes()) {
            return byPlace;
        }
        RoaringBitmap dead = new RoaringBitmap();
        dead.add(0L, task.file().recordCount());
        try (CloseableIterable<Record> rows = filter.filter(read(task, filter.requiredSchema()))) {
            for (Record row : rows) {
                dead.remove(Math.toIntExact((Long) row.getField(MetadataColumns.ROW_POSITION.name())));
            }
        }
        return dead;
    }

    private void copy(FileScanTask task, LongPredicate lives, DataWriter<Record> writer) throws IOException {
        long row = 0;
        try (CloseableIterable<Record> records = read(task, table.schema())) {
            for (Record record : records) {
                if (lives.test(row++)) {
                    writer.write(record);
                }
            }
        }
    }

    private CloseableIterable<Record> read(FileScanTask task, Schema schema) {
        Map<Integer, ?> constants = PartitionUtil.constantsMap(task, IdentityPartitionConverters::convertConstant);
        return WithoutHadoopDefaults.make(() -> Parquet.read(table.io().newInputFile(task.file()))
                .project(schema)
                .createReaderFunc(type -> GenericParquetReaders.buildReader(schema, type, constants))
                .build());
    }

    private DataWriter<Record> writer(PartitionSpec spec, @Nullable StructLike partition, KeptRows kept)
            throws IOException {
        OutputFileFactory files = OutputFileFactory.builderFor(table, 0, 0)
                .format(FileFormat.PARQUET)
                .operationId(FileNumber.newRewrite())
                .build();
        EncryptedOutputFile file = partition == null ? files.newOutputFile() : files.newOutputFile(spec, partition);
        Map<String, String> properties = new HashMap<>(table.properties());
        properties.putIfAbsent(TableProperties.PARQUET_COMPRESSION, COMPRESSION);
        Parquet.DataWriteBuilder builder = WithoutHadoopDefaults.make(() -> Parquet.writeData(file))
                .schema(table.schema())
                .withSpec(spec)
                .withPartition(partition)
                .setAll(properties)
                .metricsConfig(MetricsConfig.forTable(table))
                .meta(KeptRows.PROPERTY, kept.toText())
                .createWriterFunc(type -> GenericParquetWriter.create(table.schema(), type));
        return builder.build();
    }
}
