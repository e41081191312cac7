package io.tributary.query;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.table.connector.source.DynamicTableSource;
import org.apache.flink.table.connector.source.LookupTableSource;
import org.apache.flink.table.connector.source.abilities.SupportsProjectionPushDown;
import org.apache.flink.table.connector.source.lookup.LookupFunctionProvider;
import org.apache.flink.table.connector.source.lookup.LookupOptions;
import org.apache.flink.table.connector.source.lookup.PartialCachingLookupProvider;
import org.apache.flink.table.connector.source.lookup.cache.DefaultLookupCache;
import org.apache.flink.table.types.DataType;
import org.jspecify.annotations.Nullable;

/** A lookup table, for {@code FOR SYSTEM_TIME AS OF} joins alone: Flink's JDBC lookup, which waits while its database is away. */
final class LookupSource implements LookupTableSource, SupportsProjectionPushDown {

    private final Lookup lookup;
    private final Configuration cache;
    private DataType columns;

    /** @param cache options of Flink's that say how rows are cached */
    LookupSource(Lookup lookup, Map<String, String> cache, DataType columns) {
        this(lookup, Configuration.fromMap(cache), columns);
    }

    private LookupSource(Lookup lookup, Configuration cache, DataType columns) {
        this.lookup = lookup;
        this.cache = cache;
        this.columns = columns;
    }

    @Override
    public LookupRuntimeProvider getLookupRuntimeProvider(LookupContext context) {
        List<String> names = DataType.getFieldNames(columns);
        // The columns are those of the settings, so no part of a key is nested.
        String[] key =
                Arrays.stream(context.getKeys()).map(path -> names.get(path[0])).toArray(String[]::new);
        List<byte[]> samples = lookup.samples();
        if (samples != null) {
            return LookupFunctionProvider.of(new SampleLookup(samples, lookup.rowType(), columns, key));
        }
        PatientLookup rows = new PatientLookup(lookup, columns, key);
        DefaultLookupCache kept = keptRows();
        return kept == null ? LookupFunctionProvider.of(rows) : PartialCachingLookupProvider.of(rows, kept);
    }

    private @Nullable DefaultLookupCache keptRows() {
        return cache.get(LookupOptions.CACHE_TYPE) == LookupOptions.LookupCacheType.PARTIAL
                ? DefaultLookupCache.fromConfig(cache)
                : null;
    }

    @Override
    public boolean supportsNestedProjection() {
        return false;
    }

    @Override
    public void applyProjection(int[][] projectedFields, DataType producedDataType) {
        columns = producedDataType;
    }

    @Override
    public DynamicTableSource copy() {
        return new LookupSource(lookup, cache, columns);
    }

    @Override
    public String asSummaryString() {
        return lookup.name();
    }
}
