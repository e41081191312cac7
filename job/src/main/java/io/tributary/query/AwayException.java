package io.tributary.query;

import java.io.IOException;

/** A database that rows wait for did not come back in time: no fault of the rows. */
final class AwayException extends IOException {

    private static final long serialVersionUID = 1L;

    AwayException(String message, Throwable cause) {
        super(message, cause);
    }
}
