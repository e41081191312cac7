package io.tributary.capture.dynamodb.stream;

import io.tributary.capture.dynamodb.Unwanted;
import io.tributary.capture.dynamodb.item.ItemTable;
import io.tributary.capture.dynamodb.item.ItemTables;
import io.tributary.change.Captured;
import java.util.List;
import java.util.function.Consumer;
import org.apache.flink.metrics.SimpleCounter;

/** What the stream's decoder makes of records, for tests of what is beside the stream. */
public final class StreamedChanges {

    private final RecordDecoder decoder;

    public StreamedChanges(ItemTable table) {
        decoder = new RecordDecoder(
                new ItemTables(List.of(table)), Unwanted.DEAD_LETTER, Unwanted.DEAD_LETTER, new SimpleCounter());
    }

    public void read(String sequenceNumber, byte[] json, Consumer<Captured> out) {
        decoder.decode(sequenceNumber, json, 0, out);
    }
}
