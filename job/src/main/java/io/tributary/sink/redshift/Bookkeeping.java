package io.tributary.sink.redshift;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The tables in which the merges keep how far they are, what they know of the tables' shapes, and what they refused. */
final class Bookkeeping {

    /** The name under which {@link Receive} keeps its row of the control table and its watermark. */
    static final String RECEIVER = "_landing";

    private static final String CONTROL = "_control";

    private static final SqlTemplate TABLES = SqlTemplate.of("bookkeeping.sql");
    private static final SqlTemplate CONTROL_ROW = SqlTemplate.of("control-row.sql");
    private static final SqlTemplate ADMIT = SqlTemplate.of("admit.sql");
    private static final SqlTemplate UPGRADE = SqlTemplate.of("upgrade.sql");

    /** A merge reads the records of one table. */
    private static final TableLayout STAGE = TableLayout.sortedBy("table_name");

    /** The columns that the control table of earlier releases does not have. */
    private static final Map<String, String> LATER = Map.of(
            "rows_cut", "BIGINT NOT NULL DEFAULT 0",
            "rows_seen", "BIGINT NOT NULL DEFAULT 0",
            "paused", "BOOLEAN NOT NULL DEFAULT FALSE",
            "merge_every_s", "INTEGER");

    private Bookkeeping() {}

    static List<String> statements(WarehouseNames names, WarehouseDialect dialect) {
        List<String> statements = new ArrayList<>(TABLES.in(names)
                .statements(Map.of(
                        "super", dialect.superType(),
                        "record_bytes", dialect.recordType(),
                        "stage_layout", dialect.layout(STAGE))));
        statements.addAll(dialect.afterBookkeeping(names));
        statements.add(controlRow(names, dialect, RECEIVER));
        return statements;
    }

    /** The statements that give the control table of an earlier release what it lacks; none where there is no such table. */
    static List<String> additions(ExistingTables catalog, WarehouseNames names) throws SQLException {
        Set<String> standing = catalog.columns(CONTROL).keySet();
        List<String> statements = new ArrayList<>();
        if (!standing.isEmpty()) {
            new TreeMap<>(LATER).forEach((column, type) -> {
                if (!standing.contains(column)) {
                    statements.add("ALTER TABLE " + names.control() + " ADD COLUMN " + column + " " + type);
                }
            });
        }
        return statements;
    }

    /** Fails with a sentence if the tables are not those of this release. */
    static void check(ExistingTables catalog, WarehouseNames names, boolean isByFiles) throws SQLException {
        if (!catalog.has("_stage")
                || (isByFiles && !catalog.has("_loads"))
                || !catalog.has("_holds")
                || !catalog.has("_schedules")
                || !additions(catalog, names).isEmpty()) {
            throw new SQLException(
                    "The schema " + names.schema() + " of the warehouse is not set up: run redshift apply");
        }
    }

    /** Does nothing where the row exists. */
    static String controlRow(WarehouseNames names, WarehouseDialect dialect, String table) {
        return CONTROL_ROW.in(names).statement(Map.of("table", dialect.literal(table)));
    }

    /** Gives a table its row of the control table, and takes back what was refused because it had none. */
    static List<String> admit(WarehouseNames names, WarehouseDialect dialect, String table) {
        Map<String, String> values = new HashMap<>(LandedFields.ofTable(dialect));
        values.put("table", dialect.literal(table));
        values.put("receiver", dialect.literal(RECEIVER));
        values.put("unknown_table", dialect.literal(Receive.UNKNOWN_TABLE));
        return ADMIT.in(names).statements(values);
    }

    /** What a warehouse needs whose merges read the landing themselves, before the tables are made that it lacks. */
    static List<String> upgrade(WarehouseNames names) {
        return UPGRADE.in(names).statements(Map.of());
    }
}
