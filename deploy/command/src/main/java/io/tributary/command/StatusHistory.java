package io.tributary.command;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** How many rows each table had at the last looks, for lines on a page. */
final class StatusHistory {

    /** Ten minutes, at a look every two seconds. */
    private static final int LOOKS = 300;

    private static final long MINUTE = 60_000;

    private record Look(long at, Map<String, Long> rows) {}

    private final Deque<Look> looks = new ArrayDeque<>();

    void add(PipelineStatus status) {
        Map<String, Long> rows = new TreeMap<>();
        status.tables().forEach(table -> rows.put(table.name(), table.rows()));
        looks.addLast(new Look(status.now(), rows));
        if (looks.size() > LOOKS) {
            looks.removeFirst();
        }
    }

    /** The oldest first; a look at which there was no such table is left out. */
    Map<String, List<Long>> rows() {
        Map<String, List<Long>> rows = new TreeMap<>();
        for (Look look : looks) {
            look.rows.forEach((table, count) ->
                    rows.computeIfAbsent(table, first -> new ArrayList<>()).add(count));
        }
        return rows;
    }

    /** How many rows all tables have more than a minute ago, or since the first look; null if that was the last one. */
    @Nullable
    Long changed() {
        Look last = looks.peekLast();
        if (last == null || looks.size() < 2) {
            return null;
        }
        for (Look look : looks) {
            if (last.at - look.at <= MINUTE) {
                return sum(last) - sum(look);
            }
        }
        return null;
    }

    private static long sum(Look look) {
        return look.rows.values().stream().mapToLong(Long::longValue).sum();
    }
}
