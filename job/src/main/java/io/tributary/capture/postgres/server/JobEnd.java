package io.tributary.capture.postgres.server;

import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.util.FlinkRuntimeException;
import org.jspecify.annotations.Nullable;

/** What no restart can mend ends the job at once, with a sentence that says what to do. */
public final class JobEnd {

    private JobEnd() {}

    public static SuppressRestartsException because(String sentence) {
        return because(sentence, null);
    }

    public static SuppressRestartsException because(String sentence, @Nullable Throwable cause) {
        return new SuppressRestartsException(new FlinkRuntimeException(sentence, cause));
    }
}
