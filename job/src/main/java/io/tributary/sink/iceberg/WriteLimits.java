package io.tributary.sink.iceberg;

/** What a writer keeps open, and in memory, of one table. */
final class WriteLimits {

    private final int openFiles;
    private final long smallRows;

    /**
     * @param openFiles data files, one for each partition
     * @param smallRows bytes of rows that need no file of their own
     */
    WriteLimits(int openFiles, long smallRows) {
        this.openFiles = openFiles;
        this.smallRows = smallRows;
    }

    int openFiles() {
        return openFiles;
    }

    long smallRows() {
        return smallRows;
    }
}
