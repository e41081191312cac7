package io.tributary.command.verify;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Compares one output's rows in its source with those in the targets, while all of them may change.
 *
 * <p>First by checksums of key ranges. What differs is looked into row by row, in portions: the source's rows, then the targets' as
 * they are when they have what the source had, then the source's again. A row that was the same before and after is what the
 * targets have to have; what changed meanwhile is looked at again.
 */
final class Comparison {

    /** How many rows of each system are in memory at a time. */
    private static final long PORTION = 100_000;

    private static final int ROUNDS = 5;
    private static final Duration PAUSE = Duration.ofSeconds(2);
    private static final int LONG = 80;
    private static final int BEGINNING = 24;

    private final String output;
    private final RowForm form;
    private final Source source;
    private final List<Target> targets;
    private final Limits limits;
    private final Set<String> notes = new LinkedHashSet<>();
    private final List<Difference> differences = new ArrayList<>();
    private long changing;

    /** Where the output comes from. */
    interface Source {

        /** What the work reads of the side is of one moment. */
        <T> T atOneMoment(SourceDatabase.Work<T> work) throws Exception;

        Side side();

        /** Until the targets have what the last moment showed; a sentence if that is not known. */
        @Nullable
        String await(Duration patience) throws Exception;

        /** Whether a target may still get what it lacks. */
        boolean isRead() throws Exception;
    }

    /**
     * @param keys how many differing keys are looked for at most
     * @param patience how long the targets are waited for
     */
    record Limits(int keys, Duration patience) {}

    Comparison(String output, RowForm form, Source source, List<Target> targets, Limits limits) {
        this.output = output;
        this.form = form;
        this.source = source;
        this.targets = targets;
        this.limits = limits;
    }

    Outcome run() throws Exception {
        Instant start = Instant.now();
        List<String> failures = new ArrayList<>();
        Map<String, Long> rows = new LinkedHashMap<>();
        Checksums expected = source.atOneMoment(() -> Checksums.of(form, source.side()));
        rows.put(Difference.SOURCE, expected.count());
        await();
        Ranges suspect = new Ranges(form);
        List<Checksums> all = new ArrayList<>(List.of(expected));
        for (Target target : targets) {
            if (target.side() == null) {
                failures.add(target.failure());
            } else {
                Checksums found = Checksums.of(form, target.side());
                rows.put(target.name(), found.count());
                suspect.addAll(expected.differing(found));
                all.add(found);
            }
        }
        while (!suspect.isEmpty() && differences.size() < limits.keys) {
            Ranges portion = suspect.first(PORTION, all.toArray(new Checksums[0]));
            settle(portion);
            suspect.removeAll(portion);
        }
        List<Difference> shown = List.copyOf(differences.subList(0, Math.min(limits.keys, differences.size())));
        if (shown.size() < differences.size()) {
            notes.add((differences.size() - shown.size()) + " more keys differ among those that were looked into");
        }
        return new Outcome(
                output,
                rows,
                failures,
                shown,
                suspect.count(),
                changing,
                List.copyOf(notes),
                Duration.between(start, Instant.now()).toMillis());
    }

    private void await() throws Exception {
        String doubt = source.await(limits.patience);
        if (doubt != null) {
            notes.add(doubt);
        }
    }

    private void settle(Ranges ranges) throws Exception {
        Instant end = Instant.now().plus(limits.patience);
        for (int round = 1; ; round++) {
            Round found = new Round(ranges);
            boolean isOver = found.unsettled == 0 && found.wrong.isEmpty();
            boolean isSure = found.unsettled == 0 && !found.isLate && round > 1;
            boolean mayChange = source.isRead() && Instant.now().isBefore(end) && (found.isLate || round < ROUNDS);
            if (isOver || isSure || !mayChange) {
                differences.addAll(found.wrong);
                changing += found.unsettled;
                return;
            }
            Thread.sleep(PAUSE.toMillis());
        }
    }

    /** One look at all rows of some ranges, everywhere. */
    private final class Round {
        private final List<Difference> wrong = new ArrayList<>();
        private long unsettled;
        private boolean isLate;

        Round(Ranges ranges) throws Exception {
            Found before = source.atOneMoment(() -> Found.of(form, source.side(), ranges));
            await();
            Map<Target, Found> found = new LinkedHashMap<>();
            Set<List<String>> keys = new LinkedHashSet<>(before.rows.keySet());
            for (Target target : targets) {
                if (target.side() != null) {
                    Found of = Found.of(form, target.side(), ranges);
                    found.put(target, of);
                    keys.addAll(of.rows.keySet());
                }
            }
            Found after = source.isRead() ? source.atOneMoment(() -> Found.of(form, source.side(), ranges)) : before;
            for (List<String> key : keys) {
                look(key, before, after, found);
            }
        }

        private void look(List<String> key, Found before, Found after, Map<Target, Found> found) {
            @Nullable String[] expected = before.rows.get(key);
            boolean isStable = Arrays.equals(expected, after.rows.get(key));
            Map<String, String> faults = new LinkedHashMap<>();
            Map<String, List<@Nullable String>> rows = new LinkedHashMap<>();
            rows.put(Difference.SOURCE, list(expected));
            boolean hasLate = false;
            for (Map.Entry<Target, Found> target : found.entrySet()) {
                @Nullable String[] row = target.getValue().rows.get(key);
                rows.put(target.getKey().name(), list(row));
                String fault = target.getValue().twice.contains(key) ? Difference.TWICE : fault(expected, row);
                if (!fault.isEmpty()) {
                    faults.put(target.getKey().name(), fault);
                    hasLate |= target.getKey().isLate();
                }
            }
            if (faults.isEmpty()) {
                return;
            }
            if (isStable) {
                wrong.add(new Difference(form.nameOf(key), form.names(), faults, rows));
                isLate |= hasLate;
            } else {
                unsettled++;
            }
        }

        private String fault(@Nullable String @Nullable [] expected, @Nullable String @Nullable [] row) {
            if (expected == null) {
                return row == null ? "" : Difference.SURPLUS;
            }
            if (row == null) {
                return Difference.MISSING;
            }
            List<String> columns = new ArrayList<>();
            for (int i = 0; i < row.length; i++) {
                if (!java.util.Objects.equals(expected[i], row[i])) {
                    columns.add(form.columns().get(i).name());
                }
            }
            return columns.isEmpty() ? "" : "it differs in " + String.join(", ", columns);
        }

        @SuppressWarnings("NullAway") // An absent row is an absent value of the map.
        private static List<@Nullable String> list(@Nullable String @Nullable [] row) {
            return row == null ? null : Arrays.asList(row);
        }
    }

    /** Rows of one system by their keys, long values as their beginning and a hash. */
    private record Found(Map<List<String>, @Nullable String[]> rows, Set<List<String>> twice) {

        static Found of(RowForm form, Side side, Ranges ranges) throws Exception {
            Found found = new Found(new HashMap<>(), new LinkedHashSet<>());
            side.read(ranges, values -> {
                List<String> key = form.keyOf(values);
                if (found.rows.put(key, brief(values)) != null) {
                    found.twice.add(key);
                }
            });
            return found;
        }

        private static @Nullable String[] brief(@Nullable String[] values) {
            @Nullable String[] brief = new String[values.length];
            for (int i = 0; i < values.length; i++) {
                String value = values[i];
                brief[i] = value == null || value.length() <= LONG ? value : brief(value);
            }
            return brief;
        }

        private static String brief(String value) {
            try {
                byte[] hash = MessageDigest.getInstance("SHA-256").digest(value.getBytes(StandardCharsets.UTF_8));
                return value.substring(0, BEGINNING) + "... (" + value.length() + " characters, SHA-256 "
                        + HexFormat.of().formatHex(hash, 0, 12) + ")";
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("Every Java has SHA-256", e);
            }
        }
    }
}
