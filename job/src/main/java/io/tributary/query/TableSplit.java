package io.tributary.query;

import io.tributary.change.Audience;
import io.tributary.change.ChangelogRow;
import io.tributary.change.Rejected;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.ChainingStrategy;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.types.RowKind;
import org.jspecify.annotations.Nullable;

/**
 * Parts the changelogs by table, for the planner, and takes what is meant for one file. Every row is given in the columns that the
 * file's plan reads, as they were then: others are left out, columns that went are NULL. An update that changes none of them is
 * not given at all.
 *
 * <p>What is retracted blindly was never given to the planner, so it is not taken from it either. Nor is a table that is made
 * anew: what files read are rows.
 *
 * <p>When a table changes in a way that the file cannot follow, the file is set aside.
 */
final class TableSplit extends AbstractStreamOperator<ChangelogRow>
        implements OneInputStreamOperator<ChangelogRow, ChangelogRow> {

    private static final long serialVersionUID = 1L;

    private final ArrayList<Scan> scans;
    private final String path;
    private final String table;
    private final String consumer;
    private final SetAside setAside;
    private transient Routes routes;

    /** What an update changes, until that into which it does comes, next. */
    private transient @Nullable ChangelogRow before;

    /** @param plan what tells apart how the file's output is made */
    @SuppressWarnings("NullAway.Init")
    TableSplit(List<Scan> scans, SqlFile file, String plan) {
        this.scans = new ArrayList<>(scans);
        this.path = file.path();
        this.table = file.table();
        this.consumer = Audience.query(file.table());
        this.setAside = new SetAside(consumer, plan);
        setChainingStrategy(ChainingStrategy.ALWAYS);
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        super.initializeState(context);
        setAside.restore(context);
    }

    @Override
    public void open() throws Exception {
        super.open();
        routes = new Routes(scans, getRuntimeContext());
    }

    @Override
    public void processElement(StreamRecord<ChangelogRow> element) throws Exception {
        ChangelogRow row = element.getValue();
        boolean isRetraction = row.kind() == RowKind.UPDATE_BEFORE || row.kind() == RowKind.DELETE;
        if (row.isOfTable()
                || (row.isBlind() && isRetraction)
                || !row.audience().isFor(consumer)) {
            return;
        }
        ChangelogRow earlier = before;
        before = null;
        if (earlier != null && isOneUpdate(earlier, row)) {
            give(earlier, row);
            return;
        }
        if (earlier != null) {
            give(null, earlier);
        }
        if (row.kind() == RowKind.UPDATE_BEFORE) {
            before = row;
            return;
        }
        give(null, row);
    }

    /** Whether one change has made the second row of the first. */
    static boolean isOneUpdate(ChangelogRow before, ChangelogRow after) {
        return after.kind() == RowKind.UPDATE_AFTER
                && after.schema().tableId() == before.schema().tableId()
                && after.version().equals(before.version());
    }

    @Override
    public void prepareSnapshotPreBarrier(long checkpoint) throws Exception {
        giveWhatWaits();
    }

    @Override
    public void finish() throws Exception {
        giveWhatWaits();
        super.finish();
    }

    private void giveWhatWaits() throws Exception {
        ChangelogRow alone = before;
        before = null;
        if (alone != null) {
            give(null, alone);
        }
    }

    /** @param old what it was before it became the row, if that came with it */
    private void give(@Nullable ChangelogRow old, ChangelogRow row) throws Exception {
        if (setAside.isSetAside()) {
            return;
        }
        try {
            List<Route> ofOld = old == null ? List.of() : routes.of(old.schema());
            List<Route> ofRow = routes.of(row.schema());
            for (int i = 0; i < ofRow.size(); i++) {
                BinaryRowData was = old == null ? null : ofOld.get(i).read(old);
                BinaryRowData is = ofRow.get(i).read(row);
                if (old != null && was != null && was.equals(is) && !isShownAgain(old, row)) {
                    continue;
                }
                if (old != null && was != null) {
                    collect(ofOld.get(i), was, old);
                }
                if (is != null) {
                    collect(ofRow.get(i), is, row);
                }
            }
        } catch (OutdatedPlanException e) {
            Rejected letter = Uncomputable.setAside(path, table, row, e, System.currentTimeMillis());
            output.collect(GuardedOperator.REJECTED, new StreamRecord<>(letter));
            output.collect(SetAside.MARKS, new StreamRecord<>(setAside.now()));
        }
    }

    /** Whether somebody wants the row to be computed again, although nothing of it changed. */
    private static boolean isShownAgain(ChangelogRow before, ChangelogRow after) {
        return before.schema().equals(after.schema()) && before.row().equals(after.row());
    }

    private void collect(Route route, BinaryRowData read, ChangelogRow came) {
        RowKind kind = came.isBlind() ? RowKind.INSERT : came.kind();
        BinaryRowData row = read;
        if (row.getRowKind() != kind) {
            // The row that came may be on its way to other operators too.
            row = route.isIdentity() ? row.copy() : row;
            row.setRowKind(kind);
        }
        output.collect(route.tag(), new StreamRecord<>(row));
    }
}
