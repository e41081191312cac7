package io.tributary.sink.redshift;

import io.tributary.change.Column;
import io.tributary.change.Schema;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The procedure that merges one table: what has landed past its watermark, the newest record of each key by version, into
 * the target, all in one transaction. Its text is {@code merge.sql}.
 *
 * <p>Which records are new is decided by where they landed, which of them is right by their version: so it does not matter
 * in which order, in which batches or how often they arrive. A deleted key leaves a tombstone with its version, that an
 * older record cannot bring the row back. A record whose shape is not registered yet holds its shard's later ones back. At
 * one version a row outranks a delete: a job started from nothing replaces a row it does not know by such a pair. Assumes
 * that a refresh lands a shard's records in the order of their sequence numbers.
 */
final class Merge {

    private static final SqlTemplate TEMPLATE = SqlTemplate.of("merge.sql");

    private static final SqlTemplate FORMER_KEY = SqlTemplate.of("former-key.sql");
    private static final SqlTemplate FORMER_SHAPES = SqlTemplate.of("former-shapes.sql");

    private final WarehouseDialect dialect;
    private final Readings readings;
    private final List<Column> columns;
    private final List<Column> key;

    private Merge(Schema schema, Readings readings, WarehouseDialect dialect) {
        this.dialect = dialect;
        this.readings = readings;
        this.columns = schema.columns();
        this.key = schema.keyNames().stream()
                .map(name -> columns.get(schema.indexOf(name)))
                .collect(Collectors.toList());
    }

    static Procedure procedure(Schema schema, Duration tombstoneTtl, WarehouseNames names, WarehouseDialect dialect) {
        return procedure(schema, Readings.byName(), tombstoneTtl, names, dialect);
    }

    /** @param schema of the target */
    static Procedure procedure(
            Schema schema, Readings readings, Duration tombstoneTtl, WarehouseNames names, WarehouseDialect dialect) {
        String target = names.table(schema.table());
        String tombstones = names.tombstones(schema.table());
        Merge merge = new Merge(schema, readings, dialect);
        Map<String, String> values = new HashMap<>(merge.ofColumns());
        values.putAll(LandedFields.ofRows(dialect));
        values.put("table", dialect.literal(schema.table()));
        values.put("target", target);
        values.put("tombstones", tombstones);
        values.put("target_alone", names.unqualified(target));
        values.put("tombstones_alone", names.unqualified(tombstones));
        values.put("former_shapes", merge.formerShapes(target, names));
        values.put("newest_is_in_target", merge.newestIsIn(names.unqualified(target)));
        values.put("newest_is_in_tombstones", merge.newestIsIn(names.unqualified(tombstones)));
        values.put("tombstone_seconds", Long.toString(tombstoneTtl.toSeconds()));
        values.put("duration", dialect.millisBetween("v_started", "GETDATE()"));
        return TEMPLATE.in(names).procedure(names.merge(schema.table()), values);
    }

    private Map<String, String> ofColumns() {
        return Map.of(
                "columns", each(columns, Merge::quoted, ", "),
                "columns_of_newest", each(columns, column -> "n." + quoted(column), ", "),
                "values_of_columns",
                        each(columns, column -> value("ranked", column) + " AS " + quoted(column), ",\n         "),
                "key", each(key, Merge::quoted, ", "),
                "key_of_newest", each(key, column -> "n." + quoted(column), ", "),
                "values_of_key", each(key, column -> value("l", column), ", "),
                "key_is_null", keyIsNull(),
                "newest_is_in_t",
                        each(key, column -> "t." + quoted(column) + " = tributary_newest." + quoted(column), " AND "));
    }

    private String newestIsIn(String table) {
        return each(
                key, column -> "tributary_newest." + quoted(column) + " = " + table + "." + quoted(column), " AND ");
    }

    private String keyIsNull() {
        String isNull = each(key, column -> value("l", column) + " IS NULL", " OR ");
        return readings.formerShapes().isEmpty()
                ? isNull
                : "l._schema NOT IN (" + Readings.list(readings.formerShapes()) + ") AND (" + isNull + ")";
    }

    /** The statements that take the records of former shapes; empty if there are no such shapes. */
    private String formerShapes(String target, WarehouseNames names) {
        if (readings.formerShapes().isEmpty()) {
            return "";
        }
        List<String> statements = new ArrayList<>();
        readings.formerKeys().forEach((former, shapes) -> {
            List<Column> own = columns.stream()
                    .filter(column -> former.contains(column.name()))
                    .collect(Collectors.toList());
            statements.addAll(FORMER_KEY.statements(Map.of(
                    "shapes", Readings.list(shapes),
                    "target", target,
                    "target_alone", names.unqualified(target),
                    "former_key", each(own, column -> value("l", column) + " AS " + quoted(column), ",\n         "),
                    "places",
                            IntStream.rangeClosed(1, own.size())
                                    .mapToObj(String::valueOf)
                                    .collect(Collectors.joining(", ")),
                    "former_is_in_target",
                            each(
                                    own,
                                    column -> "tributary_former." + quoted(column) + " = " + names.unqualified(target)
                                            + "." + quoted(column),
                                    " AND "))));
        });
        statements.addAll(FORMER_SHAPES.statements(Map.of("shapes", Readings.list(readings.formerShapes()))));
        return String.join(";\n", statements);
    }

    private String value(String record, Column column) {
        return readings.value(record, column, dialect);
    }

    private static String quoted(Column column) {
        return WarehouseNames.quote(WarehouseNames.lower(column.name()));
    }

    private static String each(List<Column> columns, Function<Column, String> text, String separator) {
        return columns.stream().map(text).collect(Collectors.joining(separator));
    }
}
