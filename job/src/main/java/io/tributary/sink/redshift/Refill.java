package io.tributary.sink.redshift;

import java.io.IOException;
import java.util.function.Consumer;

/** What a table is filled again from. */
public interface Refill {

    /** The position up to which the rows are complete, 32 hexadecimal digits: what is older is in them or gone. */
    String completeTo();

    /** Shows each row as the record that the stream would carry of it. */
    void forEach(Consumer<byte[]> records) throws IOException;
}
