package io.tributary.capture.dynamodb.export.read;

import io.tributary.capture.dynamodb.LiveTables;
import io.tributary.capture.dynamodb.export.ExportSettings;
import io.tributary.change.Captured;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/** The exports of some tables, those that are there and those that come, for as long as the job runs. */
final class ExportSource implements Source<Captured, ExportSplit, ExportState> {

    /** Makes what a reader reads lines with. */
    interface RowsFactory extends Serializable {
        Rows create();
    }

    private static final long serialVersionUID = 1L;

    private final ExportSettings settings;
    private final RowsFactory rows;
    private final TreeMap<String, String> cautions;
    private final LiveTables live;
    private final boolean compares;

    /**
     * @param cautions what becomes a dead letter where there is no state to go on from, by table
     * @param live which tables had the names when the job was started
     * @param compares whether the first full export of each table replaces what targets have of it
     */
    ExportSource(
            ExportSettings settings,
            RowsFactory rows,
            Map<String, String> cautions,
            LiveTables live,
            boolean compares) {
        this.settings = settings;
        this.rows = rows;
        this.cautions = new TreeMap<>(cautions);
        this.live = live;
        this.compares = compares;
    }

    @Override
    public Boundedness getBoundedness() {
        return Boundedness.CONTINUOUS_UNBOUNDED;
    }

    @Override
    public SplitEnumerator<ExportSplit, ExportState> createEnumerator(SplitEnumeratorContext<ExportSplit> context) {
        Map<String, Ledger> ledgers = new TreeMap<>();
        settings.tables().forEach(table -> ledgers.put(table.name(), new Ledger()));
        List<ExportSplit> reports = new ArrayList<>();
        cautions.forEach((table, caution) ->
                reports.add(ExportSplit.report("", table, caution, new byte[0]).numbered(reports.size())));
        return restoreEnumerator(
                context,
                new ExportState(
                        Standstill.before(System.currentTimeMillis()),
                        System.currentTimeMillis(),
                        reports.size(),
                        ledgers,
                        reports,
                        Set.of()));
    }

    @Override
    public SplitEnumerator<ExportSplit, ExportState> restoreEnumerator(
            SplitEnumeratorContext<ExportSplit> context, ExportState state) {
        return new ExportEnumerator(context, settings, live, compares, state);
    }

    @Override
    public SimpleVersionedSerializer<ExportSplit> getSplitSerializer() {
        return ExportSplitSerializer.INSTANCE;
    }

    @Override
    public SimpleVersionedSerializer<ExportState> getEnumeratorCheckpointSerializer() {
        return new ExportState.Serializer();
    }

    @Override
    public SourceReader<Captured, ExportSplit> createReader(SourceReaderContext context) {
        return ExportReader.of(settings, rows.create(), context);
    }
}
