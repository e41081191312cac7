package io.tributary.latest;

import io.tributary.change.Column;
import io.tributary.change.Schema;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.runtime.typeutils.RowDataSerializer;
import org.apache.flink.table.types.logical.LogicalType;
import org.jspecify.annotations.Nullable;

/** Takes rows of one schema apart and puts them together again. One a schema and subtask; not safe for several threads. */
final class RowShape {

    private final Schema schema;
    private final int[] key;
    private final int @Nullable [] kept;
    private final boolean trims;
    private final RowData.FieldGetter[] ofRow;
    private final RowData.FieldGetter[] ofKey;
    private final RowData.FieldGetter[] ofKept;
    private final RowDataSerializer rows;
    private final RowDataSerializer keptRows;

    /** @param kept indexes of the columns that the state keeps of a row, in rising order; null for all */
    RowShape(Schema schema, int @Nullable [] kept) {
        this(schema, kept, kept != null);
    }

    /**
     * @param kept of rows that were trimmed
     * @param trims whether rows are trimmed from now on
     */
    RowShape(Schema schema, int @Nullable [] kept, boolean trims) {
        this.trims = trims;
        this.schema = schema;
        this.key = schema.key();
        this.kept = kept;
        int[] keptColumns = kept == null ? new int[0] : kept;
        this.ofRow = getters(IntStream.range(0, schema.arity()).toArray());
        this.ofKey = getters(key);
        this.ofKept = getters(keptColumns);
        this.rows = new RowDataSerializer(schema.rowType());
        this.keptRows = new RowDataSerializer(
                IntStream.of(keptColumns).mapToObj(this::type).toArray(LogicalType[]::new));
    }

    private RowData.FieldGetter[] getters(int[] columns) {
        return IntStream.range(0, columns.length)
                .mapToObj(i -> RowData.createFieldGetter(type(columns[i]).copy(true), i))
                .toArray(RowData.FieldGetter[]::new);
    }

    private LogicalType type(int column) {
        Column found = schema.columns().get(column);
        return found.type();
    }

    Schema schema() {
        return schema;
    }

    /** Whether the state has the value of this column in a row of this schema. */
    boolean has(LatestRow latest, int column) {
        return latest.isWhole() || kept == null || schema.isKey(column) || Arrays.binarySearch(kept, column) >= 0;
    }

    /** Whether the state has rows of this schema that were trimmed, if it does not trim them any more. */
    boolean wasTrimmed() {
        return kept != null && !trims;
    }

    /** The names of the columns that the state keeps of a row that is trimmed, with commas; {@code *} if none is. */
    String keptNames() {
        return kept == null
                ? Retained.WHOLE
                : IntStream.of(kept)
                        .mapToObj(i -> schema.columns().get(i).name())
                        .collect(Collectors.joining(","));
    }

    /** Whether the state keeps this column because something needs it, not only because changes leave it out. */
    boolean isNeeded(int column) {
        return kept != null && !schema.columns().get(column).isOmissible() && Arrays.binarySearch(kept, column) >= 0;
    }

    /** The row as the state keeps it. A row with older values is kept whole, so that a late value can complete it. */
    LatestRow stored(LatestRow latest) {
        BinaryRowData row = latest.row();
        if (row == null || kept == null || !trims || !latest.isWhole() || latest.older().length > 0) {
            return latest;
        }
        return LatestRow.trimmed(latest.position(), latest.fingerprint(), kept(row, kept), RowHash.of(row))
                .doubts(latest.fingerprint(), latest.doubts());
    }

    private BinaryRowData kept(BinaryRowData row, int[] columns) {
        if (columns.length == 0) {
            return LatestRow.NO_COLUMNS;
        }
        GenericRowData values = new GenericRowData(columns.length);
        for (int i = 0; i < columns.length; i++) {
            values.setField(i, ofRow[columns[i]].getFieldOrNull(row));
        }
        return keptRows.toBinaryRow(values).copy();
    }

    /** The row in all its columns: whole if it was kept so, else its key, its kept columns, and null for the rest. */
    BinaryRowData expanded(LatestRow latest, BinaryRowData keyRow) {
        BinaryRowData row = latest.row();
        if (row == null) {
            return keyOnly(keyRow);
        }
        if (latest.isWhole()) {
            return row;
        }
        GenericRowData values = withKey(keyRow);
        if (kept != null) {
            for (int i = 0; i < kept.length; i++) {
                values.setField(kept[i], ofKept[i].getFieldOrNull(row));
            }
        }
        return rows.toBinaryRow(values).copy();
    }

    BinaryRowData keyOnly(BinaryRowData keyRow) {
        return rows.toBinaryRow(withKey(keyRow)).copy();
    }

    /** {@code row}, but with the values of these columns from {@code source}; both in this schema. */
    BinaryRowData filled(BinaryRowData row, int[] columns, BinaryRowData source) {
        GenericRowData values = new GenericRowData(ofRow.length);
        int next = 0;
        for (int i = 0; i < ofRow.length; i++) {
            boolean fromSource = next < columns.length && columns[next] == i;
            if (fromSource) {
                next++;
            }
            values.setField(i, ofRow[i].getFieldOrNull(fromSource ? source : row));
        }
        return rows.toBinaryRow(values).copy();
    }

    private GenericRowData withKey(BinaryRowData keyRow) {
        GenericRowData values = new GenericRowData(ofRow.length);
        for (int i = 0; i < key.length; i++) {
            values.setField(key[i], ofKey[i].getFieldOrNull(keyRow));
        }
        return values;
    }
}
