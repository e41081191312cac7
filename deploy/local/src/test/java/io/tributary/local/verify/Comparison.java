package io.tributary.local.verify;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The rows that one table ought to have, by key, and the comparison of a system's rows with them.
 *
 * <p>Long values are kept as their beginning and a hash, so that the memory it needs goes by the number of values.
 */
final class Comparison {

    /** What one system's table shows against the source. */
    record Outcome(long rows, long missing, long extra, long different, long duplicates, List<String> examples) {

        static Outcome failure(String sentence) {
            return new Outcome(0, 0, 0, 0, 0, List.of(sentence));
        }

        boolean isClean() {
            return missing == 0 && extra == 0 && different == 0 && duplicates == 0 && examples.isEmpty();
        }
    }

    /** Takes rows one by one; the values stand in the order of the columns. */
    public interface Rows {
        void next(@Nullable String[] values) throws Exception;
    }

    /** Reads all rows of a table. */
    interface Reader {
        void read(Rows rows) throws Exception;
    }

    private static final int EXAMPLES = 5;
    private static final int LONG = 80;
    private static final int BEGINNING = 24;

    private final List<String> columns;
    private final int[] key;
    private final Map<List<String>, @Nullable String[]> expected = new HashMap<>();

    private Comparison(List<String> columns, int[] key) {
        this.columns = columns;
        this.key = key;
    }

    static Comparison of(List<String> columns, List<String> key, Reader source) throws Exception {
        Comparison comparison =
                new Comparison(columns, key.stream().mapToInt(columns::indexOf).toArray());
        source.read(values -> {
            if (comparison.expected.put(comparison.keyOf(values), brief(values)) != null) {
                throw new IllegalStateException(
                        "The source has two rows with the key " + comparison.name(comparison.keyOf(values)));
            }
        });
        return comparison;
    }

    long size() {
        return expected.size();
    }

    Outcome with(Reader reader) throws Exception {
        Findings findings = new Findings();
        reader.read(findings);
        return findings.outcome();
    }

    private final class Findings implements Rows {
        private final Set<List<String>> seen = new HashSet<>();
        private final List<String> examples = new ArrayList<>();
        private long rows;
        private long extra;
        private long different;
        private long duplicates;

        @Override
        public void next(@Nullable String[] values) {
            rows++;
            List<String> rowKey = keyOf(values);
            @Nullable String[] wanted = expected.get(rowKey);
            if (!seen.add(rowKey)) {
                duplicates++;
                example(rowKey, "is there more than once");
                return;
            }
            if (wanted == null) {
                extra++;
                example(rowKey, "is not in the source");
                return;
            }
            List<String> differences = differences(wanted, brief(values));
            if (!differences.isEmpty()) {
                different++;
                example(rowKey, String.join("; ", differences));
            }
        }

        private void example(List<String> rowKey, String sentence) {
            if (examples.size() < EXAMPLES) {
                examples.add(name(rowKey) + " " + sentence);
            }
        }

        Outcome outcome() {
            long missing = 0;
            for (List<String> rowKey : expected.keySet()) {
                if (!seen.contains(rowKey)) {
                    missing++;
                    example(rowKey, "is missing");
                }
            }
            return new Outcome(rows, missing, extra, different, duplicates, examples);
        }
    }

    private List<String> differences(@Nullable String[] wanted, @Nullable String[] found) {
        List<String> differences = new ArrayList<>();
        for (int i = 0; i < wanted.length; i++) {
            if (!Objects.equals(wanted[i], found[i])) {
                differences.add(columns.get(i) + " is " + show(found[i]) + " and ought to be " + show(wanted[i]));
            }
        }
        return differences;
    }

    private List<String> keyOf(@Nullable String[] values) {
        return Arrays.stream(key).mapToObj(i -> String.valueOf(values[i])).toList();
    }

    private String name(List<String> rowKey) {
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < key.length; i++) {
            parts.add(columns.get(key[i]) + "=" + rowKey.get(i));
        }
        return String.join(" ", parts);
    }

    private static String show(@Nullable String value) {
        return value == null ? "NULL" : "'" + value + "'";
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
