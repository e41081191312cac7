package io.tributary.query;

import static java.util.Objects.requireNonNull;

import io.tributary.change.ChangelogRow;
import io.tributary.change.Position;
import java.time.Clock;
import java.util.List;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.OperatorStateStore;
import org.apache.flink.api.common.typeutils.base.LongSerializer;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.types.RowKind;
import org.jspecify.annotations.Nullable;

/**
 * The versions of what a file makes row by row, and whether it waits for its checkpoint: those of its source's positions, where changes
 * come again at these; and those of a clock, where not, or where a position has no room.
 */
final class RowVersions {

    /** What a lost attempt may have told beyond its last checkpoint, in microseconds of versions: the changes of 64 GiB of log. */
    private static final long UNKNOWN = 1L << 20;

    private final ListState<Long> lastVersion;
    private final ListState<Long> resultVersion;
    private final DirectFactory file;
    private final VersionClock clock;
    private final Repeats repeats = new Repeats();
    private @Nullable PositionVersions positions;

    private RowVersions(OperatorStateStore store, DirectFactory file, boolean isOtherPlan, Clock wall)
            throws Exception {
        this.file = file;
        lastVersion = store.getUnionListState(new ListStateDescriptor<>("last-version", LongSerializer.INSTANCE));
        resultVersion = store.getUnionListState(new ListStateDescriptor<>("result-version", LongSerializer.INSTANCE));
        Long last = highest(lastVersion);
        clock = new VersionClock(wall, (last == null ? 0 : last) + (file.isRepeated() ? UNKNOWN : 0));
        if (file.isRepeated()) {
            Long result = highest(resultVersion);
            boolean isKnown = result != null && !isOtherPlan;
            positions = new PositionVersions(
                    isKnown
                            ? requireNonNull(result)
                            : clock.since(file.assembled()).major());
        }
    }

    /** @param isOtherPlan whether the state is of another plan, so that all rows are to have higher versions than it gave */
    static RowVersions restore(OperatorStateStore store, DirectFactory file, boolean isOtherPlan, Clock wall)
            throws Exception {
        return new RowVersions(store, file, isOtherPlan, wall);
    }

    private static @Nullable Long highest(ListState<Long> versions) throws Exception {
        Long highest = null;
        for (long version : versions.get()) {
            highest = highest == null ? version : Math.max(highest, version);
        }
        return highest;
    }

    /** What the file tells of one of its rows. */
    ChangelogRow entry(RowKind kind, BinaryRowData row, ChangelogRow came) {
        Position version = positions == null ? null : positions.of(came.version());
        if (version == null) {
            return ChangelogRow.of(kind, file.schema(), clock.next(), came.timestamp(), row);
        }
        clock.pass(version);
        ChangelogRow entry = ChangelogRow.of(kind, file.schema(), version, came.timestamp(), row);
        return repeats.areCertain() ? entry.repeated() : entry;
    }

    /** Of what is told of the table. */
    Position next() {
        return clock.next();
    }

    /** Of a table that is made anew: the same in all subtasks, above all that it had, and below all that it gets. */
    Position replacement() {
        Position version = clock.since(file.assembled());
        if (positions != null) {
            positions = new PositionVersions(version.major());
        }
        return version;
    }

    /** Rows are shown in this interval between checkpoints, or in the next. */
    void shows() {
        repeats.shows();
    }

    /** To be called before what a row makes that came. */
    void take(ChangelogRow came) {
        if (came.isSnapshot()) {
            repeats.reads();
        }
    }

    void snapshot(long checkpoint) throws Exception {
        lastVersion.update(List.of(clock.last()));
        resultVersion.update(positions == null ? List.of() : List.of(positions.result()));
        repeats.at(checkpoint);
    }

    void complete(long checkpoint) {
        repeats.complete(checkpoint);
    }
}
