package io.tributary.query;

import static io.tributary.query.Rows.after;
import static io.tributary.query.Rows.before;
import static io.tributary.query.Rows.delete;
import static io.tributary.query.Rows.insert;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.tributary.change.ChangelogRow;
import io.tributary.change.Filled;
import io.tributary.change.Position;
import io.tributary.change.Rejected;
import io.tributary.change.Schema;
import io.tributary.change.TableKey;
import io.tributary.change.WireType;
import io.tributary.fill.Consumer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class SettleTest {

    private static final Schema TABLE = Rows.table("totals", "id", "id BIGINT NOT NULL", "name STRING", "total INT");
    private static final Instant NOON = Instant.parse("2024-05-01T12:00:00Z");
    private static final int MOST = 100;

    private final List<KeyedTwoInputStreamOperatorTestHarness<TableKey, ChangelogRow, Filled, ChangelogRow>> open =
            new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (var harness : open) {
            harness.close();
        }
    }

    @Test
    void handsOnTheNetEffectOfABundle() throws Exception {
        var harness = harness(NOON);
        send(harness, insert(TABLE, "1|-|3"), delete(TABLE, "1|-|3"), insert(TABLE, "1|Ann|3"));
        assertThat(entries(harness)).isEmpty();

        harness.setProcessingTime(200);
        assertThat(entries(harness)).containsExactly("+I 1|Ann|3");

        send(
                harness,
                before(TABLE, "1|Ann|3"),
                after(TABLE, "1|Ann|4"),
                before(TABLE, "1|Ann|4"),
                after(TABLE, "1|Ann|5"));
        harness.setProcessingTime(400);
        assertThat(entries(harness)).containsExactly("-U 1|Ann|3", "+U 1|Ann|5");

        send(harness, delete(TABLE, "1|Ann|5"));
        harness.setProcessingTime(600);
        assertThat(entries(harness)).containsExactly("-D 1|Ann|5");
    }

    @Test
    void handsOnNothingWhereNothingChanged() throws Exception {
        var harness = harness(NOON);
        send(harness, insert(TABLE, "1|Ann|3"), insert(TABLE, "2|Bob|1"));
        harness.setProcessingTime(200);
        entries(harness);

        send(
                harness,
                delete(TABLE, "1|Ann|3"),
                insert(TABLE, "1|Ann|3"),
                insert(TABLE, "3|Cy|1"),
                delete(TABLE, "3|Cy|1"));
        harness.setProcessingTime(400);
        assertThat(entries(harness)).isEmpty();
    }

    @Test
    void takesAReplacementThatOvertookTheRetraction() throws Exception {
        var harness = harness(NOON);
        send(harness, insert(TABLE, "1|Ann|3"));
        harness.setProcessingTime(200);
        entries(harness);

        send(harness, insert(TABLE, "1|Ann|4"));
        harness.setProcessingTime(400);
        assertThat(entries(harness)).containsExactly("-U 1|Ann|3", "+U 1|Ann|4");

        send(harness, delete(TABLE, "1|Ann|3"));
        harness.setProcessingTime(600);
        assertThat(entries(harness)).isEmpty();
    }

    @Test
    void endsInTheSameRowsWhateverTheInterleavingOfSubtasks() throws Exception {
        List<ChangelogRow> one = List.of(
                insert(TABLE, "1|a|1"),
                delete(TABLE, "1|a|1"),
                insert(TABLE, "1|a|2"),
                delete(TABLE, "1|a|2"),
                insert(TABLE, "2|x|1"),
                delete(TABLE, "2|x|1"));
        List<ChangelogRow> other = List.of(
                insert(TABLE, "1|b|1"),
                delete(TABLE, "1|b|1"),
                insert(TABLE, "1|a|1"),
                delete(TABLE, "1|a|1"),
                insert(TABLE, "1|b|2"));
        Random random = new Random(4);
        for (int round = 0; round < 200; round++) {
            var harness = harness(NOON, 1 + random.nextInt(4));
            int i = 0;
            int j = 0;
            while (i + j < one.size() + other.size()) {
                boolean first = j == other.size() || (i < one.size() && random.nextBoolean());
                send(harness, first ? one.get(i++) : other.get(j++));
            }
            harness.prepareSnapshotPreBarrier(1);
            assertThat(MaterializedTable.of(harness.extractOutputValues()).rows("totals"))
                    .containsExactly("1|b|2");
            assertThat(counter(harness, "unknownRetractions")).isZero();
        }
    }

    @Test
    void flushesBeforeACheckpointAndGoesOnFromIt() throws Exception {
        var harness = harness(NOON);
        send(harness, insert(TABLE, "1|Ann|3"), insert(TABLE, "2|Bob|1"), insert(TABLE, "2|Bob|2"));
        harness.prepareSnapshotPreBarrier(1);
        assertThat(entries(harness)).containsExactly("+I 1|Ann|3", "+I 2|Bob|2");
        OperatorSubtaskState state = harness.snapshot(1, 1);

        var restored = restored(NOON, TABLE, state);
        send(restored, delete(TABLE, "2|Bob|1"), before(TABLE, "1|Ann|3"), after(TABLE, "1|Ann|4"));
        restored.prepareSnapshotPreBarrier(2);
        assertThat(entries(restored)).containsExactly("-U 1|Ann|3", "+U 1|Ann|4");
        assertThat(counter(restored, "unknownRetractions")).isZero();
    }

    @Test
    void givesVersionsThatNeverGoBack() throws Exception {
        var harness = harness(NOON);
        send(harness, insert(TABLE, "1|Ann|3"), insert(TABLE, "2|Bob|1"));
        harness.prepareSnapshotPreBarrier(1);
        List<Position> versions = versions(harness);
        assertThat(versions.get(1)).isGreaterThan(versions.get(0));
        OperatorSubtaskState state = harness.snapshot(1, 1);

        var restored = restored(NOON.minusSeconds(3600), TABLE, state);
        send(restored, insert(TABLE, "3|Cy|3"), before(TABLE, "1|Ann|3"), after(TABLE, "1|Ann|4"));
        restored.prepareSnapshotPreBarrier(2);
        List<Position> later = versions(restored);
        assertThat(later).allMatch(version -> version.isAfter(versions.get(1)));
        assertThat(later.get(1)).isEqualTo(later.get(2)).isGreaterThan(later.get(0));
    }

    @Test
    void countsRetractionsOfRowsThatWereNeverThere() throws Exception {
        var harness = harness(NOON);
        send(harness, insert(TABLE, "1|Ann|3"), delete(TABLE, "1|Ann|4"), delete(TABLE, "2|Bob|1"));
        harness.prepareSnapshotPreBarrier(1);
        assertThat(entries(harness)).containsExactly("+I 1|Ann|3");
        assertThat(counter(harness, "unknownRetractions")).isEqualTo(2);
    }

    @Test
    void countsKeysThatDoNotTellTheRowsApart() throws Exception {
        var harness = harness(NOON);
        send(harness, insert(TABLE, "1|Ann|3"), insert(TABLE, "1|Bob|3"));
        harness.prepareSnapshotPreBarrier(1);
        assertThat(entries(harness)).containsExactly("+I 1|Bob|3");
        assertThat(counter(harness, "ambiguousKeys")).isEqualTo(1);

        send(harness, delete(TABLE, "1|Bob|3"));
        harness.prepareSnapshotPreBarrier(2);
        assertThat(entries(harness)).containsExactly("-U 1|Bob|3", "+U 1|Ann|3");
    }

    @Test
    void takesAwayAKeyThatSeveralRowsShareUntilOneIsLeft() throws Exception {
        var harness = harness(NOON);
        send(harness, insert(TABLE, "1|Ann|3"), insert(TABLE, "1|Bob|3"), insert(TABLE, "2|Cy|1"));
        harness.prepareSnapshotPreBarrier(1);
        harness.prepareSnapshotPreBarrier(2);
        assertThat(entries(harness)).containsExactly("+I 1|Bob|3", "+I 2|Cy|1");
        assertThat(letters(harness)).isEmpty();

        harness.prepareSnapshotPreBarrier(3);
        assertThat(entries(harness)).containsExactly("-D 1|Bob|3");
        assertThat(letters(harness))
                .containsExactly(
                        "totals: 2 rows that totals.sql makes share their key (id), so the table has none of them"
                                + " until one is left. Name columns behind '-- key:' that tell them apart, or make one row of them"
                                + " with GROUP BY [{\"id\":1,\"name\":\"Ann\",\"total\":3},{\"id\":1,\"name\":\"Bob\",\"total\":3}]");

        send(harness, insert(TABLE, "1|Di|3"));
        harness.prepareSnapshotPreBarrier(4);
        var restored = restored(NOON, TABLE, harness.snapshot(4, 4));
        send(restored, delete(TABLE, "1|Bob|3"));
        for (int barrier = 5; barrier < 10; barrier++) {
            restored.prepareSnapshotPreBarrier(barrier);
        }
        send(restored, delete(TABLE, "1|Ann|3"));
        assertThat(entries(restored)).isEmpty();
        assertThat(letters(restored)).as("once").isEmpty();
        restored.prepareSnapshotPreBarrier(10);
        assertThat(entries(restored)).containsExactly("+I 1|Di|3");
    }

    @Test
    void saysNothingOfRowsThatAreThereTogetherForAMoment() throws Exception {
        var harness = harness(NOON);
        send(harness, insert(TABLE, "1|Ann|0"));
        for (int i = 1; i < 10; i++) {
            send(harness, insert(TABLE, "1|Ann|" + i));
            harness.prepareSnapshotPreBarrier(3 * i);
            harness.prepareSnapshotPreBarrier(3 * i + 1);
            send(harness, delete(TABLE, "1|Ann|" + (i - 1)));
            harness.prepareSnapshotPreBarrier(3 * i + 2);
        }
        assertThat(letters(harness)).isEmpty();
        assertThat(MaterializedTable.of(harness.extractOutputValues()).rows("totals"))
                .containsExactly("1|Ann|9");
    }

    @Test
    void seeksKeysInDoubtAfterARestart() throws Exception {
        var harness = harness(NOON);
        send(harness, insert(TABLE, "1|Ann|3"), insert(TABLE, "1|Bob|3"));
        harness.prepareSnapshotPreBarrier(1);
        harness.prepareSnapshotPreBarrier(2);

        var restored = restored(NOON, TABLE, harness.snapshot(2, 2));
        restored.prepareSnapshotPreBarrier(3);
        restored.prepareSnapshotPreBarrier(4);
        assertThat(entries(restored)).isEmpty();
        restored.prepareSnapshotPreBarrier(5);
        assertThat(entries(restored)).containsExactly("-D 1|Bob|3");
        assertThat(letters(restored)).hasSize(1);
    }

    @Test
    void sumsUpWhatItSaysOfManyKeys() throws Exception {
        var harness = harness(NOON);
        for (int i = 0; i < SharedKeys.MOST_LETTERS + 2; i++) {
            send(harness, insert(TABLE, i + "|Ann|3"), insert(TABLE, i + "|Bob|3"));
        }
        for (int barrier = 1; barrier <= SharedKeys.BARRIERS; barrier++) {
            harness.prepareSnapshotPreBarrier(barrier);
        }
        assertThat(MaterializedTable.of(harness.extractOutputValues()).rows("totals"))
                .isEmpty();
        assertThat(letters(harness))
                .hasSize(SharedKeys.MOST_LETTERS + 1)
                .last()
                .isEqualTo(
                        "totals: Of 2 more keys (id) totals.sql makes several rows each, and the table has none of them ");
    }

    private static List<String> letters(
            KeyedTwoInputStreamOperatorTestHarness<TableKey, ChangelogRow, Filled, ChangelogRow> harness) {
        var letters = harness.getSideOutput(Settle.REJECTED);
        List<String> texts = new ArrayList<>();
        while (letters != null && !letters.isEmpty()) {
            Rejected letter = letters.remove().getValue();
            texts.add(letter.table() + ": " + letter.reason() + " " + new String(letter.raw(), StandardCharsets.UTF_8));
        }
        return texts;
    }

    @Test
    void flushesEarlyWhenABundleIsFull() throws Exception {
        var harness = harness(NOON, 2);
        send(harness, insert(TABLE, "1|Ann|3"));
        assertThat(entries(harness)).isEmpty();
        send(harness, insert(TABLE, "2|Bob|3"));
        assertThat(entries(harness)).hasSize(2);
    }

    @Test
    void leavesNoStateOfKeysThatAreGone() throws Exception {
        var harness = harness(NOON);
        send(harness, insert(TABLE, "1|Ann|3"), insert(TABLE, "2|Bob|3"));
        harness.prepareSnapshotPreBarrier(1);
        assertThat(harness.numKeyedStateEntries()).isEqualTo(2);
        send(harness, delete(TABLE, "1|Ann|3"), delete(TABLE, "2|Bob|3"));
        harness.prepareSnapshotPreBarrier(2);
        assertThat(harness.numKeyedStateEntries()).isZero();
    }

    @Test
    void writesBlindlyOverATargetThatWasFilled() throws Exception {
        var harness = fromTheStart(settle(NOON, TABLE, "a", MOST, true));
        send(harness, insert(TABLE, "1|Ann|3"));
        harness.prepareSnapshotPreBarrier(1);
        assertThat(harness.extractOutputValues()).allMatch(ChangelogRow::isBlind);
        assertThat(entries(harness)).containsExactly("-U 1|-|-", "+U 1|Ann|3");

        send(harness, before(TABLE, "1|Ann|3"), after(TABLE, "1|Ann|4"));
        harness.prepareSnapshotPreBarrier(2);
        assertThat(harness.extractOutputValues()).noneMatch(ChangelogRow::isBlind);
        assertThat(entries(harness)).containsExactly("-U 1|Ann|3", "+U 1|Ann|4");
    }

    @Test
    void showsWhatAnotherPlanMadeUntilTheNewResultIsComplete() throws Exception {
        OperatorSubtaskState state = earlier("1|Ann|3", "2|Bob|1", "3|Cy|5");
        var changed = harness(settle(NOON, TABLE, "b", MOST, false), state);
        send(changed, insert(TABLE, "1|Ann|3"), insert(TABLE, "2|Bob|2"));
        changed.prepareSnapshotPreBarrier(2);
        assertThat(entries(changed)).isEmpty();

        // Restarted in the middle.
        var again = harness(settle(NOON, TABLE, "b", MOST, false), changed.snapshot(2, 2));
        send(again, insert(TABLE, "4|Di|4"));
        again.prepareSnapshotPreBarrier(3);
        assertThat(entries(again)).isEmpty();
        again.processElement2(filled("latest", "b", 0, 1));
        again.prepareSnapshotPreBarrier(4);
        assertThat(entries(again)).isEmpty();
        again.prepareSnapshotPreBarrier(5);
        assertThat(entries(again)).containsExactlyInAnyOrder("-U 2|Bob|1", "+U 2|Bob|2", "+I 4|Di|4", "-D 3|Cy|5");

        send(again, delete(TABLE, "1|Ann|3"));
        again.prepareSnapshotPreBarrier(6);
        assertThat(entries(again)).containsExactly("-D 1|Ann|3");
        assertThat(again.numKeyedStateEntries()).isEqualTo(2);

        var same = harness(settle(NOON, TABLE, "b", MOST, false), again.snapshot(6, 6));
        send(same, delete(TABLE, "4|Di|4"));
        same.prepareSnapshotPreBarrier(7);
        assertThat(entries(same)).containsExactly("-D 4|Di|4");
    }

    @Test
    void forgetsAResultThatWasNeverComplete() throws Exception {
        OperatorSubtaskState state = earlier("1|Ann|3");
        var changed = harness(settle(NOON, TABLE, "b", MOST, false), state);
        send(changed, insert(TABLE, "7|Half|1"));
        changed.prepareSnapshotPreBarrier(2);

        var other = harness(settle(NOON, TABLE, "c", MOST, false), changed.snapshot(2, 2));
        send(other, insert(TABLE, "1|Ann|4"));
        other.processElement2(filled("latest", "b", 0, 1));
        other.prepareSnapshotPreBarrier(3);
        assertThat(entries(other)).as("what is said to another plan").isEmpty();
        other.processElement2(filled("latest", "c", 0, 1));
        turn(other, 4);
        assertThat(entries(other)).containsExactly("-U 1|Ann|3", "+U 1|Ann|4");
        assertThat(other.numKeyedStateEntries()).isOne();
    }

    @Test
    void waitsForAllSubtasksOfAllThatItReads() throws Exception {
        Settle settle = new Settle(
                TABLE,
                "a",
                new Inputs("query/totals", "a", Set.of("latest", "query/other")),
                List.of(),
                Target.empty(),
                Duration.ofMillis(200),
                MOST,
                new FixedClock(NOON),
                Duration.ofMinutes(1));
        var harness = harness(settle, null);
        send(harness, insert(TABLE, "1|Ann|3"));
        harness.processElement2(filled("latest", "a", 2, 3));
        harness.processElement2(filled("query/other", "a", 0, 1));
        harness.processElement2(filled("latest", "a", 0, 3));
        harness.prepareSnapshotPreBarrier(1);
        assertThat(entries(harness)).isEmpty();
        harness.processElement2(filled("latest", "a", 1, 3));
        assertThat(entries(harness)).as("all behind the barrier").isEmpty();
        turn(harness, 2);
        assertThat(entries(harness)).containsExactly("+I 1|Ann|3");
    }

    @Test
    void replacesTheTableWhereTheColumnsAreOthers() throws Exception {
        OperatorSubtaskState state = earlier("1|Ann|3", "2|Bob|1");
        Schema other = Rows.table("totals", "name", "name STRING NOT NULL", "total BIGINT");
        var changed = harness(settle(NOON, other, "b", MOST, false), state);
        send(changed, insert(other, "Ann|3"));
        changed.processElement2(filled("latest", "b", 0, 1));
        turn(changed, 2);
        assertThat(changed.extractOutputValues().get(0).isReplacement()).isTrue();
        List<Position> versions = changed.extractOutputValues().stream()
                .map(ChangelogRow::version)
                .toList();
        assertThat(versions.get(1)).isGreaterThan(versions.get(0));
        assertThat(entries(changed)).containsExactly("-D -|-", "+I Ann|3");
        assertThat(changed.numKeyedStateEntries()).isOne();
    }

    @Test
    void replacesATableOfWhichNothingIsKnown() throws Exception {
        var harness = harness(settle(NOON, TABLE, "a", MOST, true), null);
        send(harness, insert(TABLE, "1|Ann|3"));
        harness.prepareSnapshotPreBarrier(1);
        assertThat(entries(harness)).isEmpty();
        harness.processElement2(filled("latest", "a", 0, 1));
        turn(harness, 2);
        assertThat(harness.extractOutputValues())
                .extracting(ChangelogRow::isReplacement, ChangelogRow::isBlind)
                .containsExactly(tuple(true, false), tuple(false, false));
        assertThat(entries(harness)).containsExactly("-D -|-|-", "+I 1|Ann|3");
        send(harness, insert(TABLE, "2|Bob|1"));
        harness.prepareSnapshotPreBarrier(3);
        assertThat(entries(harness)).as("the target has nothing else").containsExactly("+I 2|Bob|1");
    }

    @Test
    void writesATargetAnewThatLostItsRows() throws Exception {
        OperatorSubtaskState state = earlier("1|Ann|3", "2|Bob|1");
        Target lost = Target.empty().writtenAnew(List.of(), "start");
        var harness = harness(settle(lost), state);
        send(harness, before(TABLE, "1|Ann|3"), after(TABLE, "1|Ann|4"));
        harness.setProcessingTime(200);
        assertThat(entries(harness)).as("it comes with all others").isEmpty();
        harness.processElement2(filled("latest", "a", 0, 1));
        turn(harness, 2);
        assertThat(harness.extractOutputValues().get(0).isReplacement()).isTrue();
        assertThat(entries(harness)).containsExactlyInAnyOrder("-D -|-|-", "+I 1|Ann|4", "+I 2|Bob|1");

        var restarted = harness(settle(lost), harness.snapshot(2, 2));
        restarted.processElement2(filled("latest", "a", 0, 1));
        send(restarted, delete(TABLE, "2|Bob|1"));
        restarted.prepareSnapshotPreBarrier(3);
        assertThat(entries(restarted)).as("once for a start").containsExactly("-D 2|Bob|1");
    }

    @Test
    void refusesATargetOfAnotherShapeWhereNothingIsInTheState() throws Exception {
        var harness = harness(settle(Target.filled().writtenAnew(List.of("It has another key"), "start")), null);
        assertThatThrownBy(() -> harness.processElement2(
                        new StreamRecord<>(Filled.of("latest", "query/totals", "a", 0, 1, true, 0))))
                .isInstanceOf(SuppressRestartsException.class)
                .hasStackTraceContaining("does not write table totals anew: It has another key");
    }

    private static Settle settle(Target target) {
        return new Settle(
                TABLE,
                "a",
                new Inputs("query/totals", "a", Set.of("latest")),
                List.of(),
                target,
                Duration.ofMillis(200),
                MOST,
                new FixedClock(NOON),
                Duration.ofMinutes(1));
    }

    @Test
    void holdsWhatItMakesOfATableThatIsTurning() throws Exception {
        Settle settle = settle(NOON, TABLE, "a", MOST, false);
        var harness = harness(settle, null);
        harness.processElement2(filled("latest", "a", 0, 1));
        send(harness, insert(TABLE, "1|Ann|3"));
        harness.processElement2(new StreamRecord<>(Filled.turning("latest", 1, 2)));
        harness.processElement2(new StreamRecord<>(Filled.turning("query/another", 0, 1)));
        harness.prepareSnapshotPreBarrier(1);
        assertThat(harness.extractOutputValues())
                .filteredOn(ChangelogRow::isHeld)
                .hasSize(1);
        assertThat(harness.getSideOutput(Settle.FILLED))
                .extracting(StreamRecord::getValue)
                .contains(Filled.turning("query/totals", 0, 1));
        harness.getOutput().clear();
        harness.processElement2(new StreamRecord<>(Filled.turning("query/another", 0, 1)));
        harness.prepareSnapshotPreBarrier(2);
        assertThat(harness.extractOutputValues()).noneMatch(ChangelogRow::isHeld);
        harness.close();
    }

    @Test
    void showsAFileThatReadsItWhatItHas() throws Exception {
        OperatorSubtaskState state = earlier("1|Ann|3", "2|Bob|1");
        Settle settle = new Settle(
                TABLE,
                "a",
                new Inputs("query/totals", "a", Set.of("latest")),
                List.of(Consumer.of("query/reader", "r", List.of("totals"))),
                Target.empty(),
                Duration.ofMillis(200),
                MOST,
                new FixedClock(NOON),
                Duration.ofMinutes(1));
        var read = harness(settle, state);
        send(read, before(TABLE, "1|Ann|3"), after(TABLE, "1|Ann|4"));
        read.prepareSnapshotPreBarrier(2);
        assertThat(read.extractOutputValues())
                .as("the reader has not seen the row that it would have to take back")
                .noneMatch(row -> row.audience().isFor("query/reader"));
        assertThat(entries(read)).containsExactly("-U 1|Ann|3", "+U 1|Ann|4");

        read.setProcessingTime(1000);
        assertThat(read.extractOutputValues())
                .noneMatch(row -> row.audience().isFor("pass-through"))
                .allMatch(row -> row.audience().isFor("query/reader"));
        assertThat(entries(read)).containsExactlyInAnyOrder("+I 1|Ann|4", "+I 2|Bob|1");
        assertThat(read.getSideOutput(Settle.FILLED))
                .extracting(StreamRecord::getValue)
                .containsExactly(Filled.of("query/totals", "query/reader", "r", 0, 1, false, 1000));

        send(read, delete(TABLE, "2|Bob|1"));
        read.prepareSnapshotPreBarrier(3);
        assertThat(read.extractOutputValues()).allMatch(row -> row.audience().isEverybody());
        assertThat(entries(read)).containsExactly("-D 2|Bob|1");
    }

    /** What is complete at a barrier is shown until the next one. */
    private static void turn(
            KeyedTwoInputStreamOperatorTestHarness<TableKey, ChangelogRow, Filled, ChangelogRow> harness, long barrier)
            throws Exception {
        harness.prepareSnapshotPreBarrier(barrier);
        assertThat(harness.extractOutputValues()).isEmpty();
        harness.prepareSnapshotPreBarrier(barrier + 1);
    }

    private OperatorSubtaskState earlier(String... rows) throws Exception {
        var harness = harness(NOON);
        for (String row : rows) {
            send(harness, insert(TABLE, row));
        }
        harness.prepareSnapshotPreBarrier(1);
        return harness.snapshot(1, 1);
    }

    private static StreamRecord<Filled> filled(String operator, String plan, int subtask, int subtasks) {
        return new StreamRecord<>(
                Filled.of(operator, "query/totals", plan, subtask, subtasks, false, NOON.toEpochMilli()));
    }

    @Test
    void putsARowInThePlaceOfTheOneBeforeWhereNothingIsTakenBack() throws Exception {
        var harness = fromTheStart(settle(NOON, TABLE, "a", MOST, false).replacing(true));
        send(harness, insert(TABLE, "1|Ann|3"), after(TABLE, "1|Ann|4"));
        harness.setProcessingTime(200);
        assertThat(entries(harness)).containsExactly("+I 1|Ann|4");

        send(harness, after(TABLE, "1|Ann|5"), insert(TABLE, "2|Bob|1"));
        harness.setProcessingTime(400);
        assertThat(entries(harness)).containsExactlyInAnyOrder("-U 1|Ann|4", "+U 1|Ann|5", "+I 2|Bob|1");

        send(harness, after(TABLE, "1|Ann|5"), delete(TABLE, "2|-|-"));
        harness.setProcessingTime(600);
        assertThat(entries(harness)).as("of what is the same nothing").containsExactly("-D 2|Bob|1");
    }

    private KeyedTwoInputStreamOperatorTestHarness<TableKey, ChangelogRow, Filled, ChangelogRow> harness(Instant now)
            throws Exception {
        return harness(now, MOST);
    }

    private KeyedTwoInputStreamOperatorTestHarness<TableKey, ChangelogRow, Filled, ChangelogRow> harness(
            Instant now, int most) throws Exception {
        return fromTheStart(settle(now, TABLE, "a", most, false));
    }

    private KeyedTwoInputStreamOperatorTestHarness<TableKey, ChangelogRow, Filled, ChangelogRow> fromTheStart(
            Settle settle) throws Exception {
        var harness = harness(settle, null);
        harness.processElement2(new StreamRecord<>(Filled.of("latest", "query/totals", "a", 0, 1, true, 0)));
        return harness;
    }

    private KeyedTwoInputStreamOperatorTestHarness<TableKey, ChangelogRow, Filled, ChangelogRow> restored(
            Instant now, Schema table, OperatorSubtaskState state) throws Exception {
        return harness(settle(now, table, "a", MOST, false), state);
    }

    private static Settle settle(Instant now, Schema table, String plan, int most, boolean isTargetFilled) {
        return new Settle(
                table,
                plan,
                new Inputs("query/totals", plan, Set.of("latest")),
                List.of(),
                isTargetFilled ? Target.filled() : Target.empty(),
                Duration.ofMillis(200),
                most,
                new FixedClock(now),
                Duration.ofMinutes(1));
    }

    private KeyedTwoInputStreamOperatorTestHarness<TableKey, ChangelogRow, Filled, ChangelogRow> harness(
            Settle settle, OperatorSubtaskState state) throws Exception {
        var harness = new KeyedTwoInputStreamOperatorTestHarness<>(
                settle, new OutputKey(), null, WireType.TABLE_KEY, 4, 1, 0);
        harness.setup(WireType.CHANGELOG_ROW.createSerializer(
                harness.getExecutionConfig().getSerializerConfig()));
        if (state != null) {
            harness.initializeState(state);
        }
        harness.open();
        open.add(harness);
        return harness;
    }

    @SafeVarargs
    private static void send(
            KeyedTwoInputStreamOperatorTestHarness<TableKey, ChangelogRow, Filled, ChangelogRow> harness,
            ChangelogRow... entries)
            throws Exception {
        for (ChangelogRow entry : entries) {
            harness.processElement1(entry, 0);
        }
    }

    /** What came since the last time. */
    private static List<String> entries(AbstractStreamOperatorTestHarness<ChangelogRow> harness) {
        List<String> texts =
                harness.extractOutputValues().stream().map(Rows::text).toList();
        harness.getOutput().clear();
        return texts;
    }

    private static List<Position> versions(AbstractStreamOperatorTestHarness<ChangelogRow> harness) {
        List<Position> versions = harness.extractOutputValues().stream()
                .map(ChangelogRow::version)
                .toList();
        harness.getOutput().clear();
        return versions;
    }

    private static long counter(
            KeyedTwoInputStreamOperatorTestHarness<TableKey, ChangelogRow, Filled, ChangelogRow> harness, String name) {
        Settle settle = (Settle) harness.getOperator();
        return (name.equals("ambiguousKeys") ? settle.table().ambiguousKeys : settle.table().unknownRetractions)
                .getCount();
    }

    private static final class FixedClock extends Clock {
        private final Instant now;

        FixedClock(Instant now) {
            this.now = now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }
}
