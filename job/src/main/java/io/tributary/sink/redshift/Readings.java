package io.tributary.sink.redshift;

import io.tributary.change.Column;
import io.tributary.change.Schema;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How the values of a target's columns are read from records, each of which has the names of its own shape.
 *
 * <p>Shapes that have another key than the newest, and all that are older than one of them, are former ones: their deletes end
 * the rows that they find by their own key, and their rows count no more, since every row came again under the newest key.
 */
final class Readings {

    private final List<ToldShape> shapes;
    private final @Nullable TargetColumns columns;
    private final Map<List<String>, List<Long>> formerKeys = new LinkedHashMap<>();
    private final List<Long> formerShapes = new ArrayList<>();

    private Readings(List<ToldShape> shapes, @Nullable TargetColumns columns) {
        this.shapes = shapes;
        this.columns = columns;
    }

    /** Every column has the name in all records that it has in the target. */
    static Readings byName() {
        return new Readings(List.of(), null);
    }

    /** @param shapes in the order of their revisions */
    static Readings of(List<ToldShape> shapes, TargetColumns columns) {
        Readings readings = new Readings(shapes, columns);
        Schema newest = shapes.get(shapes.size() - 1).schema();
        Set<@Nullable String> key = new HashSet<>(columns.keyOf(newest));
        boolean isFormer = false;
        for (int i = shapes.size() - 1; i >= 0; i--) {
            ToldShape shape = shapes.get(i);
            List<String> own = key(shape.schema(), columns);
            isFormer = isFormer || own == null || !key.equals(new HashSet<>(own));
            if (isFormer) {
                readings.formerShapes.add(shape.number());
                if (own != null) {
                    readings.formerKeys
                            .computeIfAbsent(own, unused -> new ArrayList<>())
                            .add(shape.number());
                }
            }
        }
        return readings;
    }

    /** The target's columns that are the shape's key; null if one of them is none, or cannot have its values. */
    private static @Nullable List<String> key(Schema shape, TargetColumns columns) {
        List<String> key = new ArrayList<>();
        for (int index : shape.key()) {
            Column column = shape.columns().get(index);
            String home = columns.homeOf(shape, column);
            if (home == null || !columns.isReadable(shape, column)) {
                return null;
            }
            key.add(home);
        }
        return key;
    }

    /** The numbers of the former shapes. */
    List<Long> formerShapes() {
        return formerShapes;
    }

    /** The keys of former shapes whose deletes can be found, each with the numbers of these shapes. */
    Map<List<String>, List<Long>> formerKeys() {
        return formerKeys;
    }

    /**
     * The value of a column of the target.
     *
     * @param payload of a record
     * @param shape the number of its shape
     */
    String value(String payload, String shape, Column column, WarehouseDialect dialect) {
        Map<String, List<Long>> told = told(column.name());
        if (told != null && told.isEmpty()) {
            return "CAST(NULL AS " + dialect.types().of(column) + ")";
        }
        return byShape(told, shape, column, name -> dialect.landed().value(payload, name, column));
    }

    /** Whether a record says something of a column of the target. */
    String isThere(String payload, String shape, Column column, WarehouseDialect dialect) {
        Map<String, List<Long>> told = told(column.name());
        if (told != null && told.isEmpty()) {
            return "FALSE";
        }
        return byShape(told, shape, column, name -> dialect.landed().isThere(payload, name));
    }

    private static String byShape(
            @Nullable Map<String, List<Long>> told, String shape, Column column, Function<String, String> byName) {
        if (told == null) {
            return byName.apply(column.name());
        }
        return told.entrySet().stream()
                .map(name ->
                        "WHEN " + shape + " IN (" + list(name.getValue()) + ") THEN " + byName.apply(name.getKey()))
                .collect(Collectors.joining(" ", "CASE ", " END"));
    }

    static String list(List<Long> numbers) {
        return numbers.stream().map(String::valueOf).collect(Collectors.joining(", "));
    }

    /** By which names it is told, in which shapes; null if it is by its name in all of them that have a column of this name. */
    private @Nullable Map<String, List<Long>> told(String target) {
        if (columns == null) {
            return null;
        }
        Map<String, List<Long>> told = new LinkedHashMap<>();
        boolean isPlain = true;
        for (ToldShape shape : shapes) {
            Column own = null;
            for (Column column : shape.schema().columns()) {
                boolean isTarget = target.equals(columns.homeOf(shape.schema(), column))
                        && columns.isReadable(shape.schema(), column);
                own = isTarget ? column : own;
            }
            if (own != null) {
                told.computeIfAbsent(own.name(), unused -> new ArrayList<>()).add(shape.number());
            }
            isPlain = isPlain
                    && (own == null
                            ? shape.schema().indexOf(target) < 0
                            : own.name().equals(target));
        }
        return isPlain ? null : told;
    }
}
