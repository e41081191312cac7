package io.tributary.sink.iceberg;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What is yet to be committed, by the checkpoint that makes it final. Each checkpoint is a commit of a table; a checkpoint at which the
 * table is held is part of the next at which it is not.
 */
final class PendingCommits {

    private final NavigableMap<Long, List<TableFiles>> byCheckpoint = new TreeMap<>();

    /** For the state. */
    NavigableMap<Long, List<TableFiles>> byCheckpoint() {
        return byCheckpoint;
    }

    void add(long checkpoint, Collection<TableFiles> files) {
        if (!files.isEmpty()) {
            byCheckpoint.computeIfAbsent(checkpoint, id -> new ArrayList<>()).addAll(files);
        }
    }

    /**
     * What can be committed, by table and checkpoint.
     *
     * @param complete the newest checkpoint that is complete
     */
    Map<String, Map<Long, List<TableFiles>>> due(long complete) {
        Map<String, Map<Long, List<TableFiles>>> due = new LinkedHashMap<>();
        byTable(complete).forEach((table, checkpoints) -> {
            Map<Long, List<TableFiles>> commits = commits(checkpoints, complete);
            if (!commits.isEmpty()) {
                due.put(table, commits);
            }
        });
        return due;
    }

    private Map<String, NavigableMap<Long, List<TableFiles>>> byTable(long complete) {
        Map<String, NavigableMap<Long, List<TableFiles>>> byTable = new LinkedHashMap<>();
        byCheckpoint
                .headMap(complete, true)
                .forEach((checkpoint, files) ->
                        files.forEach(part -> byTable.computeIfAbsent(part.table(), table -> new TreeMap<>())
                                .computeIfAbsent(checkpoint, id -> new ArrayList<>())
                                .add(part)));
        return byTable;
    }

    private static Map<Long, List<TableFiles>> commits(
            NavigableMap<Long, List<TableFiles>> checkpoints, long complete) {
        Map<Long, List<TableFiles>> commits = new LinkedHashMap<>();
        List<TableFiles> together = new ArrayList<>();
        checkpoints.forEach((checkpoint, files) -> {
            together.addAll(files);
            boolean isHeld = files.stream().anyMatch(TableFiles::isHeld);
            // Whoever holds a table says so at every checkpoint.
            if (!isHeld || (checkpoint.equals(checkpoints.lastKey()) && checkpoint < complete)) {
                commits.put(checkpoint, List.copyOf(together));
                together.clear();
            }
        });
        return commits;
    }

    /** Tables to which not all has been committed that came up to the checkpoint. */
    Set<String> behind(long complete) {
        return byTable(complete).keySet();
    }

    /** Of a table, what {@link #due} said. */
    void done(String table, Map<Long, List<TableFiles>> commits) {
        commits.keySet().stream().max(Long::compare).ifPresent(last -> {
            byCheckpoint
                    .headMap(last, true)
                    .values()
                    .forEach(files -> files.removeIf(part -> part.table().equals(table)));
            byCheckpoint.values().removeIf(List::isEmpty);
        });
    }

    /** Tables that were held at the checkpoint, whose files nobody will ask for if these are not made any more. */
    Set<String> held(long complete) {
        Set<String> held = new TreeSet<>(behind(complete));
        held.removeAll(due(complete).keySet());
        return held;
    }

    void drop(String table) {
        byCheckpoint
                .values()
                .forEach(files -> files.removeIf(part -> part.table().equals(table)));
        byCheckpoint.values().removeIf(List::isEmpty);
    }
}
