package io.tributary.capture.dynamodb.export.read;

import io.tributary.capture.Capture;
import io.tributary.capture.dynamodb.LiveTables;
import io.tributary.capture.dynamodb.export.ExportSettings;
import io.tributary.capture.dynamodb.item.ItemTable;
import io.tributary.change.Captured;
import io.tributary.change.WireType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** The exports of some tables. */
public final class ExportCapture implements Capture {

    private final ExportSettings settings;
    private final ArrayList<ItemTable> tables;
    private final TreeMap<String, String> cautions;
    private final LiveTables live;
    private final boolean compares;

    /**
     * @param tables those of {@link ExportSettings#tableNames} at the least
     * @param cautions what a job would miss that starts from nothing, by the tables' names in the pipeline
     * @param live which tables have the names now
     * @param compares whether rows that the first full export lacks are gone from targets
     */
    public ExportCapture(
            ExportSettings settings,
            Collection<ItemTable> tables,
            Map<String, String> cautions,
            LiveTables live,
            boolean compares) {
        this.settings = settings;
        this.tables = new ArrayList<>(tables);
        this.cautions = new TreeMap<>(cautions);
        this.live = live;
        this.compares = compares;
    }

    @Override
    public DataStream<Captured> open(StreamExecutionEnvironment environment, String uid) {
        ArrayList<ItemTable> captured = tables;
        return environment
                .fromSource(
                        new ExportSource(settings, () -> new ItemLines(captured), cautions, live, compares),
                        WatermarkStrategy.noWatermarks(),
                        "DynamoDB exports",
                        WireType.CAPTURED)
                .uid(uid + "-exports");
    }
}
