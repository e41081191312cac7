package io.tributary.capture.dynamodb.stream;

import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.flink.streaming.connectors.kinesis.internals.publisher.RecordBatch;
import org.apache.flink.streaming.connectors.kinesis.internals.publisher.RecordPublisher;
import org.apache.flink.streaming.connectors.kinesis.model.SequenceNumber;
import org.jspecify.annotations.Nullable;

/**
 * Until when each shard was read: all that came into it before that moment was handed on. The last record of a shard does not tell,
 * for none may have come since; each answer of Kinesis does, which says how far behind the newest record it is.
 *
 * <p>The readers of several shards tell it at the same time.
 */
final class ReadUntil {

    private final Clock clock;
    private final Map<String, Instant> byShard = new ConcurrentHashMap<>();

    ReadUntil(Clock clock) {
        this.clock = clock;
    }

    /** The same records, of which is noted until when they were read: after they were handed on. */
    RecordPublisher watch(RecordPublisher publisher, String shard) {
        return consumer -> publisher.run(batch -> {
            Instant asked = clock.instant();
            SequenceNumber last = consumer.accept(batch);
            note(shard, asked, batch);
            return last;
        });
    }

    private void note(String shard, Instant asked, RecordBatch batch) {
        Long behind = batch.getMillisBehindLatest();
        if (behind != null) {
            byShard.put(shard, asked.minusMillis(behind));
        }
    }

    void restore(String shard, Instant until) {
        byShard.put(shard, until);
    }

    /** Of a shard that nothing was read of so far: the moment of asking. */
    Instant of(String shard) {
        return byShard.getOrDefault(shard, clock.instant());
    }

    /** What is missing of that which was to be read next; null if the stream has it all. */
    @Nullable
    StreamGap gap(KeptRecords kept) {
        Instant since = kept.since(clock.instant());
        Instant first = null;
        Instant last = Instant.MIN;
        for (Instant until : byShard.values()) {
            first = first == null || until.isBefore(first) ? until : first;
            last = until.isAfter(last) ? until : last;
        }
        if (first == null || !first.isBefore(since)) {
            return null;
        }
        return last.isBefore(kept.madeAt())
                ? StreamGap.ofAnotherStream(first, kept.madeAt())
                : StreamGap.expired(first, since);
    }

    /** The gap is known: it is not to be found again before its shards were read. */
    void pass(StreamGap gap) {
        byShard.replaceAll((shard, until) -> until.isBefore(gap.to()) ? gap.to() : until);
    }
}
