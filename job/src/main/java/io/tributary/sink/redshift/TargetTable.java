package io.tributary.sink.redshift;

import io.tributary.change.Column;
import io.tributary.change.RecordFields;
import io.tributary.change.Schema;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** A table as it should be: the names and types of its columns, its key, and how Redshift lays it out. */
final class TargetTable {

    private final String name;
    private final String alone;
    private final String wider;
    private final Map<String, String> columns;
    private final List<String> key;
    private final Set<String> required;
    private final TableLayout said;
    private final TableLayout standing;
    private final Belongings belongings;

    private TargetTable(
            WarehouseNames names,
            String relation,
            Map<String, String> columns,
            List<String> key,
            Set<String> required,
            TableLayout said) {
        this(
                names.relation(relation),
                WarehouseNames.quote(relation),
                names.relation("_wide_" + relation),
                columns,
                key,
                required,
                said,
                TableLayout.AUTO,
                Belongings.NONE);
    }

    private TargetTable(
            String name,
            String alone,
            String wider,
            Map<String, String> columns,
            List<String> key,
            Set<String> required,
            TableLayout said,
            TableLayout standing,
            Belongings belongings) {
        this.name = name;
        this.alone = alone;
        this.wider = wider;
        this.columns = columns;
        this.key = List.copyOf(key);
        this.required = Set.copyOf(required);
        this.said = said;
        this.standing = standing;
        this.belongings = belongings;
    }

    /**
     * The same, for the statements that alter a standing table: a copy of it is laid out as it is, where the settings say nothing
     * else, and gets what belongs to it.
     *
     * @param layout by the names that its columns have when it is copied
     */
    TargetTable standing(TableLayout layout, Belongings all) {
        return new TargetTable(name, alone, wider, columns, key, required, said, layout, all);
    }

    /** The same with columns of text that begin narrower, by how many bytes they hold; others, and those of the key, stay. */
    TargetTable narrowed(Map<String, Integer> widths) {
        Map<String, String> narrower = new LinkedHashMap<>(columns);
        widths.forEach((column, bytes) -> {
            if (ColumnTypes.TEXT.equals(columns.get(column)) && !key.contains(column)) {
                narrower.put(column, ColumnTypes.text(bytes));
            }
        });
        return new TargetTable(name, alone, wider, narrower, key, required, said, standing, belongings);
    }

    /** The table's rows, each with the version and the commit time of its last change, the columns whose values were cut, and whether it is deleted. */
    static TargetTable rows(
            Schema schema, TableLayout layout, Deletions deletions, WarehouseNames names, WarehouseDialect dialect) {
        Map<String, String> columns = new LinkedHashMap<>();
        for (Column column : schema.columns()) {
            columns.put(WarehouseNames.lower(column.name()), dialect.types().of(column));
        }
        columns.put(RecordFields.VERSION, "VARCHAR(32)");
        columns.put(RecordFields.TIMESTAMP, "BIGINT");
        columns.put(RecordFields.CUT, ColumnTypes.TEXT);
        columns.putAll(deletions.columns());
        List<String> key = lowerKey(schema);
        return new TargetTable(names, WarehouseNames.lower(schema.table()), columns, key, Set.copyOf(key), layout);
    }

    /** The keys that were deleted, each with the version that deleted it. */
    static TargetTable tombstones(Schema schema, WarehouseNames names, WarehouseDialect dialect) {
        Map<String, String> columns = new LinkedHashMap<>();
        for (int index : schema.key()) {
            Column column = schema.columns().get(index);
            columns.put(WarehouseNames.lower(column.name()), dialect.types().of(column));
        }
        columns.put(RecordFields.VERSION, "VARCHAR(32)");
        columns.put(WarehouseDialect.DELETED_AT, "TIMESTAMP");
        List<String> key = lowerKey(schema);
        return new TargetTable(
                names, WarehouseNames.tombstonesOf(schema.table()), columns, key, columns.keySet(), TableLayout.AUTO);
    }

    /** Those of the key's columns whose types can distribute and sort rows. */
    private List<String> layable(WarehouseDialect dialect) {
        return key.stream()
                .filter(column -> !dialect.bytesType().equals(columns.get(column)))
                .collect(Collectors.toList());
    }

    String name() {
        return name;
    }

    Map<String, String> columns() {
        return columns;
    }

    List<String> key() {
        return key;
    }

    String create(WarehouseDialect dialect) {
        return create(name, columns, dialect);
    }

    /** The statements that make the existing table hold what this one does. Columns it has beyond that stay. */
    List<String> alter(Map<String, String> existing, Map<String, String> widened, WarehouseDialect dialect) {
        return alter(existing, widened, Set.of(), dialect);
    }

    /** @param replaced columns that lose their values with their type */
    List<String> alter(
            Map<String, String> existing, Map<String, String> widened, Set<String> replaced, WarehouseDialect dialect) {
        List<String> statements = new ArrayList<>();
        columns.forEach((column, type) -> {
            if (!existing.containsKey(column)) {
                statements.add("ALTER TABLE " + name + " ADD COLUMN " + WarehouseNames.quote(column) + " " + type);
            }
        });
        if (widened.keySet().stream().anyMatch(this::isFixed)
                || replaced.stream().anyMatch(this::isFixed)) {
            statements.addAll(rebuild(existing, widened, replaced, name, dialect));
            return statements;
        }
        replaced.stream().filter(existing::containsKey).forEach(column -> {
            statements.add("ALTER TABLE " + name + " DROP COLUMN " + WarehouseNames.quote(column));
            statements.add(
                    "ALTER TABLE " + name + " ADD COLUMN " + WarehouseNames.quote(column) + " " + columns.get(column));
        });
        String wider = unused(existing);
        widened.forEach((column, type) -> statements.addAll(widen(
                column,
                wider,
                type,
                dialect.types().converted(WarehouseNames.quote(column), existing.getOrDefault(column, type), type))));
        return statements;
    }

    /** Redshift cannot drop a column that it distributes, sorts or identifies rows by. */
    private boolean isFixed(String column) {
        return key.contains(column) || said.names(column) || standing.names(column);
    }

    /** A name that no column has. It is short, as one made of the column's could be longer than names may be. */
    private String unused(Map<String, String> existing) {
        String unused = "_wide";
        for (int i = 1; existing.containsKey(unused) || columns.containsKey(unused); i++) {
            unused = "_wide_" + i;
        }
        return unused;
    }

    /** Redshift's ALTER COLUMN TYPE lengthens a VARCHAR and nothing else. */
    private List<String> widen(String column, String wider, String type, String value) {
        String old = WarehouseNames.quote(column);
        String wide = WarehouseNames.quote(wider);
        return List.of(
                "ALTER TABLE " + name + " ADD COLUMN " + wide + " " + type,
                "UPDATE " + name + " SET " + wide + " = " + value,
                "ALTER TABLE " + name + " DROP COLUMN " + old,
                "ALTER TABLE " + name + " RENAME COLUMN " + wide + " TO " + old);
    }

    /**
     * The statements by which the existing table gets this one's key. Of rows that have one key now, the newest stays; those that
     * have none are left out.
     *
     * @param keepsRows false if no row is to stay
     */
    List<String> rekey(
            Map<String, String> existing,
            Map<String, String> widened,
            Set<String> replaced,
            boolean keepsRows,
            WarehouseDialect dialect) {
        boolean hasKeys = key.stream().allMatch(column -> existing.containsKey(column) && !replaced.contains(column));
        if (!keepsRows || !hasKeys) {
            return rebuild(existing, widened, replaced, name + " WHERE FALSE", dialect);
        }
        String nth = WarehouseNames.quote(unused(existing));
        String isKey = key.stream()
                .map(column -> WarehouseNames.quote(column) + " IS NOT NULL")
                .collect(Collectors.joining(" AND "));
        return rebuild(
                existing,
                widened,
                replaced,
                "(SELECT t.*, ROW_NUMBER() OVER (PARTITION BY " + WarehouseNames.quoted(key)
                        + " ORDER BY COALESCE(t." + RecordFields.VERSION + ", '') DESC) AS " + nth + " FROM " + name
                        + " t WHERE " + isKey + ") AS ranked WHERE ranked." + nth + " = 1",
                dialect);
    }

    /** @param from what stands behind FROM, the condition included */
    private List<String> rebuild(
            Map<String, String> existing,
            Map<String, String> widened,
            Set<String> replaced,
            String from,
            WarehouseDialect dialect) {
        Map<String, String> all = new LinkedHashMap<>(existing);
        columns.forEach((column, type) -> {
            if (replaced.contains(column)) {
                all.put(column, type);
            }
            all.putIfAbsent(column, type);
        });
        all.putAll(widened);
        String values = all.entrySet().stream()
                .map(column -> {
                    String is = replaced.contains(column.getKey()) ? null : existing.get(column.getKey());
                    return is == null
                            ? "CAST(NULL AS " + column.getValue() + ")"
                            : dialect.types().converted(WarehouseNames.quote(column.getKey()), is, column.getValue());
                })
                .collect(Collectors.joining(", "));
        List<String> statements = new ArrayList<>(List.of(
                create(wider, all, dialect),
                "INSERT INTO " + wider + " (" + WarehouseNames.quoted(all.keySet()) + ") SELECT " + values + " FROM "
                        + from,
                "DROP TABLE " + name,
                "ALTER TABLE " + wider + " RENAME TO " + alone));
        statements.addAll(belongings.statements(name, all.keySet()));
        return statements;
    }

    private String create(String as, Map<String, String> all, WarehouseDialect dialect) {
        String lines = all.entrySet().stream()
                .map(column -> "  " + WarehouseNames.quote(column.getKey()) + " " + column.getValue()
                        + belongings.ofColumn(column.getKey())
                        + (required.contains(column.getKey()) ? " NOT NULL" : ""))
                .collect(Collectors.joining(",\n"));
        return "CREATE TABLE IF NOT EXISTS " + as + " (\n" + lines + ",\n  PRIMARY KEY (" + WarehouseNames.quoted(key)
                + "))" + dialect.layout(said.or(standing.within(all.keySet())).orBy(layable(dialect)));
    }

    private static List<String> lowerKey(Schema schema) {
        return schema.keyNames().stream().map(WarehouseNames::lower).collect(Collectors.toList());
    }
}
