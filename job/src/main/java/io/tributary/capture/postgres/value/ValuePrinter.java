package io.tributary.capture.postgres.value;

/** Prints one value behind what the text has already. */
public interface ValuePrinter {

    void print(Slice value, Text out) throws Unreadable;
}
