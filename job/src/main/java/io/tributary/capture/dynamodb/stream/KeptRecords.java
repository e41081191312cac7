package io.tributary.capture.dynamodb.stream;

import static java.util.Objects.requireNonNull;

import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;

/** Which records a stream has: none from before it was made, and none that are older than its retention. */
final class KeptRecords implements Serializable {

    private static final long serialVersionUID = 1L;

    private final Instant madeAt;
    private final Duration retention;

    private KeptRecords(Instant madeAt, Duration retention) {
        this.madeAt = requireNonNull(madeAt);
        this.retention = requireNonNull(retention);
    }

    static KeptRecords of(Instant madeAt, Duration retention) {
        return new KeptRecords(madeAt, retention);
    }

    Instant madeAt() {
        return madeAt;
    }

    /** The stream has nothing from before this moment. */
    Instant since(Instant now) {
        Instant kept = now.minus(retention);
        return madeAt.isAfter(kept) ? madeAt : kept;
    }
}
