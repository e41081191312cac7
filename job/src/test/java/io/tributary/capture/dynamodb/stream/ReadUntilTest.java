package io.tributary.capture.dynamodb.stream;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.kinesis.shaded.com.amazonaws.services.kinesis.model.HashKeyRange;
import org.apache.flink.kinesis.shaded.com.amazonaws.services.kinesis.model.Shard;
import org.apache.flink.streaming.connectors.kinesis.internals.publisher.RecordBatch;
import org.apache.flink.streaming.connectors.kinesis.internals.publisher.RecordPublisher;
import org.apache.flink.streaming.connectors.kinesis.internals.publisher.RecordPublisher.RecordPublisherRunResult;
import org.apache.flink.streaming.connectors.kinesis.model.SequenceNumber;
import org.apache.flink.streaming.connectors.kinesis.model.StreamShardHandle;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class ReadUntilTest {

    private static final Instant NOW = Instant.parse("2030-01-31T12:00:00Z");
    private static final Instant MADE = NOW.minus(Duration.ofDays(100));
    private static final KeptRecords A_DAY = KeptRecords.of(MADE, Duration.ofDays(1));

    private final ReadUntil progress = new ReadUntil(Clock.fixed(NOW, ZoneOffset.UTC));

    @Test
    void aShardIsReadUntilTheMomentThatAnAnswerIsBehind() throws Exception {
        SequenceNumber last = new SequenceNumber("7");
        List<Instant> whileHandedOn = new ArrayList<>();
        RecordPublisher watched = progress.watch(answering(5_000L), "a");
        progress.restore("a", MADE);

        RecordPublisherRunResult result = watched.run(batch -> {
            whileHandedOn.add(progress.of("a"));
            return last;
        });

        assertThat(result).isEqualTo(RecordPublisherRunResult.INCOMPLETE);
        assertThat(whileHandedOn).containsExactly(MADE);
        assertThat(progress.of("a")).isEqualTo(NOW.minusSeconds(5));
    }

    @Test
    void anAnswerThatDoesNotTellChangesNothing() throws Exception {
        progress.restore("a", MADE);

        progress.watch(answering(null), "a").run(batch -> new SequenceNumber("7"));

        assertThat(progress.of("a")).isEqualTo(MADE);
    }

    @Test
    void ofAShardThatWasNeverReadItIsNow() {
        assertThat(progress.of("a")).isEqualTo(NOW);
        assertThat(progress.gap(A_DAY)).isNull();
    }

    /** However long nothing has come into a shard. */
    @Test
    void whatWasReadWithinTheRetentionLeavesNoGap() {
        progress.restore("a", NOW.minus(Duration.ofDays(1)));
        progress.restore("b", NOW);

        assertThat(progress.gap(A_DAY)).isNull();
    }

    @Test
    void theGapIsFromTheShardThatIsFurthestBehindToTheOldestRecord() {
        Instant before = NOW.minus(Duration.ofDays(3));
        progress.restore("a", before.plusSeconds(60));
        progress.restore("b", before);
        progress.restore("c", NOW);

        StreamGap gap = requireNonNull(progress.gap(A_DAY));

        assertThat(gap.from()).isEqualTo(before);
        assertThat(gap.to()).isEqualTo(NOW.minus(Duration.ofDays(1)));
        assertThat(gap.isOfAnotherStream()).isFalse();
        assertThat(gap.length()).isEqualTo(Duration.ofDays(2));
    }

    @Test
    void aStreamThatWasMadeSinceIsAnother() {
        progress.restore("a", NOW.minusSeconds(60));

        StreamGap gap = requireNonNull(progress.gap(KeptRecords.of(NOW.minusSeconds(20), Duration.ofDays(1))));

        assertThat(gap.from()).isEqualTo(NOW.minusSeconds(60));
        assertThat(gap.to()).isEqualTo(NOW.minusSeconds(20));
        assertThat(gap.isOfAnotherStream()).isTrue();
    }

    @Test
    void aGapIsFoundOnce() {
        progress.restore("a", NOW.minus(Duration.ofDays(3)));
        progress.restore("b", NOW);

        progress.pass(requireNonNull(progress.gap(A_DAY)));

        assertThat(progress.gap(A_DAY)).isNull();
        assertThat(progress.of("b")).isEqualTo(NOW);
    }

    private static RecordPublisher answering(@Nullable Long behind) {
        HashKeyRange all = new HashKeyRange().withStartingHashKey("0").withEndingHashKey("1");
        StreamShardHandle shard =
                new StreamShardHandle("changes", new Shard().withShardId("a").withHashKeyRange(all));
        return consumer -> {
            consumer.accept(new RecordBatch(List.of(), shard, behind));
            return RecordPublisherRunResult.INCOMPLETE;
        };
    }
}
