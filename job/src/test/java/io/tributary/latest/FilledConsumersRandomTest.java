package io.tributary.latest;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.change.Audience;
import io.tributary.change.Change;
import io.tributary.change.ChangelogRow;
import io.tributary.change.Column;
import io.tributary.change.Operation;
import io.tributary.change.Position;
import io.tributary.change.Schema;
import io.tributary.fill.Consumer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.VarCharType;
import org.apache.flink.types.RowKind;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A table that is read again for files that are new, while it changes and the job is stopped, resumed and given more files: each
 * consumer is told of each row exactly what it needs, in whichever order the readings and the changes come.
 */
class FilledConsumersRandomTest {

    private static final int KEYS = 5;
    private static final int STEPS = 60;
    private static final int GROUPS = 3;
    private static final Schema SCHEMA = Schema.of(
                    "t",
                    List.of(
                            Column.of("id", new BigIntType(false)).numbered(1),
                            Column.of("a", new BigIntType()).numbered(2),
                            Column.omissible("note", VarCharType.STRING_TYPE).numbered(3)),
                    List.of("id"))
            .ofRelation(70, 1);
    private static final Retention HASHES = Retention.of(Map.of("t", Set.of()));

    private final Map<Long, BinaryRowData> source = new TreeMap<>();
    private final Deque<Change> log = new ArrayDeque<>();
    private final List<Change> found = new ArrayList<>();
    private final Deque<Long> unread = new ArrayDeque<>();
    private final Set<String> files = new TreeSet<>();
    private final Map<String, List<BinaryRowData>> views = new TreeMap<>();
    private Random random = new Random();
    private long time = 10;
    private long start;
    private int taken;
    private long clock;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void everyConsumerEndsWithTheTable(long seed) throws Exception {
        for (long run = 0; run < 100; run++) {
            random = new Random(seed * 1000 + run);
            source.clear();
            log.clear();
            found.clear();
            files.clear();
            views.clear();
            views.put(Audience.PASS_THROUGH, new ArrayList<>());
            everyConsumerEndsWithTheTable();
        }
    }

    private void everyConsumerEndsWithTheTable() throws Exception {
        OperatorSubtaskState state;
        try (LatestJob job = LatestJob.filling(HASHES, consumers(), GROUPS, null)) {
            taken = 0;
            change(10);
            do {
                job.take(log.poll());
            } while (!log.isEmpty() && random.nextInt(8) > 0);
            apply(job);
            state = job.snapshot();
        }
        int restarts = 1 + random.nextInt(3);
        for (int i = 0; i < restarts; i++) {
            clock = 1;
            if (i == 0 || random.nextBoolean()) {
                files.add(Audience.query("f" + i));
                views.putIfAbsent(Audience.query("f" + i), new ArrayList<>());
                if (i == 0) {
                    read();
                }
            } else if (random.nextBoolean()) {
                read();
            }
            try (LatestJob job = LatestJob.filling(retention(), consumers(), GROUPS, state)) {
                taken = 0;
                for (int step = 0; step < STEPS; step++) {
                    step(job);
                }
                if (i == restarts - 1) {
                    end(job);
                }
                apply(job);
                state = job.snapshot();
            }
        }
        views.forEach((consumer, rows) -> assertThat(rows)
                .as(consumer)
                .containsExactlyInAnyOrderElementsOf(
                        consumer.equals(Audience.PASS_THROUGH) ? keys(source.values()) : source.values()));
    }

    private List<Consumer> consumers() {
        return views.keySet().stream()
                .map(consumer -> isAtOnce(consumer)
                        ? Consumer.atOnce(consumer, "as it is", SCHEMA, false)
                        : Consumer.of(consumer, "as it is", List.of("t")))
                .toList();
    }

    /** Every other file keeps nothing, and is shown all rows between two barriers. */
    private static boolean isAtOnce(String consumer) {
        return consumer.endsWith("1");
    }

    private Retention retention() {
        return Retention.whole().readBy(Map.of("t", Set.copyOf(files)), Map.of());
    }

    /** Another reading takes the place of the one before. */
    private void read() {
        start = time + 5;
        unread.clear();
        for (long id = 1; id <= KEYS; id++) {
            unread.add(id);
        }
    }

    private void step(LatestJob job) throws Exception {
        switch (random.nextInt(6)) {
            case 0 -> change(1);
            case 1 -> readOne();
            case 2 -> {
                if (!log.isEmpty()) {
                    job.take(log.poll());
                }
            }
            case 3 -> pass(job);
            case 4 -> job.barrier();
            default -> {
                if (!found.isEmpty()) {
                    job.take(found.remove(random.nextInt(found.size())));
                }
            }
        }
    }

    private void pass(LatestJob job) throws Exception {
        job.pass(Duration.ofMillis(clock++));
    }

    private void readOne() {
        Long id = unread.poll();
        BinaryRowData row = id == null ? null : source.get(id);
        if (row != null) {
            found.add(Change.upsert(Operation.READ, SCHEMA, Position.of(start - 1, time + 5), 0, key(id), row));
        }
    }

    private void end(LatestJob job) throws Exception {
        pass(job);
        while (!unread.isEmpty()) {
            readOne();
        }
        job.take(found.toArray(Change[]::new));
        while (!log.isEmpty()) {
            job.take(log.poll());
        }
        job.take(Change.resyncedWhole(SCHEMA, Position.of(start - 1, 0), 0));
        for (int i = 0; i < 3; i++) {
            change(10);
            while (!log.isEmpty()) {
                job.take(log.poll());
            }
            pass(job);
            job.barrier();
        }
    }

    private void change(int times) {
        for (int i = 0; i < times; i++) {
            time += 10;
            long id = 1 + random.nextInt(KEYS);
            BinaryRowData before = source.get(id);
            Position position = Position.of(time, 1);
            if (before != null && random.nextInt(3) == 0) {
                source.remove(id);
                log.add(Change.delete(SCHEMA, position, 0, key(id)));
                continue;
            }
            boolean leavesOut = before != null && random.nextBoolean();
            String note = leavesOut ? before.getString(2).toString() : "note " + random.nextInt(3);
            long a = random.nextInt(3);
            BinaryRowData row = Customers.binary(SCHEMA, id, a, note);
            source.put(id, row);
            Operation operation = before == null ? Operation.INSERT : Operation.UPDATE;
            log.add(
                    leavesOut
                            ? Change.partial(
                                    operation,
                                    SCHEMA,
                                    position,
                                    0,
                                    key(id),
                                    Customers.binary(SCHEMA, id, a, null),
                                    new int[] {2})
                            : Change.upsert(operation, SCHEMA, position, 0, key(id), row));
        }
    }

    /** Files take rows back by their content, targets by the key. */
    private void apply(LatestJob job) {
        List<ChangelogRow> output = job.output();
        for (ChangelogRow entry : output.subList(taken, output.size())) {
            for (Map.Entry<String, List<BinaryRowData>> view : views.entrySet()) {
                if (!entry.audience().isFor(view.getKey())) {
                    continue;
                }
                if (entry.isReplacement()) {
                    assertThat(isAtOnce(view.getKey())).as(view.getKey()).isTrue();
                    view.getValue().clear();
                    continue;
                }
                boolean isByKey = view.getKey().equals(Audience.PASS_THROUGH);
                BinaryRowData row = isByKey ? keyOf(entry.row()) : entry.row();
                if (entry.kind() == RowKind.INSERT || entry.kind() == RowKind.UPDATE_AFTER) {
                    assertThat(view.getValue())
                            .as("%s of %s", entry, view.getKey())
                            .doesNotContain(row);
                    view.getValue().add(row);
                } else {
                    assertThat(view.getValue().remove(row))
                            .as("%s of %s", entry, view.getKey())
                            .isTrue();
                }
            }
        }
        taken = output.size();
    }

    private static List<BinaryRowData> keys(Iterable<BinaryRowData> rows) {
        List<BinaryRowData> keys = new ArrayList<>();
        rows.forEach(row -> keys.add(keyOf(row)));
        return keys;
    }

    private static BinaryRowData keyOf(BinaryRowData row) {
        return key(row.getLong(0));
    }

    private static BinaryRowData key(Long id) {
        Schema ofKey = Schema.of("t", List.of(SCHEMA.columns().get(0)), List.of("id"));
        return Customers.binary(ofKey, id);
    }
}
