package io.tributary.sink.redshift;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes out of the warehouse what {@code redshift apply} made there, for a pipeline that is gone for good: what begins with an
 * underscore, which is not the user's, the procedures, and the tables too if that is wanted. The schema stays, and whatever else is in
 * it.
 */
public final class WarehouseTeardown {

    private static final String OURS = "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            + " WHERE n.nspname = ? AND c.relkind IN ('r', 'v', 'm') AND (c.relname IN ('_control', '_watermark', '_schemas',"
            + " '_stage', '_reloads', '_rejected', '_holds', '_schedules', '_replacements', '_columns', '_loads', '_stream_scan_errors')"
            + " OR LEFT(c.relname, 12) = '_tombstones_') ORDER BY c.relname";

    private static final String PROCEDURES = "SELECT p.proname, oidvectortypes(p.proargtypes) FROM pg_proc p"
            + " JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = ? AND (p.proname IN ('tributary_merge',"
            + " '_receive', '_receive_files', '_timetable') OR LEFT(p.proname, 7) = '_merge_') ORDER BY p.proname";

    private final Connection warehouse;
    private final RedshiftSettings settings;
    private final WarehouseNames names;
    private final ExistingTables catalog;

    public WarehouseTeardown(RedshiftSettings settings, Connection warehouse) {
        this.warehouse = warehouse;
        this.settings = settings;
        this.names = new WarehouseNames(settings.schema());
        this.catalog = new ExistingTables(warehouse, names);
    }

    /**
     * The statements for what there is, in their order; none if nothing is there. None ends in a semicolon.
     *
     * @param targets whether the tables that the merges fill go, too
     */
    public List<String> statements(boolean targets) throws SQLException {
        List<String> statements = new ArrayList<>();
        if (targets && catalog.has("_control")) {
            for (List<String> table :
                    rows("SELECT table_name FROM " + names.control() + " ORDER BY table_name", false)) {
                // What begins with an underscore is none of the user's, and goes below.
                if (!table.get(0).startsWith("_") && catalog.has(WarehouseNames.lower(table.get(0)))) {
                    statements.add("DROP TABLE " + names.table(table.get(0)));
                }
            }
        }
        for (List<String> procedure : rows(PROCEDURES, true)) {
            statements.add("DROP PROCEDURE " + names.relation(procedure.get(0)) + "(" + procedure.get(1) + ")");
        }
        for (List<String> relation : rows(OURS, true)) {
            statements.add("DROP TABLE " + names.relation(relation.get(0)) + " CASCADE");
        }
        if (catalog.has("_landing")) {
            boolean isRedshift = settings.dialect() == WarehouseDialect.REDSHIFT;
            statements.add((isRedshift ? "DROP MATERIALIZED VIEW " : "DROP TABLE ") + names.landing());
            if (isRedshift) {
                statements.add("DROP SCHEMA IF EXISTS " + names.externalSchema());
            }
        }
        return statements;
    }

    /** One after the other; what was dropped stays so if a later one fails. */
    public void run(List<String> statements) throws SQLException {
        Transaction.execute(warehouse, statements);
    }

    private List<List<String>> rows(String sql, boolean ofSchema) throws SQLException {
        List<List<String>> rows = new ArrayList<>();
        try (PreparedStatement query = warehouse.prepareStatement(sql)) {
            if (ofSchema) {
                query.setString(1, names.schemaName());
            }
            try (ResultSet result = query.executeQuery()) {
                int columns = result.getMetaData().getColumnCount();
                while (result.next()) {
                    List<String> row = new ArrayList<>();
                    for (int i = 1; i <= columns; i++) {
                        row.add(result.getString(i));
                    }
                    rows.add(row);
                }
            }
        }
        return rows;
    }
}
