package io.tributary.command;

import org.apache.flink.runtime.execution.SuppressRestartsException;

/** What people are told of a failure: the job's own sentence, without the names of exceptions around it. */
final class Sentence {

    private Sentence() {}

    static String of(Throwable failure) {
        Throwable last = failure;
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            last = cause;
            if (cause instanceof SuppressRestartsException && cause.getCause() != null) {
                return text(cause.getCause());
            }
        }
        return text(last);
    }

    private static String text(Throwable cause) {
        String message = cause.getMessage();
        return message == null || message.isBlank() ? cause.toString() : message;
    }
}
