package io.tributary.sink.redshift;

import io.tributary.change.Column;
import io.tributary.change.Schema;
import io.tributary.change.SchemaConflictException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a target's columns when one more shape is told of a table that its source knows by a number. The names are
 * those of the newest revision, whichever is told last.
 *
 * <p>A column is the same one while its number is. Columns of another relation, and of shapes without one, are those of the
 * same name. What stands where a column has to be is set aside under a name that ends in {@code __dropped}; a column that was
 * dropped keeps its name otherwise. A column whose type does not hold the earlier one's values is replaced by an empty one.
 */
final class Evolution {

    private static final String ASIDE = "__dropped";

    private final List<ToldShape> shapes;
    private final @Nullable ToldShape told;
    private final Schema newest;
    private final TargetColumns columns;
    private final Map<String, String> renamed = new LinkedHashMap<>();
    private final Set<String> replaced = new LinkedHashSet<>();
    private final Set<String> formerKey = new HashSet<>();
    private boolean rekeyed;

    private Evolution(List<ToldShape> shapes, @Nullable ToldShape told, TargetColumns columns) {
        this.shapes = shapes;
        this.told = told;
        this.newest = shapes.get(shapes.size() - 1).schema();
        this.columns = columns;
    }

    /**
     * @param known the shapes that are registered
     * @param told one that is not; null to have the target as it should be
     * @param columns is changed
     * @param standing the names of the columns that the target has; empty if there is no target
     */
    static Evolution of(
            List<ToldShape> known,
            @Nullable ToldShape told,
            TargetColumns columns,
            Set<String> standing,
            int longestName) {
        List<ToldShape> before = new ArrayList<>();
        if (columns.isEmpty()) {
            for (ToldShape shape : ToldShape.byRevision(known)) {
                step(before, shape, columns, Set.of(), longestName);
                before.add(shape);
            }
        }
        return step(known, told, columns, standing, longestName);
    }

    private static Evolution step(
            List<ToldShape> known,
            @Nullable ToldShape told,
            TargetColumns columns,
            Set<String> standing,
            int longestName) {
        List<ToldShape> shapes = new ArrayList<>(known);
        if (told != null) {
            shapes.add(told);
        }
        Evolution evolution = new Evolution(ToldShape.byRevision(shapes), told, columns);
        evolution.forget(standing);
        evolution.find();
        evolution.rename(standing, longestName);
        evolution.add();
        evolution.type();
        evolution.key(ToldShape.byRevision(known));
        return evolution;
    }

    /** The target's columns that get other names, all at once. */
    Map<String, String> renamed() {
        return renamed;
    }

    /** The columns, by their new names, that lose their values with their type. */
    Set<String> replaced() {
        return replaced;
    }

    /** True if other columns than before tell the rows apart. */
    boolean isRekeyed() {
        return rekeyed;
    }

    /** True if no row that the target has can be found by its earlier key, so that none may stay when the key is another. */
    boolean losesRows() {
        return replaced.stream().anyMatch(formerKey::contains);
    }

    /** The target's columns, those of the newest shape first, and its key. */
    Schema layout() {
        List<Column> all = new ArrayList<>();
        newest.columns().forEach(column -> all.add(columns.column(home(column))));
        columns.columns().stream().filter(column -> !all.contains(column)).forEach(all::add);
        return Schema.of(
                newest.table(),
                all,
                columns.keyOf(newest).stream().map(Objects::requireNonNull).collect(Collectors.toList()));
    }

    /** The target's columns that some shape tells as JSON. */
    Set<String> documents() {
        Set<String> documents = new HashSet<>();
        for (ToldShape shape : shapes) {
            shape.schema().columns().stream()
                    .filter(Column::isJson)
                    .forEach(column -> documents.add(String.valueOf(columns.homeOf(shape.schema(), column))));
        }
        return documents;
    }

    Readings readings() {
        return Readings.of(shapes, columns);
    }

    TargetColumns columns() {
        return columns;
    }

    private String home(Column column) {
        return Objects.requireNonNull(columns.homeOf(newest, column), "A column of the newest shape has its column");
    }

    private void forget(Set<String> standing) {
        if (standing.isEmpty()) {
            return;
        }
        Set<String> kept = new HashSet<>(standing);
        newest.columns().forEach(column -> {
            String home = columns.homeOf(newest, column);
            if (home != null) {
                kept.add(home);
            }
        });
        columns.retain(kept);
    }

    /** By name where the shape before it, or after the oldest, is of another relation. */
    private void find() {
        for (int i = 0; i < shapes.size(); i++) {
            Schema shape = shapes.get(i).schema();
            Set<String> taken = new HashSet<>();
            for (Column column : shape.columns()) {
                taken.add(String.valueOf(columns.homeOf(shape, column)));
            }
            for (Column column : shape.columns()) {
                String home = columns.homeOf(shape, column) == null ? namesake(i, column.name()) : null;
                if (home != null && taken.add(home)) {
                    columns.settle(shape, column, home);
                }
            }
        }
    }

    private @Nullable String namesake(int index, String name) {
        Schema shape = shapes.get(index).schema();
        if (index > 0 && shape.relation() > 0) {
            Schema before = shapes.get(index - 1).schema();
            if (before.relation() == 0) {
                return columns.homeOf(name);
            }
            return before.isOfSameRelation(shape) ? null : homeIn(before, name);
        }
        for (ToldShape other : shapes.subList(index + 1, shapes.size())) {
            if (other.schema().relation() != shape.relation()) {
                return homeIn(other.schema(), name);
            }
        }
        return null;
    }

    private @Nullable String homeIn(Schema shape, String name) {
        int index = shape.indexOf(name);
        return index < 0 ? null : columns.homeOf(shape, shape.columns().get(index));
    }

    private void rename(Set<String> standing, int longestName) {
        Set<String> taken = new HashSet<>(standing);
        columns.columns().forEach(column -> taken.add(column.name()));
        Set<String> there = Set.copyOf(taken);
        for (Column column : newest.columns()) {
            String home = columns.homeOf(newest, column);
            taken.add(column.name());
            if (home != null && !home.equals(column.name())) {
                renamed.put(home, column.name());
            }
        }
        for (Column column : newest.columns()) {
            String name = column.name();
            String home = columns.homeOf(newest, column);
            boolean isAdopted = home == null && !columns.has(name);
            if (there.contains(name) && !name.equals(home) && !renamed.containsKey(name) && !isAdopted) {
                String aside = aside(name, taken, longestName);
                taken.add(aside);
                renamed.put(name, aside);
            }
        }
        columns.rename(renamed);
    }

    private static String aside(String name, Set<String> taken, int longestName) {
        for (int i = 1; ; i++) {
            String end = i == 1 ? ASIDE : ASIDE + "_" + i;
            String start = name;
            while ((start + end).getBytes(StandardCharsets.UTF_8).length > longestName) {
                start = start.substring(0, start.offsetByCodePoints(start.length(), -1));
            }
            if (!taken.contains(start + end)) {
                return start + end;
            }
        }
    }

    private boolean isNewest(ToldShape shape) {
        return shape.schema().revision() == newest.revision();
    }

    private void add() {
        for (ToldShape shape : shapes) {
            for (Column column : shape.schema().columns()) {
                if (isNewest(shape) && columns.homeOf(shape.schema(), column) == null) {
                    columns.settle(shape.schema(), column, column.name());
                }
            }
        }
    }

    private void type() {
        ToldShape shape = told;
        if (shape == null) {
            return;
        }
        for (Column column : shape.schema().columns()) {
            String home = columns.homeOf(shape.schema(), column);
            if (home == null) {
                continue;
            }
            Column mine = column.named(home).numbered(0).typed(column.type().copy(true));
            Column both = columns.has(home) ? both(columns.column(home), mine) : mine;
            if (both != null) {
                columns.put(both);
            } else if (isNewest(shape)) {
                columns.put(mine);
                replaced.add(home);
            }
        }
    }

    /** The column that holds the values of both; null if none does. */
    private static @Nullable Column both(Column standing, Column column) {
        try {
            return ShapeRegistry.both(standing, column);
        } catch (SchemaConflictException e) {
            return null;
        }
    }

    private void key(List<ToldShape> known) {
        if (known.isEmpty() || told == null || !isNewest(told)) {
            return;
        }
        columns.keyOf(known.get(known.size() - 1).schema()).forEach(home -> formerKey.add(String.valueOf(home)));
        rekeyed = !formerKey.equals(new HashSet<>(columns.keyOf(newest))) || losesRows();
    }
}
