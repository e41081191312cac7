package io.tributary.sink.kinesis;

import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.data.MapData;
import org.apache.flink.table.data.RawValueData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.types.RowKind;

/** An array as a row that has its elements for columns, so that what writes a column writes an element too. Used again and again. */
final class ArrayElements implements RowData {

    private static final ArrayData NONE = new GenericArrayData(new Object[0]);

    private ArrayData array = NONE;

    void of(ArrayData elements) {
        array = elements;
    }

    @Override
    public int getArity() {
        return array.size();
    }

    @Override
    public RowKind getRowKind() {
        return RowKind.INSERT;
    }

    @Override
    public void setRowKind(RowKind kind) {
        throw new UnsupportedOperationException("An array is of no kind");
    }

    @Override
    public boolean isNullAt(int element) {
        return array.isNullAt(element);
    }

    @Override
    public boolean getBoolean(int element) {
        return array.getBoolean(element);
    }

    @Override
    public byte getByte(int element) {
        return array.getByte(element);
    }

    @Override
    public short getShort(int element) {
        return array.getShort(element);
    }

    @Override
    public int getInt(int element) {
        return array.getInt(element);
    }

    @Override
    public long getLong(int element) {
        return array.getLong(element);
    }

    @Override
    public float getFloat(int element) {
        return array.getFloat(element);
    }

    @Override
    public double getDouble(int element) {
        return array.getDouble(element);
    }

    @Override
    public StringData getString(int element) {
        return array.getString(element);
    }

    @Override
    public DecimalData getDecimal(int element, int precision, int scale) {
        return array.getDecimal(element, precision, scale);
    }

    @Override
    public TimestampData getTimestamp(int element, int precision) {
        return array.getTimestamp(element, precision);
    }

    @Override
    public <T> RawValueData<T> getRawValue(int element) {
        return array.getRawValue(element);
    }

    @Override
    public byte[] getBinary(int element) {
        return array.getBinary(element);
    }

    @Override
    public ArrayData getArray(int element) {
        return array.getArray(element);
    }

    @Override
    public MapData getMap(int element) {
        return array.getMap(element);
    }

    @Override
    public RowData getRow(int element, int fields) {
        return array.getRow(element, fields);
    }
}
