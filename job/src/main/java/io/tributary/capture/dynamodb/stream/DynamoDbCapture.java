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

/** The tables of one Kinesis stream. */
final class DynamoDbCapture implements Capture {

    private final DynamoDbSettings settings;
    private final List<ItemTable> tables;
    private final Instant startedAt;

    DynamoDbCapture(DynamoDbSettings settings, List<ItemTable> tables, Instant startedAt) {
        this.settings = settings;
        this.tables = tables;
        this.startedAt = startedAt;
    }

    @Override
    public DataStream<Captured> open(StreamExecutionEnvironment environment, String uid) {
        return StreamSource.open(environment, settings, startedAt, uid)
                .process(new Decode(tables, settings.otherRecords(), settings.unlistedTables()), WireType.CAPTURED)
                .uid(uid + "-decode")
                .name("DynamoDB: decode");
    }
}
