package io.tributary.sink.iceberg;

import org.apache.iceberg.ContentFile;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileContent;
import org.apache.iceberg.FileMetadata;
import org.apache.iceberg.Metrics;
import org.apache.iceberg.PartitionSpec;

/** Files as those of a spec that has the same fields as theirs, and other numbers. */
final class OtherSpec {

    private OtherSpec() {}

    static DataFile of(DataFile file, PartitionSpec spec) {
        DataFiles.Builder builder = DataFiles.builder(spec)
                .withPath(file.location())
                .withFormat(file.format())
                .withFileSizeInBytes(file.fileSizeInBytes())
                .withMetrics(metrics(file))
                .withSplitOffsets(file.splitOffsets())
                .withEncryptionKeyMetadata(file.keyMetadata());
        return (spec.isPartitioned() ? builder.withPartition(file.partition()) : builder).build();
    }

    static DeleteFile of(DeleteFile file, PartitionSpec spec) {
        FileMetadata.Builder builder = FileMetadata.deleteFileBuilder(spec)
                .withPath(file.location())
                .withFormat(file.format())
                .withFileSizeInBytes(file.fileSizeInBytes())
                .withMetrics(metrics(file))
                .withSplitOffsets(file.splitOffsets())
                .withEncryptionKeyMetadata(file.keyMetadata());
        if (file.content() == FileContent.EQUALITY_DELETES) {
            builder.ofEqualityDeletes(
                    file.equalityFieldIds().stream().mapToInt(Integer::intValue).toArray());
        } else {
            builder.ofPositionDeletes();
            if (file.referencedDataFile() != null) {
                builder.withReferencedDataFile(file.referencedDataFile());
            }
        }
        return (spec.isPartitioned() ? builder.withPartition(file.partition()) : builder).build();
    }

    private static Metrics metrics(ContentFile<?> file) {
        return new Metrics(
                file.recordCount(),
                file.columnSizes(),
                file.valueCounts(),
                file.nullValueCounts(),
                file.nanValueCounts(),
                file.lowerBounds(),
                file.upperBounds());
    }
}
