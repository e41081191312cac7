package io.tributary.local;

import io.tributary.local.Comparison.Outcome;
import java.io.PrintStream;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * Compares every output, key by key and column by column, between the source, Iceberg and the warehouse.
 *
 * <p>What an output ought to be is read from the source in one transaction: the table itself, or the SQL file's SELECT run
 * there. It finds no differences only where everything that the source committed has reached the targets.
 */
final class Verify {

    /** One output's rows in the source, and what the targets show; a target that is not used is absent. */
    record Report(
            String table,
            long rows,
            Outcome iceberg,
            @Nullable Outcome warehouse) {

        boolean isClean() {
            return iceberg.isClean() && (warehouse == null || warehouse.isClean());
        }
    }

    private final Ends ends;
    private final Catalog catalog;
    private final Connection source;
    private final @Nullable Connection warehouse;
    private final Map<String, String> queries = new LinkedHashMap<>();

    private Verify(Ends ends, Catalog catalog, Connection source, @Nullable Connection warehouse) throws Exception {
        this.ends = ends;
        this.catalog = catalog;
        this.source = source;
        this.warehouse = warehouse;
        ends.tables().forEach((name, table) -> queries.put(name, "SELECT * FROM " + table));
        queries.putAll(ends.files());
    }

    public static void main(String[] arguments) throws Exception {
        if (arguments.length != 2 || !arguments[0].equals("--settings")) {
            System.err.println("usage: verify --settings <file>");
            System.exit(2);
        }
        List<Report> reports = of(Path.of(arguments[1]));
        print(reports, System.out);
        System.exit(reports.stream().allMatch(Report::isClean) ? 0 : 1);
    }

    static List<Report> of(Path settings) throws Exception {
        Ends ends = Ends.of(settings);
        try (Connection source = ends.source();
                Connection warehouse = ends.hasWarehouse() ? ends.warehouse() : null) {
            SourceTable.prepare(source);
            Verify verify = new Verify(ends, ends.catalog(), source, warehouse);
            List<Report> reports = new ArrayList<>();
            TreeSet<String> outputs = new TreeSet<>(ends.files().keySet());
            outputs.addAll(ends.passThrough());
            for (String output : outputs) {
                reports.add(verify.report(output));
            }
            return reports;
        }
    }

    private Report report(String output) throws Exception {
        SourceTable expected = SourceTable.of(source, output, queries);
        Table table;
        try {
            table = catalog.loadTable(ends.identifier(output));
        } catch (NoSuchTableException e) {
            return new Report(output, 0, Outcome.failure("There is no table " + ends.identifier(output)), null);
        }
        List<ColumnForm> columns = new ArrayList<>();
        List<String> absent = new ArrayList<>();
        for (String name : expected.columns()) {
            Types.NestedField field = table.schema().findField(name);
            if (field == null) {
                absent.add(name);
            } else {
                columns.add(new ColumnForm(name, field.type()));
            }
        }
        if (!absent.isEmpty()) {
            return new Report(output, 0, Outcome.failure("Iceberg lacks the columns " + absent), null);
        }
        Comparison comparison = Comparison.of(
                columns.stream().map(ColumnForm::name).toList(),
                keyOf(table.schema()),
                rows -> expected.read(columns, rows));
        Outcome iceberg = comparison.with(rows -> new IcebergTable(table).read(columns, rows));
        Connection target = warehouse;
        Outcome landed = target == null
                ? null
                : comparison.with(
                        rows -> new WarehouseTable(target, ends.warehouseSchema(), output).read(columns, rows));
        return new Report(output, comparison.size(), iceberg, landed);
    }

    private static List<String> keyOf(Schema schema) {
        return schema.identifierFieldIds().stream().map(schema::findColumnName).toList();
    }

    static void print(List<Report> reports, PrintStream out) {
        String line = "%-18s %11s %11s %11s   %9s %9s %9s %10s%n";
        out.printf(line, "", "source", "Iceberg", "warehouse", "missing", "extra", "different", "duplicates");
        for (Report report : reports) {
            Outcome iceberg = report.iceberg;
            Outcome warehouse = report.warehouse;
            out.printf(
                    line,
                    report.table,
                    count(report.rows),
                    count(iceberg.rows()),
                    warehouse == null ? "-" : count(warehouse.rows()),
                    both(iceberg.missing(), warehouse == null ? 0 : warehouse.missing()),
                    both(iceberg.extra(), warehouse == null ? 0 : warehouse.extra()),
                    both(iceberg.different(), warehouse == null ? 0 : warehouse.different()),
                    both(iceberg.duplicates(), warehouse == null ? 0 : warehouse.duplicates()));
        }
        for (Report report : reports) {
            report.iceberg.examples().forEach(e -> out.println("Iceberg: " + report.table + " " + e));
            if (report.warehouse != null) {
                report.warehouse.examples().forEach(e -> out.println("warehouse: " + report.table + " " + e));
            }
        }
        boolean clean = reports.stream().allMatch(Report::isClean);
        out.println(clean ? "Every row is the same everywhere." : "There are differences (Iceberg / warehouse).");
    }

    private static String count(long number) {
        return "%,d".formatted(number);
    }

    private static String both(long iceberg, long warehouse) {
        return iceberg + " / " + warehouse;
    }
}
