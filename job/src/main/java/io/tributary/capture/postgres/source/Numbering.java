package io.tributary.capture.postgres.source;

import io.tributary.capture.postgres.value.Attribute;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which columns the log tells of when it is between two states of a table that the catalog was seen in, several ALTER TABLEs
 * apart.
 *
 * <p>The log has columns in the order of their numbers. One that is in both states was there in between; one that is in the older
 * or the newer state alone may have been. What tells them apart are types and names.
 */
final class Numbering {

    private final List<Attribute> told;
    private final List<Candidate> candidates;
    private int @Nullable [] best;
    private int bestScore = -1;
    private boolean isAmbiguous;

    private Numbering(List<Attribute> told, List<Candidate> candidates) {
        this.told = told;
        this.candidates = candidates;
    }

    private static final class Candidate {
        private final @Nullable ColumnState older;
        private final @Nullable ColumnState newer;

        private Candidate(@Nullable ColumnState older, @Nullable ColumnState newer) {
            this.older = older;
            this.newer = newer;
        }

        private boolean isSure() {
            return older != null && newer != null;
        }

        /** Its type may have been altered twice. */
        private boolean mayBe(Attribute attribute) {
            return hasType(attribute) || hasName(attribute);
        }

        private int likeness(Attribute attribute) {
            return (hasName(attribute) ? 2 : 0) + (hasType(attribute) ? 1 : 0);
        }

        private boolean hasType(Attribute attribute) {
            return (older != null && older.hasTypeOf(attribute)) || (newer != null && newer.hasTypeOf(attribute));
        }

        private boolean hasName(Attribute attribute) {
            return (older != null && older.name().equals(attribute.name()))
                    || (newer != null && newer.name().equals(attribute.name()));
        }
    }

    /** The numbers of the columns, in their order; null if it cannot be told which they are. */
    static int @Nullable [] of(List<Attribute> told, TableState older, TableState newer) {
        Map<Integer, Candidate> candidates = new TreeMap<>();
        older.columns().forEach(column -> candidates.put(column.number(), new Candidate(column, null)));
        for (ColumnState column : newer.columns()) {
            Candidate known = candidates.get(column.number());
            candidates.put(column.number(), new Candidate(known == null ? null : known.older, column));
        }
        List<Integer> numbers = new ArrayList<>(candidates.keySet());
        Numbering numbering = new Numbering(told, new ArrayList<>(candidates.values()));
        numbering.assign(0, 0, 0, new int[told.size()]);
        int[] best = numbering.best;
        if (best == null || numbering.isAmbiguous) {
            return null;
        }
        int[] found = new int[best.length];
        for (int i = 0; i < best.length; i++) {
            found[i] = numbers.get(best[i]);
        }
        return found;
    }

    private void assign(int next, int candidate, int score, int[] chosen) {
        int left = told.size() - next;
        if (left > candidates.size() - candidate) {
            return;
        }
        if (candidate == candidates.size()) {
            keep(score, chosen);
            return;
        }
        Candidate offered = candidates.get(candidate);
        if (left > 0 && offered.mayBe(told.get(next))) {
            chosen[next] = candidate;
            assign(next + 1, candidate + 1, score + offered.likeness(told.get(next)), chosen);
        }
        if (!offered.isSure()) {
            assign(next, candidate + 1, score, chosen);
        }
    }

    private void keep(int score, int[] chosen) {
        if (score > bestScore) {
            best = chosen.clone();
            bestScore = score;
            isAmbiguous = false;
        } else if (score == bestScore) {
            isAmbiguous = true;
        }
    }
}
