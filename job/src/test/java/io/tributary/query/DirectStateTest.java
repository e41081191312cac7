package io.tributary.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.tributary.change.Audience;
import io.tributary.change.ChangelogRow;
import io.tributary.change.Filled;
import io.tributary.change.Position;
import io.tributary.change.Schema;
import io.tributary.change.TableKey;
import io.tributary.change.WireType;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.flink.types.RowKind;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a file that had a state leaves to itself when it has none any more, and the other way round. */
final class DirectStateTest {

    private static final int GROUPS = 8;

    private final Stage stage = DirectRandomTest.stage("SELECT id, note FROM t");
    private final Schema output = stage.output();

    @Test
    void halfOfAnEarlierResultIsHeldUntilThereIsAWholeOne() throws Exception {
        OperatorSubtaskState half;
        try (var settle = settle("one", null)) {
            take(settle, "1|a", "2|b", "3|c");
            settle.processElement2(mark("one", true));
            settle.prepareSnapshotPreBarrier(1);
            half = settle.snapshot(1, 1);
        }
        try (var settle = settle("two", half)) {
            take(settle, "1|x", "2|y", "3|z");
            settle.processElement2(mark("two", false));
            settle.prepareSnapshotPreBarrier(1);
            settle.prepareSnapshotPreBarrier(2);
            assertThat(settle.extractOutputValues()).anyMatch(ChangelogRow::isHeld);
            half = settle.snapshot(2, 2);
        }
        try (var direct = direct(half)) {
            direct.prepareSnapshotPreBarrier(3);
            assertThat(direct.extractOutputValues()).hasSize(1).allMatch(ChangelogRow::isHeld);
            direct.getOutput().clear();
            half = direct.snapshot(3, 3);
        }
        try (var direct = direct(half)) {
            direct.prepareSnapshotPreBarrier(4);
            assertThat(direct.extractOutputValues()).hasSize(1).allMatch(ChangelogRow::isHeld);
            direct.getOutput().clear();
            Audience file = Audience.only(Audience.query("made"));
            direct.processElement(
                    ChangelogRow.replacement(DirectRandomTest.SOURCE, Position.START, 0)
                            .to(file),
                    0);
            direct.processElement(row("1|5|m").to(file), 0);
            direct.prepareSnapshotPreBarrier(5);
            assertThat(direct.extractOutputValues())
                    .extracting(ChangelogRow::isReplacement, ChangelogRow::isHeld, ChangelogRow::kind)
                    .containsExactly(tuple(true, false, RowKind.DELETE), tuple(false, false, RowKind.INSERT));
        }
    }

    @Test
    void whatItHasShownIsReplacedByTheFirstResultOfTheOther() throws Exception {
        OperatorSubtaskState shown;
        ChangelogRow last;
        try (var direct = direct(null)) {
            direct.processElement(row("1|5|m"), 0);
            direct.prepareSnapshotPreBarrier(1);
            last = direct.extractOutputValues().get(0);
            shown = direct.snapshot(1, 1);
        }
        try (var settle = settle("two", shown)) {
            take(settle, "2|y");
            settle.processElement2(mark("two", false));
            settle.prepareSnapshotPreBarrier(2);
            settle.setProcessingTime(100);
            settle.prepareSnapshotPreBarrier(3);
            List<ChangelogRow> entries = settle.extractOutputValues();
            assertThat(entries).extracting(ChangelogRow::isReplacement).containsExactly(true, false);
            assertThat(entries).allMatch(entry -> entry.version().compareTo(last.version()) > 0);
            assertThat(Rows.text(entries.get(1))).isEqualTo("+I 2|y");
        }
    }

    private static ChangelogRow row(String values) {
        return Rows.insert(DirectRandomTest.SOURCE, values);
    }

    private static StreamRecord<Filled> mark(String plan, boolean isFromTheStart) {
        return new StreamRecord<>(Filled.of("latest", Audience.query("made"), plan, 0, 1, isFromTheStart, 0));
    }

    private void take(
            KeyedTwoInputStreamOperatorTestHarness<TableKey, ChangelogRow, Filled, ChangelogRow> settle, String... rows)
            throws Exception {
        for (String row : rows) {
            settle.processElement1(Rows.insert(output, row), 0);
        }
    }

    private KeyedTwoInputStreamOperatorTestHarness<TableKey, ChangelogRow, Filled, ChangelogRow> settle(
            String plan, @Nullable OperatorSubtaskState state) throws Exception {
        Settle settle = new Settle(
                output,
                plan,
                new Inputs(Audience.query("made"), plan, Set.of("latest")),
                List.of(),
                Target.empty(),
                Duration.ZERO,
                1,
                Clock.systemUTC(),
                Duration.ZERO);
        var harness = new KeyedTwoInputStreamOperatorTestHarness<>(
                settle, new OutputKey(), null, WireType.TABLE_KEY, GROUPS, 1, 0);
        harness.setup(WireType.CHANGELOG_ROW.createSerializer(
                harness.getExecutionConfig().getSerializerConfig()));
        if (state != null) {
            harness.initializeState(state);
        }
        harness.open();
        return harness;
    }

    private OneInputStreamOperatorTestHarness<ChangelogRow, ChangelogRow> direct(@Nullable OperatorSubtaskState state)
            throws Exception {
        var harness = new OneInputStreamOperatorTestHarness<>(
                new DirectFactory(
                        stage, DirectRandomTest.plan(stage), Target.empty(), false, System.currentTimeMillis(), true),
                GROUPS,
                1,
                0);
        harness.setup(WireType.CHANGELOG_ROW.createSerializer(
                harness.getExecutionConfig().getSerializerConfig()));
        if (state != null) {
            harness.initializeState(state);
        }
        harness.open();
        return harness;
    }
}
