package io.tributary.sink.iceberg;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.types.logical.RowType;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.PartitionKey;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.deletes.DeleteGranularity;
import org.apache.iceberg.deletes.EqualityDeleteWriter;
import org.apache.iceberg.deletes.PositionDelete;
import org.apache.iceberg.deletes.PositionDeleteWriter;
import org.apache.iceberg.deletes.SortingPositionOnlyDeleteWriter;
import org.apache.iceberg.encryption.EncryptedOutputFile;
import org.apache.iceberg.flink.RowDataWrapper;
import org.apache.iceberg.flink.sink.FlinkAppenderFactory;
import org.apache.iceberg.io.OutputFileFactory;
import org.apache.iceberg.util.PropertyUtil;
import org.apache.iceberg.util.Tasks;
import org.jspecify.annotations.Nullable;

/**
 * Writes the files of one table that become one snapshot: rows into data files, keys into equality-delete files, and,
 * where the row to be deleted is in one of these data files, its position into a position-delete file.
 *
 * <p>An equality delete applies to rows of earlier snapshots in the same partition, so a row is deleted in the partition
 * that its columns name. All rows are in the one shape the writer was made with.
 */
final class EpochWriter {

    private static final String PAGE_BYTES = String.valueOf(256 * 1024);

    private final Table table;
    private final PartitionSpec spec;
    private final FileFormat dataFormat;
    private final FileFormat deleteFormat;
    private final long targetSize;
    private final int openFiles;
    private final FlinkAppenderFactory appenders;
    private final OutputFileFactory locations;
    private final KeyReader keyReader;
    private final @Nullable PartitionKey partitionOf;
    private final RowDataWrapper wrapper;

    private final KeyPositions positions = new KeyPositions();
    private final List<String> dataLocations = new ArrayList<>();
    private final List<@Nullable PartitionKey> dataPartitions = new ArrayList<>();
    /** The least recently written first. */
    private final Map<@Nullable PartitionKey, DataFileWriter> open = new LinkedHashMap<>(16, 0.75f, true);

    private final Map<@Nullable PartitionKey, EqualityDeleteWriter<RowData>> equalityDeletes = new HashMap<>();
    private final Map<@Nullable PartitionKey, SortingPositionOnlyDeleteWriter<RowData>> positionDeletes =
            new HashMap<>();
    private final PositionDelete<RowData> positionDelete = PositionDelete.create();
    private final List<DataFile> dataFiles = new ArrayList<>();
    private final List<DeleteFile> deleteFiles = new ArrayList<>();

    EpochWriter(Table table, TableShape shape, OutputFileFactory locations, int openFiles) {
        this.table = table;
        this.spec = table.spec();
        this.locations = locations;
        this.openFiles = openFiles;
        Map<String, String> properties = properties(table);
        this.dataFormat = dataFormat(table);
        this.deleteFormat = FileFormat.fromString(
                properties.getOrDefault(TableProperties.DELETE_DEFAULT_FILE_FORMAT, dataFormat.name()));
        this.targetSize = PropertyUtil.propertyAsLong(
                properties,
                TableProperties.WRITE_TARGET_FILE_SIZE_BYTES,
                TableProperties.WRITE_TARGET_FILE_SIZE_BYTES_DEFAULT);
        RowType rowType = shape.rows().rowType();
        int[] key = shape.rows().key();
        int[] equalityIds = new int[key.length];
        List<org.apache.iceberg.types.Types.NestedField> keyFields = new ArrayList<>();
        for (int i = 0; i < key.length; i++) {
            org.apache.iceberg.types.Types.NestedField field =
                    shape.files().columns().get(key[i]);
            equalityIds[i] = field.fieldId();
            keyFields.add(field);
        }
        this.appenders = new FlinkAppenderFactory(
                table,
                shape.files(),
                rowType,
                properties,
                spec,
                equalityIds,
                new org.apache.iceberg.Schema(keyFields),
                null);
        this.keyReader = new KeyReader(rowType, key);
        this.partitionOf = spec.isUnpartitioned() ? null : new PartitionKey(spec, shape.files());
        this.wrapper = new RowDataWrapper(rowType, shape.files().asStruct());
    }

    /**
     * The table's, with smaller pages of Parquet where it does not say how large they are. Parquet allocates a page's bytes for each file
     * that it begins, and G1 treats arrays of half a region, 512 KiB in a small heap, as humongous: with many tables that is what the collector does.
     */
    private static Map<String, String> properties(Table table) {
        Map<String, String> properties = new HashMap<>(table.properties());
        properties.putIfAbsent(TableProperties.PARQUET_PAGE_SIZE_BYTES, PAGE_BYTES);
        return properties;
    }

    /** By which the files are partitioned. */
    PartitionSpec spec() {
        return spec;
    }

    static FileFormat dataFormat(Table table) {
        return FileFormat.fromString(table.properties()
                .getOrDefault(TableProperties.DEFAULT_FILE_FORMAT, TableProperties.DEFAULT_FILE_FORMAT_DEFAULT));
    }

    /** Keys it holds in memory. */
    int keys() {
        return positions.size();
    }

    void write(BinaryRowData row) throws IOException {
        DataFileWriter file = fileFor(partition(row));
        long before = positions.put(keyReader.read(row), KeyPositions.place(file.number(), file.rows()));
        if (before != KeyPositions.NONE) {
            deletePosition(before);
        }
        file.write(row);
        if (file.hasReached(targetSize)) {
            open.remove(file.partition());
            dataFiles.add(file.finish());
        }
    }

    /** Deletes the row of the given row's key. Of the row only the key and the partition columns count. */
    void delete(BinaryRowData row) throws IOException {
        BinaryRowData key = keyReader.read(row);
        long before = positions.remove(key);
        if (before != KeyPositions.NONE) {
            deletePosition(before);
            return;
        }
        PartitionKey partition = partition(row);
        EqualityDeleteWriter<RowData> deletes = equalityDeletes.get(partition);
        if (deletes == null) {
            PartitionKey own = partition == null ? null : partition.copy();
            deletes = WithoutHadoopDefaults.make(() -> appenders.newEqDeleteWriter(newFile(own), deleteFormat, own));
            equalityDeletes.put(own, deletes);
        }
        deletes.write(key);
    }

    private void deletePosition(long place) {
        int file = KeyPositions.file(place);
        PartitionKey partition = dataPartitions.get(file);
        positionDelete.set(dataLocations.get(file), KeyPositions.position(place));
        positionDeletes
                .computeIfAbsent(
                        partition,
                        own -> new SortingPositionOnlyDeleteWriter<>(
                                () -> newPositionDeletes(own), DeleteGranularity.FILE))
                .write(positionDelete);
    }

    private PositionDeleteWriter<RowData> newPositionDeletes(@Nullable PartitionKey partition) {
        return WithoutHadoopDefaults.make(
                () -> appenders.newPosDeleteWriter(newFile(partition), deleteFormat, partition));
    }

    /** Null if the table has no partitions; overwritten by the next call. */
    private @Nullable PartitionKey partition(BinaryRowData row) {
        if (partitionOf != null) {
            partitionOf.partition(wrapper.wrap(row));
        }
        return partitionOf;
    }

    private DataFileWriter fileFor(@Nullable PartitionKey partition) throws IOException {
        DataFileWriter file = open.get(partition);
        if (file != null) {
            return file;
        }
        if (open.size() >= openFiles) {
            PartitionKey idle = open.keySet().iterator().next();
            dataFiles.add(requireNonNull(open.remove(idle)).finish());
        }
        PartitionKey own = partition == null ? null : partition.copy();
        EncryptedOutputFile output = newFile(own);
        file = new DataFileWriter(
                dataLocations.size(),
                output,
                own,
                WithoutHadoopDefaults.make(() -> appenders.newDataWriter(output, dataFormat, own)));
        dataLocations.add(file.location());
        dataPartitions.add(own);
        open.put(own, file);
        return file;
    }

    private EncryptedOutputFile newFile(@Nullable PartitionKey partition) {
        return partition == null ? locations.newOutputFile() : locations.newOutputFile(spec, partition);
    }

    /** Closes all files. The writer is of no use after that. */
    void finish() throws IOException {
        for (DataFileWriter file : open.values()) {
            dataFiles.add(file.finish());
        }
        open.clear();
        for (EqualityDeleteWriter<RowData> deletes : equalityDeletes.values()) {
            deletes.close();
            deleteFiles.add(deletes.toDeleteFile());
        }
        equalityDeletes.clear();
        for (SortingPositionOnlyDeleteWriter<RowData> deletes : positionDeletes.values()) {
            deletes.close();
            deleteFiles.addAll(deletes.result().deleteFiles());
        }
        positionDeletes.clear();
    }

    List<DataFile> dataFiles() {
        return dataFiles;
    }

    List<DeleteFile> deleteFiles() {
        return deleteFiles;
    }

    /** Closes and deletes all files, which nobody will commit. */
    void abort() {
        List<String> orphans = new ArrayList<>();
        for (DataFileWriter file : open.values()) {
            orphans.add(file.location());
            closeQuietly(file::close);
        }
        equalityDeletes.values().forEach(deletes -> {
            closeQuietly(deletes::close);
            orphans.add(deletes.toDeleteFile().location());
        });
        dataFiles.forEach(file -> orphans.add(file.location()));
        deleteFiles.forEach(file -> orphans.add(file.location()));
        Tasks.foreach(orphans).noRetry().suppressFailureWhenFinished().run(table.io()::deleteFile);
    }

    private interface Closing {
        void close() throws IOException;
    }

    private static void closeQuietly(Closing closing) {
        try {
            closing.close();
        } catch (IOException | RuntimeException e) {
            // The file is thrown away.
        }
    }
}
