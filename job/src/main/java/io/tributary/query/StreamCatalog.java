package io.tributary.query;

import static java.util.Objects.requireNonNull;

import io.tributary.change.ChangelogRow;
import io.tributary.change.Schema;
import io.tributary.change.WireType;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.DataStreamSink;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.transformations.PhysicalTransformation;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.catalog.GenericInMemoryCatalog;
import org.apache.flink.table.connector.ChangelogMode;
import org.apache.flink.table.connector.ProviderContext;
import org.apache.flink.table.connector.sink.DataStreamSinkProvider;
import org.apache.flink.table.connector.sink.DynamicTableSink;
import org.apache.flink.table.connector.source.DynamicTableSource;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.factories.DynamicTableFactory;
import org.apache.flink.table.factories.DynamicTableSinkFactory;
import org.apache.flink.table.factories.DynamicTableSourceFactory;
import org.apache.flink.table.factories.Factory;
import org.apache.flink.table.factories.FactoryUtil;

/**
 * A catalog whose tables are streams of this job, so that rows go into and out of the planner as they are.
 *
 * <p>The sources claim the full changelog, hence the planner adds no ChangelogNormalize; the outputs have no key, hence
 * neither a SinkUpsertMaterializer nor a shuffle: that is {@link Settle}'s work.
 */
final class StreamCatalog extends GenericInMemoryCatalog {

    static final String NAME = "tributary";
    static final String DATABASE = "pipeline";
    static final String CONNECTOR = "tributary-stream";

    private final Streams streams;

    /**
     * @param sources makes the stream of what a plan reads of a table, when the planner asks for it
     * @param lookups tables of other databases
     */
    StreamCatalog(Function<Scan, DataStream<RowData>> sources, Collection<Lookup> lookups) {
        super(NAME, DATABASE);
        this.streams = new Streams(sources, lookups);
    }

    @Override
    public Optional<Factory> getFactory() {
        return Optional.of(streams);
    }

    /** To be called before the planner meets the table. */
    void source(Input input) {
        streams.inputs.put(input.shape().table(), input);
    }

    /** To be called before the planner meets the output. */
    void output(Schema shape) {
        streams.shapes.put(shape.table(), shape);
    }

    /** The tables that statements have named since this was asked last, but for lookup tables. */
    Set<String> takeTablesRead() {
        Set<String> read = new TreeSet<>(streams.read);
        streams.read.clear();
        return read;
    }

    /** What the planner made for the output. */
    SingleOutputStreamOperator<ChangelogRow> made(String output) {
        return requireNonNull(streams.outputs.get(output), output);
    }

    private static final class Streams implements DynamicTableSourceFactory, DynamicTableSinkFactory {

        private final Function<Scan, DataStream<RowData>> sources;
        private final Map<String, Lookup> lookups;
        private final Set<String> read = new TreeSet<>();
        private final Map<String, Input> inputs = new HashMap<>();
        private final Map<String, Schema> shapes = new HashMap<>();
        private final Map<String, SingleOutputStreamOperator<ChangelogRow>> outputs = new TreeMap<>();

        Streams(Function<Scan, DataStream<RowData>> sources, Collection<Lookup> lookups) {
            this.sources = sources;
            this.lookups = lookups.stream().collect(Collectors.toMap(Lookup::name, lookup -> lookup));
        }

        @Override
        public String factoryIdentifier() {
            return CONNECTOR;
        }

        @Override
        public Set<ConfigOption<?>> requiredOptions() {
            return Set.of();
        }

        @Override
        public Set<ConfigOption<?>> optionalOptions() {
            return Set.of();
        }

        @Override
        public DynamicTableSource createDynamicTableSource(DynamicTableFactory.Context context) {
            String table = context.getObjectIdentifier().getObjectName();
            Map<String, String> options =
                    new TreeMap<>(context.getCatalogTable().getOptions());
            options.remove(FactoryUtil.CONNECTOR.key());
            Lookup lookup = lookups.get(table);
            Set<String> allowed = lookup == null ? Set.of() : OptionsHints.ALLOWED;
            for (String option : options.keySet()) {
                if (!allowed.contains(option)) {
                    throw new ValidationException(OptionsHints.refused(option));
                }
            }
            if (lookup != null) {
                return new LookupSource(lookup, options, context.getPhysicalRowDataType());
            }
            read.add(table);
            return StreamSource.of(requireNonNull(inputs.get(table), table), sources);
        }

        @Override
        public DynamicTableSink createDynamicTableSink(DynamicTableFactory.Context context) {
            String table = context.getObjectIdentifier().getObjectName();
            boolean isKeyed = context.getCatalogTable()
                    .getResolvedSchema()
                    .getPrimaryKey()
                    .isPresent();
            return new StreamSink(requireNonNull(shapes.get(table), table), isKeyed, outputs);
        }
    }

    private static final class StreamSink implements DynamicTableSink {

        private final Schema shape;
        private final boolean isKeyed;
        private final Map<String, SingleOutputStreamOperator<ChangelogRow>> outputs;

        /** @param isKeyed whether it says which row is replaced by the key alone; only asked for, never run */
        StreamSink(Schema shape, boolean isKeyed, Map<String, SingleOutputStreamOperator<ChangelogRow>> outputs) {
            this.shape = shape;
            this.isKeyed = isKeyed;
            this.outputs = outputs;
        }

        @Override
        public ChangelogMode getChangelogMode(ChangelogMode requested) {
            return isKeyed ? ChangelogMode.upsert() : ChangelogMode.all();
        }

        @Override
        public SinkRuntimeProvider getSinkRuntimeProvider(DynamicTableSink.Context context) {
            return new DataStreamSinkProvider() {
                @Override
                public DataStreamSink<?> consumeDataStream(ProviderContext provider, DataStream<RowData> rows) {
                    SingleOutputStreamOperator<ChangelogRow> made =
                            rows.map(new OutputRows(shape)).returns(WireType.CHANGELOG_ROW);
                    made.name("SQL rows of " + shape.table());
                    if (rows.getParallelism() > 0) {
                        // What one subtask made, an aggregate of all rows for instance, is not dealt out to several,
                        // where a row could be taken back before it has come.
                        made.setParallelism(rows.getParallelism());
                    }
                    outputs.put(shape.table(), made);
                    return new Handover(made);
                }
            };
        }

        @Override
        public DynamicTableSink copy() {
            return new StreamSink(shape, isKeyed, outputs);
        }

        @Override
        public String asSummaryString() {
            return shape.table();
        }
    }

    /** Stands for the sink that the planner wants, but adds none: the stream goes on after the planner. */
    private static final class Handover extends DataStreamSink<ChangelogRow> {
        Handover(SingleOutputStreamOperator<ChangelogRow> rows) {
            super((PhysicalTransformation<ChangelogRow>) rows.getTransformation());
        }
    }
}
