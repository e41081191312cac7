package io.tributary.query;

import static io.tributary.query.Rows.after;
import static io.tributary.query.Rows.before;
import static io.tributary.query.Rows.delete;
import static io.tributary.query.Rows.insert;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.change.ChangelogRow;
import io.tributary.change.FilledTables;
import io.tributary.change.Position;
import io.tributary.change.Schema;
import io.tributary.change.TableKey;
import io.tributary.change.WireType;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class SettleTest {

    private static final Schema TABLE = Rows.table("totals", "id", "id BIGINT NOT NULL", "name STRING", "total INT");
    private static final Instant NOON = Instant.parse("2024-05-01T12:00:00Z");
    private static final int MOST = 100;

    private final List<KeyedOneInputStreamOperatorTestHarness<TableKey, ChangelogRow, ChangelogRow>> open =
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
        var harness = harness(
                new Settle(
                        List.of(TABLE),
                        guard(TABLE, "a"),
                        new FilledTables(Set.of("totals"), Set.of("totals")),
                        Duration.ofMillis(200),
                        MOST,
                        new FixedClock(NOON)),
                null);
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
    void refusesASavepointOfAnotherSelect() throws Exception {
        var harness = harness(NOON);
        send(harness, insert(TABLE, "1|Ann|3"));
        harness.prepareSnapshotPreBarrier(1);
        OperatorSubtaskState state = harness.snapshot(1, 1);

        Schema other = Rows.table("totals", "id", "id BIGINT NOT NULL", "name STRING");
        assertThatThrownBy(() -> restored(NOON, other, state))
                .isInstanceOf(SuppressRestartsException.class)
                .hasStackTraceContaining("The savepoint was taken while other SQL made the table totals")
                .hasStackTraceContaining("Start without it");
    }

    private static PlanGuard guard(Schema table, String plan) {
        return new PlanGuard(List.of(table), Map.of(table.table(), plan));
    }

    private KeyedOneInputStreamOperatorTestHarness<TableKey, ChangelogRow, ChangelogRow> harness(Instant now)
            throws Exception {
        return harness(now, MOST);
    }

    private KeyedOneInputStreamOperatorTestHarness<TableKey, ChangelogRow, ChangelogRow> harness(Instant now, int most)
            throws Exception {
        return harness(
                new Settle(
                        List.of(TABLE),
                        guard(TABLE, "a"),
                        FilledTables.none(),
                        Duration.ofMillis(200),
                        most,
                        new FixedClock(now)),
                null);
    }

    private KeyedOneInputStreamOperatorTestHarness<TableKey, ChangelogRow, ChangelogRow> restored(
            Instant now, Schema table, OperatorSubtaskState state) throws Exception {
        return harness(
                new Settle(
                        List.of(table),
                        guard(table, "a"),
                        FilledTables.none(),
                        Duration.ofMillis(200),
                        MOST,
                        new FixedClock(now)),
                state);
    }

    private KeyedOneInputStreamOperatorTestHarness<TableKey, ChangelogRow, ChangelogRow> harness(
            Settle settle, OperatorSubtaskState state) throws Exception {
        var harness =
                new KeyedOneInputStreamOperatorTestHarness<>(settle, new OutputKey(), WireType.TABLE_KEY, 4, 1, 0);
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
            KeyedOneInputStreamOperatorTestHarness<TableKey, ChangelogRow, ChangelogRow> harness,
            ChangelogRow... entries)
            throws Exception {
        for (ChangelogRow entry : entries) {
            harness.processElement(entry, 0);
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
            KeyedOneInputStreamOperatorTestHarness<TableKey, ChangelogRow, ChangelogRow> harness, String name) {
        Settle settle = (Settle) harness.getOperator();
        return (name.equals("ambiguousKeys")
                        ? settle.output(TABLE).ambiguousKeys
                        : settle.output(TABLE).unknownRetractions)
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
