package io.tributary.capture.dynamodb;

/** From where a stream is read when the job starts from nothing. */
public enum StreamStart {
    /** The oldest record that the stream has. */
    TRIM_HORIZON,
    /** When the job is started. */
    LATEST,
    /** A moment that is given. */
    AT_TIMESTAMP
}
