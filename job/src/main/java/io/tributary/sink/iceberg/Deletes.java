package io.tributary.sink.iceberg;

/** By what rows are deleted. */
enum Deletes {
    /** Their keys. */
    EQUALITY("equality"),

    /** Their files and places. */
    POSITIONS("positions"),

    /** As the other; tables are made so that each file has its places in one vector. */
    VECTORS("vectors");

    private final String spelled;

    Deletes(String spelled) {
        this.spelled = spelled;
    }

    @Override
    public String toString() {
        return spelled;
    }
}
