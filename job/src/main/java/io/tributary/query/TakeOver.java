package io.tributary.query;

import io.tributary.change.Audience;
import io.tributary.change.ChangelogRow;
import io.tributary.change.TableKey;
import io.tributary.fill.Filler;
import io.tributary.fill.Sweep;
import org.apache.flink.api.common.TaskInfo;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.util.Collector;

/**
 * A result that is complete takes the place of what was shown, if anything was. Those who have that are told the differences; targets
 * of which less is known, or that had other columns, are given all rows, and to hold nothing else.
 *
 * <p>What was shown of a key goes out of the state when the key's difference is told.
 */
final class TakeOver implements Turn {

    private final Results results;
    private final OutputChanges changes;
    private final SharedKeys shared;
    private final Filler filler;
    private final boolean isSameShape;
    private final Progress start;
    private final boolean mayExist;
    private final long since;
    private final Sweep made;
    private final Sweep left;
    private boolean hasBegun;

    /**
     * @param start how far it has come
     * @param since when the result was complete, the same in all subtasks
     */
    TakeOver(
            StageState stage,
            boolean isSameShape,
            Progress start,
            long since,
            Results results,
            OutputChanges changes,
            SharedKeys shared,
            Filler filler,
            TaskInfo task) {
        this.results = results;
        this.changes = changes;
        this.shared = shared;
        this.filler = filler;
        this.isSameShape = isSameShape;
        this.start = start;
        this.mayExist = stage.isFilled() && !start.isReplacement();
        this.since = since;
        this.made = new Sweep(results.ofMade(), task, start.given(), this::tell);
        this.left = new Sweep(results.ofShown(), task, start.left(), this::takeBack);
    }

    /** Where it goes on, targets have been told. */
    private void begin() {
        if (!hasBegun && start.isReplacement() && start.given().isEmpty()) {
            changes.replace(since, Audience.TARGETS);
        }
        hasBegun = true;
    }

    @Override
    public boolean until(long deadline) throws Exception {
        begin();
        return made.until(deadline) || left.until(deadline);
    }

    @Override
    public boolean beforeBarrier() throws Exception {
        begin();
        boolean hasMore = made.finishGroup();
        return left.finishGroup() || hasMore;
    }

    @Override
    public void finish() throws Exception {
        begin();
        made.finish();
        left.finish();
    }

    @Override
    public Progress progress() {
        return start.at(made.visited(), left.visited());
    }

    @Override
    public void stop() {
        made.stop();
        left.stop();
    }

    @Override
    public boolean isReplacement() {
        return start.isReplacement();
    }

    @Override
    public boolean isToCome(TableKey key) {
        return made.isToCome(key);
    }

    @Override
    public void born(TableKey key) throws Exception {
        made.born(key);
        if (!made.isToCome(key)) {
            takeBack(key);
        }
    }

    private void tell(TableKey key) throws Exception {
        byte[] stored = results.made();
        KeyRows now = results.rows(stored);
        if (now.count() == 0) {
            return;
        }
        shared.look(key, now);
        BinaryRowData after = now.current();
        KeyRows before = takeShown();
        changes.from(start.isReplacement() ? null : before.place());
        if (start.isReplacement() && after != null) {
            changes.show(after, Audience.TARGETS);
        }
        changes.tell(before.current(), after, mayExist, limited(key));
        now.at(changes.place());
        results.make(stored, now);
    }

    private void takeBack(TableKey key) throws Exception {
        KeyRows before = takeShown();
        if (before.current() != null) {
            changes.from(before.place());
            changes.tell(before.current(), null, false, limited(key));
        }
    }

    /** Nothing, if it was of another shape. */
    private KeyRows takeShown() throws Exception {
        byte[] bytes = results.takeShown();
        return results.rows(isSameShape ? bytes : null);
    }

    private Collector<ChangelogRow> limited(TableKey key) throws Exception {
        return filler.limited(key, start.isReplacement() ? changes.toReaders() : changes.toEverybody());
    }
}
