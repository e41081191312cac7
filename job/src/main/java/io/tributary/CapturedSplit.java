package io.tributary;

import io.tributary.change.Captured;
import io.tributary.change.Change;
import io.tributary.change.Rejected;
import io.tributary.change.Schema;
import io.tributary.change.WireType;
import java.util.HashSet;
import java.util.Set;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;
import org.jspecify.annotations.Nullable;

/**
 * Parts what a capture hands on: changes of rows go on; what is of a whole table, and dead letters, go to the side. Ahead of all
 * goes that the job runs.
 *
 * <p>Ahead of the first row of each shape with types that were found from data goes its announcement, so that no capture
 * has to see to that. It goes again after every start, which changes nothing.
 */
final class CapturedSplit extends ProcessFunction<Captured, Change> {

    private static final long serialVersionUID = 1L;

    static final OutputTag<Change> OF_TABLES = new OutputTag<>("of-tables", WireType.CHANGE);
    static final OutputTag<Rejected> REJECTED = new OutputTag<>("rejected", WireType.REJECTED);

    private transient Set<Long> announced;
    private transient boolean isStarted;
    private transient @Nullable Schema last;

    @Override
    @SuppressWarnings("NullAway.Init")
    public void open(OpenContext context) {
        announced = new HashSet<>();
    }

    @Override
    public void processElement(Captured captured, Context context, Collector<Change> out) {
        if (!isStarted) {
            isStarted = true;
            context.output(OF_TABLES, Change.started(context.timerService().currentProcessingTime()));
        }
        if (captured instanceof Rejected) {
            context.output(REJECTED, (Rejected) captured);
            return;
        }
        Change change = (Change) captured;
        if (!change.operation().isOfRow()) {
            context.output(OF_TABLES, change);
            return;
        }
        if (change.schema().isInferred()) {
            announce(change, context);
        }
        out.collect(change);
    }

    private void announce(Change change, Context context) {
        Schema schema = change.schema();
        if (last != null && last.fingerprint() == schema.fingerprint()) {
            return;
        }
        last = schema;
        if (announced.add(schema.fingerprint())) {
            context.output(OF_TABLES, Change.retyped(schema, change.position(), change.timestamp()));
        }
    }
}
