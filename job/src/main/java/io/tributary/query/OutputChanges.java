package io.tributary.query;

import static java.util.Objects.requireNonNull;

import io.tributary.change.Audience;
import io.tributary.change.ChangelogRow;
import io.tributary.change.Place;
import io.tributary.change.Placing;
import io.tributary.change.Position;
import io.tributary.change.RowPlaces;
import java.time.Clock;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.types.RowKind;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/** What is told of an output: changes of its rows, each with a version. */
final class OutputChanges {

    private static final Audience ICEBERG = Audience.only(Audience.PASS_THROUGH);

    private final Output table;
    private final VersionClock clock;
    private final Clock wall;
    private final Placing everybody;
    private final Collector<ChangelogRow> allButIceberg;
    private final Collector<ChangelogRow> allButTargets;

    /** @param hasReaders whether anybody but Iceberg reads the output */
    OutputChanges(Output table, VersionClock clock, Clock wall, Placing everybody, boolean hasReaders) {
        this.table = table;
        this.clock = clock;
        this.wall = wall;
        this.everybody = everybody;
        this.allButIceberg = but(ICEBERG, hasReaders);
        this.allButTargets = but(Audience.TARGETS, hasReaders);
    }

    private Collector<ChangelogRow> but(Audience others, boolean hasReaders) {
        return new Collector<ChangelogRow>() {
            @Override
            public void collect(ChangelogRow entry) {
                if (hasReaders) {
                    everybody.collect(entry.to(entry.audience().without(others)));
                }
            }

            @Override
            public void close() {}
        };
    }

    /** To be called before the entries of a key: where Iceberg has its row. */
    void from(@Nullable Place place) {
        everybody.from(RowPlaces.of(place));
    }

    /** Where Iceberg has it by now. */
    @Nullable
    Place place() {
        return everybody.places().own();
    }

    Collector<ChangelogRow> toEverybody() {
        return everybody;
    }

    Collector<ChangelogRow> toAllButIceberg() {
        return allButIceberg;
    }

    /** To the files that read the output, and to no target. */
    Collector<ChangelogRow> toReaders() {
        return allButTargets;
    }

    /**
     * Tells the difference, if there is one.
     *
     * @param mayExist whether there may be a row where nothing is known of one
     */
    void tell(
            @Nullable BinaryRowData before,
            @Nullable BinaryRowData after,
            boolean mayExist,
            Collector<ChangelogRow> out) {
        if (before == null ? after == null : before.equals(after)) {
            return;
        }
        Position version = clock.next();
        if (after == null) {
            out.collect(entry(RowKind.DELETE, version, requireNonNull(before)));
        } else if (before != null) {
            out.collect(entry(RowKind.UPDATE_BEFORE, version, before));
            out.collect(entry(RowKind.UPDATE_AFTER, version, after));
        } else if (mayExist) {
            out.collect(
                    entry(RowKind.UPDATE_BEFORE, version, table.keyOnly(after)).blindly());
            out.collect(entry(RowKind.UPDATE_AFTER, version, after).blindly());
        } else {
            out.collect(entry(RowKind.INSERT, version, after));
        }
    }

    /** Tells that a row of which nothing else is known than the key is gone, if there was one. */
    void takeBack(BinaryRowData key, Collector<ChangelogRow> out) {
        out.collect(entry(RowKind.DELETE, clock.next(), table.keyOnly(key)).blindly());
    }

    /** Tells some of a row that they have not seen. */
    void show(BinaryRowData row, Audience audience) {
        everybody.collect(entry(RowKind.INSERT, clock.next(), row).to(audience));
    }

    /**
     * Whatever these targets have, what they are given in this interval between checkpoints is all.
     *
     * @param since the same in all subtasks, in milliseconds
     */
    void replace(long since, Audience targets) {
        everybody.collect(ChangelogRow.replacement(table.schema, clock.since(since), wall.millis())
                .to(targets));
    }

    /** What came in this interval is half of something. */
    void hold() {
        everybody.collect(
                ChangelogRow.held(table.schema, clock.next(), wall.millis()).to(Audience.TARGETS));
    }

    /** No row comes any more until the job is started again. */
    void setAside() {
        everybody.collect(
                ChangelogRow.setAside(table.schema, clock.next(), wall.millis()).to(ICEBERG));
    }

    private ChangelogRow entry(RowKind kind, Position version, BinaryRowData row) {
        return ChangelogRow.of(kind, table.schema, version, wall.millis(), row);
    }
}
