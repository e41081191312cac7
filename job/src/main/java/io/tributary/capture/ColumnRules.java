package io.tributary.capture;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.tributary.settings.NamedKey;
import io.tributary.settings.Suggestions;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Which columns of a table are left out, and which are hashed, by their names as the source has them. Immutable. */
public final class ColumnRules implements Serializable {

    private static final long serialVersionUID = 1L;

    /** All columns are taken as they are. */
    public static final ColumnRules NONE = new ColumnRules(Set.of(), null, Set.of(), null);

    private static final String OF_KEY =
            ", which is of the table's key: rows are found by it, so it cannot be left out. ";

    private final TreeSet<String> excluded;
    private final @Nullable TreeSet<String> included;
    private final TreeSet<String> hashed;
    private final @Nullable HashKey key;

    /**
     * @param included all others are left out; null if there is no such list
     * @param key null if none is hashed
     */
    ColumnRules(Set<String> excluded, @Nullable Set<String> included, Set<String> hashed, @Nullable HashKey key) {
        this.excluded = new TreeSet<>(excluded);
        this.included = included == null ? null : new TreeSet<>(included);
        this.hashed = new TreeSet<>(hashed);
        this.key = key;
    }

    public boolean isAny() {
        return !excluded.isEmpty() || included != null || !hashed.isEmpty();
    }

    public Treatment of(String column) {
        if (hashed.contains(column)) {
            return Treatment.HASHED;
        }
        boolean isIncluded = included == null || included.contains(column);
        return isIncluded && !excluded.contains(column) ? Treatment.KEPT : Treatment.LEFT_OUT;
    }

    /** Of a column that is called so now and was treated so under another name: less of it comes through, if not the same. */
    public Treatment of(String column, Treatment before) {
        boolean wasIncluded = before == Treatment.KEPT && included != null && !hashed.contains(column);
        return wasIncluded ? before : before.stricter(of(column));
    }

    /** Of those whose values are to be kept from others, the ones that are none of these columns. */
    public List<String> unfound(Collection<String> columns) {
        List<String> unfound = new ArrayList<>(excluded);
        unfound.addAll(hashed);
        unfound.removeAll(columns);
        return unfound;
    }

    /** The names of those that are hashed. */
    public Set<String> hashed() {
        return Collections.unmodifiableSet(hashed);
    }

    /**
     * Of a column that is made of a part of another one's values, as a flattened map is. What is said of the whole holds for its
     * parts.
     */
    public Treatment ofPart(String part, String whole) {
        if (hashed.contains(part)) {
            return Treatment.HASHED;
        }
        boolean isIncluded = included == null || included.contains(whole) || included.contains(part);
        return isIncluded && !excluded.contains(whole) && !excluded.contains(part)
                ? Treatment.KEPT
                : Treatment.LEFT_OUT;
    }

    public boolean isHashing() {
        return !hashed.isEmpty();
    }

    /** For one thread. */
    public KeyedHash hash() {
        return requireNonNull(key, "No column is hashed").open();
    }

    /** By which they are told from other rules, and hashes from those by another key; 0 if there are none. */
    public long fingerprint() {
        return isAny() ? fingerprint(excluded + "-" + included + "-" + hashed + "-" + keyFingerprint()) : 0;
    }

    /** Of the key by which columns are hashed; 0 if none is. */
    public long keyFingerprint() {
        return key == null ? 0 : key.fingerprint();
    }

    private static long fingerprint(String text) {
        try {
            return ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)))
                    .getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }

    /**
     * What is wrong with them for a table that has these columns.
     *
     * @param alias the table's name in the pipeline
     * @param table as people write it
     */
    public List<String> problems(String alias, String table, Collection<String> columns, Collection<String> tableKey) {
        List<String> problems = problems(alias, tableKey);
        addUnknown(excluded, NamedKey.ofTable(alias, ColumnSettings.EXCLUDED), table, columns, problems);
        addUnknown(included, NamedKey.ofTable(alias, ColumnSettings.INCLUDED), table, columns, problems);
        addUnknown(hashed, NamedKey.ofTable(alias, ColumnSettings.HASHED), table, columns, problems);
        return problems;
    }

    /** The same for a table whose columns are not known before they come. */
    public List<String> problems(String alias, Collection<String> tableKey) {
        List<String> problems = new ArrayList<>();
        String hash = NamedKey.ofTable(alias, ColumnSettings.HASHED);
        for (String column : tableKey) {
            if (excluded.contains(column)) {
                problems.add(NamedKey.ofTable(alias, ColumnSettings.EXCLUDED) + " names " + column + OF_KEY
                        + "Take it out, or name it in " + hash + " instead");
            } else if (of(column) == Treatment.LEFT_OUT) {
                problems.add(NamedKey.ofTable(alias, ColumnSettings.INCLUDED) + " does not name " + column + OF_KEY
                        + "Name it there, and in " + hash + " if its values are to be hashed");
            }
        }
        return problems;
    }

    private static void addUnknown(
            @Nullable Collection<String> names,
            String setting,
            String table,
            Collection<String> columns,
            List<String> problems) {
        if (names == null) {
            return;
        }
        for (String name : names) {
            if (!columns.contains(name)) {
                problems.add(setting + ": table " + table + " has no column " + name + Suggestions.near(name, columns));
            }
        }
    }

    /** For people; without the key. */
    @Override
    public String toString() {
        return (included == null ? "" : "include " + included + " ") + "exclude " + excluded + " hash " + hashed;
    }
}
