package io.tributary.sink.iceberg;

import io.tributary.change.Place;
import java.io.IOException;
import org.apache.flink.table.data.RowData;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.PartitionKey;
import org.apache.iceberg.encryption.EncryptedOutputFile;
import org.apache.iceberg.io.DataWriter;
import org.jspecify.annotations.Nullable;

/** One data file that is being written. */
final class DataFileWriter {

    private static final int ROWS_BETWEEN_LOOKS = 1000;

    private final int number;
    private final String location;
    private final @Nullable FileNumber places;
    private final @Nullable PartitionKey partition;
    private final DataWriter<RowData> writer;
    private long rows;

    DataFileWriter(int number, EncryptedOutputFile file, @Nullable PartitionKey partition, DataWriter<RowData> writer) {
        this.number = number;
        this.location = file.encryptingOutputFile().location();
        this.places = FileNumber.of(location);
        this.partition = partition;
        this.writer = writer;
    }

    /** Counts the files of an epoch. */
    int number() {
        return number;
    }

    String location() {
        return location;
    }

    @Nullable
    PartitionKey partition() {
        return partition;
    }

    /** Of a row that was written; null if the file's name does not tell. */
    @Nullable
    Place place(long row) {
        return places == null ? null : places.row(row);
    }

    /** Rows written: where the next one will stand. */
    long rows() {
        return rows;
    }

    void write(RowData row) {
        writer.write(row);
        rows++;
    }

    /** Looks at the size now and then, because that costs something. */
    boolean hasReached(long targetSize) {
        return rows % ROWS_BETWEEN_LOOKS == 0 && writer.length() >= targetSize;
    }

    DataFile finish() throws IOException {
        writer.close();
        return writer.toDataFile();
    }

    void close() throws IOException {
        writer.close();
    }
}
