package io.tributary.capture.postgres.value;

import io.tributary.capture.Unreadable;

/**
 * The binary form of arrays: how many dimensions there are, whether there are NULLs, the elements' type, for each dimension its
 * size and where it starts, and the elements, each with its length in front. See {@code array_send}. As {@link ArrayText} reads
 * the text.
 */
final class ArrayBinary implements ValueForm {

    private static final int SIZES = 12;
    private static final int DIMENSION = 8;

    private final ColumnType type;
    private final ValueForm element;

    ArrayBinary(ColumnType type, ValueForm element) {
        this.type = type;
        this.element = element;
    }

    /** Prints {@code int2vector} and {@code oidvector}, arrays by their binary form but not by their text: {@code 1 2 3}. */
    static ValuePrinter vector(ValuePrinter element) {
        return (value, out) -> {
            int dimensions = dimensions(value);
            int size = dimensions == 0 ? 0 : size(value, 0);
            Slice part = new Slice();
            int at = SIZES + dimensions * DIMENSION;
            for (int i = 0; i < size; i++) {
                if (i > 0) {
                    out.add(' ');
                }
                at = value.part(at, part);
                element.print(part, out);
            }
        };
    }

    @Override
    public void read(Slice value, RowWriter row, int column) throws Unreadable {
        int dimensions = dimensions(value);
        if (dimensions > 1) {
            Text text = new Text();
            print(value, text);
            throw new Unreadable("'" + text + "' has more than one dimension");
        }
        int size = dimensions == 0 ? 0 : size(value, 0);
        row.startArray(column, size, type.type());
        Slice part = new Slice();
        int at = SIZES + dimensions * DIMENSION;
        for (int i = 0; i < size; i++) {
            boolean isNull = isNull(value, at);
            at = value.part(at, part);
            if (isNull) {
                row.setNull(i);
            } else {
                element.read(part, row, i);
            }
        }
        row.endArray();
    }

    @Override
    public void print(Slice value, Text out) throws Unreadable {
        int dimensions = dimensions(value);
        if (dimensions == 0) {
            out.add("{}");
            return;
        }
        boolean bounds = false;
        for (int i = 0; i < dimensions; i++) {
            bounds |= start(value, i) != 1;
        }
        for (int i = 0; bounds && i < dimensions; i++) {
            int start = start(value, i);
            out.add('[').add(start).add(':').add(start + size(value, i) - 1).add(']');
        }
        if (bounds) {
            out.add('=');
        }
        print(value, dimensions, 0, SIZES + dimensions * DIMENSION, out);
    }

    private int print(Slice value, int dimensions, int dimension, int from, Text out) throws Unreadable {
        Slice part = new Slice();
        int at = from;
        out.add('{');
        for (int i = 0; i < size(value, dimension); i++) {
            if (i > 0) {
                out.add(',');
            }
            if (dimension + 1 < dimensions) {
                at = print(value, dimensions, dimension + 1, at, out);
                continue;
            }
            boolean isNull = isNull(value, at);
            at = value.part(at, part);
            int start = out.length();
            if (isNull) {
                out.add("NULL");
                continue;
            }
            element.print(part, out);
            if (isQuoted(start, out)) {
                out.quote(start, '\\', false);
            }
        }
        out.add('}');
        return at;
    }

    @Override
    public void json(Slice value, Text out) throws Unreadable {
        int dimensions = dimensions(value);
        if (dimensions == 0) {
            out.add("[]");
            return;
        }
        json(value, dimensions, 0, SIZES + dimensions * DIMENSION, out);
    }

    private int json(Slice value, int dimensions, int dimension, int from, Text out) throws Unreadable {
        Slice part = new Slice();
        int at = from;
        out.add('[');
        for (int i = 0; i < size(value, dimension); i++) {
            if (i > 0) {
                out.add(',');
            }
            if (dimension + 1 < dimensions) {
                at = json(value, dimensions, dimension + 1, at, out);
                continue;
            }
            boolean isNull = isNull(value, at);
            at = value.part(at, part);
            if (isNull) {
                out.add("null");
            } else {
                element.json(part, out);
            }
        }
        out.add(']');
        return at;
    }

    private static boolean isQuoted(int from, Text out) {
        return out.length() == from
                || out.hasAny("\"\\{}, \t\n\r\u000b\f", from)
                || out.from(from).toString().equalsIgnoreCase("NULL");
    }

    private static int dimensions(Slice value) throws Unreadable {
        int dimensions = value.check(0, SIZES).int32(0);
        value.check(SIZES, dimensions * DIMENSION);
        return dimensions;
    }

    private static int size(Slice value, int dimension) throws Unreadable {
        int size = value.int32(SIZES + dimension * DIMENSION);
        // Each element has at least its length.
        value.check(0, size < 0 ? size : Math.min(size, Integer.MAX_VALUE / 4) * 4);
        return size;
    }

    private static int start(Slice value, int dimension) {
        return value.int32(SIZES + dimension * DIMENSION + 4);
    }

    private static boolean isNull(Slice value, int at) throws Unreadable {
        return value.check(at, 4).int32(at) < 0;
    }
}
