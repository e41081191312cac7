package io.tributary.capture.postgres.value;

import io.tributary.capture.Unreadable;

/** Prints one value behind what the text has already. */
public interface ValuePrinter {

    void print(Slice value, Text out) throws Unreadable;
}
