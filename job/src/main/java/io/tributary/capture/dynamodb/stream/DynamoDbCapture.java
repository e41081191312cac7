package io.tributary.capture.dynamodb.stream;

import io.tributary.capture.Capture;
import io.tributary.capture.dynamodb.DynamoDbSettings;
import io.tributary.capture.dynamodb.item.ItemTable;
import io.tributary.change.Captured;
import io.tributary.change.WireType;
import java.time.Instant;
import java.util.List;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.jspecify.annotations.Nullable;

/** The tables of one Kinesis stream. */
final class DynamoDbCapture implements Capture {

    private final DynamoDbSettings settings;
    private final List<ItemTable> tables;
    private final Instant startedAt;
    private final @Nullable KeptRecords kept;

    /** @param kept which records the stream has, if that is known */
    DynamoDbCapture(DynamoDbSettings settings, List<ItemTable> tables, Instant startedAt, @Nullable KeptRecords kept) {
        this.settings = settings;
        this.tables = tables;
        this.startedAt = startedAt;
        this.kept = kept;
    }

    @Override
    public DataStream<Captured> open(StreamExecutionEnvironment environment, String uid) {
        return StreamSource.open(environment, settings, startedAt, kept, uid)
                .process(new Decode(tables, settings.otherRecords(), settings.unlistedTables()), WireType.CAPTURED)
                .uid(uid + "-decode")
                .name("DynamoDB: decode");
    }
}
