package io.tributary.query;

import io.tributary.change.Audience;
import io.tributary.change.TableKey;
import io.tributary.fill.Sweep;
import java.util.Objects;
import org.apache.flink.api.common.TaskInfo;
import org.apache.flink.table.data.binary.BinaryRowData;

/** Iceberg has something else than what is shown, or nothing, and is given all of it. */
final class WritingAnew implements Turn {

    private static final Audience ICEBERG = Audience.only(Audience.PASS_THROUGH);

    private final Results results;
    private final OutputChanges changes;
    private final Progress start;
    private final long since;
    private final Sweep shown;
    private boolean hasBegun;

    /**
     * @param start how far it has come
     * @param since the same in all subtasks
     */
    WritingAnew(Progress start, long since, Results results, OutputChanges changes, TaskInfo task) {
        this.start = start;
        this.results = results;
        this.changes = changes;
        this.since = since;
        this.shown = new Sweep(results.ofShown(), task, start.given(), this::give);
    }

    private void begin() {
        if (!hasBegun && start.given().isEmpty()) {
            changes.replace(since, ICEBERG);
        }
        hasBegun = true;
    }

    @Override
    public boolean until(long deadline) throws Exception {
        begin();
        return shown.until(deadline);
    }

    @Override
    public boolean beforeBarrier() throws Exception {
        begin();
        return shown.finishGroup();
    }

    @Override
    public Progress progress() {
        return start.at(shown.visited(), start.left());
    }

    @Override
    public void finish() throws Exception {
        begin();
        shown.finish();
    }

    @Override
    public void stop() {
        shown.stop();
    }

    @Override
    public boolean isReplacement() {
        return true;
    }

    @Override
    public boolean isToCome(TableKey key) {
        return shown.isToCome(key);
    }

    @Override
    public void born(TableKey key) {
        shown.born(key);
    }

    private void give(TableKey key) throws Exception {
        KeyRows rows = results.shownRows();
        BinaryRowData row = rows.current();
        if (row != null) {
            changes.from(null);
            changes.show(row, ICEBERG);
            if (!Objects.equals(rows.place(), changes.place())) {
                rows.at(changes.place());
                results.show(rows);
            }
        }
    }
}
