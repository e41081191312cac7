package io.tributary.sink.redshift;

import io.tributary.change.Column;
import io.tributary.change.Schema;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

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

    private final WarehouseDialect dialect;
    private final List<Column> columns;
    private final List<Column> key;

    private Merge(Schema schema, WarehouseDialect dialect) {
        this.dialect = dialect;
        this.columns = schema.columns();
        this.key = schema.keyNames().stream()
                .map(name -> columns.get(schema.indexOf(name)))
                .collect(Collectors.toList());
    }

    static Procedure procedure(Schema schema, Duration tombstoneTtl, WarehouseNames names, WarehouseDialect dialect) {
        String target = names.table(schema.table());
        String tombstones = names.tombstones(schema.table());
        Merge merge = new Merge(schema, dialect);
        Map<String, String> values = new HashMap<>(merge.ofColumns());
        values.putAll(LandedFields.ofRows(dialect));
        values.put("table", dialect.literal(schema.table()));
        values.put("target", target);
        values.put("tombstones", tombstones);
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
                        each(
                                columns,
                                column -> value("ranked.payload", column) + " AS " + quoted(column),
                                ",\n         "),
                "key", each(key, Merge::quoted, ", "),
                "key_of_newest", each(key, column -> "n." + quoted(column), ", "),
                "values_of_key", each(key, column -> value("l.payload", column), ", "),
                "key_is_null", each(key, column -> value("l.payload", column) + " IS NULL", " OR "),
                "newest_is_in_t",
                        each(key, column -> "t." + quoted(column) + " = tributary_newest." + quoted(column), " AND "));
    }

    private String newestIsIn(String table) {
        return each(
                key, column -> "tributary_newest." + quoted(column) + " = " + table + "." + quoted(column), " AND ");
    }

    private String value(String payload, Column column) {
        return dialect.value(payload, WarehouseNames.lower(column.name()), column);
    }

    private static String quoted(Column column) {
        return WarehouseNames.quote(WarehouseNames.lower(column.name()));
    }

    private static String each(List<Column> columns, Function<Column, String> text, String separator) {
        return columns.stream().map(text).collect(Collectors.joining(separator));
    }
}
