package io.tributary.sink.redshift;

import io.tributary.change.Column;
import io.tributary.change.Schema;
import io.tributary.change.SchemaConflictException;
import io.tributary.settings.NamedKey;
import io.tributary.settings.Problems;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What can be said about the tables before anything is created or merged. */
final class TargetChecks {

    /** In bytes. PostgreSQL cuts names at 63 bytes, Redshift at 127; the longest prefix of ours is _tombstones_. */
    private static final int MAX_NAME = 50;

    private final RedshiftSettings settings;
    private final WarehouseNames names;
    private final WarehouseDialect dialect;
    private final Problems problems;

    TargetChecks(RedshiftSettings settings, Problems problems) {
        this.settings = settings;
        this.names = new WarehouseNames(settings.schema());
        this.dialect = settings.dialect();
        this.problems = problems;
    }

    /** Names that cannot be, types that have no column, layouts that name what does not exist; and what is left. */
    List<Schema> sound(List<Schema> schemas) {
        List<Schema> sound = new ArrayList<>();
        Map<String, String> tables = new HashMap<>();
        for (Schema schema : schemas) {
            String table = schema.table();
            String other = tables.put(WarehouseNames.lower(table), table);
            if (other != null) {
                problems.add("Tables " + other + " and " + table
                        + " would be one in Redshift, where names are lower-case:" + " give one of them an alias");
            }
            if (!isName(table)) {
                problems.add("Table " + table + " cannot have this name in Redshift: give it an alias of at most "
                        + MAX_NAME + " bytes that does not start with an underscore");
            }
            if (hasSoundColumns(schema)) {
                Schema lower = SchemaRecord.lower(schema);
                layout(lower, settings.layout(table));
                sound.add(lower);
            }
        }
        return sound;
    }

    /** Whether a table may be called so. */
    static boolean isName(String table) {
        return !table.isEmpty() && !table.startsWith("_") && table.getBytes(StandardCharsets.UTF_8).length <= MAX_NAME;
    }

    private boolean hasSoundColumns(Schema schema) {
        String impossible = NameProblems.ofShape(schema);
        if (impossible != null) {
            problems.add(impossible);
        }
        boolean sound = impossible == null;
        for (String own : settings.deletions(schema.table()).columns().keySet()) {
            if (schema.columns().stream().anyMatch(column -> own.equalsIgnoreCase(column.name()))) {
                problems.add("Column " + own + " of table " + schema.table()
                        + " has the name of the column that marks deleted rows: give it another in a SQL file, or set "
                        + NamedKey.ofTable(schema.table(), "redshift.deletes") + " to hard");
                sound = false;
            }
        }
        Map<String, String> columns = new HashMap<>();
        for (Column column : schema.columns()) {
            String other = columns.put(WarehouseNames.lower(column.name()), column.name());
            if (other != null) {
                problems.add("Columns " + other + " and " + column.name() + " of table " + schema.table()
                        + " would be one in Redshift, where names are lower-case: rename one of them in a SQL file");
                sound = false;
            }
            String tooLong = new NameProblems(dialect).ofColumn(WarehouseNames.lower(column.name()));
            if (tooLong != null) {
                problems.add("Table " + schema.table() + ": " + tooLong);
                sound = false;
            }
            try {
                String unused = dialect.types().of(column);
            } catch (IllegalArgumentException e) {
                problems.add("Column " + column.name() + " of table " + schema.table() + ": " + e.getMessage()
                        + ": cast it to STRING in a SQL file");
                sound = false;
            }
        }
        return sound;
    }

    private void layout(Schema schema, TableLayout layout) {
        String prefix = NamedKey.ofTable(schema.table(), "redshift.");
        if (layout.distributionKey() != null) {
            column(schema, prefix + "distribution-key", layout.distributionKey());
        }
        layout.sortKeys().forEach(column -> column(schema, prefix + "sort-keys", column));
        settings.widths(schema.table()).keySet().forEach(column -> width(schema, prefix + "varchar", column));
    }

    private void width(Schema schema, String key, String name) {
        int index = schema.indexOf(name);
        if (index < 0) {
            problems.add(key + ": table " + schema.table() + " has no column " + name);
        } else if (schema.keyNames().contains(name)
                || !dialect.types().of(schema.columns().get(index)).equals(ColumnTypes.TEXT)) {
            problems.add(key + ": column " + name + " of table " + schema.table()
                    + " is of the key, or no text, so how long it is cannot be said: take it out");
        }
    }

    private void column(Schema schema, String key, String name) {
        int index = schema.indexOf(name);
        if (index < 0) {
            problems.add(key + ": table " + schema.table() + " has no column " + name);
            return;
        }
        String type = dialect.types().of(schema.columns().get(index));
        if (type.equals(dialect.superType())) {
            problems.add(key + ": column " + name + " is a SUPER, which cannot distribute or sort rows");
        }
    }

    /** What of a table that exists is otherwise than it would be made, and stays so. */
    List<String> remarks(Schema schema, ExistingTables catalog) throws SQLException {
        List<String> remarks = new ArrayList<>();
        Map<String, String> columns = catalog.columns(WarehouseNames.lower(schema.table()));
        for (Column column : schema.columns()) {
            if (column.isJson() && ColumnTypes.TEXT.equals(columns.get(column.name()))) {
                remarks.add("Column " + column.name() + " of Redshift table " + names.table(schema.table())
                        + " stays text, in which JSON of more than " + WarehouseDialect.MAX_STRING_BYTES
                        + " bytes has no place: job/docs/redshift.md#json says how it becomes a SUPER");
            }
        }
        return remarks;
    }

    /** A table that exists has to be one the merges can write to. */
    void existing(Schema schema, ExistingTables catalog, ShapeRegistry shapes) throws SQLException {
        String relation = WarehouseNames.lower(schema.table());
        Map<String, String> columns = catalog.columns(relation);
        if (columns.isEmpty()) {
            return;
        }
        TargetTable wanted = TargetTable.rows(
                schema, settings.layout(schema.table()), settings.deletions(schema.table()), names, dialect);
        List<String> key = catalog.primaryKey(relation);
        if (!key.equals(wanted.key())) {
            problems.add("Redshift table " + wanted.name() + " exists with the primary key " + key
                    + ", the pipeline's is " + wanted.key() + ": ALTER TABLE " + wanted.name()
                    + (key.isEmpty()
                            ? ""
                            : " DROP CONSTRAINT " + WarehouseNames.quote(relation + "_pkey") + "; ALTER TABLE "
                                    + wanted.name())
                    + " ADD PRIMARY KEY (" + WarehouseNames.quoted(wanted.key()) + ")");
        }
        for (String column : catalog.requiredColumns(relation)) {
            if (!wanted.columns().containsKey(column)) {
                problems.add("Redshift table " + wanted.name() + " requires a value for " + column
                        + ", which the pipeline does not have: ALTER TABLE " + wanted.name() + " DROP COLUMN "
                        + WarehouseNames.quote(column));
            }
        }
        try {
            shapes.widened(wanted, columns, schema);
        } catch (SchemaConflictException | IllegalArgumentException e) {
            problems.add("Redshift table " + wanted.name() + ": " + e.getMessage());
        }
    }
}
