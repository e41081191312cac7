package io.tributary.capture.dynamodb.stream;

import static java.util.Objects.requireNonNull;

import io.tributary.capture.dynamodb.item.ItemTable;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import org.apache.flink.api.java.tuple.Tuple2;
import org.jspecify.annotations.Nullable;

/**
 * A span of time whose records the stream no longer had when the job came to read them. It goes among the records, in their form: as
 * no record of Kinesis, whose sequence numbers are digits.
 */
final class StreamGap {

    private static final String MARK = "gap";
    private static final String AGAIN = "made-again";

    private final Instant from;
    private final Instant to;
    private final boolean isOfAnotherStream;

    private StreamGap(Instant from, Instant to, boolean isOfAnotherStream) {
        this.from = requireNonNull(from);
        this.to = requireNonNull(to);
        this.isOfAnotherStream = isOfAnotherStream;
    }

    /**
     * @param from until when the stream was read
     * @param to from when on the stream has its records
     */
    static StreamGap expired(Instant from, Instant to) {
        return new StreamGap(from, to, false);
    }

    /** @param to when the stream was made, in place of the one that was read */
    static StreamGap ofAnotherStream(Instant from, Instant to) {
        return new StreamGap(from, to, true);
    }

    /** Null if it is a record. */
    static @Nullable StreamGap in(Tuple2<String, byte[]> record) {
        if (!record.f0.equals(MARK)) {
            return null;
        }
        String[] words = new String(record.f1, StandardCharsets.UTF_8).split(" ");
        return new StreamGap(Instant.parse(words[0]), Instant.parse(words[1]), words.length > 2);
    }

    Tuple2<String, byte[]> record() {
        String text = from + " " + to + (isOfAnotherStream ? " " + AGAIN : "");
        return Tuple2.of(MARK, text.getBytes(StandardCharsets.UTF_8));
    }

    Instant from() {
        return from;
    }

    Instant to() {
        return to;
    }

    boolean isOfAnotherStream() {
        return isOfAnotherStream;
    }

    Duration length() {
        return Duration.between(from, to);
    }

    /** What is missing of a table, and what brings it. */
    String sentence(ItemTable table) {
        String why = isOfAnotherStream
                ? "The stream was made again at " + to + ", and the one that the job had read until " + from
                        + " is gone"
                : "The stream no longer had what came between " + from + " and " + to
                        + " when the job was resumed: it had stood still for longer than the stream keeps its records";
        return why + ". What was written to table " + table.name() + " or deleted from it in that time is missing."
                + " Set " + table.key("replace-by-full-export")
                + " to true, so that rows that were deleted go, too, and export the table to where the job looks for exports"
                + " (dynamodb.exports.location): dynamodb export --table " + table.name() + " --full";
    }

    @Override
    public String toString() {
        return from + " to " + to;
    }
}
