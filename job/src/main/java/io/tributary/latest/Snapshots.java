package io.tributary.latest;

import io.tributary.change.Change;
import io.tributary.change.Position;
import io.tributary.change.Schema;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.flink.api.common.state.BroadcastState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ReadOnlyBroadcastState;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple2;

/**
 * Which tables a snapshot is read of, and when it ended. Rows of a snapshot may be older than tombstones, and have the
 * values that waiting rows lack, so neither is given up before all of them have come.
 *
 * <p>Of each table the highest position counts, and of a position its end, so begins and ends may arrive in any order and
 * as often as they like. A table of which nothing was ever said is not held.
 */
final class Snapshots {

    /** By {@link Schema#tableId()}: the position in hexadecimal digits, and the processing time of its end or RUNNING. */
    static final MapStateDescriptor<Long, Tuple2<String, Long>> STATE =
            new MapStateDescriptor<>("snapshots", Types.LONG, Types.TUPLE(Types.STRING, Types.LONG));

    private static final long RUNNING = -1;

    private Snapshots() {}

    static void began(BroadcastState<Long, Tuple2<String, Long>> state, Change begin) throws Exception {
        Tuple2<String, Long> known = state.get(begin.schema().tableId());
        if (known == null || begin.position().isAfter(Position.ofHex(known.f0))) {
            put(state, begin, RUNNING);
        }
    }

    static void ended(BroadcastState<Long, Tuple2<String, Long>> state, Change end, long now) throws Exception {
        Tuple2<String, Long> known = state.get(end.schema().tableId());
        int order = known == null ? 1 : end.position().compareTo(Position.ofHex(known.f0));
        if (known == null || order > 0 || (order == 0 && known.f1 == RUNNING)) {
            put(state, end, now);
        }
    }

    private static void put(BroadcastState<Long, Tuple2<String, Long>> state, Change change, long ended)
            throws Exception {
        state.put(change.schema().tableId(), Tuple2.of(change.position().toHex(), ended));
    }

    /** The tables of which a snapshot has been read, and none is being read. */
    static Set<Long> ended(BroadcastState<Long, Tuple2<String, Long>> state) throws Exception {
        Set<Long> ended = new HashSet<>();
        for (Map.Entry<Long, Tuple2<String, Long>> table : state.immutableEntries()) {
            if (table.getValue().f1 != RUNNING) {
                ended.add(table.getKey());
            }
        }
        return ended;
    }

    /**
     * When that is to be given up which is due {@code now}: later, while a snapshot of its table is read; a whole term after
     * its end, because its last rows may come on another channel than the end; else now.
     */
    static long due(ReadOnlyBroadcastState<Long, Tuple2<String, Long>> state, long table, long now, long term)
            throws Exception {
        Tuple2<String, Long> known = state.get(table);
        if (known == null) {
            return now;
        }
        return known.f1 == RUNNING ? now + term : Math.max(now, known.f1 + term);
    }
}
