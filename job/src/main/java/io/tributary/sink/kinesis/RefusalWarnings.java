package io.tributary.sink.kinesis;

import org.apache.flink.api.common.operators.ProcessingTimeService;
import org.apache.flink.metrics.Counter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One warning a minute, with counts, for as long as Kinesis takes less than it is sent. */
final class RefusalWarnings implements ProcessingTimeService.ProcessingTimeCallback {

    private static final Logger LOG = LoggerFactory.getLogger(RefusalWarnings.class);

    static final long INTERVAL_MILLIS = 60_000;

    private final String stream;
    private final ProcessingTimeService clock;
    private final Counter sent;
    private final Counter refused;
    private long sentBefore;
    private long refusedBefore;

    private RefusalWarnings(String stream, ProcessingTimeService clock, Counter sent, Counter refused) {
        this.stream = stream;
        this.clock = clock;
        this.sent = sent;
        this.refused = refused;
    }

    static void start(String stream, ProcessingTimeService clock, Counter sent, Counter refused) {
        new RefusalWarnings(stream, clock, sent, refused).next();
    }

    @SuppressWarnings("FutureReturnValueIgnored") // A timer ends with its task.
    private void next() {
        clock.registerTimer(clock.getCurrentProcessingTime() + INTERVAL_MILLIS, this);
    }

    @Override
    public void onProcessingTime(long time) {
        long refusals = refused.getCount() - refusedBefore;
        if (refusals > 0) {
            LOG.warn(
                    "The Kinesis stream {} refused {} records in the last minute, or did not answer, of {}"
                            + " that were sent to it. They are sent again. If this goes on, check that the stream"
                            + " exists, that it has enough shards (one takes 1 MB or 1,000 records a second), and that"
                            + " it can be reached",
                    stream,
                    refusals,
                    sent.getCount() - sentBefore);
        }
        refusedBefore = refused.getCount();
        sentBefore = sent.getCount();
        next();
    }
}
