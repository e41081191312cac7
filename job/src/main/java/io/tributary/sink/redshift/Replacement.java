package io.tributary.sink.redshift;

import io.tributary.change.Schema;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A table that is known by its name and made anew in a shape that does not go together with its earlier ones: its target is made
 * again, without a row, and the earlier shapes are forgotten. What lands of them is older than the record that makes the table anew,
 * and the merge passes over it.
 */
final class Replacement {

    private static final SqlTemplate LANDED = SqlTemplate.of("replaced.sql");

    private final RedshiftSettings settings;
    private final WarehouseNames names;
    private final WarehouseDialect dialect;

    Replacement(RedshiftSettings settings) {
        this.settings = settings;
        this.names = new WarehouseNames(settings.schema());
        this.dialect = settings.dialect();
    }

    /** Whether the record has landed that makes the table anew in this shape. */
    boolean hasLanded(String table, long number, Connection connection) throws SQLException {
        Map<String, String> values = Map.of("table", dialect.literal(table), "number", Long.toString(number));
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(LANDED.in(names).statement(values))) {
            return rows.next();
        }
    }

    /** @param schema in lower case */
    List<String> statements(Schema schema, long number) {
        String table = schema.table();
        TargetTable rows = TargetTable.rows(schema, settings.layout(table), settings.deletions(table), names, dialect)
                .narrowed(settings.widths(table));
        TargetTable tombstones = TargetTable.tombstones(schema, names, dialect);
        List<String> statements = new ArrayList<>();
        for (TargetTable target : List.of(rows, tombstones)) {
            statements.add("DROP TABLE IF EXISTS " + target.name());
            statements.add(target.create(dialect));
        }
        statements.add(Bookkeeping.controlRow(names, dialect, table));
        statements.add(Merge.procedure(
                        schema,
                        Readings.byName(),
                        List.of(number),
                        NarrowColumns.of(rows, Map.of()),
                        settings.deletions(table),
                        names,
                        dialect)
                .create(dialect));
        statements.add("DELETE FROM " + names.schemas() + " WHERE table_name = " + dialect.literal(table)
                + " AND schema_number <> " + number + " AND applied_at IS NOT NULL");
        return statements;
    }
}
