package io.tributary.capture.postgres.value;

import io.tributary.capture.Unreadable;

/** Reads one value, its text or its binary form, into a column of a row, or into an element of an array. */
interface ValueReader {

    void read(Slice value, RowWriter row, int column) throws Unreadable;
}
