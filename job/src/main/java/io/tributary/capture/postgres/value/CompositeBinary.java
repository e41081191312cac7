package io.tributary.capture.postgres.value;

import io.tributary.capture.Unreadable;

/**
 * The binary form of composites: how many attributes there are, and for each the number of its type and its value, with the
 * length in front. See {@code record_send}. It becomes a JSON object.
 */
final class CompositeBinary implements ValueForm {

    private final Composite type;

    CompositeBinary(Composite type) {
        this.type = type;
    }

    @Override
    public void read(Slice value, RowWriter row, int column) throws Unreadable {
        json(value, row.scratch());
        row.writeScratch(column);
    }

    @Override
    public void print(Slice value, Text out) throws Unreadable {
        Slice part = new Slice();
        int at = start(value);
        out.add('(');
        for (int i = 0; i < type.size(); i++) {
            if (i > 0) {
                out.add(',');
            }
            boolean isNull = isNull(value, at, i);
            at = value.part(at + 4, part);
            if (isNull) {
                continue;
            }
            int from = out.length();
            type.binary(i).print(part, out);
            if (out.length() == from || out.hasAny("\"\\(), \t\n\r\u000b\f", from)) {
                out.quote(from, '"', false);
            }
        }
        out.add(')');
    }

    @Override
    public void json(Slice value, Text out) throws Unreadable {
        Slice part = new Slice();
        int at = start(value);
        out.add('{');
        for (int i = 0; i < type.size(); i++) {
            type.startJson(i, out);
            boolean isNull = isNull(value, at, i);
            at = value.part(at + 4, part);
            if (isNull) {
                out.add("null");
            } else {
                type.binary(i).json(part, out);
            }
        }
        out.add('}');
    }

    private int start(Slice value) throws Unreadable {
        if (value.check(0, 4).int32(0) != type.size()) {
            throw type.misfit(value.int32(0) + " values");
        }
        return 4;
    }

    private boolean isNull(Slice value, int at, int attribute) throws Unreadable {
        long number = Integer.toUnsignedLong(value.check(at, 8).int32(at));
        if (number != type.number(attribute)) {
            throw type.misfit("A value of type number " + number);
        }
        return value.int32(at + 4) < 0;
    }
}
