package io.tributary.capture.postgres;

/** Prints one value behind what the text has already. */
interface ValuePrinter {

    void print(Slice value, Text out) throws Unreadable;
}
