package io.tributary.capture.postgres.value;

import io.tributary.capture.Unreadable;

/** Geometric types: their binary forms are the coordinates, one after the other. */
final class Geometry {

    private static final int COORDINATE = 8;
    private static final int POINT = 2 * COORDINATE;

    private Geometry() {}

    static void printPoint(Slice value, Text out) throws Unreadable {
        point(value.ofLength(POINT), 0, out);
    }

    static void printLine(Slice value, Text out) throws Unreadable {
        value.ofLength(3 * COORDINATE);
        out.add('{');
        coordinate(value, 0, out);
        out.add(',');
        coordinate(value, COORDINATE, out);
        out.add(',');
        coordinate(value, POINT, out);
        out.add('}');
    }

    static void printSegment(Slice value, Text out) throws Unreadable {
        out.add('[');
        points(value.ofLength(2 * POINT), 0, 2, out);
        out.add(']');
    }

    static void printBox(Slice value, Text out) throws Unreadable {
        points(value.ofLength(2 * POINT), 0, 2, out);
    }

    /** Whether it is closed, how many points there are, and the points. */
    static void printPath(Slice value, Text out) throws Unreadable {
        boolean closed = value.length() > 0 && value.bytes[value.from] != 0;
        out.add(closed ? '(' : '[');
        points(value, 1, out);
        out.add(closed ? ')' : ']');
    }

    static void printPolygon(Slice value, Text out) throws Unreadable {
        out.add('(');
        points(value, 0, out);
        out.add(')');
    }

    static void printCircle(Slice value, Text out) throws Unreadable {
        out.add('<');
        point(value.ofLength(POINT + COORDINATE), 0, out);
        out.add(',');
        coordinate(value, POINT, out);
        out.add('>');
    }

    private static void points(Slice value, int at, Text out) throws Unreadable {
        int first = at + Integer.BYTES;
        int count = value.length() < first ? -1 : value.int32(at);
        if (value.length() != first + (long) count * POINT) {
            throw new Unreadable(value.length() + " bytes are not the binary form of " + count + " points");
        }
        points(value, first, count, out);
    }

    private static void points(Slice value, int first, int count, Text out) {
        for (int i = 0; i < count; i++) {
            if (i > 0) {
                out.add(',');
            }
            point(value, first + i * POINT, out);
        }
    }

    private static void point(Slice value, int at, Text out) {
        out.add('(');
        coordinate(value, at, out);
        out.add(',');
        coordinate(value, at + COORDINATE, out);
        out.add(')');
    }

    private static void coordinate(Slice value, int at, Text out) {
        Floats.print(Double.longBitsToDouble(value.int64(at)), out);
    }
}
