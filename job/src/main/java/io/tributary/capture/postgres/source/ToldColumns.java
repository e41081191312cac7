package io.tributary.capture.postgres.source;

import io.tributary.capture.postgres.PostgresTable;
import io.tributary.capture.postgres.row.TableColumns;
import io.tributary.capture.postgres.value.Attribute;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which columns of a table, by their numbers, those are that the log tells of by their names. */
final class ToldColumns {

    private ToldColumns() {}

    /**
     * Those of the state that has just these columns, or of one between two states that are known; else by their names alone. Null
     * if it cannot be told.
     */
    static @Nullable TableColumns numbered(
            PostgresTable table, long relation, List<Attribute> attributes, Tables tables) {
        KnownColumns treated = tables.treated(table, relation);
        List<TableState> states = tables.states(table.toString());
        for (TableState state : states) {
            if (state.is(relation, attributes)) {
                int[] numbers =
                        state.columns().stream().mapToInt(ColumnState::number).toArray();
                return columns(table, attributes, treated, numbers, relation, state.revision(), state.known());
            }
        }
        for (int i = 0; i + 1 < states.size(); i++) {
            TableState newer = states.get(i);
            TableState older = states.get(i + 1);
            int[] numbers = newer.relation() == relation && older.relation() == relation
                    ? Numbering.of(attributes, older, newer)
                    : null;
            if (numbers != null) {
                long between = Math.max(older.revision(), newer.revision() - 1);
                return columns(table, attributes, treated, numbers, relation, between, newer.known());
            }
        }
        // A name alone does not say that the column is not one to be left out.
        int[] named = table.rules().isAny() ? null : named(attributes, relation, states);
        if (named == null) {
            return null;
        }
        TableState newest = states.get(0);
        return columns(table, attributes, treated, named, relation, newest.revision() - 1, newest.known());
    }

    /** The numbers that columns of these names have now; null if there are not just these. */
    private static int @Nullable [] named(List<Attribute> told, long relation, List<TableState> states) {
        if (states.isEmpty()
                || states.get(0).relation() != relation
                || states.get(0).columns().size() != told.size()) {
            return null;
        }
        int[] numbers = told.stream()
                .mapToInt(attribute -> states.get(0).columns().stream()
                        .filter(column -> column.name().equals(attribute.name()))
                        .mapToInt(ColumnState::number)
                        .findFirst()
                        .orElse(0))
                .toArray();
        return Arrays.stream(numbers).allMatch(number -> number > 0) ? numbers : null;
    }

    private static TableColumns columns(
            PostgresTable table,
            List<Attribute> attributes,
            KnownColumns treated,
            int[] numbers,
            long relation,
            long revision,
            KnownKey key) {
        List<Attribute> numbered = new ArrayList<>();
        for (int i = 0; i < numbers.length; i++) {
            numbered.add(treated.treat(table.rules(), attributes.get(i).numbered(numbers[i])));
        }
        return TableColumns.numbered(numbered, relation, revision).keyedBy(key.numbers(), key.begun());
    }
}
