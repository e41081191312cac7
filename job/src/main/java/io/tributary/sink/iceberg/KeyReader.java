package io.tributary.sink.iceberg;

import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.data.writer.BinaryRowWriter;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.utils.LogicalTypeChecks;

/**
 * Takes the key out of a row, in the types of Iceberg's equality deletes. The row it gives is overwritten by the next.
 *
 * <p>Equal keys have equal bytes.
 */
final class KeyReader {

    private interface Copier {
        void copy(BinaryRowData from, BinaryRowWriter to);
    }

    private final Copier[] copiers;
    private final BinaryRowData key;
    private final BinaryRowWriter writer;

    KeyReader(RowType rows, int[] columns) {
        copiers = new Copier[columns.length];
        for (int i = 0; i < columns.length; i++) {
            copiers[i] = copier(rows.getTypeAt(columns[i]), columns[i], i);
        }
        key = new BinaryRowData(columns.length);
        writer = new BinaryRowWriter(key);
    }

    BinaryRowData read(BinaryRowData row) {
        writer.reset();
        for (Copier copier : copiers) {
            copier.copy(row, writer);
        }
        writer.complete();
        return key;
    }

    private static Copier copier(LogicalType type, int from, int to) {
        switch (type.getTypeRoot()) {
            case BOOLEAN:
                return (row, out) -> out.writeBoolean(to, row.getBoolean(from));
            case TINYINT:
                return (row, out) -> out.writeInt(to, row.getByte(from));
            case SMALLINT:
                return (row, out) -> out.writeInt(to, row.getShort(from));
            case INTEGER:
            case DATE:
                return (row, out) -> out.writeInt(to, row.getInt(from));
            case BIGINT:
                return (row, out) -> out.writeLong(to, row.getLong(from));
            case FLOAT:
                return (row, out) -> out.writeFloat(to, row.getFloat(from));
            case DOUBLE:
                return (row, out) -> out.writeDouble(to, row.getDouble(from));
            case CHAR:
            case VARCHAR:
                return (row, out) -> out.writeString(to, row.getString(from));
            case BINARY:
            case VARBINARY:
                return (row, out) -> out.writeBinary(to, row.getBinary(from));
            case DECIMAL:
                int precision = ((DecimalType) type).getPrecision();
                int scale = ((DecimalType) type).getScale();
                return (row, out) -> out.writeDecimal(to, row.getDecimal(from, precision, scale), precision);
            case TIMESTAMP_WITHOUT_TIME_ZONE:
            case TIMESTAMP_WITH_LOCAL_TIME_ZONE:
                int digits = LogicalTypeChecks.getPrecision(type);
                return (row, out) -> out.writeTimestamp(to, row.getTimestamp(from, digits), 6);
            default:
                throw new IllegalArgumentException("A key cannot hold " + type.asSummaryString());
        }
    }
}
