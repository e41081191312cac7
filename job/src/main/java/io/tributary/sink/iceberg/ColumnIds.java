package io.tributary.sink.iceberg;

import io.tributary.change.Column;
import io.tributary.change.Schema;
import java.util.Collection;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * Which of a table's fields have the values of which columns of a {@link Schema#relation() relation}, by the columns' numbers,
 * and by which fields its rows are found.
 *
 * <p>A table says so of the newest revision whose rows it has, in the property {@link #PROPERTY}; the names of its fields are
 * those of that revision. Columns that were dropped since are in it, too, so that late rows find their fields.
 */
final class ColumnIds {

    static final String PROPERTY = "tributary.columns";

    private final long relation;
    private final long revision;
    private final SortedMap<Integer, Integer> ids;
    private final SortedSet<Integer> key;

    private ColumnIds(long relation, long revision, SortedMap<Integer, Integer> ids, SortedSet<Integer> key) {
        this.relation = relation;
        this.revision = revision;
        this.ids = ids;
        this.key = key;
    }

    static ColumnIds of(Schema rows, SortedMap<Integer, Integer> ids, Collection<Integer> key) {
        return new ColumnIds(rows.relation(), rows.revision(), new TreeMap<>(ids), new TreeSet<>(key));
    }

    /** By the names of the fields, for a table that does not say yet. */
    static ColumnIds byName(Schema rows, org.apache.iceberg.Schema fields) {
        SortedMap<Integer, Integer> ids = new TreeMap<>();
        SortedSet<Integer> key = new TreeSet<>();
        for (Column column : rows.columns()) {
            Types.NestedField field = fields.asStruct().field(column.name());
            if (field != null) {
                ids.put(column.number(), field.fieldId());
                if (rows.keyNames().contains(column.name())) {
                    key.add(field.fieldId());
                }
            }
        }
        return new ColumnIds(rows.relation(), rows.revision(), ids, key);
    }

    /** What the table says; null if it says nothing. */
    static @Nullable ColumnIds of(Table table) {
        String text = table.properties().get(PROPERTY);
        return text == null ? null : parse(text);
    }

    boolean isOf(long otherRelation) {
        return relation == otherRelation;
    }

    long relation() {
        return relation;
    }

    long revision() {
        return revision;
    }

    /** The field ids by the columns' numbers. */
    SortedMap<Integer, Integer> ids() {
        return ids;
    }

    /** Ids of fields. */
    SortedSet<Integer> key() {
        return key;
    }

    /** The number of the column with this field, or 0. */
    int number(int id) {
        return ids.entrySet().stream()
                .filter(column -> column.getValue() == id)
                .mapToInt(column -> column.getKey())
                .findFirst()
                .orElse(0);
    }

    /** Whether a table that says the other has to change before it has rows of this one. */
    boolean changes(@Nullable ColumnIds other) {
        if (other == null) {
            return true;
        }
        int order = Long.compareUnsigned(revision, other.revision);
        return order > 0 || (order == 0 && !other.ids.entrySet().containsAll(ids.entrySet()));
    }

    /** These, and the columns of the earlier ones that were dropped. */
    ColumnIds over(@Nullable ColumnIds earlier) {
        SortedMap<Integer, Integer> all = new TreeMap<>();
        if (earlier != null && earlier.relation == relation) {
            all.putAll(earlier.ids);
        }
        all.putAll(ids);
        return new ColumnIds(relation, revision, all, key);
    }

    /** Such as {@code relation=16385; revision=2; key=1; fields=1:1,2:3}. */
    String toText() {
        return "relation=" + relation + "; revision=" + Long.toUnsignedString(revision) + "; key="
                + key.stream().map(String::valueOf).collect(Collectors.joining(",")) + "; fields="
                + ids.entrySet().stream()
                        .map(column -> column.getKey() + ":" + column.getValue())
                        .collect(Collectors.joining(","));
    }

    /** The inverse of {@link #toText}. */
    static ColumnIds parse(String text) {
        SortedMap<String, String> parts = new TreeMap<>();
        for (String part : text.split("; *")) {
            parts.put(part.substring(0, part.indexOf('=')), part.substring(part.indexOf('=') + 1));
        }
        if (!parts.keySet().equals(Set.of("relation", "revision", "key", "fields"))) {
            throw new IllegalArgumentException("The table's property " + PROPERTY + " is not understood: " + text);
        }
        SortedMap<Integer, Integer> ids = new TreeMap<>();
        for (String column : list(parts, "fields")) {
            int colon = column.indexOf(':');
            ids.put(Integer.valueOf(column.substring(0, colon)), Integer.valueOf(column.substring(colon + 1)));
        }
        SortedSet<Integer> key = new TreeSet<>();
        for (String id : list(parts, "key")) {
            key.add(Integer.valueOf(id));
        }
        return new ColumnIds(
                Long.parseLong(parts.getOrDefault("relation", "")),
                Long.parseUnsignedLong(parts.getOrDefault("revision", "")),
                ids,
                key);
    }

    private static String[] list(SortedMap<String, String> parts, String name) {
        String text = parts.getOrDefault(name, "");
        return text.isEmpty() ? new String[0] : text.split(",");
    }

    @Override
    public String toString() {
        return toText();
    }
}
