package io.tributary.sink.rejected;

import io.tributary.change.Rejected;

/** The job has met more dead letters than its settings allow. */
final class TooManyRejectedException extends Exception {

    private static final long serialVersionUID = 1L;

    TooManyRejectedException(long limit, Rejected last, String lastCheckpoint) {
        super("More than " + limit + " dead letters, the limit that " + RejectedSettings.LIMIT.key()
                + " sets. The last one: " + last
                + ". Mend the cause, or raise the limit, and start the job again from "
                + lastCheckpoint);
    }
}
