package io.tributary;

import io.tributary.change.Captured;
import io.tributary.change.Change;
import io.tributary.change.Rejected;
import io.tributary.change.WireType;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/** Parts what a capture hands on: changes of rows go on; what is of a whole table, and dead letters, go to the side. */
final class CapturedSplit extends ProcessFunction<Captured, Change> {

    private static final long serialVersionUID = 1L;

    static final OutputTag<Change> OF_TABLES = new OutputTag<>("of-tables", WireType.CHANGE);
    static final OutputTag<Rejected> REJECTED = new OutputTag<>("rejected", WireType.REJECTED);

    @Override
    public void processElement(Captured captured, Context context, Collector<Change> out) {
        if (captured instanceof Rejected) {
            context.output(REJECTED, (Rejected) captured);
            return;
        }
        Change change = (Change) captured;
        if (!change.operation().isOfRow()) {
            context.output(OF_TABLES, change);
            return;
        }
        out.collect(change);
    }
}
