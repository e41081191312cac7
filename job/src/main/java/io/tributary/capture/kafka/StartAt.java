package io.tributary.capture.kafka;

/** Where to begin. */
enum StartAt {
    EARLIEST("earliest"),
    TIMESTAMP("timestamp"),
    GROUP_OFFSETS("group-offsets");

    private final String spelled;

    StartAt(String spelled) {
        this.spelled = spelled;
    }

    @Override
    public String toString() {
        return spelled;
    }
}
