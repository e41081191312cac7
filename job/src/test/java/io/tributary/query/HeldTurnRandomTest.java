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
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.apache.flink.contrib.streaming.state.EmbeddedRocksDBStateBackend;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Results that take over in several intervals, in jobs that are killed, rescaled, edited again, and whose targets are lost meanwhile. Whoever
 * commits as it is told sees the old result or the new one, and nothing between.
 */
final class HeldTurnRandomTest {

    private static final Schema TABLE = Rows.table("totals", "id", "id BIGINT NOT NULL", "name STRING");
    private static final Schema OTHER = Rows.table("totals", "id", "id BIGINT NOT NULL", "name STRING", "more STRING");
    private static final String READER = "query/reader";
    private static final int KEYS = 300;
    private static final int GROUPS = 16;

    private Random random = new Random();
    private Job job = new Job();
    private final List<Subtask> subtasks = new ArrayList<>();
    private long checkpoint;
    private long now;

    private boolean onRocks;
    private String plan = "a";
    private Schema shape = TABLE;
    private Target goal = Target.empty();
    private int edits;
    private int starts;

    /** What a checkpoint has, beside the state: a job that is killed goes back to all of it. */
    private static final class Job {
        private List<OperatorSubtaskState> states = List.of();
        private Map<Integer, String> model = new TreeMap<>();
        private Map<String, String> target = new TreeMap<>();
        private Map<String, String> reader = new TreeMap<>();
        private List<List<ChangelogRow>> pending = new ArrayList<>();
        private boolean isLost;

        private Job copy() {
            Job copy = new Job();
            copy.states = states;
            copy.model = new TreeMap<>(model);
            copy.target = new TreeMap<>(target);
            copy.reader = new TreeMap<>(reader);
            copy.pending = new ArrayList<>(pending);
            copy.isLost = isLost;
            return copy;
        }
    }

    /** Each tick of it takes a while, so that a slice does not do everything. */
    private static final class SlowClock extends Clock {
        @Override
        public ZoneId getZone() {
            return ZoneId.of("UTC");
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            long end = System.nanoTime() + 60_000;
            while (System.nanoTime() < end) {
                Thread.onSpinWait();
            }
            return Instant.now();
        }
    }

    private record Subtask(
            KeyedTwoInputStreamOperatorTestHarness<TableKey, ChangelogRow, Filled, ChangelogRow> harness) {}

    @ParameterizedTest
    @CsvSource({"1, false", "2, true", "3, false"})
    void showsOldOrNew(long seed, boolean rocks) throws Exception {
        random = new Random(seed);
        onRocks = rocks;
        start(1 + random.nextInt(2), false);
        fill("first");
        mark(true);
        barrier();
        assertThat(job.target).isEqualTo(rows());
        int held = 0;
        for (int edit = 0; edit < 4; edit++) {
            Job before = job.copy();
            edit();
            held += settle(before);
        }
        assertThat(held).isPositive();
        assertThat(job.target).isEqualTo(rows());
        assertThat(job.reader).isEqualTo(rows());
        stop();
    }

    /** Another plan, perhaps with other columns, and all of its rows. */
    private void edit() throws Exception {
        plan = "plan " + ++edits;
        boolean isOther = random.nextInt(3) == 0;
        if (isOther) {
            shape = shape.equals(TABLE) ? OTHER : TABLE;
        }
        start(1 + random.nextInt(2), false);
        // Who reads other columns is another reader, who has nothing yet.
        if (isOther) {
            job.reader.clear();
        }
        job.model.clear();
        fill("edit " + edits);
        mark(false);
    }

    /** Until the result is seen; how many checkpoints nothing was to be seen of. */
    private int settle(Job before) throws Exception {
        int held = 0;
        Job last = null;
        for (int i = 0; i < 300; i++) {
            changeSome(20);
            for (int slices = random.nextInt(3); slices > 0; slices--) {
                pass();
                changeSome(20);
            }
            if (last != null && random.nextInt(12) == 0) {
                job = last.copy();
                interrupt();
                last = job.copy();
                if (random.nextInt(4) == 0) {
                    Job now = job.copy();
                    edit();
                    return held + settle(now);
                }
            }
            boolean isHeld = barrier();
            held += isHeld ? 1 : 0;
            last = job.copy();
            boolean isNew = job.target.equals(rows());
            assertThat(isNew || job.target.equals(before.target) || job.target.isEmpty())
                    .as("old or new, of %s", job.target.size())
                    .isTrue();
            if (isNew && !isHeld && job.reader.equals(rows())) {
                for (int more = 0; more < 3; more++) {
                    changeSome(20);
                    pass();
                    barrier();
                    assertThat(job.target).isEqualTo(rows());
                    assertThat(job.reader).isEqualTo(rows());
                }
                return held;
            }
        }
        throw new AssertionError("Never seen");
    }

    /** The job starts again from its last checkpoint, sometimes with another parallelism, sometimes without its target. */
    private void interrupt() throws Exception {
        boolean isLost = random.nextInt(4) == 0;
        if (isLost) {
            job.target.clear();
            job.isLost = true;
        }
        start(1 + random.nextInt(2), !isLost);
        mark(false);
    }

    private Map<String, String> rows() {
        Map<String, String> rows = new TreeMap<>();
        job.model.forEach((id, name) -> rows.put(String.valueOf(id), row(id, name)));
        return rows;
    }

    private String row(int id, String name) {
        return id + "|" + name + (shape.arity() == 3 ? "|more" : "");
    }

    private void fill(String name) throws Exception {
        for (int id = 0; id < KEYS; id++) {
            if (random.nextInt(10) > 0) {
                make(id, random.nextInt(5) == 0 ? "same" : name);
            }
        }
    }

    private void changeSome(int count) throws Exception {
        for (int i = 0; i < count; i++) {
            make(random.nextInt(KEYS * 5 / 4), random.nextInt(3) == 0 ? null : "live " + random.nextInt(3));
        }
    }

    private void make(int id, @Nullable String name) throws Exception {
        String before = name == null ? job.model.remove(id) : job.model.put(id, name);
        if (before != null) {
            send(Rows.delete(shape, row(id, before)));
        }
        if (name != null) {
            send(Rows.insert(shape, row(id, name)));
        }
    }

    private void send(ChangelogRow row) throws Exception {
        int owner = KeyGroupRangeAssignment.assignKeyToParallelOperator(
                new OutputKey().getKey(row), GROUPS, subtasks.size());
        subtasks.get(owner).harness().processElement1(row, 0);
    }

    private void mark(boolean fromTheStart) throws Exception {
        for (Subtask subtask : subtasks) {
            subtask.harness()
                    .processElement2(new StreamRecord<>(
                            Filled.of("latest", "query/totals", plan, 0, 1, fromTheStart, fromTheStart ? 0 : now)));
        }
    }

    private void pass() throws Exception {
        now += 10;
        for (Subtask subtask : subtasks) {
            if (random.nextBoolean()) {
                subtask.harness().setProcessingTime(now);
            }
        }
    }

    /** Whether nothing of it is to be seen. */
    private boolean barrier() throws Exception {
        checkpoint++;
        List<OperatorSubtaskState> states = new ArrayList<>();
        List<ChangelogRow> entries = new ArrayList<>();
        for (Subtask subtask : subtasks) {
            subtask.harness().prepareSnapshotPreBarrier(checkpoint);
            states.add(subtask.harness().snapshot(checkpoint, checkpoint));
            entries.addAll(subtask.harness().extractOutputValues());
            subtask.harness().getOutput().clear();
        }
        job.states = states;
        job.pending.add(entries);
        for (ChangelogRow entry : entries) {
            if (!entry.isOfTable() && entry.audience().isFor(READER)) {
                apply(entry, job.reader);
            }
        }
        boolean isHeld = entries.stream().anyMatch(ChangelogRow::isHeld);
        if (!isHeld) {
            commit();
        }
        return isHeld;
    }

    /** What came before the newest replacement is left out. */
    private void commit() {
        for (int i = job.pending.size() - 1; i >= 0; i--) {
            if (job.pending.get(i).stream().anyMatch(ChangelogRow::isReplacement)) {
                job.pending.subList(0, i).clear();
                job.target.clear();
                job.isLost = false;
                break;
            }
        }
        for (List<ChangelogRow> entries : job.pending) {
            for (ChangelogRow entry : entries) {
                if (!entry.isOfTable() && entry.audience().isFor(Audience.PASS_THROUGH)) {
                    apply(entry, job.target);
                }
            }
        }
        job.pending.clear();
    }

    private static void apply(ChangelogRow entry, Map<String, String> rows) {
        String row = Rows.text(entry.schema(), entry.row());
        String key = row.substring(0, row.indexOf('|'));
        switch (entry.kind()) {
            case INSERT, UPDATE_AFTER -> assertThat(rows.put(key, row)).as(row).isNull();
            case UPDATE_BEFORE, DELETE -> assertThat(rows.remove(key)).isEqualTo(row);
        }
    }

    /** @param isRestart whether it may be the same job, which does not look at its targets again */
    private void start(int parallelism, boolean isRestart) throws Exception {
        int before = Math.max(1, job.states.size());
        stop();
        if (!isRestart || random.nextBoolean()) {
            goal = job.isLost ? Target.empty().writtenAnew(List.of(), "start " + ++starts) : Target.empty();
        }
        OperatorSubtaskState packed = job.states.isEmpty()
                ? null
                : AbstractStreamOperatorTestHarness.repackageState(job.states.toArray(OperatorSubtaskState[]::new));
        for (int i = 0; i < parallelism; i++) {
            Settle settle = new Settle(
                    shape,
                    plan,
                    new Inputs("query/totals", plan, Set.of("latest")),
                    List.of(Consumer.of(READER, "r of " + shape.fingerprint(), List.of("totals"))),
                    goal,
                    Duration.ZERO,
                    1,
                    new SlowClock(),
                    Duration.ZERO);
            var harness = new KeyedTwoInputStreamOperatorTestHarness<>(
                    settle, new OutputKey(), null, WireType.TABLE_KEY, GROUPS, parallelism, i);
            if (onRocks) {
                harness.setStateBackend(new EmbeddedRocksDBStateBackend());
            }
            harness.setup(WireType.CHANGELOG_ROW.createSerializer(
                    harness.getExecutionConfig().getSerializerConfig()));
            if (packed != null) {
                harness.initializeState(AbstractStreamOperatorTestHarness.repartitionOperatorState(
                        packed, GROUPS, before, parallelism, i));
            }
            harness.setProcessingTime(now);
            harness.open();
            subtasks.add(new Subtask(harness));
        }
    }

    /** As a job that fails, not as one that has come to its end. */
    private void stop() throws Exception {
        for (Subtask subtask : subtasks) {
            subtask.harness().getOperator().close();
        }
        subtasks.clear();
    }
}
