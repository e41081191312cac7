package io.tributary.capture.postgres;

import org.apache.flink.table.data.writer.BinaryWriter;

/** Reads one value, its text or its binary form, into a column of a row, or into an element of an array. */
interface ValueReader {

    void read(Slice value, BinaryWriter writer, int column) throws Unreadable;
}
