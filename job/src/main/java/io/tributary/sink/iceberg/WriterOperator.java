package io.tributary.sink.iceberg;

import static java.util.Objects.requireNonNull;

import io.tributary.change.Audience;
import io.tributary.change.ChangelogRow;
import io.tributary.change.ReadableRow;
import io.tributary.change.Receipt;
import io.tributary.change.Rejected;
import io.tributary.change.Schema;
import io.tributary.change.WireType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.flink.api.common.TaskInfo;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.ChainingStrategy;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.types.RowKind;
import org.apache.flink.util.OutputTag;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.OutputFileFactory;
import org.jspecify.annotations.Nullable;

/**
 * Writes the changelogs of all tables into files, and hands the files on before each checkpoint's barrier, as
 * {@link TableFiles}. Rows that cannot be written go to the side, and leave the table as it is: of an update both halves are
 * written or neither.
 *
 * <p>What it wrote is in no state: it is in files that nobody sees before they are committed. All rows of one key come to
 * one subtask, in order.
 */
final class WriterOperator extends AbstractStreamOperator<byte[]>
        implements OneInputStreamOperator<ChangelogRow, byte[]> {

    private static final long serialVersionUID = 1L;

    /** In a table's properties: which file was set aside. */
    static final String SET_ASIDE = "tributary.set-aside";

    static final OutputTag<Rejected> REJECTED = new OutputTag<>("rejected", WireType.REJECTED);

    private final IcebergSettings settings;
    private final HashMap<String, String> identities;
    private final VersionColumn versions;
    private final ChangesTables changes;
    private final int mostKeys;
    private transient @Nullable CatalogAccess catalog;
    /** A table has one for each key that its rows had since the last checkpoint. */
    private transient @Nullable Map<String, List<TableWriter>> tables;

    private transient @Nullable Map<String, WriteMetrics> metricsByTable;
    /** Why there can be no such table, until the next checkpoint. */
    private transient @Nullable Map<String, String> refused;

    /** Tables of which nothing is to be committed at the next checkpoint. */
    private transient @Nullable Set<String> held;

    private transient @Nullable UpdatePairs pairs;
    private transient @Nullable StayedRows stayed;
    private transient @Nullable TableWriter last;
    private transient @Nullable Schema lastSchema;
    private transient long interval;
    private transient long keys;

    /**
     * @param identities by table, of those that files make, what is remembered of a file that is set aside
     * @param mostKeys it remembers in memory
     */
    WriterOperator(
            IcebergSettings settings,
            Map<String, String> identities,
            VersionColumn versions,
            ChangesTables changes,
            int mostKeys) {
        this.changes = changes;
        this.settings = settings;
        this.identities = new HashMap<>(identities);
        this.versions = versions;
        this.mostKeys = mostKeys;
        setChainingStrategy(ChainingStrategy.ALWAYS);
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        interval = context.getRestoredCheckpointId().orElse(0);
        TaskInfo task = getRuntimeContext().getTaskInfo();
        pairs = UpdatePairs.restore(context, task);
        stayed = StayedRows.restore(context, task);
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        super.snapshotState(context);
        pairs().snapshot();
        requireNonNull(stayed).snapshot();
    }

    @Override
    public void open() {
        catalog = new CatalogAccess(settings, getMetricGroup());
        tables = new HashMap<>();
        metricsByTable = new HashMap<>();
        refused = new HashMap<>();
        held = new TreeSet<>();
    }

    @Override
    public void processElement(StreamRecord<ChangelogRow> element) throws IOException {
        if (!element.getValue().audience().isFor(Audience.PASS_THROUGH)) {
            return;
        }
        ChangelogRow row = versions.in(element.getValue());
        if (row.isOfTable()) {
            processTable(row);
            return;
        }
        if (row.kind() == RowKind.UPDATE_BEFORE) {
            pairs().hold(row);
            return;
        }
        ChangelogRow replaced = pairs().take(row);
        TableWriter writer = writer(row.schema());
        if (writer == null) {
            reject(row, requireNonNull(refused().get(row.table())));
            return;
        }
        long before = writer.keys();
        boolean sameKey =
                replaced == null || replaced.schema().equals(row.schema()) || writer.hasKeyOf(replaced.schema());
        String reason = writer.write(sameKey ? replaced : null, row);
        if (reason != null) {
            reject(row, reason);
            return;
        }
        keys += writer.keys() - before;
        if (replaced != null && !sameKey) {
            requireNonNull(writer(replaced.schema())).deleteReplaced(replaced);
        }
        if (changes.areKept(row.table())) {
            append(changes.of(replaced, row));
        }
        if (keys > mostKeys) {
            endLargestEpoch();
        }
    }

    /** To the table of another's changes. */
    private void append(List<ChangelogRow> rows) throws IOException {
        for (ChangelogRow row : rows) {
            TableWriter writer = find(row.schema());
            long before = writer == null ? 0 : writer.keys();
            String reason = writer == null ? refused().get(row.table()) : writer.write(null, row);
            if (reason != null) {
                reject(row, reason);
            } else if (writer != null) {
                keys += writer.keys() - before;
            }
        }
    }

    private void processTable(ChangelogRow entry) throws IOException {
        if (entry.isReplacement()) {
            replace(entry);
        } else if (entry.isSetAside()) {
            remember(entry.table());
        } else {
            held().add(entry.table());
        }
    }

    private void replace(ChangelogRow entry) throws IOException {
        String table = entry.table();
        List<TableWriter> writers = tables().get(table);
        TableWriter writer = writers == null ? open(entry.schema()) : writers.get(writers.size() - 1);
        if (writer == null) {
            reject(entry, requireNonNull(refused().get(table)));
            return;
        }
        keys -= writer.keys();
        try {
            writer.replace(entry);
        } catch (UnwritableException e) {
            reject(entry, requireNonNull(e.getMessage()));
            keys += writer.keys();
            return;
        }
        // Rows of the new content have one key.
        List<TableWriter> all = requireNonNull(tables().get(table));
        List<TableWriter> earlier = all.subList(0, all.size() - 1);
        for (TableWriter other : earlier) {
            keys -= other.keys();
            for (TableFiles files : other.flush(interval)) {
                output.collect(
                        new StreamRecord<>(files.replacing(entry.version()).toBytes()));
            }
        }
        earlier.clear();
        last = null;
    }

    /** No row depends on it, so it need not be in a commit with any. */
    private void remember(String table) throws IOException {
        String identity = identities.get(table);
        if (identity == null) {
            return;
        }
        try {
            requireNonNull(catalog).call(warehouse -> {
                Table target = warehouse.find(table);
                if (target != null && !identity.equals(target.properties().get(SET_ASIDE))) {
                    target.updateProperties().set(SET_ASIDE, identity).commit();
                }
                return identity;
            });
        } catch (UnwritableException e) {
            throw new IOException(e);
        }
    }

    /** Null if there can be no such table. */
    private @Nullable TableWriter writer(Schema schema) throws IOException {
        if (last != null && schema.equals(lastSchema)) {
            return last;
        }
        last = find(schema);
        lastSchema = schema;
        return last;
    }

    private @Nullable TableWriter find(Schema schema) throws IOException {
        for (TableWriter writer : tables().getOrDefault(schema.table(), List.of())) {
            if (writer.hasKeyOf(schema)) {
                return writer;
            }
        }
        return refused().containsKey(schema.table()) ? null : open(schema);
    }

    private @Nullable TableWriter open(Schema schema) throws IOException {
        Table table;
        try {
            table = requireNonNull(catalog).call(warehouse -> warehouse.findOrCreate(schema));
        } catch (UnwritableException e) {
            refused().put(schema.table(), requireNonNull(e.getMessage()));
            return null;
        }
        TaskInfo task = getRuntimeContext().getTaskInfo();
        OutputFileFactory locations = OutputFileFactory.builderFor(
                        table, task.getIndexOfThisSubtask(), task.getAttemptNumber())
                .format(EpochWriter.dataFormat(table))
                .operationId(FileNumber.newSlot())
                .build();
        TableWriter writer = new TableWriter(
                table,
                requireNonNull(catalog),
                locations,
                settings.writeLimits(),
                metricsOf(schema.table()),
                requireNonNull(stayed),
                settings.keepsPlaces() || DeletesOfCommit.takesVectors(table),
                interval);
        tables().computeIfAbsent(schema.table(), name -> new ArrayList<>()).add(writer);
        return writer;
    }

    private void endLargestEpoch() throws IOException {
        TableWriter largest = null;
        for (TableWriter writer : all()) {
            if (largest == null || writer.keys() > largest.keys()) {
                largest = writer;
            }
        }
        if (largest != null) {
            keys -= largest.keys();
            largest.endEpoch();
        }
    }

    private WriteMetrics metricsOf(String table) {
        return requireNonNull(metricsByTable).computeIfAbsent(table, name -> new WriteMetrics(getMetricGroup(), name));
    }

    private void reject(ChangelogRow row, String reason) {
        Receipt receipt = row.receipt();
        if (receipt != null) {
            receipt.refused();
        }
        metricsOf(row.table()).rejected();
        long now = getProcessingTimeService().getCurrentProcessingTime();
        byte[] raw = ReadableRow.json(row.schema(), row.row()).getBytes(StandardCharsets.UTF_8);
        output.collect(
                REJECTED, new StreamRecord<>(Rejected.of("iceberg", row.table(), now, reason, raw, row.version())));
    }

    @Override
    public void prepareSnapshotPreBarrier(long checkpointId) throws Exception {
        flush(checkpointId);
    }

    /** The last rows leave with the last checkpoint. */
    @Override
    public void finish() throws Exception {
        flush(interval + 1);
        super.finish();
    }

    private void flush(long nextInterval) throws IOException {
        for (TableWriter writer : all()) {
            for (TableFiles files : writer.flush(nextInterval)) {
                output.collect(new StreamRecord<>(files.toBytes()));
            }
        }
        for (String table : held()) {
            output.collect(new StreamRecord<>(TableFiles.held(table, interval).toBytes()));
        }
        held().clear();
        refused().clear();
        last = null;
        // Of several keys only the newest has rows from now on.
        tables().values()
                .forEach(writers -> writers.subList(0, writers.size() - 1).clear());
        interval = nextInterval;
        keys = 0;
    }

    @Override
    public void close() throws Exception {
        if (tables != null) {
            all().forEach(TableWriter::abort);
        }
        if (catalog != null) {
            catalog.close();
        }
        super.close();
    }

    private UpdatePairs pairs() {
        return requireNonNull(pairs);
    }

    private Set<String> held() {
        return requireNonNull(held);
    }

    private Map<String, String> refused() {
        return requireNonNull(refused);
    }

    private List<TableWriter> all() {
        return tables().values().stream().flatMap(List::stream).collect(Collectors.toList());
    }

    private Map<String, List<TableWriter>> tables() {
        return requireNonNull(tables);
    }
}
