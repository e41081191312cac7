package io.tributary.capture.postgres.value;

import static java.util.Objects.requireNonNull;

import io.tributary.capture.KeyedHash;
import io.tributary.capture.Unreadable;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.LogicalType;

/**
 * A form whose values become keyed hashes wherever they are written to: into rows and into texts, those for dead letters
 * included. What is wrong with a value is not said either, for it would be said with the value.
 */
final class HashedForm implements ValueForm {

    private final ValueForm form;
    private final LogicalType type;
    private final KeyedHash hash;
    private final RowData.FieldGetter getter;
    private final RowWriter value = new RowWriter();

    /** @param type of the values that the form reads */
    HashedForm(ValueForm form, LogicalType type, KeyedHash hash) {
        this.form = form;
        this.type = type;
        this.hash = hash;
        this.getter = RowData.createFieldGetter(type.copy(false), 0);
    }

    @Override
    public void read(Slice raw, RowWriter row, int column) throws Unreadable {
        byte[] digits = digits(raw);
        row.writeBytes(column, digits, 0, digits.length);
    }

    @Override
    public void print(Slice raw, Text out) throws Unreadable {
        byte[] digits = digits(raw);
        out.add(digits, 0, digits.length);
    }

    @Override
    public void json(Slice raw, Text out) throws Unreadable {
        int from = out.length();
        print(raw, out);
        Json.quote(from, out);
    }

    private byte[] digits(Slice raw) throws Unreadable {
        value.start(1);
        try {
            form.read(raw, value, 0);
        } catch (Unreadable e) {
            throw new Unreadable("A value that is to be hashed cannot be read; it is not shown");
        }
        return hash.of(requireNonNull(getter.getFieldOrNull(value.row())), type);
    }
}
