package io.tributary.sink.iceberg;

/** By what rows are deleted. */
enum Deletes {
    /** Their keys. */
    EQUALITY("equality"),

    /** Their files and places. */
    POSITIONS("positions");

    private final String spelled;

    Deletes(String spelled) {
        this.spelled = spelled;
    }

    @Override
    public String toString() {
        return spelled;
    }
}
