package io.tributary.capture;

import io.tributary.change.Captured;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** A system's changes as a stream: the one seam between the readers and the rest of the flow. */
public interface Capture {

    /**
     * Adds the reader to the job. Every operator it adds has a uid that starts with {@code uid}.
     *
     * <p>Changes of one key leave in the order of their positions as far as the system gives them so; whoever takes them
     * orders by position all the same.
     */
    DataStream<Captured> open(StreamExecutionEnvironment environment, String uid);
}
