package io.tributary.sink.iceberg;

import static java.util.Objects.requireNonNull;

import io.tributary.change.Place;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.types.logical.RowType;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.PartitionField;
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
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.io.OutputFileFactory;
import org.apache.iceberg.util.PropertyUtil;
import org.apache.iceberg.util.Tasks;
import org.jspecify.annotations.Nullable;

/**
 * Writes the files of one table that become one snapshot: rows into data files, keys into equality-delete files, and,
 * where the row to be deleted is in one of these data files, its position into a position-delete file. If deletes go by places, both
 * those and the rows whose place is told are handed to the committer instead, which knows all files.
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
    private final WriteLimits limits;
    private final RowType rowType;
    private final org.apache.iceberg.Schema files;
    private final FlinkAppenderFactory appenders;
    private final OutputFileFactory locations;
    private final KeyReader keyReader;
    private final @Nullable PartitionKey partitionOf;
    private final RowDataWrapper wrapper;
    private final KeyReader locatedReader;
    private final @Nullable PlacedDeletesWriter placed;

    private final KeyPositions positions = new KeyPositions();
    private final List<String> dataLocations = new ArrayList<>();
    private final List<@Nullable FileNumber> dataNumbers = new ArrayList<>();
    private final List<@Nullable PartitionKey> dataPartitions = new ArrayList<>();
    /** The least recently written first. */
    private final Map<@Nullable PartitionKey, DataFileWriter> open = new LinkedHashMap<>(16, 0.75f, true);

    private final Map<@Nullable PartitionKey, EqualityDeleteWriter<RowData>> equalityDeletes = new HashMap<>();
    private final Map<@Nullable PartitionKey, SortingPositionOnlyDeleteWriter<RowData>> positionDeletes =
            new HashMap<>();
    private final PositionDelete<RowData> positionDelete = PositionDelete.create();
    /** Files that were never opened, by their numbers. */
    private final Map<Integer, DataFileWriter> inMemory = new LinkedHashMap<>();

    private final List<DataFile> dataFiles = new ArrayList<>();
    private final List<DeleteFile> deleteFiles = new ArrayList<>();
    private @Nullable PlacedDeletes placedDeletes;
    private @Nullable SmallRows smallRows;
    /** Whether rows stay in memory. */
    private boolean areSmall;

    private long bytesInMemory;

    /** @param byPlace whether rows are deleted by their places, where they are known */
    EpochWriter(Table table, TableShape shape, OutputFileFactory locations, WriteLimits limits, boolean byPlace) {
        this.table = table;
        this.spec = table.spec();
        this.locations = locations;
        this.limits = limits;
        this.areSmall = limits.smallRows() > 0;
        this.files = shape.files();
        Map<String, String> properties = properties(table);
        this.dataFormat = dataFormat(table);
        this.deleteFormat = FileFormat.fromString(
                properties.getOrDefault(TableProperties.DELETE_DEFAULT_FILE_FORMAT, dataFormat.name()));
        this.targetSize = PropertyUtil.propertyAsLong(
                properties,
                TableProperties.WRITE_TARGET_FILE_SIZE_BYTES,
                TableProperties.WRITE_TARGET_FILE_SIZE_BYTES_DEFAULT);
        this.rowType = shape.rows().rowType();
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
        int[] located = located(shape, spec);
        this.locatedReader = new KeyReader(rowType, located);
        this.placed = byPlace
                ? new PlacedDeletesWriter(
                        new org.apache.iceberg.Schema(Arrays.stream(located)
                                .mapToObj(column -> shape.files().columns().get(column))
                                .collect(Collectors.toList())),
                        key.length,
                        spec,
                        this::newPlacedDeletes)
                : null;
    }

    /** For rows of a file alone. */
    static FlinkAppenderFactory appenders(
            Table table, org.apache.iceberg.Schema schema, RowType rowType, PartitionSpec spec) {
        return new FlinkAppenderFactory(table, schema, rowType, properties(table), spec, null, null, null);
    }

    /** The columns of the key, and the others by which the files are partitioned. */
    private static int[] located(TableShape shape, PartitionSpec spec) {
        int[] key = shape.rows().key();
        Set<Integer> sources =
                spec.fields().stream().map(PartitionField::sourceId).collect(Collectors.toSet());
        IntStream others = IntStream.range(0, shape.rows().arity())
                .filter(column -> !shape.rows().isKey(column)
                        && sources.contains(shape.files().columns().get(column).fieldId()));
        return IntStream.concat(Arrays.stream(key), others).toArray();
    }

    private OutputFile newPlacedDeletes() {
        return table.io().newOutputFile(newFile(null).encryptingOutputFile().location() + ".places");
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

    /** Where the row is; null if the files do not tell. */
    @Nullable
    Place write(BinaryRowData row) throws IOException {
        DataFileWriter file = fileFor(partition(row));
        long before = positions.put(keyReader.read(row), KeyPositions.place(file.number(), file.rows()));
        if (before != KeyPositions.NONE) {
            deletePosition(before);
        }
        Place place = file.place(file.rows());
        if (!file.isOpen()) {
            bytesInMemory += file.keep(row);
            if (bytesInMemory > limits.smallRows()) {
                openAll();
            }
            return place;
        }
        file.write(row);
        if (file.hasReached(targetSize)) {
            open.remove(file.partition());
            dataFiles.add(file.finish());
        }
        return place;
    }

    /**
     * Deletes the row of the given row's key. Of the row only the key and the partition columns count.
     *
     * @param place where the row is, if that is known
     * @return false if it will be looked for by its key
     */
    boolean delete(BinaryRowData row, @Nullable Place place) throws IOException {
        BinaryRowData key = keyReader.read(row);
        long before = positions.remove(key);
        if (before != KeyPositions.NONE) {
            deletePosition(before);
        }
        if (place != null && placed != null) {
            if (before == KeyPositions.NONE || !place.equals(place(before))) {
                placed.add(place, locatedReader.read(row));
            }
            return true;
        }
        if (before != KeyPositions.NONE) {
            return true;
        }
        PartitionKey partition = partition(row);
        EqualityDeleteWriter<RowData> deletes = equalityDeletes.get(partition);
        if (deletes == null) {
            PartitionKey own = partition == null ? null : partition.copy();
            deletes = WithoutHadoopDefaults.make(() -> appenders.newEqDeleteWriter(newFile(own), deleteFormat, own));
            equalityDeletes.put(own, deletes);
        }
        deletes.write(key);
        return false;
    }

    private @Nullable Place place(long ofThese) {
        FileNumber number = dataNumbers.get(KeyPositions.file(ofThese));
        return number == null ? null : number.row(KeyPositions.position(ofThese));
    }

    private void deletePosition(long ofThese) throws IOException {
        Place place = place(ofThese);
        if (placed != null && place != null) {
            placed.add(place, null);
            return;
        }
        int file = KeyPositions.file(ofThese);
        DataFileWriter unopened = inMemory.get(file);
        if (unopened != null) {
            unopened.drop(KeyPositions.position(ofThese));
            return;
        }
        deletePosition(file, KeyPositions.position(ofThese));
    }

    private void deletePosition(int file, long row) throws IOException {
        PartitionKey partition = dataPartitions.get(file);
        positionDelete.set(dataLocations.get(file), row);
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
        if (!areSmall && open.size() >= limits.openFiles()) {
            closeIdle();
        }
        PartitionKey own = partition == null ? null : partition.copy();
        EncryptedOutputFile output = newFile(own);
        file = new DataFileWriter(
                dataLocations.size(),
                output,
                own,
                () -> WithoutHadoopDefaults.make(() -> appenders.newDataWriter(output, dataFormat, own)));
        FileNumber places = FileNumber.of(file.location());
        if (areSmall && places != null) {
            inMemory.put(file.number(), file);
        } else {
            file.open();
        }
        dataLocations.add(file.location());
        dataNumbers.add(places);
        dataPartitions.add(own);
        open.put(own, file);
        return file;
    }

    private void closeIdle() throws IOException {
        PartitionKey idle = open.keySet().iterator().next();
        dataFiles.add(requireNonNull(open.remove(idle)).finish());
    }

    /** There are more rows than the committer is to have. */
    private void openAll() throws IOException {
        areSmall = false;
        for (DataFileWriter file : List.copyOf(inMemory.values())) {
            inMemory.remove(file.number());
            file.open();
            BitSet dropped = file.dropped();
            for (int row = dropped.nextSetBit(0); row >= 0; row = dropped.nextSetBit(row + 1)) {
                deletePosition(file.number(), row);
            }
        }
        while (open.size() > limits.openFiles()) {
            closeIdle();
        }
    }

    private EncryptedOutputFile newFile(@Nullable PartitionKey partition) {
        return partition == null ? locations.newOutputFile() : locations.newOutputFile(spec, partition);
    }

    /** Closes all files. The writer is of no use after that. */
    void finish() throws IOException {
        List<SmallRows.Part> parts = new ArrayList<>();
        for (DataFileWriter file : open.values()) {
            if (file.isOpen()) {
                dataFiles.add(file.finish());
            } else {
                SmallRows.Part part = file.part();
                if (part != null) {
                    parts.add(part);
                }
            }
        }
        open.clear();
        smallRows = parts.isEmpty() ? null : SmallRows.of(files, rowType, spec, parts);
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
        placedDeletes = placed == null ? null : placed.finish();
    }

    /** Rows that are in none of the files; null if there are none. */
    @Nullable
    SmallRows smallRows() {
        return smallRows;
    }

    /** Null if there are none. */
    @Nullable
    PlacedDeletes placedDeletes() {
        return placedDeletes;
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
            if (file.isOpen()) {
                orphans.add(file.location());
                closeQuietly(file::close);
            }
        }
        equalityDeletes.values().forEach(deletes -> {
            closeQuietly(deletes::close);
            orphans.add(deletes.toDeleteFile().location());
        });
        dataFiles.forEach(file -> orphans.add(file.location()));
        deleteFiles.forEach(file -> orphans.add(file.location()));
        if (placed != null) {
            closeQuietly(placed::close);
            if (placed.location() != null) {
                orphans.add(placed.location());
            }
        }
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
