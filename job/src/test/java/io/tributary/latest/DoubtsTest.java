package io.tributary.latest;

import static io.tributary.latest.Customers.delete;
import static io.tributary.latest.Customers.full;
import static io.tributary.latest.Customers.partial;
import static io.tributary.latest.Customers.read;
import static io.tributary.latest.Customers.row;
import static io.tributary.latest.Customers.truncate;
import static io.tributary.latest.Customers.unreadable;
import static org.apache.flink.types.RowKind.DELETE;
import static org.apache.flink.types.RowKind.INSERT;
import static org.apache.flink.types.RowKind.UPDATE_AFTER;
import static org.apache.flink.types.RowKind.UPDATE_BEFORE;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.change.Change;
import io.tributary.change.ChangelogRow;
import io.tributary.change.Column;
import io.tributary.change.FilledTables;
import io.tributary.change.Operation;
import io.tributary.change.Position;
import io.tributary.change.Schema;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.VarCharType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A change that could not be taken replaced values that nobody knows; those from before it must not pass for them. */
class DoubtsTest {

    private static final int NOTE = 2;

    static Stream<Retention> retentions() {
        return Stream.of(Retention.whole(), Retention.of(Map.of("customers", Set.of("city"))));
    }

    @ParameterizedTest
    @MethodSource("retentions")
    void aValueFromBeforeAnUnreadableChangeCompletesNothingAfterIt(Retention retention) throws Exception {
        OperatorSubtaskState snapshot;
        try (LatestJob job = LatestJob.start(retention)) {
            job.take(read(1, 7, "Rome", "a"), unreadable(2, 7));
            assertThat(Downstream.kinds(job.output())).as("the row stays").containsExactly(INSERT);
            snapshot = job.snapshot();
        }
        try (LatestJob job = LatestJob.resume(retention, snapshot)) {
            job.take(partial(3, 7, "Oslo"));
            assertThat(job.output()).isEmpty();
            assertThat(job.rejected())
                    .singleElement()
                    .satisfies(letter -> assertThat(letter.reason())
                            .contains("unchanged value of note, and no change before it that could be taken has it"));

            job.take(full(4, 7, "Bonn", "c"), partial(5, 7, "Kyiv"));
            List<ChangelogRow> rows = job.output();
            assertThat(Downstream.kinds(rows))
                    .containsExactly(UPDATE_BEFORE, UPDATE_AFTER, UPDATE_BEFORE, UPDATE_AFTER);
            assertThat(rows.get(3).row()).isEqualTo(row(7, "Kyiv", "c"));
            assertThat(job.rejected()).hasSize(1);
        }
    }

    @ParameterizedTest
    @MethodSource("retentions")
    void aValueThatTheUnreadableChangeLeftOutIsStillGood(Retention retention) throws Exception {
        try (LatestJob job = LatestJob.start(retention)) {
            job.take(read(1, 7, "Rome", "a"), unreadable(2, 7, NOTE), partial(3, 7, "Oslo"));

            assertThat(job.rejected()).isEmpty();
            assertThat(new Downstream().apply(job.output()).rows()).isEqualTo(Map.of(7L, row(7, "Oslo", "a")));
        }
    }

    @ParameterizedTest
    @MethodSource("retentions")
    void aLateRowIsShownButCompletesNothingAfterTheUnreadableChange(Retention retention) throws Exception {
        for (List<Change> order : List.of(
                List.of(unreadable(3, 7), read(1, 7, "Rome", "a"), partial(2, 7, "Bonn"), partial(4, 7, "Oslo")),
                List.of(read(1, 7, "Rome", "a"), unreadable(3, 7), partial(2, 7, "Bonn"), partial(4, 7, "Oslo")),
                List.of(unreadable(3, 7), unreadable(3, 7), full(2, 7, "Bonn", "a"), partial(4, 7, "Oslo")),
                List.of(partial(2, 7, "Bonn"), unreadable(3, 7), read(1, 7, "Rome", "a"), partial(4, 7, "Oslo")),
                List.of(delete(1, 7), unreadable(3, 7), full(2, 7, "Bonn", "a"), partial(4, 7, "Oslo")))) {
            try (LatestJob job = LatestJob.start(retention)) {
                job.take(order.toArray(Change[]::new));

                assertThat(new Downstream().apply(job.output()).rows())
                        .as("%s", order)
                        .isEqualTo(Map.of(7L, row(7, "Bonn", "a")));
                assertThat(job.rejected()).as("%s", order).hasSize(1);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("retentions")
    void aPartialChangeOfAKeyOfWhichOnlyAnUnreadableOneIsKnownWaits(Retention retention) throws Exception {
        try (LatestJob job = LatestJob.start(retention)) {
            job.take(unreadable(2, 7), partial(3, 7, "Oslo"), read(1, 7, "Rome", "a"));
            assertThat(job.output()).isEmpty();
            job.pass(Duration.ofMinutes(6));
            assertThat(job.rejected()).hasSize(1);
            job.take(full(4, 7, "Oslo", "a"));
            assertThat(Downstream.kinds(job.output())).containsExactly(INSERT);
        }
    }

    @ParameterizedTest
    @MethodSource("retentions")
    void anOlderOrRepeatedUnreadableChangeChangesNothing(Retention retention) throws Exception {
        try (LatestJob job = LatestJob.start(retention)) {
            job.take(full(2, 7, "Rome", "a"), unreadable(1, 7), unreadable(3, 7), full(4, 7, "Rome", "b"));
            job.take(unreadable(3, 7), partial(5, 7, "Oslo"));

            assertThat(job.rejected()).isEmpty();
            assertThat(new Downstream().apply(job.output()).rows()).isEqualTo(Map.of(7L, row(7, "Oslo", "b")));
        }
    }

    @Test
    void aTruncationSettlesWhatIsOlderAndNotWhatIsYounger() throws Exception {
        try (LatestJob job = LatestJob.start(Retention.whole())) {
            job.take(full(1, 7, "Rome", "a"), unreadable(2, 7), full(1, 8, "Rome", "a"), unreadable(4, 8));
            job.take(truncate(3));
            job.take(full(5, 7, "Bonn", "b"), partial(6, 7, "Oslo"));
            assertThat(job.rejected()).isEmpty();
            job.take(Change.upsert(
                    Operation.INSERT, Customers.SCHEMA, Position.of(3, 2), 3, Customers.key(8), row(8, "Bonn", "b")));
            job.take(partial(5, 8, "Oslo"));

            assertThat(job.rejected()).hasSize(1);
            assertThat(new Downstream().apply(job.output()).rows())
                    .isEqualTo(Map.of(7L, row(7, "Oslo", "b"), 8L, row(8, "Bonn", "b")));
        }
    }

    @Test
    void aKeyOfWhichOnlyAnUnreadableChangeIsKnownMayExistInAFilledTarget() throws Exception {
        FilledTables filled = new FilledTables(Set.of("customers"), Set.of("customers"));
        try (LatestJob job = LatestJob.start(Retention.whole(), filled)) {
            job.take(unreadable(1, 7), full(2, 7, "Rome", "a"), unreadable(1, 8), delete(2, 8));

            List<ChangelogRow> rows = job.output();
            assertThat(Downstream.kinds(rows)).containsExactly(UPDATE_BEFORE, UPDATE_AFTER, DELETE);
            assertThat(rows).allMatch(ChangelogRow::isBlind);
        }
    }

    @Test
    void whatAChangeBroughtThatLackedAnotherValueIsNotForgotten() throws Exception {
        VarCharType text = new VarCharType(VarCharType.MAX_LENGTH);
        Column id = Column.of("id", new BigIntType(false));
        Column memo = Column.omissible("memo", text);
        Schema before = Schema.of("t", List.of(id, memo, Column.omissible("note", text)), List.of("id"));
        Schema after = Schema.of("t", List.of(id, memo, Column.omissible("note", new BigIntType())), List.of("id"));
        for (Retention retention : List.of(Retention.whole(), Retention.of(Map.of("t", Set.of())))) {
            try (LatestJob job = LatestJob.start(retention)) {
                job.take(
                        change(before, 1, new int[0], 7L, "old memo", "old note"),
                        change(after, 2, new int[] {2}, 7L, "new memo", null),
                        change(after, 3, new int[] {1}, 7L, null, 5L));

                assertThat(Downstream.kinds(job.output())).containsExactly(INSERT);
                assertThat(job.rejected()).hasSize(2);
                assertThat(job.rejected().get(1).reason()).contains("unchanged value of memo");
            }
        }
    }

    private static Change change(Schema schema, long at, int[] missing, Object... values) {
        return Change.partial(
                Operation.UPDATE,
                schema,
                Position.of(at, 1),
                at,
                Customers.key((Long) values[0]),
                Customers.binary(schema, values),
                missing);
    }
}
