package io.tributary.capture.dynamodb.export.read;

import io.tributary.capture.SplitsHeld;
import io.tributary.capture.dynamodb.export.ExportSettings;
import io.tributary.change.Captured;
import io.tributary.change.Rejected;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.configuration.ConfigurationUtils;
import org.apache.flink.connector.base.source.reader.SingleThreadMultiplexSourceReaderBase;
import org.apache.flink.metrics.Counter;

/** Hands on the files that the enumerator gives it, one after the other, and tells it of each that was handed on whole. */
@SuppressWarnings("try") // close() may be interrupted, as that of the class it extends
final class ExportReader extends SingleThreadMultiplexSourceReaderBase<Line, Captured, ExportSplit, SplitProgress> {

    private static final int AHEAD = 2;

    private final Course course;
    private final Map<String, ExportSplit> held = new LinkedHashMap<>();

    private ExportReader(
            ExportSettings settings,
            Rows rows,
            Path folder,
            Course course,
            Counter rejected,
            SourceReaderContext context) {
        super(
                () -> new ExportSplitReader(settings, rows, folder, course),
                (line, output, progress) -> {
                    Captured captured = line.captured();
                    if (captured instanceof Rejected) {
                        rejected.inc();
                    }
                    if (captured != null) {
                        output.collect(captured);
                    }
                    progress.reached(line);
                },
                context.getConfiguration(),
                context);
        this.course = course;
    }

    static ExportReader of(ExportSettings settings, Rows rows, SourceReaderContext context) {
        Course course = new Course(context::sendSplitRequest);
        context.metricGroup().gauge("exportFilesFailing", course::failing);
        Counter rejected = context.metricGroup().counter("rejected");
        return new ExportReader(settings, rows, folder(context), course, rejected, context);
    }

    private static Path folder(SourceReaderContext context) {
        return Path.of(ConfigurationUtils.parseTempDirectories(context.getConfiguration())[0]);
    }

    /** Those of the state come before. */
    @Override
    public void start() {
        context.sendSourceEventToCoordinator(new SplitsHeld(held.values(), ExportSplitSerializer.INSTANCE));
        for (int i = 0; i < AHEAD; i++) {
            context.sendSplitRequest();
        }
    }

    @Override
    public void addSplits(List<ExportSplit> splits) {
        splits.forEach(split -> held.put(split.splitId(), split));
        super.addSplits(splits);
    }

    @Override
    public void handleSourceEvents(SourceEvent event) {
        Superseded superseded = (Superseded) event;
        course.supersede(superseded.export(), superseded.before());
    }

    @Override
    protected void onSplitFinished(Map<String, SplitProgress> finished) {
        finished.forEach((id, progress) -> {
            held.remove(id);
            context.sendSourceEventToCoordinator(new SplitDone(id));
            context.sendSplitRequest();
        });
    }

    @Override
    protected SplitProgress initializedState(ExportSplit split) {
        return new SplitProgress(split);
    }

    @Override
    protected ExportSplit toSplitType(String id, SplitProgress progress) {
        return progress.split();
    }

    @Override
    public void close() throws Exception {
        course.stop();
        super.close();
    }
}
