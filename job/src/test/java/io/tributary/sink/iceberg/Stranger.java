package io.tributary.sink.iceberg;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.PartitionKey;
import org.apache.iceberg.RewriteFiles;
import org.apache.iceberg.RowDelta;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableUtil;
import org.apache.iceberg.data.BaseDeleteLoader;
import org.apache.iceberg.data.GenericAppenderFactory;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.InternalRecordWrapper;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.deletes.BaseDVFileWriter;
import org.apache.iceberg.deletes.PositionDelete;
import org.apache.iceberg.deletes.PositionDeleteWriter;
import org.apache.iceberg.encryption.EncryptedFiles;
import org.apache.iceberg.encryption.EncryptionKeyMetadata;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.io.OutputFileFactory;

/** What others do to a table that a job writes. */
final class Stranger {

    private Stranger() {}

    /** All rows into one file a partition, as {@code rewrite_data_files} does; its delete files go, too. */
    static void rewriteDataFiles(Table table) throws Exception {
        table.refresh();
        Set<DataFile> data = new HashSet<>();
        Set<DeleteFile> deletes = new HashSet<>();
        try (CloseableIterable<FileScanTask> tasks = table.newScan().planFiles()) {
            for (FileScanTask task : tasks) {
                data.add(task.file());
                deletes.addAll(task.deletes());
            }
        }
        long start = table.currentSnapshot().sequenceNumber();
        List<Record> rows = new ArrayList<>();
        try (CloseableIterable<Record> records = IcebergGenerics.read(table).build()) {
            records.forEach(rows::add);
        }
        RewriteFiles rewrite = table.newRewrite()
                .validateFromSnapshot(table.currentSnapshot().snapshotId())
                .dataSequenceNumber(start);
        data.forEach(rewrite::deleteFile);
        deletes.forEach(rewrite::deleteFile);
        PartitionKey key = new PartitionKey(table.spec(), table.schema());
        InternalRecordWrapper wrapper = new InternalRecordWrapper(table.schema().asStruct());
        Map<PartitionKey, List<Record>> byPartition = new HashMap<>();
        for (Record row : rows) {
            key.partition(wrapper.wrap(row));
            byPartition.computeIfAbsent(key.copy(), first -> new ArrayList<>()).add(row);
        }
        for (Map.Entry<PartitionKey, List<Record>> partition : byPartition.entrySet()) {
            rewrite.addFile(write(table, partition.getKey(), partition.getValue()));
        }
        rewrite.commit();
    }

    private static DataFile write(Table table, PartitionKey partition, List<Record> rows) throws Exception {
        String location = table.locationProvider().newDataLocation("stranger-" + UUID.randomUUID() + ".parquet");
        DataWriter<Record> writer = new GenericAppenderFactory(table.schema(), table.spec())
                .newDataWriter(
                        EncryptedFiles.encryptedOutput(table.io().newOutputFile(location), EncryptionKeyMetadata.EMPTY),
                        FileFormat.PARQUET,
                        table.spec().isUnpartitioned() ? null : partition);
        try (writer) {
            rows.forEach(writer::write);
        }
        return writer.toDataFile();
    }

    /** The files that a reader would open. */
    static List<DataFile> dataFiles(Table table) {
        List<DataFile> files = new ArrayList<>();
        try (CloseableIterable<FileScanTask> tasks = table.newScan().planFiles()) {
            tasks.forEach(task -> files.add(task.file()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return files;
    }

    /** Deletes rows of a file of a table without partitions, as an engine does: by places, in v3 together with those that are deleted. */
    static void deleteRows(Table table, DataFile file, long... positions) throws Exception {
        table.refresh();
        List<DeleteFile> earlier = new ArrayList<>();
        try (CloseableIterable<FileScanTask> tasks = table.newScan().planFiles()) {
            for (FileScanTask task : tasks) {
                if (task.file().location().equals(file.location())) {
                    earlier.addAll(task.deletes());
                }
            }
        }
        RowDelta delta =
                table.newRowDelta().validateFromSnapshot(table.currentSnapshot().snapshotId());
        if (TableUtil.formatVersion(table) >= 3) {
            BaseDVFileWriter writer = new BaseDVFileWriter(
                    OutputFileFactory.builderFor(table, 1, 1)
                            .format(FileFormat.PUFFIN)
                            .build(),
                    location -> earlier.isEmpty()
                            ? null
                            : new BaseDeleteLoader(table.io()::newInputFile).loadPositionDeletes(earlier, location));
            try (writer) {
                for (long position : positions) {
                    writer.delete(file.location(), position, table.spec(), null);
                }
            }
            writer.result().deleteFiles().forEach(delta::addDeletes);
            writer.result().rewrittenDeleteFiles().forEach(delta::removeDeletes);
        } else {
            String location = table.locationProvider().newDataLocation("stranger-" + UUID.randomUUID() + ".parquet");
            PositionDeleteWriter<Record> writer = new GenericAppenderFactory(table.schema(), table.spec())
                    .newPosDeleteWriter(
                            EncryptedFiles.encryptedOutput(
                                    table.io().newOutputFile(location), EncryptionKeyMetadata.EMPTY),
                            FileFormat.PARQUET,
                            null);
            try (writer) {
                PositionDelete<Record> row = PositionDelete.create();
                for (long position : positions) {
                    writer.write(row.set(file.location(), position));
                }
            }
            delta.addDeletes(writer.toDeleteFile());
        }
        delta.commit();
    }

    /** As {@code expire_snapshots(retain_last => 1)} does; files of no other snapshot go. */
    static void expireSnapshots(Table table) {
        table.refresh();
        table.expireSnapshots()
                .expireOlderThan(System.currentTimeMillis() + 60_000)
                .retainLast(1)
                .commit();
    }
}
