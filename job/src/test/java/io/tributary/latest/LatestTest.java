package io.tributary.latest;

import static io.tributary.latest.Customers.delete;
import static io.tributary.latest.Customers.full;
import static io.tributary.latest.Customers.partial;
import static io.tributary.latest.Customers.read;
import static io.tributary.latest.Customers.row;
import static io.tributary.latest.Customers.snapshotBegan;
import static io.tributary.latest.Customers.snapshotEnded;
import static io.tributary.latest.Customers.truncate;
import static org.apache.flink.types.RowKind.DELETE;
import static org.apache.flink.types.RowKind.INSERT;
import static org.apache.flink.types.RowKind.UPDATE_AFTER;
import static org.apache.flink.types.RowKind.UPDATE_BEFORE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.change.BinaryRows;
import io.tributary.change.Change;
import io.tributary.change.ChangelogRow;
import io.tributary.change.Column;
import io.tributary.change.FilledTables;
import io.tributary.change.Operation;
import io.tributary.change.Position;
import io.tributary.change.Rejected;
import io.tributary.change.Schema;
import io.tributary.change.TableKey;
import io.tributary.change.WireType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.co.CoBroadcastWithKeyedOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedBroadcastOperatorTestHarness;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LatestTest {

    private static final LatestSettings SETTINGS = LatestSettings.of(Duration.ofHours(1), Duration.ofMinutes(5));

    /** Of a table that only passes through, and is partitioned by city. */
    private static final Retention TRIMMED = Retention.of(Map.of("customers", Set.of("city")));

    static Stream<List<Change>> histories() {
        return Stream.of(
                List.of(read(1, 7, "Rome", "a"), full(2, 7, "Oslo", "b"), delete(3, 7), full(4, 7, "Bonn", "c")),
                List.of(read(1, 7, "Rome", "a"), partial(2, 7, "Oslo"), partial(3, 7, "Bonn"), full(4, 7, "Kyiv", "d")),
                List.of(read(1, 7, "Rome", "a"), partial(2, 7, "Oslo"), full(3, 7, "Bonn", "c"), partial(4, 7, "Kyiv")),
                List.of(read(1, 7, "Rome", "a"), delete(2, 7), full(3, 7, "Bonn", "c"), partial(4, 7, "Kyiv")),
                List.of(read(1, 7, "Rome", "a"), partial(2, 7, "Oslo"), delete(3, 7)),
                List.of(full(1, 7, "Rome", "a"), full(2, 7, "Rome", "a"), partial(3, 7, "Rome"), partial(4, 7, "Oslo")),
                List.of(
                        delete(1, 7),
                        full(2, 7, "Rome", "a"),
                        delete(3, 7),
                        full(4, 7, "Rome", "a"),
                        partial(5, 7, "Oslo")));
    }

    @ParameterizedTest
    @MethodSource("histories")
    void everyOrderOfAHistoryEndsInTheSameRow(List<Change> history) throws Exception {
        Map<Long, BinaryRowData> expected =
                new Downstream().apply(run(Retention.whole(), history)).rows();

        for (List<Change> order : permutations(history)) {
            assertThat(new Downstream().apply(run(Retention.whole(), order)).rows())
                    .as("%s", order)
                    .isEqualTo(expected);
            List<Change> twice = new ArrayList<>(order);
            twice.addAll(order);
            assertThat(new Downstream().apply(run(Retention.whole(), twice)).rows())
                    .as("%s, replayed", order)
                    .isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @MethodSource("histories")
    void aTrimmedStateTellsTheSameStory(List<Change> history) throws Exception {
        Map<Long, BinaryRowData> expected =
                new Downstream().apply(run(Retention.whole(), history)).rows();

        for (List<Change> order : permutations(history)) {
            assertThat(new Downstream().apply(run(TRIMMED, order)).rows())
                    .as("%s", order)
                    .isEqualTo(expected);
        }
    }

    @Test
    void longRandomHistoriesOfManyKeysEndAlikeInAnyOrder() throws Exception {
        Random random = new Random(20261120);
        for (int round = 0; round < 40; round++) {
            List<Change> history = randomHistory(random, 60);
            Map<Long, BinaryRowData> expected =
                    new Downstream().apply(run(Retention.whole(), history)).rows();
            List<Change> shuffled = new ArrayList<>(history);
            Collections.shuffle(shuffled, random);
            assertThat(new Downstream().apply(run(Retention.whole(), shuffled)).rows())
                    .isEqualTo(expected);
            assertThat(new Downstream().apply(run(TRIMMED, shuffled)).rows()).isEqualTo(expected);
        }
    }

    /** Each key begins with its snapshot row, and a partial change only ever follows a row. */
    private static List<Change> randomHistory(Random random, int length) {
        List<Change> history = new ArrayList<>();
        boolean[] exists = new boolean[5];
        for (int at = 1; at <= length; at++) {
            int id = random.nextInt(exists.length);
            String city = "city" + random.nextInt(3);
            if (!exists[id]) {
                history.add(full(at, id, city, "note" + random.nextInt(3)));
                exists[id] = true;
                continue;
            }
            switch (random.nextInt(5)) {
                case 0 -> {
                    history.add(delete(at, id));
                    exists[id] = false;
                }
                case 1, 2 -> history.add(partial(at, id, city));
                default -> history.add(full(at, id, city, "note" + random.nextInt(3)));
            }
        }
        return history;
    }

    @Test
    void anUpdateThatChangesNothingWritesNothing() throws Exception {
        List<Change> changes = List.of(read(1, 7, "Rome", "a"), full(2, 7, "Rome", "a"), partial(3, 7, "Rome"));

        assertThat(Downstream.kinds(run(Retention.whole(), changes))).containsExactly(INSERT);
        assertThat(Downstream.kinds(run(TRIMMED, changes))).containsExactly(INSERT);
    }

    @Test
    void aPartialChangeIsCompletedFromTheStateAlsoWhenOnlyPartOfTheRowIsKept() throws Exception {
        for (Retention retention : List.of(Retention.whole(), TRIMMED)) {
            List<ChangelogRow> rows = run(retention, List.of(read(1, 7, "Rome", "long text"), partial(2, 7, "Oslo")));

            assertThat(Downstream.kinds(rows)).containsExactly(INSERT, UPDATE_BEFORE, UPDATE_AFTER);
            assertThat(rows.get(1).row().getString(1))
                    .as("the old partition value")
                    .hasToString("Rome");
            assertThat(rows.get(2).row()).isEqualTo(row(7, "Oslo", "long text"));
        }
    }

    @Test
    void aPartialChangeWaitsForItsSnapshotRow() throws Exception {
        List<ChangelogRow> rows = run(Retention.whole(), List.of(partial(2, 7, "Oslo"), read(1, 7, "Rome", "a")));

        assertThat(rows).singleElement().satisfies(only -> {
            assertThat(only.kind()).isEqualTo(INSERT);
            assertThat(only.version()).isEqualTo(Position.of(2, 1));
            assertThat(only.row()).isEqualTo(row(7, "Oslo", "a"));
        });
    }

    @Test
    void whatCannotBeCompletedBecomesADeadLetterAndALaterFullChangeRepairsIt() throws Exception {
        try (var harness = open(Retention.whole(), FilledTables.none())) {
            harness.processElement(new StreamRecord<>(partial(2, 7, "Oslo")));
            harness.setProcessingTime(Duration.ofMinutes(6).toMillis());

            assertThat(output(harness)).isEmpty();
            assertThat(rejected(harness)).singleElement().satisfies(letter -> {
                assertThat(letter.reason()).contains("unchanged value of note").contains("REPLICA IDENTITY");
                assertThat(letter.table()).isEqualTo("customers");
                assertThat(new String(letter.raw(), java.nio.charset.StandardCharsets.UTF_8))
                        .isEqualTo("{\"id\":7,\"city\":\"Oslo\",\"note\":null}");
            });

            harness.processElement(new StreamRecord<>(full(3, 7, "Oslo", "a")));
            assertThat(Downstream.kinds(output(harness))).containsExactly(INSERT);
        }
    }

    @Test
    void aTruncationDeletesWhatIsOlderAndDropsWhatComesLate() throws Exception {
        try (var harness = open(Retention.whole(), FilledTables.none())) {
            harness.processElement(new StreamRecord<>(read(1, 7, "Rome", "a")));
            harness.processElement(new StreamRecord<>(full(9, 8, "Oslo", "b")));
            harness.processBroadcastElement(new StreamRecord<>(truncate(5)));
            harness.processElement(new StreamRecord<>(full(4, 7, "Bonn", "c")));
            harness.processElement(new StreamRecord<>(full(3, 9, "Bonn", "c")));
            harness.processElement(new StreamRecord<>(full(6, 9, "Kyiv", "d")));
            harness.processBroadcastElement(new StreamRecord<>(truncate(2)));

            List<ChangelogRow> rows = output(harness);
            assertThat(Downstream.kinds(rows)).containsExactly(INSERT, INSERT, DELETE, INSERT);
            assertThat(new Downstream().apply(rows).rows().keySet()).containsExactly(8L, 9L);
            assertThat(rows.get(2).version()).isEqualTo(Position.of(5, 1));
        }
    }

    @Test
    void aTombstoneIsForgottenAfterItsTimeAndNotBefore() throws Exception {
        try (var harness = open(Retention.whole(), FilledTables.none())) {
            harness.processElement(new StreamRecord<>(full(2, 7, "Rome", "a")));
            harness.processElement(new StreamRecord<>(delete(3, 7)));
            harness.setProcessingTime(Duration.ofMinutes(50).toMillis());
            harness.processElement(new StreamRecord<>(full(4, 7, "Oslo", "b")));
            harness.processElement(new StreamRecord<>(delete(5, 7)));

            harness.setProcessingTime(Duration.ofMinutes(61).toMillis());
            harness.processElement(new StreamRecord<>(full(1, 7, "late", "z")));
            assertThat(output(harness)).as("the second tombstone is younger").hasSize(4);
            harness.setProcessingTime(Duration.ofMinutes(111).toMillis());
            harness.processElement(new StreamRecord<>(full(1, 7, "late", "z")));
            assertThat(output(harness))
                    .as("nothing is known of the key any more")
                    .hasSize(5);
        }
    }

    @Test
    void whileASnapshotIsReadTombstonesAreKeptAndForATermAfterItsEnd() throws Exception {
        OperatorSubtaskState snapshot;
        try (var harness = open(Retention.whole(), FilledTables.none())) {
            harness.processBroadcastElement(new StreamRecord<>(snapshotBegan(1)));
            harness.processElement(new StreamRecord<>(delete(3, 7)));
            harness.setProcessingTime(Duration.ofMinutes(130).toMillis());
            harness.processElement(new StreamRecord<>(read(1, 7, "late", "z")));
            assertThat(Downstream.kinds(output(harness))).containsExactly(DELETE);
            snapshot = harness.snapshot(1, 1);
        }
        try (var harness = harness(Retention.whole(), FilledTables.none())) {
            harness.setProcessingTime(Duration.ofMinutes(140).toMillis());
            harness.initializeState(snapshot);
            harness.open();
            harness.setProcessingTime(Duration.ofMinutes(200).toMillis());
            harness.processBroadcastElement(new StreamRecord<>(snapshotEnded(1)));
            harness.setProcessingTime(Duration.ofMinutes(259).toMillis());
            harness.processElement(new StreamRecord<>(read(1, 7, "late", "z")));
            assertThat(output(harness)).isEmpty();
            harness.setProcessingTime(Duration.ofMinutes(261).toMillis());
            harness.processElement(new StreamRecord<>(read(1, 7, "late", "z")));
            assertThat(Downstream.kinds(output(harness))).as("forgotten").containsExactly(INSERT);
        }
    }

    @Test
    void whileASnapshotIsReadAPartialChangeWaitsForItsRow() throws Exception {
        try (var harness = open(Retention.whole(), FilledTables.none())) {
            harness.processBroadcastElement(new StreamRecord<>(snapshotBegan(1)));
            harness.processElement(new StreamRecord<>(partial(2, 7, "Oslo")));
            harness.processElement(new StreamRecord<>(partial(2, 8, "Bonn")));
            harness.setProcessingTime(Duration.ofMinutes(33).toMillis());
            harness.processBroadcastElement(new StreamRecord<>(snapshotEnded(1)));
            harness.processElement(new StreamRecord<>(read(1, 7, "Rome", "a")));
            harness.setProcessingTime(Duration.ofMinutes(37).toMillis());
            assertThat(harness.getSideOutput(Latest.REJECTED)).isNull();
            harness.setProcessingTime(Duration.ofMinutes(39).toMillis());

            assertThat(output(harness))
                    .singleElement()
                    .satisfies(only -> assertThat(only.row()).isEqualTo(row(7, "Oslo", "a")));
            assertThat(rejected(harness))
                    .singleElement()
                    .satisfies(letter -> assertThat(letter.raw()).asString().contains("\"id\":8"));
        }
    }

    @Test
    void aSnapshotIsOverWhenItsEndHasComeWhateverComesBesides() throws Exception {
        List<List<Change>> over = List.of(
                List.of(snapshotBegan(1), snapshotEnded(1), snapshotBegan(1)),
                List.of(snapshotEnded(1), snapshotBegan(1)),
                List.of(snapshotBegan(1), snapshotBegan(2), snapshotEnded(2), snapshotEnded(1)),
                List.of(snapshotEnded(2), snapshotBegan(1)));
        List<List<Change>> running = List.of(
                List.of(snapshotBegan(1), snapshotEnded(1), snapshotBegan(2)),
                List.of(snapshotBegan(2), snapshotBegan(1), snapshotEnded(1)),
                List.of(snapshotEnded(1), snapshotBegan(2)));
        for (List<Change> order : over) {
            assertThat(lettersAfterTwoTerms(order)).as("%s", order).isEqualTo(1);
        }
        for (List<Change> order : running) {
            assertThat(lettersAfterTwoTerms(order)).as("%s", order).isZero();
        }
    }

    private static int lettersAfterTwoTerms(List<Change> ofTables) throws Exception {
        try (var harness = open(Retention.whole(), FilledTables.none())) {
            harness.processElement(new StreamRecord<>(partial(2, 7, "Oslo")));
            harness.setProcessingTime(Duration.ofMinutes(1).toMillis());
            for (Change change : ofTables) {
                harness.processBroadcastElement(new StreamRecord<>(change));
            }
            harness.setProcessingTime(Duration.ofMinutes(5).toMillis());
            assertThat(harness.getSideOutput(Latest.REJECTED)).isNull();
            harness.setProcessingTime(Duration.ofMinutes(11).toMillis());
            return harness.getSideOutput(Latest.REJECTED) == null
                    ? 0
                    : rejected(harness).size();
        }
    }

    @Test
    void aSnapshotOfOneTableDoesNotHoldAnother() throws Exception {
        Schema other = Schema.of("orders", Customers.SCHEMA.columns(), List.of("id"));
        try (var harness = open(Retention.whole(), FilledTables.none())) {
            harness.processBroadcastElement(new StreamRecord<>(Change.snapshotBegan(other, Position.of(1, 0), 1)));
            harness.processElement(new StreamRecord<>(partial(2, 7, "Oslo")));
            harness.setProcessingTime(Duration.ofMinutes(6).toMillis());
            assertThat(rejected(harness)).hasSize(1);
        }
    }

    @Test
    void aRestoredStateGoesOnWhereItStopped() throws Exception {
        for (Retention retention : List.of(Retention.whole(), TRIMMED)) {
            OperatorSubtaskState snapshot;
            Downstream downstream = new Downstream();
            try (var harness = open(retention, FilledTables.none())) {
                harness.processElement(new StreamRecord<>(read(2, 7, "Rome", "a")));
                harness.processElement(new StreamRecord<>(partial(4, 8, "Oslo")));
                harness.processBroadcastElement(new StreamRecord<>(truncate(1)));
                snapshot = harness.snapshot(1, 1);
                downstream.apply(output(harness));
            }
            try (var harness = harness(retention, FilledTables.none())) {
                harness.initializeState(snapshot);
                harness.open();
                harness.processElement(new StreamRecord<>(read(2, 7, "Rome", "a")));
                harness.processElement(new StreamRecord<>(partial(3, 7, "Bonn")));
                harness.processElement(new StreamRecord<>(read(3, 8, "Rome", "z")));
                harness.processElement(new StreamRecord<>(Change.upsert(
                        Operation.INSERT, Customers.SCHEMA, Position.of(1, 0), 1, Customers.key(9), row(9, "x", "y"))));
                downstream.apply(output(harness));
            }
            assertThat(downstream.rows()).isEqualTo(Map.of(7L, row(7, "Bonn", "a"), 8L, row(8, "Oslo", "z")));
        }
    }

    @Test
    void aRowOfAnEarlierShapeIsComparedAndCompletedInTheNewOne() throws Exception {
        Change sameInNewShape = Change.upsert(
                Operation.UPDATE,
                Customers.WITH_AGE,
                Position.of(2, 1),
                2,
                Customers.key(7),
                Customers.binary(Customers.WITH_AGE, 7L, "Rome", "a", null));
        Change partialInNewShape = Change.partial(
                Operation.UPDATE,
                Customers.WITH_AGE,
                Position.of(3, 1),
                3,
                Customers.key(7),
                Customers.binary(Customers.WITH_AGE, 7L, "Rome", null, 42L),
                new int[] {2});

        List<ChangelogRow> rows =
                run(Retention.whole(), List.of(read(1, 7, "Rome", "a"), sameInNewShape, partialInNewShape));

        assertThat(Downstream.kinds(rows)).containsExactly(INSERT, UPDATE_BEFORE, UPDATE_AFTER);
        assertThat(rows.get(2).schema()).isEqualTo(Customers.WITH_AGE);
        assertThat(rows.get(2).row()).isEqualTo(Customers.binary(Customers.WITH_AGE, 7L, "Rome", "a", 42L));
    }

    /** The row was in a snapshot that a lost attempt read and sent, and nobody reads it again once it is gone. */
    @Test
    void aRowThatWaitedForAValueUntilItWasDeletedIsDeletedDownstreamToo() throws Exception {
        for (Retention retention : List.of(Retention.whole(), TRIMMED)) {
            assertThat(run(retention, List.of(partial(2, 7, "Oslo"), delete(3, 7))))
                    .singleElement()
                    .satisfies(only -> {
                        assertThat(only.kind()).isEqualTo(DELETE);
                        assertThat(only.isBlind()).isTrue();
                        assertThat(only.version()).isEqualTo(Position.of(3, 1));
                    });
            try (LatestJob job = LatestJob.start(retention)) {
                job.take(partial(2, 7, "Oslo"), truncate(3));
                assertThat(job.output())
                        .singleElement()
                        .satisfies(only -> assertThat(only.kind()).isEqualTo(DELETE));
            }
        }
    }

    @Test
    void theDeletionOfAnUnknownKeyIsWrittenBlindlyAndOnce() throws Exception {
        List<ChangelogRow> rows = run(Retention.whole(), List.of(delete(2, 7), delete(2, 7), delete(3, 7)));

        assertThat(rows).singleElement().satisfies(only -> {
            assertThat(only.kind()).isEqualTo(DELETE);
            assertThat(only.isBlind()).isTrue();
            assertThat(only.version()).isEqualTo(Position.of(2, 1));
            assertThat(only.row()).isEqualTo(row(7, null, null));
        });
    }

    @Test
    void aRowOfAnEarlierShapeIsRetractedAsItWasSent() throws Exception {
        Change afterDrop = inOtherShape(Customers.WITHOUT_CITY, 7L, "a");

        List<ChangelogRow> rows = run(Retention.whole(), List.of(read(1, 7, "Rome", "a"), afterDrop));

        assertThat(Downstream.kinds(rows)).containsExactly(INSERT, UPDATE_BEFORE, UPDATE_AFTER);
        assertThat(rows.get(1).schema()).isEqualTo(Customers.SCHEMA);
        assertThat(rows.get(1).row()).isEqualTo(row(7, "Rome", "a"));
        assertThat(rows.get(2).row()).isEqualTo(Customers.binary(Customers.WITHOUT_CITY, 7L, "a"));
    }

    @Test
    void aValueOfATypeThatTheNewOneCannotHoldIsUnknown() throws Exception {
        Change whole = inOtherShape(Customers.WITH_NUMERIC_NOTE, 7L, "Rome", 5L);
        Change partial = Change.partial(
                Operation.UPDATE,
                Customers.WITH_NUMERIC_NOTE,
                Position.of(2, 1),
                2,
                Customers.key(7),
                Customers.binary(Customers.WITH_NUMERIC_NOTE, 7L, "Oslo", null),
                new int[] {2});
        for (Retention retention : List.of(Retention.whole(), TRIMMED)) {
            List<ChangelogRow> rows = run(retention, List.of(read(1, 7, "Rome", "a"), whole));
            assertThat(Downstream.kinds(rows)).containsExactly(INSERT, UPDATE_BEFORE, UPDATE_AFTER);
            assertThat(rows.get(2).row()).isEqualTo(Customers.binary(Customers.WITH_NUMERIC_NOTE, 7L, "Rome", 5L));

            try (var harness = open(retention, FilledTables.none())) {
                harness.processElement(new StreamRecord<>(read(1, 7, "Rome", "a")));
                harness.processElement(new StreamRecord<>(partial));
                assertThat(Downstream.kinds(output(harness))).containsExactly(INSERT);
                assertThat(rejected(harness))
                        .singleElement()
                        .satisfies(letter -> assertThat(letter.reason()).contains("unchanged value of note"));
            }
            try (var harness = open(retention, FilledTables.none())) {
                harness.processElement(new StreamRecord<>(partial));
                harness.processElement(new StreamRecord<>(read(1, 7, "Rome", "a")));
                assertThat(output(harness)).as("it waits").isEmpty();
            }
        }
    }

    private static Change inOtherShape(Schema schema, Object... values) {
        return Change.upsert(
                Operation.UPDATE,
                schema,
                Position.of(2, 1),
                2,
                Customers.key((Long) values[0]),
                Customers.binary(schema, values));
    }

    @Test
    void aKeyThatBecameADeadLetterWaitsAgainWithItsNextPartialChange() throws Exception {
        try (var harness = open(Retention.whole(), FilledTables.none())) {
            harness.processElement(new StreamRecord<>(partial(2, 7, "Oslo")));
            harness.setProcessingTime(Duration.ofMinutes(6).toMillis());
            harness.processElement(new StreamRecord<>(partial(3, 7, "Bonn")));
            harness.setProcessingTime(Duration.ofMinutes(10).toMillis());
            assertThat(rejected(harness)).hasSize(1);
            harness.setProcessingTime(Duration.ofMinutes(12).toMillis());
            assertThat(rejected(harness)).hasSize(2);
        }
    }

    @Test
    void aTruncationDoesNotStopTheWaitOfAYoungerPartialChange() throws Exception {
        try (var harness = open(Retention.whole(), FilledTables.none())) {
            harness.processElement(new StreamRecord<>(partial(4, 7, "Oslo")));
            harness.processBroadcastElement(new StreamRecord<>(truncate(3)));
            harness.setProcessingTime(Duration.ofMinutes(6).toMillis());
            assertThat(rejected(harness)).hasSize(1);
        }
    }

    @Test
    void overAFilledTargetAnUnknownKeyIsWrittenAsAnUpdate() throws Exception {
        FilledTables filled = new FilledTables(Set.of("customers"), Set.of("customers"));
        OperatorSubtaskState snapshot;
        try (var harness = open(Retention.whole(), filled)) {
            harness.processElement(new StreamRecord<>(read(1, 7, "Rome", "a")));
            harness.processElement(new StreamRecord<>(delete(2, 8)));
            harness.processElement(new StreamRecord<>(full(3, 8, "Rome", "a")));
            assertThat(Downstream.kinds(output(harness))).containsExactly(UPDATE_BEFORE, UPDATE_AFTER, DELETE, INSERT);
            snapshot = harness.snapshot(1, 1);
        }
        try (var harness = harness(Retention.whole(), new FilledTables(Set.of("customers"), Set.of()))) {
            harness.initializeState(snapshot);
            harness.open();
            harness.processElement(new StreamRecord<>(read(1, 9, "Rome", "a")));
            assertThat(Downstream.kinds(output(harness)))
                    .as("still, after a restart")
                    .containsExactly(UPDATE_BEFORE, UPDATE_AFTER);
        }
    }

    @Test
    void aTableThatTheJobFilledItselfIsNotTakenForAFilledOneAfterARestart() throws Exception {
        OperatorSubtaskState snapshot;
        try (var harness = open(Retention.whole(), new FilledTables(Set.of("customers"), Set.of()))) {
            snapshot = harness.snapshot(1, 1);
        }
        try (var harness = harness(Retention.whole(), new FilledTables(Set.of("customers"), Set.of("customers")))) {
            harness.initializeState(snapshot);
            harness.open();
            harness.processElement(new StreamRecord<>(read(1, 9, "Rome", "a")));
            assertThat(Downstream.kinds(output(harness))).containsExactly(INSERT);
        }
    }

    @Test
    void aTableThatTheResumedStateNeverMetIsRefused() throws Exception {
        OperatorSubtaskState snapshot;
        try (var harness = open(Retention.whole(), new FilledTables(Set.of("customers"), Set.of()))) {
            snapshot = harness.snapshot(1, 1);
        }
        try (var harness = harness(Retention.whole(), new FilledTables(Set.of("customers", "orders"), Set.of()))) {
            assertThatThrownBy(() -> harness.initializeState(snapshot))
                    .hasStackTraceContaining("Table orders is new to the state that the job was resumed from");
        }
    }

    @Test
    void aStateThatKeepsOtherColumnsOfItsRowsIsRefused() throws Exception {
        OperatorSubtaskState trimmed = snapshotOfOneRow(TRIMMED);
        for (Retention other : List.of(Retention.whole(), Retention.of(Map.of("customers", Set.of())))) {
            try (var harness = harness(other, FilledTables.none())) {
                assertThatThrownBy(() -> harness.initializeState(trimmed))
                        .hasStackTraceContaining("Of table customers the state that the job was resumed from keeps the"
                                + " columns [city,note]")
                        .hasStackTraceContaining("start the job anew, without a savepoint");
            }
        }
    }

    @Test
    void aStateThatKeepsWholeRowsIsReadWhereTheyAreTrimmedFromNowOn() throws Exception {
        try (var harness = harness(TRIMMED, FilledTables.none())) {
            harness.initializeState(snapshotOfOneRow(Retention.whole()));
            harness.open();
            harness.processElement(new StreamRecord<>(partial(2, 7, "Oslo")));

            List<ChangelogRow> rows = output(harness);
            assertThat(Downstream.kinds(rows)).containsExactly(UPDATE_BEFORE, UPDATE_AFTER);
            assertThat(rows.get(0).row()).isEqualTo(row(7, "Rome", "a"));
            assertThat(rows.get(1).row()).isEqualTo(row(7, "Oslo", "a"));
        }
    }

    @Test
    void aValueThatTheStateDidNotKeepIsUnknownAndNotNull() throws Exception {
        Schema sendsAll = Schema.of(
                "customers",
                Customers.SCHEMA.columns().stream()
                        .map(column -> Column.of(column.name(), column.type()))
                        .toList(),
                Customers.SCHEMA.keyNames());
        Change whole = Change.upsert(
                Operation.READ, sendsAll, Position.of(1, 0), 1, Customers.key(7), row(7, "Rome", "long text"));
        try (var harness = open(TRIMMED, FilledTables.none())) {
            harness.processElement(new StreamRecord<>(whole));
            assertThat(Downstream.kinds(output(harness))).containsExactly(INSERT);

            harness.processElement(new StreamRecord<>(partial(2, 7, "Oslo")));
            assertThat(output(harness)).hasSize(1);
            assertThat(rejected(harness))
                    .singleElement()
                    .extracting(Rejected::reason)
                    .asString()
                    .contains("note");

            harness.processElement(new StreamRecord<>(full(3, 7, "Oslo", "b")));
            harness.processElement(new StreamRecord<>(partial(4, 7, "Kyiv")));
            assertThat(output(harness)).last().extracting(ChangelogRow::row).isEqualTo(row(7, "Kyiv", "b"));
        }
    }

    private static OperatorSubtaskState snapshotOfOneRow(Retention retention) throws Exception {
        try (var harness = open(retention, FilledTables.none())) {
            harness.processElement(new StreamRecord<>(read(1, 7, "Rome", "a")));
            return harness.snapshot(1, 1);
        }
    }

    @Test
    void aKeyOfAnotherTypeIsADeadLetterAlsoAfterARestart() throws Exception {
        Schema keySchema =
                Schema.of("customers", List.of(Customers.WITH_INT_KEY.columns().get(0)), List.of("id"));
        BinaryRowData key = Customers.binary(keySchema, 7);
        Change update = Change.upsert(
                Operation.UPDATE,
                Customers.WITH_INT_KEY,
                Position.of(2, 1),
                2,
                key,
                Customers.binary(Customers.WITH_INT_KEY, 7, "Oslo", "b"));
        Change delete = Change.delete(Customers.WITH_INT_KEY, Position.of(3, 1), 3, key);
        Change truncation = Change.truncate(Customers.WITH_INT_KEY, Position.of(1, 0), 1);
        OperatorSubtaskState snapshot;
        try (var harness = open(Retention.whole(), FilledTables.none())) {
            harness.processBroadcastElement(new StreamRecord<>(truncation));
            harness.processElement(new StreamRecord<>(read(1, 8, "Rome", "a")));
            harness.processElement(new StreamRecord<>(full(2, 8, "Rome", "a")));
            harness.processElement(new StreamRecord<>(update));
            harness.processElement(new StreamRecord<>(delete));

            assertThat(Downstream.kinds(output(harness))).containsExactly(INSERT);
            assertThat(rejected(harness))
                    .hasSize(2)
                    .allSatisfy(letter -> assertThat(letter.reason())
                            .contains(
                                    "The key column id of table customers was BIGINT NOT NULL and is now INT NOT NULL")
                            .contains("start the job anew"));
            assertThat(rejected(harness).get(0).raw())
                    .asString()
                    .isEqualTo("{\"id\":7,\"city\":\"Oslo\",\"note\":\"b\"}");
            assertThat(rejected(harness).get(1).raw()).asString().isEqualTo("{\"id\":7,\"city\":null,\"note\":null}");
            snapshot = harness.snapshot(1, 1);
        }
        try (var harness = harness(Retention.whole(), FilledTables.none())) {
            harness.initializeState(snapshot);
            harness.open();
            harness.processElement(new StreamRecord<>(update));
            harness.processElement(new StreamRecord<>(full(3, 8, "Oslo", "a")));

            assertThat(rejected(harness)).hasSize(1);
            assertThat(Downstream.kinds(output(harness))).containsExactly(UPDATE_BEFORE, UPDATE_AFTER);
        }
    }

    @Test
    void theHashOfARowChangesWithEachOfItsBytes() {
        BinaryRowData row = row(7, "Rome", "a note that is longer than eight bytes");
        byte[] bytes = BinaryRows.bytes(row);
        long hash = RowHash.of(row);
        for (int i = 0; i < bytes.length; i++) {
            byte[] changed = bytes.clone();
            changed[i] ^= 1;
            assertThat(RowHash.of(BinaryRows.of(3, changed))).isNotEqualTo(hash);
        }
    }

    private static List<ChangelogRow> run(Retention retention, List<Change> changes) throws Exception {
        try (var harness = open(retention, FilledTables.none())) {
            for (Change change : changes) {
                harness.processElement(new StreamRecord<>(change));
            }
            return output(harness);
        }
    }

    private static KeyedBroadcastOperatorTestHarness<TableKey, Change, Change, ChangelogRow> open(
            Retention retention, FilledTables filled) throws Exception {
        var harness = harness(retention, filled);
        harness.open();
        return harness;
    }

    private static KeyedBroadcastOperatorTestHarness<TableKey, Change, Change, ChangelogRow> harness(
            Retention retention, FilledTables filled) throws Exception {
        return new KeyedBroadcastOperatorTestHarness<>(
                new CoBroadcastWithKeyedOperator<>(
                        new Latest(SETTINGS, retention, filled),
                        List.of(Latest.TRUNCATIONS, Latest.SNAPSHOTS, Latest.RETYPED, Latest.SWEPT)),
                change -> TableKey.of(change.schema(), change.key()),
                WireType.TABLE_KEY,
                1,
                1,
                0);
    }

    private static List<ChangelogRow> output(
            KeyedBroadcastOperatorTestHarness<TableKey, Change, Change, ChangelogRow> harness) {
        return harness.extractOutputValues();
    }

    private static List<Rejected> rejected(
            KeyedBroadcastOperatorTestHarness<TableKey, Change, Change, ChangelogRow> harness) {
        return harness.getSideOutput(Latest.REJECTED).stream()
                .map(StreamRecord::getValue)
                .toList();
    }

    static List<List<Change>> permutations(List<Change> items) {
        if (items.isEmpty()) {
            return List.of(List.of());
        }
        List<List<Change>> all = new ArrayList<>();
        for (int i = 0; i < items.size(); i++) {
            List<Change> rest = new ArrayList<>(items);
            Change first = rest.remove(i);
            for (List<Change> tail : permutations(rest)) {
                List<Change> order = new ArrayList<>(List.of(first));
                order.addAll(tail);
                all.add(order);
            }
        }
        return all;
    }
}
