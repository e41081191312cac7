package io.tributary.capture.dynamodb.export;

import io.tributary.capture.Capture;
import io.tributary.capture.dynamodb.CapturedTable;
import io.tributary.change.Captured;
import io.tributary.change.WireType;
import java.util.ArrayList;
import java.util.Collection;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** The exports of some tables. */
public final class ExportCapture implements Capture {

    private final ExportSettings settings;
    private final ArrayList<CapturedTable> tables;

    /**
     * @param tables those of {@link ExportSettings#tableNames} at the least
     */
    public ExportCapture(ExportSettings settings, Collection<CapturedTable> tables) {
        this.settings = settings;
        this.tables = new ArrayList<>(tables);
    }

    @Override
    public DataStream<Captured> open(StreamExecutionEnvironment environment, String uid) {
        ArrayList<CapturedTable> captured = tables;
        return environment
                .fromSource(
                        new ExportSource(settings, () -> new ItemLines(captured)),
                        WatermarkStrategy.noWatermarks(),
                        "DynamoDB exports",
                        WireType.CAPTURED)
                .uid(uid + "-exports");
    }
}
