package io.tributary.capture.dynamodb.export.read;

import io.tributary.change.Captured;
import io.tributary.change.Schema;
import java.util.function.Consumer;

/** Makes changes of the lines of data files. Used by one thread at a time. */
interface Rows {

    /** What is known of the table's shape by now. {@code table} is its name in the pipeline. */
    Schema schema(String table);

    /** Hands on what a line is: a change, or a dead letter. The bytes are the line's only until this returns. */
    void read(ExportSplit split, byte[] bytes, int offset, int length, Consumer<Captured> out);
}
