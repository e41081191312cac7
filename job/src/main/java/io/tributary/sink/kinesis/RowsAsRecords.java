package io.tributary.sink.kinesis;

import io.tributary.change.ChangelogRow;
import io.tributary.change.Column;
import io.tributary.change.Position;
import io.tributary.change.Schema;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.runtime.typeutils.RowDataSerializer;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.types.RowKind;
import org.jspecify.annotations.Nullable;

/** Rows that were read from elsewhere as the records that the stream would carry of them, all of one version. */
public final class RowsAsRecords {

    private final Schema rows;
    private final FlatJson json;
    private final Position version;
    private final UnfitValues unfit;
    private final RowDataSerializer binary;
    private final JsonBuffer buffer = new JsonBuffer();
    private final Cuts cuts = new Cuts();

    private RowsAsRecords(Schema rows, Schema shown, Position version, UnfitValues unfit) {
        this.rows = rows;
        this.json = FlatJson.of(rows, shown);
        this.version = version;
        this.unfit = unfit;
        this.binary = new RowDataSerializer(rows.rowType());
    }

    /**
     * @param type of the rows; names count in lower case
     * @param shape as the stream told it: what is not a column there is left out, and what the rows lack is null
     */
    public static RowsAsRecords of(RowType type, Schema shape, Position version, KinesisSettings settings) {
        List<Column> columns = new ArrayList<>();
        List<Column> shown = new ArrayList<>();
        for (RowType.RowField field : type.getFields()) {
            String name = field.getName().toLowerCase(Locale.ROOT);
            int index = shape.indexOf(name);
            Column told = index < 0 ? null : shape.columns().get(index);
            Column own = (told == null ? Column.of(name, field.getType()) : told.typed(field.getType())).numbered(0);
            columns.add(own);
            if (told != null) {
                Column wanted = told.numbered(0);
                shown.add(FoundValue.of(own, wanted) == null ? own : wanted);
            }
        }
        return new RowsAsRecords(
                Schema.of(shape.table(), columns, shape.keyNames()),
                Schema.of(shape.table(), shown, shape.keyNames()),
                version,
                settings.unfit().of(shape.table()));
    }

    /** Null if the row has a value that the warehouse cannot hold and that may not be cut. */
    public byte @Nullable [] record(RowData row) {
        BinaryRowData copy = binary.toBinaryRow(row);
        buffer.clear();
        json.write(
                ChangelogRow.ofSnapshot(RowKind.INSERT, rows, version, System.currentTimeMillis(), copy),
                'r',
                cuts.clear(unfit),
                buffer);
        return cuts.refused().isEmpty() && !buffer.isMalformed() ? buffer.toBytes() : null;
    }
}
