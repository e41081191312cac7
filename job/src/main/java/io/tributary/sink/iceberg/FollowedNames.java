package io.tributary.sink.iceberg;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.UpdateSchema;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * What a table's columns are called once it has rows of a revision: the names of that revision, all in one change, so that
 * names can go round. A column that is in the way keeps its values as {@code x__dropped}, or as {@code x__int} if one of another
 * type takes its place.
 */
final class FollowedNames {

    private final Schema before;
    private final ColumnIds ids;
    private final @Nullable ColumnIds known;
    /** By id, all that get another name. */
    private final SortedMap<Integer, String> renamed = new TreeMap<>();
    /** By id, what is written beside names that change. */
    private final Map<Integer, String> docs = new HashMap<>();

    private FollowedNames(Table table, ColumnIds ids, SortedMap<Integer, String> names) {
        this.before = table.schema();
        this.ids = ids;
        this.known = ColumnIds.of(table);
        SortedMap<Integer, String> targets = new TreeMap<>();
        Set<String> taken = new HashSet<>();
        ids.ids().forEach((number, id) -> {
            String name = names.get(number);
            if (name != null) {
                String possible = possible(table, id, name, taken);
                targets.put(id, possible);
                taken.add(lower(possible));
            }
        });
        before.columns().stream()
                .filter(field -> !targets.containsKey(field.fieldId()) && !taken.contains(lower(field.name())))
                .filter(field -> replacedBy(field.fieldId(), targets) == null)
                .forEach(field -> taken.add(lower(field.name())));
        for (Types.NestedField field : before.columns()) {
            String target = targets.get(field.fieldId());
            if (target == null) {
                String replaced = replacedBy(field.fieldId(), targets);
                if (replaced != null || targets.containsValue(field.name())) {
                    moveAway(field, replaced, taken);
                }
                continue;
            }
            if (!target.equals(field.name())) {
                renamed.put(field.fieldId(), target);
            }
            int number = ids.number(field.fieldId());
            if (FollowedColumns.comment(ids.relation(), number).equals(field.doc())) {
                docs.put(field.fieldId(), null);
            }
        }
    }

    /** Iceberg refuses a name that a partition has whose source is another column: then the name is numbered. */
    private static String possible(Table table, int id, String name, Set<String> taken) {
        String possible = name;
        for (int i = 2; isOfPartition(table, id, possible) || (i > 2 && taken.contains(lower(possible))); i++) {
            possible = name + "_" + i;
        }
        return possible;
    }

    private static boolean isOfPartition(Table table, int id, String name) {
        return table.specs().values().stream()
                .flatMap(spec -> spec.fields().stream())
                .anyMatch(partition -> partition.name().equals(name) && partition.sourceId() != id);
    }

    /** In the transaction, unless the table has rows of that revision, or of a newer one. */
    static void apply(Transaction transaction, ColumnIds ids, SortedMap<Integer, String> names) {
        Table table = transaction.table();
        if (!ids.changes(ColumnIds.of(table))) {
            return;
        }
        FollowedNames followed = new FollowedNames(table, ids, names);
        // Also where no name changes: nothing that somebody else does to the columns may come in between.
        followed.update(transaction.updateSchema()).commit();
        transaction
                .updateProperties()
                .set(ColumnIds.PROPERTY, ids.over(followed.known).toText())
                .commit();
    }

    /** A table from before, or of somebody else: its fields are taken by their names, once. */
    static void adopt(Table table, io.tributary.change.Schema rows) {
        say(table, ColumnIds.PROPERTY, ColumnIds.byName(rows, table.schema()));
    }

    /** Unless somebody else changes the columns, or says what they are, at the same time. */
    static void say(Table table, String property, ColumnIds columns) {
        Transaction transaction = table.newTransaction();
        // Changes nothing, and makes all of it fail where somebody else was faster.
        transaction.updateSchema().commit();
        transaction.updateProperties().set(property, columns.toText()).commit();
        try {
            transaction.commitTransaction();
        } catch (CommitFailedException e) {
            // Then the table says it now, or the next look at it tries again.
        }
        table.refresh();
    }

    /** The columns that a table would rename for rows of this shape, by their names: what they would be called. */
    static SortedMap<String, String> renamed(Table table, TableShape shape) {
        ColumnIds ids = shape.ids();
        SortedMap<String, String> renamed = new TreeMap<>();
        if (ids != null && ids.changes(ColumnIds.of(table))) {
            FollowedNames followed = new FollowedNames(table, ids, shape.names());
            followed.renamed.forEach((id, name) -> renamed.put(followed.before.findColumnName(id), name));
        }
        return renamed;
    }

    private UpdateSchema update(UpdateSchema update) {
        for (Types.NestedField field : before.columns()) {
            if (docs.containsKey(field.fieldId())) {
                update.updateColumnDoc(field.name(), docs.get(field.fieldId()));
            }
            if (field.isRequired() && !ids.key().contains(field.fieldId())) {
                update.makeColumnOptional(field.name());
            }
        }
        renamed.forEach((id, name) -> update.renameColumn(before.findColumnName(id), name));
        return update.setIdentifierFields(identifiers());
    }

    /** Iceberg has only columns that were required from the start as these. A table whose key has others has none. */
    private Set<String> identifiers() {
        boolean canBe =
                ids.key().stream().map(before::findField).allMatch(field -> field != null && field.isRequired());
        return canBe
                ? ids.key().stream()
                        .map(id -> renamed.getOrDefault(id, before.findColumnName(id)))
                        .collect(Collectors.toSet())
                : Set.of();
    }

    /** The name of the column that takes the field's place as its type is another, or null. */
    private @Nullable String replacedBy(int id, SortedMap<Integer, String> targets) {
        if (targets.containsKey(id)) {
            return null;
        }
        if (known == null || !known.isOf(ids.relation())) {
            String name = before.findColumnName(id);
            return targets.containsValue(name) ? name : null;
        }
        Integer now = ids.ids().get(known.number(id));
        return now == null ? null : targets.get(now);
    }

    private void moveAway(Types.NestedField field, @Nullable String replaced, Set<String> taken) {
        String base =
                replaced == null ? field.name() + "__dropped" : replaced + "__" + ReplacedColumn.typeName(field.type());
        String name = base;
        for (int i = 2; taken.contains(lower(name)); i++) {
            name = base + "_" + i;
        }
        taken.add(lower(name));
        renamed.put(field.fieldId(), name);
        docs.put(
                field.fieldId(),
                replaced == null
                        ? "Column " + field.name() + " from before it was dropped"
                        : "Values of column " + replaced + " from when it was " + field.type());
    }

    private static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
    }
}
