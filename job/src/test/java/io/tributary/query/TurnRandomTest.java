package io.tributary.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.change.Audience;
import io.tributary.change.ChangelogRow;
import io.tributary.change.Filled;
import io.tributary.change.Schema;
import io.tributary.change.TableKey;
import io.tributary.change.WireType;
import io.tributary.fill.Consumer;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.apache.flink.contrib.streaming.state.EmbeddedRocksDBStateBackend;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Changes that come between the slices of a turn: whoever looks at the barriers only sees all or nothing of it. */
final class TurnRandomTest {

    private static final Schema TABLE = Rows.table("totals", "id", "id BIGINT NOT NULL", "name STRING");
    private static final String READER = "query/reader";
    private static final int KEYS = 2_000;

    private final Random random = new Random();
    private final Map<Integer, String> model = new TreeMap<>();
    private MaterializedTable target = new MaterializedTable();
    private final MaterializedTable reader = new MaterializedTable();
    private long now;

    @ParameterizedTest
    @CsvSource({
        "1, b, false, false",
        "2, b, false, true",
        "3, b, true, false",
        "4, b, true, true",
        "5, a, true, false",
        "6, a, true, true"
    })
    void showsAllOrNothing(long seed, String plan, boolean isTargetWrittenAnew, boolean onRocks) throws Exception {
        random.setSeed(seed);
        OperatorSubtaskState state;
        try (var harness = harness("a", Target.empty(), onRocks, null)) {
            harness.processElement2(new StreamRecord<>(Filled.of("latest", "query/totals", "a", 0, 1, true, 0)));
            for (int id = 0; id < KEYS; id++) {
                make(harness, id, "old " + random.nextInt(3));
            }
            harness.prepareSnapshotPreBarrier(1);
            state = harness.snapshot(1, 1);
            see(harness);
        }
        Target goal = isTargetWrittenAnew ? Target.empty().writtenAnew(List.of(), "start") : Target.empty();
        try (var harness = harness(plan, goal, onRocks, state)) {
            if (!plan.equals("a")) {
                model.clear();
                for (int id = KEYS / 4; id < KEYS * 5 / 4; id++) {
                    make(harness, id, "old " + random.nextInt(3));
                }
            }
            harness.processElement2(new StreamRecord<>(Filled.of("latest", "query/totals", plan, 0, 1, false, 0)));
            changeSome(harness, 100);
            harness.prepareSnapshotPreBarrier(2);
            assertThat(harness.extractOutputValues())
                    .noneMatch(entry -> entry.audience().isFor(Audience.PASS_THROUGH));
            harness.snapshot(2, 2);
            changeSome(harness, 100);
            for (int slice = 0; slice < 20; slice++) {
                harness.setProcessingTime(now += 10);
                changeSome(harness, 100);
            }
            for (int barrier = 3; barrier < 6; barrier++) {
                harness.prepareSnapshotPreBarrier(barrier);
                harness.snapshot(barrier, barrier);
                see(harness);
                assertThat(target.rows("totals")).isEqualTo(rows());
                assertThat(reader.rows("totals")).isEqualTo(rows());
                changeSome(harness, 100);
                harness.setProcessingTime(now += 10);
            }
            if (!onRocks) {
                assertThat(harness.numKeyedStateEntries()).isEqualTo(model.size());
            }
        }
    }

    private List<String> rows() {
        List<String> rows = new ArrayList<>();
        model.forEach((id, name) -> rows.add(id + "|" + name));
        return rows.stream().sorted().toList();
    }

    private void changeSome(
            KeyedTwoInputStreamOperatorTestHarness<TableKey, ChangelogRow, Filled, ChangelogRow> harness, int count)
            throws Exception {
        for (int i = 0; i < count; i++) {
            make(harness, random.nextInt(KEYS * 3 / 2), random.nextInt(3) == 0 ? null : "new " + random.nextInt(3));
        }
    }

    /** Makes a row, or none where the name is null. */
    private void make(
            KeyedTwoInputStreamOperatorTestHarness<TableKey, ChangelogRow, Filled, ChangelogRow> harness,
            int id,
            @Nullable String name)
            throws Exception {
        String before = name == null ? model.remove(id) : model.put(id, name);
        if (before != null) {
            harness.processElement1(Rows.delete(TABLE, id + "|" + before), 0);
        }
        if (name != null) {
            harness.processElement1(Rows.insert(TABLE, id + "|" + name), 0);
        }
    }

    /** What was said in the interval, in which targets may have been told to hold nothing else. */
    private void see(KeyedTwoInputStreamOperatorTestHarness<TableKey, ChangelogRow, Filled, ChangelogRow> harness) {
        List<ChangelogRow> entries = harness.extractOutputValues();
        harness.getOutput().clear();
        if (entries.stream().anyMatch(ChangelogRow::isReplacement)) {
            target = new MaterializedTable();
        }
        for (ChangelogRow entry : entries) {
            if (!entry.isReplacement() && entry.audience().isFor(Audience.PASS_THROUGH)) {
                target.apply(entry);
            }
            if (!entry.isReplacement() && entry.audience().isFor(READER)) {
                reader.apply(entry);
            }
        }
    }

    private KeyedTwoInputStreamOperatorTestHarness<TableKey, ChangelogRow, Filled, ChangelogRow> harness(
            String plan, Target goal, boolean onRocks, @Nullable OperatorSubtaskState state) throws Exception {
        Settle settle = new Settle(
                TABLE,
                plan,
                new Inputs("query/totals", plan, Set.of("latest")),
                List.of(Consumer.of(READER, "r", List.of("totals"))),
                goal,
                Duration.ZERO,
                1,
                Clock.systemUTC(),
                Duration.ofMinutes(1));
        var harness = new KeyedTwoInputStreamOperatorTestHarness<>(
                settle, new OutputKey(), null, WireType.TABLE_KEY, 8, 1, 0);
        if (onRocks) {
            harness.setStateBackend(new EmbeddedRocksDBStateBackend());
        }
        harness.setup(WireType.CHANGELOG_ROW.createSerializer(
                harness.getExecutionConfig().getSerializerConfig()));
        if (state != null) {
            harness.initializeState(state);
        }
        harness.setProcessingTime(now);
        harness.open();
        return harness;
    }
}
