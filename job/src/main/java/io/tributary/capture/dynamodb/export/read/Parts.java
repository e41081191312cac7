package io.tributary.capture.dynamodb.export.read;

import io.tributary.capture.HandedOut;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The parts of exports that are still to be handed on: those that wait, and those that readers have. What readers have is not kept
 * in checkpoints: each tells it when it starts, and until all did nothing counts as done.
 */
final class Parts {

    private final Map<String, ExportSplit> waiting = new LinkedHashMap<>();
    private final HandedOut<ExportSplit> held = new HandedOut<>();
    private int count;

    Parts(int count, Collection<ExportSplit> waiting) {
        this.count = count;
        waiting.forEach(split -> this.waiting.put(split.splitId(), split));
    }

    void add(ExportSplit split) {
        ExportSplit numbered = split.numbered(count++);
        waiting.put(numbered.splitId(), numbered);
    }

    /** Hands out the next part, of the export of which the fewest are being read; null if none may go now. */
    @Nullable
    ExportSplit take(int readers) {
        Map<String, Integer> beingRead = new HashMap<>();
        held.splits().forEach(split -> beingRead.merge(split.export(), 1, Integer::sum));
        Map<String, Phase> firstOf = firstPhases();
        ExportSplit best = null;
        for (ExportSplit split : waiting.values()) {
            boolean mayGo = split.phase() == Phase.REPORT
                    || (held.isWhollyKnown(readers) && split.phase() == firstOf.get(split.export()));
            if (mayGo && (best == null || count(beingRead, split) < count(beingRead, best))) {
                best = split;
            }
        }
        if (best != null) {
            waiting.remove(best.splitId());
            held.add(best);
        }
        return best;
    }

    private static int count(Map<String, Integer> beingRead, ExportSplit split) {
        return beingRead.getOrDefault(split.export(), 0);
    }

    private Map<String, Phase> firstPhases() {
        Map<String, Phase> first = new HashMap<>();
        for (ExportSplit split : waiting.values()) {
            first.merge(split.export(), split.phase(), Parts::earlier);
        }
        for (ExportSplit split : held.splits()) {
            first.merge(split.export(), split.phase(), Parts::earlier);
        }
        return first;
    }

    private static Phase earlier(Phase one, Phase other) {
        return one.compareTo(other) <= 0 ? one : other;
    }

    /** A reader starts, and has these. */
    void told(int reader, List<ExportSplit> splits) {
        held.told(reader);
        splits.forEach(held::add);
    }

    /** A reader failed: these come back, and until it starts again nobody knows what else it has. */
    void lost(int reader, List<ExportSplit> splits) {
        held.lost(reader);
        for (ExportSplit split : splits) {
            held.remove(split.splitId());
            waiting.put(split.splitId(), split);
        }
    }

    void done(String id) {
        held.remove(id);
    }

    /** What waits of an export need not be read any more. Its end is told all the same, as its begin was. */
    void drop(String export) {
        drop(export, count);
    }

    /** The same for the parts of an export whose numbers are lower: those above are of a later attempt. */
    void drop(String export, int before) {
        waiting.values()
                .removeIf(split -> split.export().equals(export)
                        && split.number() < before
                        && split.phase() != Phase.REPORT
                        && split.phase() != Phase.END);
    }

    boolean isDone(String export, int readers) {
        return held.isWhollyKnown(readers) && isNone(waiting.values(), export) && isNone(held.splits(), export);
    }

    private static boolean isNone(Collection<ExportSplit> splits, String export) {
        return splits.stream().noneMatch(split -> split.export().equals(export) && split.phase() != Phase.REPORT);
    }

    List<ExportSplit> waiting() {
        return new ArrayList<>(waiting.values());
    }

    List<ExportSplit> held() {
        return new ArrayList<>(held.splits());
    }

    /** How many there ever were. */
    int count() {
        return count;
    }

    /** How many files are not handed on yet. */
    long filesLeft() {
        return filesOf(waiting.values()) + filesOf(held.splits());
    }

    private static long filesOf(Collection<ExportSplit> splits) {
        return splits.stream().filter(split -> split.phase().isOfFile()).count();
    }
}
