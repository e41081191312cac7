package io.tributary.sink.redshift;

import io.tributary.change.RecordFields;
import io.tributary.change.Schema;
import io.tributary.change.SchemaConflictException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What somebody has changed in the targets by hand, so that merges fail or lose something. Compares the columns that stand with those
 * that the shapes tell which were applied; what the user has added is the user's.
 */
final class Drift {

    private final RedshiftSettings settings;
    private final ShapeRegistry shapes;
    private final ExistingTables catalog;
    private final WarehouseNames names;

    Drift(Connection connection, RedshiftSettings settings) {
        this.settings = settings;
        this.names = new WarehouseNames(settings.schema());
        this.shapes = new ShapeRegistry(connection, settings);
        this.catalog = new ExistingTables(connection, names);
    }

    /** What is otherwise than it was made, each with what to do; nothing of a table that was dropped, which is a gap. */
    List<String> of(String table) throws SQLException {
        String relation = WarehouseNames.lower(table);
        Map<String, String> standing = catalog.columns(relation);
        if (standing.isEmpty()) {
            return List.of();
        }
        List<String> sentences = new ArrayList<>();
        try {
            Schema layout = shapes.layout(table);
            if (layout == null) {
                return List.of();
            }
            TargetTable wanted = TargetTable.rows(
                    layout, settings.layout(table), settings.deletions(table), names, settings.dialect());
            missing(wanted, standing, sentences);
            required(wanted, catalog.requiredColumns(relation), sentences);
            shapes.widened(wanted, standing, layout)
                    .forEach((column, type) -> sentences.add("Column " + column + " of " + wanted.name() + " is "
                            + standing.get(column) + " now, and has to hold " + type + ": redshift apply widens it"));
        } catch (SchemaConflictException | IllegalArgumentException e) {
            sentences.add(String.valueOf(e.getMessage()));
        }
        return sentences;
    }

    private static void missing(TargetTable wanted, Map<String, String> standing, List<String> sentences) {
        Map<String, String> others = new LinkedHashMap<>(standing);
        others.keySet().removeAll(wanted.columns().keySet());
        wanted.columns().forEach((column, type) -> {
            if (standing.containsKey(column) || column.equals(RecordFields.CUT)) {
                return;
            }
            List<String> alike = others.entrySet().stream()
                    .filter(other -> other.getValue().equals(type))
                    .map(Map.Entry::getKey)
                    .collect(Collectors.toList());
            String name = alike.size() == 1 ? WarehouseNames.quote(alike.get(0)) : "<its name now>";
            sentences.add("Column " + column + " of " + wanted.name()
                    + " was renamed or dropped, so its table is not merged: ALTER TABLE " + wanted.name()
                    + " RENAME COLUMN " + name + " TO " + WarehouseNames.quote(column)
                    + "; or redshift apply, which adds an empty one, and redshift reload");
        });
    }

    private static void required(TargetTable wanted, List<String> required, List<String> sentences) {
        for (String column : required) {
            if (wanted.columns().containsKey(column) && !wanted.key().contains(column)) {
                sentences.add("Column " + column + " of " + wanted.name()
                        + " is NOT NULL, so a row without a value of it stops its table: ALTER TABLE " + wanted.name()
                        + " DROP COLUMN " + WarehouseNames.quote(column)
                        + "; then redshift apply, which adds it without NOT NULL, and redshift reload");
            } else if (!wanted.columns().containsKey(column)) {
                sentences.add("Column " + column + " of " + wanted.name()
                        + ", which is not the pipeline's, is NOT NULL and has no default, so no row can be merged: ALTER TABLE "
                        + wanted.name() + " DROP COLUMN " + WarehouseNames.quote(column));
            }
        }
    }

    /** Those of all tables that have a shape, in order; the tables' names first. */
    Map<String, List<String>> ofAll(Set<String> tables) throws SQLException {
        Map<String, List<String>> found = new LinkedHashMap<>();
        for (String table : tables) {
            List<String> sentences = of(table);
            if (!sentences.isEmpty()) {
                found.put(table, sentences);
            }
        }
        return found;
    }
}
