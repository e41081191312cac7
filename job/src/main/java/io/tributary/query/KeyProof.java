package io.tributary.query;

import java.lang.reflect.Method;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.flink.table.api.Expressions;
import org.apache.flink.table.api.Table;
import org.apache.flink.table.expressions.Expression;
import org.apache.flink.table.operations.QueryOperation;
import org.jspecify.annotations.Nullable;

/**
 * Whether the planner can prove that the key that a file names tells its rows apart.
 *
 * <p>It is asked in two ways, and each proves what the other does not: which columns of the statement as it is written are
 * unique, and whether DISTINCT on the key would need an aggregate that the key's columns alone do not need. The first goes
 * by reflection, since the planner's classes are in a class loader of their own; without it less is proven.
 */
final class KeyProof {

    private static final String AGGREGATE = "GroupAggregate(";
    private static final String PLAN = "== Optimized Execution Plan ==";

    private KeyProof() {}

    /** What to say of the key, with the place of its first column; null if it is proven. */
    static @Nullable String caution(SqlFile file, Table rows) {
        List<String> key = file.key().stream().map(SqlFile.Word::name).collect(Collectors.toList());
        Set<Set<String>> unique = unique(rows);
        if (unique.stream().anyMatch(key::containsAll) || isDistinct(rows, key)) {
            return null;
        }
        return file.at(file.key().get(0)) + "the planner cannot prove that the key (" + String.join(", ", key)
                + ") tells rows apart; " + known(unique);
    }

    private static String known(Set<Set<String>> unique) {
        return unique.isEmpty()
                ? "it knows of no columns that do"
                : "it knows that "
                        + unique.stream()
                                .map(columns -> "(" + String.join(", ", columns) + ")")
                                .sorted()
                                .collect(Collectors.joining(" and "))
                        + (unique.size() == 1 ? " does" : " do");
    }

    private static boolean isDistinct(Table rows, List<String> key) {
        Expression[] columns = key.stream().map(Expressions::$).toArray(Expression[]::new);
        Table keys = rows.select(columns);
        try {
            return aggregates(keys.distinct()) <= aggregates(keys);
        } catch (RuntimeException | LinkageError | AssertionError e) {
            return false;
        }
    }

    private static int aggregates(Table table) {
        String explained = table.explain();
        String plan = explained.substring(explained.indexOf(PLAN) + PLAN.length());
        int count = 0;
        for (int at = plan.indexOf(AGGREGATE); at >= 0; at = plan.indexOf(AGGREGATE, at + 1)) {
            count++;
        }
        return count;
    }

    /** {@code RelMetadataQuery.getUniqueKeys} of the statement's tree; empty if it cannot be asked. */
    private static Set<Set<String>> unique(Table rows) {
        Set<Set<String>> unique = new HashSet<>();
        try {
            QueryOperation operation = rows.getQueryOperation();
            Object tree = operation.getClass().getMethod("getCalciteTree").invoke(operation);
            Class<?> node = tree.getClass().getClassLoader().loadClass("org.apache.calcite.rel.RelNode");
            Object cluster = node.getMethod("getCluster").invoke(tree);
            Object metadata = cluster.getClass().getMethod("getMetadataQuery").invoke(cluster);
            Method keys = metadata.getClass().getMethod("getUniqueKeys", node);
            Collection<?> found = (Collection<?>) keys.invoke(metadata, tree);
            List<String> names = rows.getResolvedSchema().getColumnNames();
            for (Object columns : found == null ? List.of() : found) {
                Set<String> named = new TreeSet<>();
                for (Object column : (Iterable<?>) columns) {
                    named.add(names.get((Integer) column));
                }
                unique.add(named);
            }
        } catch (ReflectiveOperationException | RuntimeException | LinkageError | AssertionError e) {
            return Set.of();
        }
        return unique;
    }
}
