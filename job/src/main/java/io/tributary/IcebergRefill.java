package io.tributary;

import io.tributary.change.Schema;
import io.tributary.sink.iceberg.IcebergRows;
import io.tributary.sink.iceberg.IcebergSettings;
import io.tributary.sink.kinesis.KinesisSettings;
import io.tributary.sink.kinesis.RowsAsRecords;
import io.tributary.sink.redshift.Refill;
import java.io.IOException;
import java.util.function.Consumer;

/** The rows of an Iceberg table, as the stream would carry them, for the table of the warehouse to be filled with. */
final class IcebergRefill implements Refill, AutoCloseable {

    private final KinesisSettings settings;
    private final Schema shape;
    private final IcebergRows rows;
    private long unfit;

    private IcebergRefill(KinesisSettings settings, Schema shape, IcebergRows rows) {
        this.settings = settings;
        this.shape = shape;
        this.rows = rows;
    }

    /** @param shape as the warehouse knows the table's records */
    static IcebergRefill open(IcebergSettings iceberg, KinesisSettings kinesis, String table, Schema shape)
            throws IOException {
        return new IcebergRefill(kinesis, shape, IcebergRows.open(iceberg, table));
    }

    @Override
    public String completeTo() {
        return rows.completeTo().toHex();
    }

    @Override
    public void forEach(Consumer<byte[]> records) throws IOException {
        RowsAsRecords encoder = RowsAsRecords.of(rows.type(), shape, rows.completeTo(), settings);
        rows.forEach(row -> {
            byte[] record = encoder.record(row);
            if (record == null) {
                unfit++;
            } else {
                records.accept(record);
            }
        });
    }

    long snapshot() {
        return rows.snapshot();
    }

    /** Rows that were left out, since the warehouse cannot hold a value of theirs that may not be cut. */
    long unfit() {
        return unfit;
    }

    @Override
    public void close() throws IOException {
        rows.close();
    }
}
