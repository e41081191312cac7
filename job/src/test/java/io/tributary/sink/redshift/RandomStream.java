package io.tributary.sink.redshift;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Changes of one table, in the order and number in which a stream delivers them, and the rows that they leave. */
final class RandomStream {

    static final int KEYS = 30;

    private final List<List<Arrival>> batches = new ArrayList<>();
    private final Map<Integer, Change> newest = new HashMap<>();

    /**
     * @param position where it stands in the source's log
     * @param tsMs when the source committed it, by the source's clock
     * @param state of the row; null in a delete
     */
    record Change(
            int id,
            long position,
            String op,
            long tsMs,
            @Nullable String state) {

        String asDebezium() {
            return "{\"op\":\"" + op + "\",\"ts_ms\":" + tsMs + ",\"before\":"
                    + ("c".equals(op) ? "null" : "{\"id\":" + id + "}") + ",\"after\":"
                    + (state == null
                            ? "null"
                            : "{\"id\":" + id + ",\"state\":\"" + state + "\",\"amount\":" + position + "}")
                    + "}";
        }

        String asItem() {
            String event = state == null ? "REMOVE" : "c".equals(op) ? "INSERT" : "MODIFY";
            return "{\"eventName\":\"" + event
                    + "\",\"tableName\":\"orders\",\"dynamodb\":{\"ApproximateCreationDateTime\":"
                    + tsMs + ",\"Keys\":{\"id\":{\"N\":\"" + id + "\"}}"
                    + (state == null
                            ? ""
                            : ",\"NewImage\":{\"id\":{\"N\":\"" + id + "\"},\"state\":{\"S\":\"" + state
                                    + "\"},\"amount\":{\"N\":\"" + position + "\"}}")
                    + "}}";
        }

        String asOurs() {
            return StandInWarehouse.row(
                    "orders",
                    op,
                    position,
                    1,
                    "\"id\":" + id + (state == null ? "" : ",\"state\":\"" + state + "\",\"amount\":" + position));
        }
    }

    /** A change as it comes out of the stream: two of one millisecond have one timestamp. */
    record Arrival(Change change, long arrivedMs) {}

    /** Begins what is merged together. */
    RandomStream batch() {
        batches.add(new ArrayList<>());
        return this;
    }

    RandomStream arrives(long arrivedMs, Change change) {
        batches.get(batches.size() - 1).add(new Arrival(change, arrivedMs));
        newest.merge(change.id(), change, (a, b) -> a.position() >= b.position() ? a : b);
        return this;
    }

    List<List<Arrival>> batches() {
        return batches;
    }

    /** The table as its source has it: the state of each key. */
    Map<Integer, String> rows() {
        Map<Integer, String> rows = new TreeMap<>();
        newest.values().forEach(change -> {
            if (change.state() != null) {
                rows.put(change.id(), change.state());
            }
        });
        return rows;
    }

    /**
     * Three changes a millisecond, by a clock that may be put back once; every other one is of the key of the one before. A
     * change may overtake others, and one in five comes again later, as after a restart.
     */
    static RandomStream of(Random random) {
        List<Change> changes = new ArrayList<>();
        Map<Integer, Boolean> lives = new HashMap<>();
        long putBackAt = random.nextInt(200);
        int id = 0;
        for (int position = 1; position <= 150; position++) {
            id = random.nextBoolean() ? id : random.nextInt(KEYS);
            boolean isThere = lives.getOrDefault(id, false);
            String op = !isThere ? "c" : random.nextInt(3) == 0 ? "d" : "u";
            lives.put(id, !op.equals("d"));
            long tsMs = 1_700_000_000_000L + position / 3 - (position > putBackAt ? 5 : 0);
            changes.add(new Change(id, position, op, tsMs, op.equals("d") ? null : "at " + position));
        }
        Map<Change, Integer> first = new HashMap<>();
        changes.forEach(change -> first.put(change, (int) change.position() + random.nextInt(6)));
        List<Change> delivered = new ArrayList<>(changes);
        delivered.sort(Comparator.comparing(first::get));
        for (Change change : changes) {
            if (random.nextInt(5) == 0) {
                int at = delivered.indexOf(change) + 1;
                delivered.add(at + random.nextInt(Math.min(60, delivered.size() + 1 - at)), change);
            }
        }
        RandomStream stream = new RandomStream().batch();
        for (int i = 0; i < delivered.size(); i++) {
            if (i > 0 && random.nextInt(25) == 0) {
                stream.batch();
            }
            stream.arrives(1_700_000_001_000L + i / 3, delivered.get(i));
        }
        return stream;
    }
}
