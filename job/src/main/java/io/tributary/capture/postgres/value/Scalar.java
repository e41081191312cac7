package io.tributary.capture.postgres.value;

import io.tributary.capture.Unreadable;

/** A form of a type that is neither an array nor a composite. */
public final class Scalar implements ValueForm {

    private static final ValuePrinter AS_IT_IS = (value, out) -> out.add(value);
    private static final ValueReader BYTES =
            (value, row, column) -> row.writeBytes(column, value.bytes, value.from, value.to);

    /** A STRING that comes as it is to be. */
    public static final Scalar STRING = text(BYTES);

    private final ValueReader reader;
    private final ValuePrinter printer;
    private final ValuePrinter json;

    private Scalar(ValueReader reader, ValuePrinter printer, ValuePrinter json) {
        this.reader = reader;
        this.printer = printer;
        this.json = json;
    }

    static Scalar text(ValueReader reader) {
        return text(reader, AS_IT_IS);
    }

    /** Text that has to be turned by {@code printer} for JSON. */
    static Scalar text(ValueReader reader, ValuePrinter printer) {
        return new Scalar(reader, AS_IT_IS, Json.string(printer));
    }

    /** Text that has to be turned by {@code printer} for JSON, and for the STRING that it becomes. */
    public static Scalar turned(ValuePrinter printer) {
        return text(printing(printer), printer);
    }

    static Scalar binary(ValueReader reader, ValuePrinter printer) {
        return new Scalar(reader, printer, Json.string(printer));
    }

    /** A binary form that becomes a STRING and has to be printed. */
    public static Scalar printed(ValuePrinter printer) {
        return binary(printing(printer), printer);
    }

    /** Bytes that stay as they are. */
    static Scalar bytes(ValuePrinter printer) {
        return binary(BYTES, printer);
    }

    static Scalar numberText(ValueReader reader) {
        return number(reader, AS_IT_IS);
    }

    static Scalar number(ValueReader reader, ValuePrinter printer) {
        return new Scalar(reader, printer, Json.number(printer));
    }

    static Scalar boolText(ValueReader reader) {
        return bool(reader, AS_IT_IS);
    }

    static Scalar bool(ValueReader reader, ValuePrinter printer) {
        return new Scalar(reader, printer, Json.bool(printer));
    }

    private static ValueReader printing(ValuePrinter printer) {
        return (value, row, column) -> {
            printer.print(value, row.scratch());
            row.writeScratch(column);
        };
    }

    @Override
    public void read(Slice value, RowWriter row, int column) throws Unreadable {
        reader.read(value, row, column);
    }

    @Override
    public void print(Slice value, Text out) throws Unreadable {
        printer.print(value, out);
    }

    @Override
    public void json(Slice value, Text out) throws Unreadable {
        json.print(value, out);
    }
}
