package io.tributary.capture.dynamodb.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.functions.source.SourceFunction.SourceContext;
import org.apache.flink.streaming.api.operators.StreamSource;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A stream whose records expire while nobody reads it. */
@SuppressWarnings({"try", "deprecation"
}) // The harness closes with any exception; the consumer's interface is an old one.
final class WatchedConsumerTest {

    private static final Instant START = Instant.parse("2030-01-31T12:00:00Z");
    private static final Duration DAY = Duration.ofDays(1);
    private static final KeptRecords A_DAY = KeptRecords.of(START.minus(DAY), DAY);
    private static final String SHARD = "shardId-000000000000";
    private static final String CHILD = "shardId-000000000001";

    private final ShardServer kinesis;

    WatchedConsumerTest() throws Exception {
        kinesis = ShardServer.start();
    }

    @AfterEach
    void stop() {
        kinesis.close();
    }

    @Test
    void aJobThatIsResumedInTimeGoesOnWhereItWas() throws Exception {
        kinesis.put(SHARD, 1, "one");
        OperatorSubtaskState state = read("one");
        kinesis.put(SHARD, 2, "two");

        try (Reader resumed = new Reader(START.plus(DAY), A_DAY, state)) {
            assertThat(resumed.next()).isEqualTo("2 two");
        }
        assertThat(kinesis.beginnings()).containsExactly(SHARD + " TRIM_HORIZON", SHARD + " AFTER_SEQUENCE_NUMBER 1");
    }

    @Test
    void whatHasExpiredIsAGapBeforeTheOldestRecord() throws Exception {
        kinesis.put(SHARD, 1, "one");
        kinesis.behind(1_000);
        OperatorSubtaskState state = read("one");
        kinesis.expire(SHARD);
        kinesis.put(SHARD, 3, "three");

        OperatorSubtaskState later;
        try (Reader resumed = new Reader(START.plus(DAY.multipliedBy(3)), A_DAY, state)) {
            assertThat(resumed.next()).isEqualTo("gap 2030-01-31T11:59:59Z 2030-02-02T12:00:00Z");
            assertThat(resumed.next()).isEqualTo("3 three");
            later = resumed.snapshot();
        }
        kinesis.put(SHARD, 4, "four");
        try (Reader again = new Reader(START.plus(DAY.multipliedBy(3)), A_DAY, later)) {
            assertThat(again.next()).isEqualTo("4 four");
        }
    }

    /** Its children are read from their beginning, which is later. */
    @Test
    void aShardThatIsGoneIsAGap() throws Exception {
        kinesis.put(SHARD, 1, "one");
        OperatorSubtaskState state = read("one");
        kinesis.expire(SHARD);
        kinesis.put(CHILD, 7, "seven");

        try (Reader resumed = new Reader(START.plus(DAY.multipliedBy(3)), A_DAY, state)) {
            assertThat(resumed.next()).isEqualTo("gap 2030-01-31T12:00:00Z 2030-02-02T12:00:00Z");
            assertThat(resumed.next()).isEqualTo("7 seven");
        }
    }

    @Test
    void aStreamThatWasMadeAgainIsReadFromItsOldestRecord() throws Exception {
        kinesis.put(SHARD, 8, "old");
        OperatorSubtaskState state = read("old");
        kinesis.expire(SHARD);
        kinesis.put(SHARD, 3, "new");
        KeptRecords made = KeptRecords.of(START.plusSeconds(10), DAY);

        try (Reader resumed = new Reader(START.plusSeconds(60), made, state)) {
            assertThat(resumed.next()).isEqualTo("gap 2030-01-31T12:00:00Z 2030-01-31T12:00:10Z made-again");
            assertThat(resumed.next()).isEqualTo("3 new");
        }
        assertThat(kinesis.beginnings()).containsExactly(SHARD + " TRIM_HORIZON", SHARD + " TRIM_HORIZON");
    }

    @Test
    void aGapThatWasNotToldBeforeACheckpointIsToldAfterwards() throws Exception {
        kinesis.put(SHARD, 1, "one");
        OperatorSubtaskState state = read("one");
        Instant later = START.plus(DAY.multipliedBy(3));
        OperatorSubtaskState untold;
        try (Reader resumed = new Reader(later, A_DAY, state, false)) {
            untold = resumed.snapshot();
        }

        try (Reader again = new Reader(later, A_DAY, untold)) {
            assertThat(again.next()).isEqualTo("gap 2030-01-31T12:00:00Z 2030-02-02T12:00:00Z");
        }
    }

    @Test
    void whereTheRetentionIsNotKnownNoGapIsFound() throws Exception {
        kinesis.put(SHARD, 1, "one");
        OperatorSubtaskState state = read("one");
        kinesis.put(SHARD, 2, "two");

        try (Reader resumed = new Reader(START.plus(DAY.multipliedBy(3)), null, state)) {
            assertThat(resumed.next()).isEqualTo("2 two");
        }
    }

    /** The state of a job that has read this record and then found nothing more. */
    private OperatorSubtaskState read(String record) throws Exception {
        try (Reader first = new Reader(START, A_DAY, null)) {
            assertThat(first.next()).endsWith(" " + record);
            return first.snapshot();
        }
    }

    /** A job that reads the stream. */
    private final class Reader implements AutoCloseable {

        private final WatchedConsumer consumer;
        private final AbstractStreamOperatorTestHarness<Tuple2<String, byte[]>> harness;
        private final Records records = new Records();
        private final CompletableFuture<Void> run;

        Reader(Instant now, @Nullable KeptRecords kept, @Nullable OperatorSubtaskState state) throws Exception {
            this(now, kept, state, true);
        }

        Reader(Instant now, @Nullable KeptRecords kept, @Nullable OperatorSubtaskState state, boolean isRun)
                throws Exception {
            consumer = new WatchedConsumer(
                    ShardServer.STREAM,
                    new io.tributary.capture.dynamodb.stream.StreamSource.Records(),
                    kinesis.client(),
                    kept,
                    Clock.fixed(now, ZoneOffset.UTC));
            harness = new AbstractStreamOperatorTestHarness<>(new StreamSource<>(consumer), 1, 1, 0);
            harness.setup();
            if (state == null) {
                harness.initializeEmptyState();
            } else {
                harness.initializeState(state);
            }
            harness.open();
            run = isRun ? CompletableFuture.runAsync(this::run) : CompletableFuture.completedFuture(null);
        }

        private void run() {
            try {
                consumer.run(records);
            } catch (Exception e) {
                records.taken.add("failed: " + e);
            }
        }

        @Nullable
        String next() throws InterruptedException {
            return records.taken.poll(30, TimeUnit.SECONDS);
        }

        OperatorSubtaskState snapshot() throws Exception {
            // The answer after the next one is asked for when the next one was handed on.
            int asked = kinesis.answers();
            while (!run.isDone() && kinesis.answers() < asked + 2) {
                Thread.onSpinWait();
            }
            synchronized (records.getCheckpointLock()) {
                return harness.snapshot(1, 1);
            }
        }

        @Override
        public void close() throws Exception {
            consumer.cancel();
            run.get(30, TimeUnit.SECONDS);
            harness.close();
        }
    }

    private static final class Records implements SourceContext<Tuple2<String, byte[]>> {

        private final BlockingQueue<String> taken = new LinkedBlockingQueue<>();
        private final Object lock = new Object();

        @Override
        public void collect(Tuple2<String, byte[]> record) {
            taken.add(record.f0 + " " + new String(record.f1, StandardCharsets.UTF_8));
        }

        @Override
        public void collectWithTimestamp(Tuple2<String, byte[]> record, long timestamp) {
            collect(record);
        }

        @Override
        public void emitWatermark(Watermark mark) {}

        @Override
        public void markAsTemporarilyIdle() {}

        @Override
        public Object getCheckpointLock() {
            return lock;
        }

        @Override
        public void close() {}
    }
}
