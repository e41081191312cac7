package io.tributary.query;

import io.tributary.change.Rejected;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.base.ListSerializer;
import org.apache.flink.api.common.typeutils.base.LongSerializer;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.api.java.typeutils.runtime.TupleSerializer;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.util.RowDataUtil;
import org.apache.flink.table.runtime.operators.join.lookup.LookupJoinRunner;
import org.apache.flink.table.runtime.typeutils.RowDataSerializer;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.types.RowKind;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/**
 * Joins a row with what a lookup answers when it comes, and when it goes takes back what was answered then, whatever the lookup
 * would answer now. So every row is kept with its answer.
 *
 * <p>Flink keeps one answer for all rows with the same values to look up. The first of these that went took the answer with it,
 * and the others were never taken back; nor were rows from before the answer was another one.
 *
 * <p>A row for which there is no answer becomes a dead letter, and is as one that never came.
 */
final class KeptLookup extends KeyedProcessFunction<RowData, RowData, RowData> {

    private static final long serialVersionUID = 1L;

    private final LookupJoinRunner lookup;
    private final Uncomputable uncomputable;
    private final RowType type;
    private final RowType joined;
    private final @Nullable Duration keep;

    /** By row; each answer, the oldest first, and how many rows like this got it. */
    private transient MapState<RowData, List<Tuple2<Long, List<RowData>>>> answers;

    private transient PlainRows rows;
    private transient PlainRows joinedRows;
    private transient Found found;
    private transient Counter rejected;

    /**
     * @param type of the rows that come
     * @param joined of those that go
     * @param keep how long a row is kept with its answer; null for ever
     */
    @SuppressWarnings("NullAway.Init")
    KeptLookup(
            LookupJoinRunner lookup, Uncomputable uncomputable, RowType type, RowType joined, @Nullable Duration keep) {
        this.lookup = lookup;
        this.uncomputable = uncomputable;
        this.type = type;
        this.joined = joined;
        this.keep = keep;
    }

    @Override
    public void open(OpenContext context) throws Exception {
        rows = new PlainRows(type);
        joinedRows = new PlainRows(joined);
        found = new Found(joinedRows);
        MapStateDescriptor<RowData, List<Tuple2<Long, List<RowData>>>> state =
                new MapStateDescriptor<>("answers", new RowDataSerializer(type), answersOf(joined));
        if (keep != null) {
            state.enableTimeToLive(KeptRows.timeToLive(keep));
        }
        answers = getRuntimeContext().getMapState(state);
        rejected = getRuntimeContext()
                .getMetricGroup()
                .addGroup("table", uncomputable.table())
                .counter("rejected");
        lookup.setRuntimeContext(getRuntimeContext());
        lookup.open(context);
    }

    @SuppressWarnings("unchecked")
    private static TypeSerializer<List<Tuple2<Long, List<RowData>>>> answersOf(RowType joined) {
        Class<Tuple2<Long, List<RowData>>> type = (Class<Tuple2<Long, List<RowData>>>) (Class<?>) Tuple2.class;
        return new ListSerializer<>(new TupleSerializer<>(type, new TypeSerializer<?>[] {
            LongSerializer.INSTANCE, new ListSerializer<>(new RowDataSerializer(joined))
        }));
    }

    @Override
    public void processElement(RowData row, Context context, Collector<RowData> out) throws Exception {
        RowData key = rows.of(row);
        // Of a row that is not kept any more, what it was joined with is not known; its key is what counts then.
        if (RowDataUtil.isRetractMsg(row) && (keep == null || answers.contains(key))) {
            give(forget(key), row.getRowKind(), out);
            return;
        }
        List<RowData> answer;
        try {
            answer = ask(row);
        } catch (Throwable thrown) {
            if (!Uncomputable.isCausedBy(thrown)) {
                throw thrown;
            }
            rejected.inc();
            Rejected letter = uncomputable.row(type, row, thrown, System.currentTimeMillis());
            context.output(GuardedOperator.REJECTED, letter);
            return;
        }
        if (RowDataUtil.isAccumulateMsg(row)) {
            keep(key, answer);
        }
        give(answer, row.getRowKind(), out);
    }

    private List<RowData> ask(RowData row) throws Exception {
        found.rows = new ArrayList<>(1);
        lookup.prepareCollector(row, found);
        if (lookup.preFilter(row)) {
            lookup.doFetch(row);
        }
        lookup.padNullForLeftJoin(row, found);
        return found.rows;
    }

    private void keep(RowData row, List<RowData> answer) throws Exception {
        List<Tuple2<Long, List<RowData>>> known = answers.get(row);
        List<Tuple2<Long, List<RowData>>> all = known == null ? new ArrayList<>(1) : new ArrayList<>(known);
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i).f1.equals(answer)) {
                all.set(i, Tuple2.of(all.get(i).f0 + 1, answer));
                answers.put(row, all);
                return;
            }
        }
        all.add(Tuple2.of(1L, answer));
        answers.put(row, all);
    }

    /** What one of these rows was joined with. Where they got several answers, nothing tells which: the oldest goes first. */
    private List<RowData> forget(RowData row) throws Exception {
        List<Tuple2<Long, List<RowData>>> known = answers.get(row);
        if (known == null) {
            return List.of();
        }
        List<Tuple2<Long, List<RowData>>> left = new ArrayList<>(known);
        Tuple2<Long, List<RowData>> first = left.get(0);
        if (first.f0 > 1) {
            left.set(0, Tuple2.of(first.f0 - 1, first.f1));
        } else {
            left.remove(0);
        }
        if (left.isEmpty()) {
            answers.remove(row);
        } else {
            answers.put(row, left);
        }
        return first.f1;
    }

    private void give(List<RowData> answer, RowKind kind, Collector<RowData> out) {
        for (RowData kept : answer) {
            RowData row = joinedRows.of(kept);
            row.setRowKind(kind);
            out.collect(row);
        }
    }

    @Override
    public void close() throws Exception {
        lookup.close();
    }

    private static final class Found implements Collector<RowData> {

        private final PlainRows plain;
        private List<RowData> rows = List.of();

        Found(PlainRows plain) {
            this.plain = plain;
        }

        @Override
        public void collect(RowData row) {
            rows.add(plain.of(row));
        }

        @Override
        public void close() {}
    }
}
