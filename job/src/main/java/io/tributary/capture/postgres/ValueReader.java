package io.tributary.capture.postgres;

import org.apache.flink.table.data.writer.BinaryWriter;

/** Reads the text of one value into a column of a row, or into an element of an array. */
interface ValueReader {

    void read(Text text, BinaryWriter writer, int column) throws Unreadable;
}
