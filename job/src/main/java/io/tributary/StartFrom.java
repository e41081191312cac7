package io.tributary;

/** What a job without state knows of the rows that its targets have. */
enum StartFrom {
    NOTHING("nothing"),
    TARGETS("targets");

    private final String spelled;

    StartFrom(String spelled) {
        this.spelled = spelled;
    }

    @Override
    public String toString() {
        return spelled;
    }
}
