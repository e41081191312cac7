package io.tributary.sink.iceberg;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
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
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.RowDelta;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.TableUtil;
import org.apache.iceberg.data.GenericAppenderFactory;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.deletes.BaseDVFileWriter;
import org.apache.iceberg.deletes.DVFileWriter;
import org.apache.iceberg.deletes.DeleteGranularity;
import org.apache.iceberg.deletes.PositionDelete;
import org.apache.iceberg.deletes.SortingPositionOnlyDeleteWriter;
import org.apache.iceberg.encryption.EncryptedOutputFile;
import org.apache.iceberg.io.OutputFileFactory;
import org.apache.iceberg.util.StructLikeWrapper;
import org.apache.iceberg.util.Tasks;
import org.jspecify.annotations.Nullable;

/**
 * The delete files of one commit: those that name rows by their places, one for each partition, and those that name them by keys. In
 * tables of format version 3 the places of each data file are a vector, all vectors of a commit are in one file, and take in those
 * that there were.
 *
 * <p>A place may be in a file of any snapshot of the commit, or before, so these files belong into the last snapshot of the commit. A
 * key means rows from before the commit, so those belong into its first.
 */
final class DeletesOfCommit {

    private final @Nullable Table table;
    private final @Nullable Long base;
    private final @Nullable DVFileWriter vectors;
    private final Map<Integer, Map<StructLikeWrapper, SortingPositionOnlyDeleteWriter<Record>>> writers =
            new HashMap<>();
    private final Set<String> referenced = new HashSet<>();
    private final List<KeyDeletes> keys = new ArrayList<>();
    private final PositionDelete<Record> row = PositionDelete.create();
    private final List<DeleteFile> byPosition = new ArrayList<>();
    private final List<DeleteFile> byKey = new ArrayList<>();
    private final List<DeleteFile> rewritten = new ArrayList<>();
    private long keyCount;

    private DeletesOfCommit() {
        this.table = null;
        this.base = null;
        this.vectors = null;
    }

    /**
     * @param base the newest snapshot; null if there is none
     * @param live the files that are known
     */
    DeletesOfCommit(Table table, @Nullable Long base, PlaceIndex live) {
        this.table = table;
        this.base = base;
        this.vectors = takesVectors(table)
                ? new BaseDVFileWriter(
                        OutputFileFactory.builderFor(table, 0, 0)
                                .format(FileFormat.PUFFIN)
                                .operationId(UUID.randomUUID().toString())
                                .suffix("deletes")
                                .build(),
                        new EarlierVectors(table, live)::of)
                : null;
    }

    static DeletesOfCommit none() {
        return new DeletesOfCommit();
    }

    /** Whether the places of each file's deleted rows are to be in one vector. */
    static boolean takesVectors(Table table) {
        return TableUtil.formatVersion(table) >= 3;
    }

    /** @param isFromBefore whether the file was committed before */
    void add(DataFile file, long position, boolean isFromBefore) {
        Table of = requireNonNull(table);
        if (isFromBefore) {
            referenced.add(file.location());
        }
        PartitionSpec spec = requireNonNull(of.specs().get(file.specId()));
        if (vectors != null) {
            vectors.delete(file.location(), position, spec, file.partition());
            return;
        }
        StructLikeWrapper partition =
                StructLikeWrapper.forType(spec.partitionType()).set(file.partition());
        row.set(file.location(), position);
        writers.computeIfAbsent(file.specId(), id -> new HashMap<>())
                .computeIfAbsent(partition, first -> writer(of, spec, spec.isUnpartitioned() ? null : file.partition()))
                .write(row);
    }

    private static SortingPositionOnlyDeleteWriter<Record> writer(
            Table table, PartitionSpec spec, @Nullable StructLike partition) {
        GenericAppenderFactory appenders = new GenericAppenderFactory(table.schema(), spec);
        appenders.setAll(table.properties());
        return new SortingPositionOnlyDeleteWriter<>(
                () -> WithoutHadoopDefaults.make(
                        () -> appenders.newPosDeleteWriter(newFile(table, spec, partition), format(table), partition)),
                DeleteGranularity.PARTITION);
    }

    static EncryptedOutputFile newFile(Table table, PartitionSpec spec, @Nullable StructLike partition) {
        OutputFileFactory files = OutputFileFactory.builderFor(table, 0, 0)
                .format(format(table))
                .operationId(UUID.randomUUID().toString())
                .suffix("deletes")
                .build();
        return partition == null ? files.newOutputFile() : files.newOutputFile(spec, partition);
    }

    static FileFormat format(Table table) {
        return FileFormat.fromString(table.properties()
                .getOrDefault(
                        TableProperties.DELETE_DEFAULT_FILE_FORMAT,
                        EpochWriter.dataFormat(table).name()));
    }

    void add(KeyDeletes ofPart) {
        keys.add(ofPart);
    }

    /** Writes the files. */
    void finish() throws IOException {
        for (Map<StructLikeWrapper, SortingPositionOnlyDeleteWriter<Record>> ofSpec : writers.values()) {
            for (SortingPositionOnlyDeleteWriter<Record> writer : ofSpec.values()) {
                writer.close();
                byPosition.addAll(writer.result().deleteFiles());
            }
        }
        if (vectors != null) {
            vectors.close();
            byPosition.addAll(vectors.result().deleteFiles());
            rewritten.addAll(vectors.result().rewrittenDeleteFiles());
        }
        for (KeyDeletes ofPart : keys) {
            byKey.addAll(ofPart.finish());
            keyCount += ofPart.count();
        }
    }

    /** To the commit's first snapshot. */
    void addToFirst(RowDelta delta) {
        byKey.forEach(delta::addDeletes);
    }

    /** To the commit's last snapshot, which is made only if the files are there in which the places are. */
    void addToLast(RowDelta delta) {
        byPosition.forEach(delta::addDeletes);
        rewritten.forEach(delta::removeDeletes);
        if (base != null && !byPosition.isEmpty()) {
            delta.validateFromSnapshot(base);
        }
        if (base != null && !referenced.isEmpty()) {
            delta.validateDataFilesExist(referenced).validateDeletedFiles();
        }
    }

    /** Whether the commit may fail because files are not there any more. */
    boolean refersToFiles() {
        return !referenced.isEmpty();
    }

    /** Those that name rows by their places. */
    List<DeleteFile> files() {
        return byPosition;
    }

    /** Those that were written, if the table takes any. */
    List<DeleteFile> vectors() {
        return vectors == null ? List.of() : byPosition;
    }

    /** How many rows are deleted by their keys, since their places are none of the table's. */
    long keyCount() {
        return keyCount;
    }

    /** The files are of no use: they were not committed. */
    void abort() {
        if (table != null) {
            List<String> locations = new ArrayList<>();
            byPosition.forEach(file -> locations.add(file.location()));
            byKey.forEach(file -> locations.add(file.location()));
            Tasks.foreach(locations).noRetry().suppressFailureWhenFinished().run(table.io()::deleteFile);
        }
    }
}
