package io.tributary.capture.kafka;

/** Whether what compaction may have removed is put up with. */
enum CompactedTopics {
    REFUSE("refuse"),
    ACCEPT("accept");

    private final String spelled;

    CompactedTopics(String spelled) {
        this.spelled = spelled;
    }

    @Override
    public String toString() {
        return spelled;
    }
}
