package io.tributary.change;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** How two shapes of one table become one: which types hold which others, and in which order and spelling columns stand. */
final class SchemaMerge {

    private SchemaMerge() {}

    /** As {@link Schema#merge} says. */
    static Schema of(Schema ours, Schema theirs) throws SchemaConflictException {
        if (ours.equals(theirs)) {
            return ours;
        }
        String table = ours.table();
        if (!table.equals(theirs.table())) {
            throw new IllegalArgumentException("Cannot merge the schemas of " + table + " and " + theirs.table());
        }
        if (ours.relation() > 0 || theirs.relation() > 0) {
            return Long.compareUnsigned(ours.revision(), theirs.revision()) > 0
                    ? followed(ours, theirs)
                    : followed(theirs, ours);
        }
        if (!ours.keyNames().equals(theirs.keyNames())) {
            throw new SchemaConflictException("The key of table " + table + " was " + ours.keyNames() + " and is now "
                    + theirs.keyNames() + "; a key cannot change while the table's state is kept");
        }
        List<Column> merged = new ArrayList<>(ours.columns());
        for (Column column : theirs.columns()) {
            int index = ours.indexOf(column.name());
            if (index < 0) {
                merged.add(column.typed(column.type().copy(true)));
            } else {
                merged.set(index, union(table, ours.columns().get(index), column));
            }
        }
        if (ours.isInferred() || theirs.isInferred()) {
            return ordered(ours, merged);
        }
        return merged.equals(ours.columns()) ? ours : new Schema(table, merged, ours.key());
    }

    /** What was dropped since stays out, and a type that cannot hold the earlier one takes its place. */
    private static Schema followed(Schema newer, Schema older) {
        List<Column> merged = new ArrayList<>();
        for (Column column : newer.columns()) {
            int index = older.indexOf(column, newer);
            Column union = index < 0 ? null : column.merged(older.columns().get(index));
            merged.add(
                    union == null
                            ? column
                            : union.typed(union.type().copy(column.type().isNullable())));
        }
        return merged.equals(newer.columns())
                ? newer
                : new Schema(newer.table(), merged, newer.key(), newer.relation(), newer.revision());
    }

    private static Column union(String table, Column ours, Column theirs) throws SchemaConflictException {
        Column union = ours.merged(theirs);
        if (union == null) {
            throw new SchemaConflictException("Column " + ours.name() + " of table " + table + " was " + typeOf(ours)
                    + " and is now " + typeOf(theirs) + ", which cannot hold its earlier values");
        }
        return union;
    }

    private static Schema ordered(Schema ours, List<Column> merged) {
        List<String> keyNames = ours.keyNames();
        List<Column> ordered = new ArrayList<>(merged);
        ordered.sort(Comparator.comparingInt((Column column) -> place(keyNames, column))
                .thenComparing(Column::name));
        return ordered.equals(ours.columns()) ? ours : Schema.of(ours.table(), ordered, keyNames);
    }

    private static int place(List<String> keyNames, Column column) {
        int place = keyNames.indexOf(column.name());
        return place < 0 ? keyNames.size() : place;
    }

    /** As {@link Schema#checkHolds} says. */
    static void checkHolds(Schema declaration, Schema before) throws SchemaConflictException {
        Schema both = of(before, declaration);
        for (Column declared : declaration.columns()) {
            Column needed = both.columns().get(both.indexOf(declared.name()));
            boolean isSame =
                    declared.type().copy(true).equals(needed.type().copy(true)) && declared.isJson() == needed.isJson();
            if (!declared.isInferred() && !isSame) {
                String type = needed.type().copy(true).asSummaryString();
                throw new SchemaConflictException("Column " + declared.name() + " of table " + declaration.table()
                        + " is declared as " + typeOf(declared) + ", and what came before needs " + type
                        + ": declare it as " + type
                        + (needed.isInferred() && !type.equals("STRING")
                                ? ", or as STRING, which holds every value"
                                : ""));
            }
        }
    }

    private static String typeOf(Column column) {
        return column.type().asSummaryString()
                + (column.isJson() ? " (JSON)" : "")
                + (column.isHashed() ? " (hashed)" : "");
    }

    /** As {@link Schema#spelledAs} says. */
    static Schema spelledAs(Schema schema, Schema other) {
        Map<String, String> spellings = new HashMap<>();
        other.columns().forEach(column -> spellings.putIfAbsent(lower(column.name()), column.name()));
        Set<String> taken = schema.columns().stream().map(Column::name).collect(Collectors.toCollection(HashSet::new));
        List<Column> spelled = new ArrayList<>();
        Map<String, String> renamed = new HashMap<>();
        for (Column column : schema.columns()) {
            String name = spellings.getOrDefault(lower(column.name()), column.name());
            boolean stays = other.indexOf(column.name()) >= 0 || !taken.add(name);
            spelled.add(stays ? column : column.named(name));
            renamed.put(column.name(), stays ? column.name() : name);
        }
        if (spelled.equals(schema.columns())) {
            return schema;
        }
        Schema named = Schema.of(
                schema.table(),
                spelled,
                schema.keyNames().stream().map(renamed::get).collect(Collectors.toList()));
        return schema.relation() > 0 ? named.ofRelation(schema.relation(), schema.revision()) : named;
    }

    private static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    /** As {@link Schema#replacedColumns} says. */
    static Set<String> replacedColumns(Schema now, Schema earlier) {
        if (now.fingerprint() == earlier.fingerprint()) {
            return Set.of();
        }
        return earlier.columns().stream()
                .filter(before -> {
                    int index = now.indexOf(before.name());
                    return index >= 0
                            && !Widening.holds(now.columns().get(index).type(), before.type());
                })
                .map(Column::name)
                .collect(Collectors.toSet());
    }
}
