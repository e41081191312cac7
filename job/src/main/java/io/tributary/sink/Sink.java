package io.tributary.sink;

import io.tributary.change.Rejected;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.jspecify.annotations.Nullable;

/** A system that takes changelogs: the one seam between the flow and the targets. */
public interface Sink {

    /**
     * Adds the writers to the job. Every operator it adds has a uid that starts with {@code uid}.
     *
     * @return what the sink could not ship, or null if it never refuses a row
     */
    @Nullable
    DataStream<Rejected> write(Outputs outputs, String uid);
}
