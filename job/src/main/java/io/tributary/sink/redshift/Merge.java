package io.tributary.sink.redshift;

import io.tributary.change.Column;
import io.tributary.change.RecordFields;
import io.tributary.change.Schema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The procedure that merges one table: the newest record of each key by version, of those that {@link Receive} took and that
 * no merge has had yet, into the target, all in one transaction. Its text is {@code merge.sql}.
 *
 * <p>Which records are new is decided by where they landed, which of them is right by their version: so it does not matter
 * in which order, in which batches or how often they arrive. A deleted key leaves a tombstone with its version, that an
 * older record cannot bring the row back. A record waits while its shape is not one of those that the procedure was made for.
 * One that has a value that its column cannot hold is put aside, and the row keeps its older version. At one version a row
 * outranks a delete: a job started from nothing replaces a row it does not know by such a pair.
 */
final class Merge {

    private static final SqlTemplate TEMPLATE = SqlTemplate.of("merge.sql");

    private static final SqlTemplate FORMER_KEY = SqlTemplate.of("former-key.sql");

    /** The columns that the statements add to those of the table begin like this, so none of the table's may. */
    static final String OURS = "_tributary_";

    private static final String PAYLOAD = OURS + "payload";

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

    /** @param shapes the numbers of the shapes in which it takes records */
    static Procedure procedure(
            Schema schema, List<Long> shapes, Deletions deletions, WarehouseNames names, WarehouseDialect dialect) {
        return procedure(schema, Readings.byName(), shapes, Map.of(), deletions, names, dialect);
    }

    /**
     * @param schema of the target
     * @param narrow the target's columns of text that hold less than the longest text, with how many bytes
     */
    static Procedure procedure(
            Schema schema,
            Readings readings,
            List<Long> shapes,
            Map<String, Integer> narrow,
            Deletions deletions,
            WarehouseNames names,
            WarehouseDialect dialect) {
        String target = names.table(schema.table());
        String tombstones = names.tombstones(schema.table());
        Merge merge = new Merge(schema, readings, dialect);
        Map<String, String> values = new HashMap<>(merge.ofColumns());
        values.put("table", dialect.literal(schema.table()));
        values.put("target", target);
        values.put("tombstones", tombstones);
        values.put("tombstones_alone", names.unqualified(tombstones));
        values.put("is_known", shapes.isEmpty() ? "FALSE" : "l.schema_number IN (" + Readings.list(shapes) + ")");
        values.put("cut", dialect.anyAsText("l.payload", RecordFields.CUT));
        values.put("was_cut", dialect.literal("The row is merged, less what no column holds of "));
        values.put("former_fate", merge.formerFate());
        values.put("former_keys", merge.formerKeys(schema.table(), names));
        values.put("too_long", NarrowColumns.check(narrow, dialect));
        String alone = names.unqualified(target);
        values.put("taken_is_in_target", merge.takenIsIn(alone));
        values.put("end_replaced", deletions.all(target, alone, "COALESCE(" + alone + "._version, '') < v_replaced"));
        values.put("replacing", deletions.replacing());
        values.put("mark_deleted", deletions.marking(target, merge.takenIsIn(alone)));
        values.put("flag", deletions.flag());
        values.put("flag_of_row", deletions.flagOfRow());
        values.put("burial", deletions.burial());
        values.put("taken_is_in_tombstones", merge.takenIsIn(names.unqualified(tombstones)));
        values.put("tombstone_seconds", Long.toString(deletions.tombstoneTtl().toSeconds()));
        values.put("duration", dialect.millisBetween("v_started", "GETDATE()"));
        return TEMPLATE.in(names).procedure(names.merge(schema.table()), values);
    }

    private Map<String, String> ofColumns() {
        return Map.ofEntries(
                Map.entry("columns", each(columns, Merge::quoted, ", ")),
                Map.entry("columns_of_taken", each(columns, column -> "n." + quoted(column), ", ")),
                Map.entry("columns_of_judged", each(columns, column -> "w." + quoted(column), ", ")),
                Map.entry(
                        "values_of_columns",
                        each(
                                columns,
                                column -> value(column) + " AS " + quoted(column),
                                ",\n                           ")),
                Map.entry("problems", each(columns, this::problem, "")),
                Map.entry("key", each(key, Merge::quoted, ", ")),
                Map.entry("key_of_taken", each(key, column -> "n." + quoted(column), ", ")),
                Map.entry("key_of_judged", each(key, column -> "j." + quoted(column), ", ")),
                Map.entry("key_is_null", each(key, column -> "v." + quoted(column) + " IS NULL", " OR ")),
                Map.entry("t_is_there", "t." + quoted(key.get(0)) + " IS NOT NULL"),
                Map.entry("t_is_judged", same(key, "t", "j")),
                Map.entry("d_is_judged", same(key, "d", "j")));
    }

    /** A value that is there, and that no cast makes one of its column. */
    private String problem(Column column) {
        String sentence = "The value of column " + column.name() + " is no "
                + dialect.types().of(column);
        return "\n                          WHEN v." + quoted(column) + " IS NULL AND "
                + readings.isThere("v." + PAYLOAD, "v._schema", column, dialect) + " THEN " + dialect.literal(sentence);
    }

    private String takenIsIn(String table) {
        return same(key, "tributary_taken", table);
    }

    private static String same(List<Column> key, String one, String other) {
        return each(key, column -> one + "." + quoted(column) + " = " + other + "." + quoted(column), " AND ");
    }

    /** Records in shapes with an earlier key are merged as {@link #formerKeys} says, or not at all. */
    private String formerFate() {
        return readings.formerShapes().isEmpty()
                ? ""
                : "\n                                WHEN l.schema_number IN (" + Readings.list(readings.formerShapes())
                        + ") THEN CASE WHEN l.op = 'd' THEN 'ended' ELSE 'former' END";
    }

    /** The statements that take the deletes in shapes with an earlier key; empty if there are no such shapes. */
    private String formerKeys(String table, WarehouseNames names) {
        String target = names.table(table);
        List<String> statements = new ArrayList<>();
        readings.formerKeys().forEach((former, shapes) -> {
            List<Column> own = columns.stream()
                    .filter(column -> former.contains(column.name()))
                    .collect(Collectors.toList());
            statements.addAll(FORMER_KEY
                    .in(names)
                    .statements(Map.of(
                            "table", dialect.literal(table),
                            "shapes", Readings.list(shapes),
                            "target", target,
                            "target_alone", names.unqualified(target),
                            "former_key", each(own, column -> value(column) + " AS " + quoted(column), ",\n         "),
                            "places",
                                    IntStream.rangeClosed(1, own.size())
                                            .mapToObj(String::valueOf)
                                            .collect(Collectors.joining(", ")),
                            "former_is_in_target", same(own, "tributary_former", names.unqualified(target)))));
        });
        return String.join(";\n", statements);
    }

    private String value(Column column) {
        return readings.value("l.payload", "l.schema_number", column, dialect);
    }

    private static String quoted(Column column) {
        return WarehouseNames.quote(WarehouseNames.lower(column.name()));
    }

    private static String each(List<Column> columns, Function<Column, String> text, String separator) {
        return columns.stream().map(text).collect(Collectors.joining(separator));
    }
}
