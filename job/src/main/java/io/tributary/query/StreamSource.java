package io.tributary.query;

import java.util.Arrays;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.connector.ChangelogMode;
import org.apache.flink.table.connector.ProviderContext;
import org.apache.flink.table.connector.source.DataStreamScanProvider;
import org.apache.flink.table.connector.source.DynamicTableSource;
import org.apache.flink.table.connector.source.ScanTableSource;
import org.apache.flink.table.connector.source.abilities.SupportsProjectionPushDown;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.DataType;

/** A table that is a stream of this job. The planner says which of its columns it reads, and gets no others. */
final class StreamSource implements ScanTableSource, SupportsProjectionPushDown {

    private final Input input;
    private final Function<Scan, DataStream<RowData>> sources;
    private int[] columns;

    private StreamSource(Input input, Function<Scan, DataStream<RowData>> sources, int[] columns) {
        this.input = input;
        this.sources = sources;
        this.columns = columns;
    }

    /** @param sources makes the stream of what is read of a table */
    static StreamSource of(Input input, Function<Scan, DataStream<RowData>> sources) {
        return new StreamSource(
                input, sources, IntStream.range(0, input.shape().arity()).toArray());
    }

    @Override
    public ChangelogMode getChangelogMode() {
        return ChangelogMode.all();
    }

    @Override
    public ScanRuntimeProvider getScanRuntimeProvider(ScanContext context) {
        return new DataStreamScanProvider() {
            @Override
            public DataStream<RowData> produceDataStream(
                    ProviderContext provider, StreamExecutionEnvironment environment) {
                return sources.apply(input.scan(columns));
            }

            @Override
            public boolean isBounded() {
                return false;
            }
        };
    }

    @Override
    public boolean supportsNestedProjection() {
        return false;
    }

    @Override
    public void applyProjection(int[][] projectedFields, DataType producedDataType) {
        columns = Arrays.stream(projectedFields).mapToInt(path -> path[0]).toArray();
    }

    @Override
    public DynamicTableSource copy() {
        return new StreamSource(input, sources, columns);
    }

    @Override
    public String asSummaryString() {
        return input.shape().table();
    }
}
