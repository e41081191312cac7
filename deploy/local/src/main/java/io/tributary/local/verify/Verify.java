package io.tributary.local.verify;

import io.tributary.local.arguments.Arguments;
import io.tributary.local.verify.Comparison.Outcome;
import java.io.PrintStream;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * Compares every output, key by key and column by column, between the source, Iceberg and the warehouse.
 *
 * <p>What an output ought to be is read from the source in one transaction: the table itself, or the SQL file's SELECT run
 * there. It finds no differences only where everything that the source committed has reached the targets.
 */
public final class Verify {

    private static final String NO_SUCH_TABLE = "42P01";

    /** One output's rows in the source, and what the targets show; a target that is not used is absent. */
    public record Report(
            String table,
            long rows,
            Outcome iceberg,
            @Nullable Outcome warehouse) {

        public boolean isClean() {
            return isCleanInIceberg() && (warehouse == null || warehouse.isClean());
        }

        public boolean isCleanInIceberg() {
            return iceberg.isClean();
        }
    }

    private final Ends ends;
    private final Catalog catalog;
    private final @Nullable Connection source;
    private final @Nullable Connection warehouse;
    private final Map<String, ItemTable> items;
    private final Map<String, String> queries = new LinkedHashMap<>();

    private Verify(
            Ends ends,
            Catalog catalog,
            @Nullable Connection source,
            @Nullable Connection warehouse,
            Map<String, ItemTable> items)
            throws Exception {
        this.ends = ends;
        this.catalog = catalog;
        this.source = source;
        this.warehouse = warehouse;
        this.items = items;
        ends.tables().forEach((name, table) -> queries.put(name, "SELECT * FROM " + table));
        queries.putAll(ends.files());
    }

    public static void main(String[] arguments) throws Exception {
        Arguments read = Arguments.readOrExit(Verify.class, arguments);
        Path settings = Path.of(read.text("--settings"));
        Path database = read.has("--database") ? Path.of(read.text("--database")) : null;
        List<Report> reports = of(Ends.of(settings, database));
        print(reports, System.out);
        System.exit(reports.stream().allMatch(Report::isClean) ? 0 : 1);
    }

    public static List<Report> of(Ends ends) throws Exception {
        return again(ends, List.of());
    }

    /** Outputs without a difference are not compared once more: nothing may have changed in the source since. */
    public static List<Report> again(Ends ends, List<Report> before) throws Exception {
        Map<String, Report> clean = new HashMap<>();
        before.stream().filter(Report::isClean).forEach(report -> clean.put(report.table(), report));
        Catalog catalog = ends.catalog();
        Map<String, ItemTable> items = new LinkedHashMap<>();
        if (!ends.itemTables().isEmpty()) {
            try (DynamoDbClient dynamo = ends.dynamo()) {
                ends.itemTables().forEach((name, table) -> items.put(name, ItemTable.of(dynamo, name, table)));
            }
        }
        try (Connection source = ends.hasDatabase() ? ends.source() : null;
                Connection warehouse = ends.hasWarehouse() ? ends.warehouse() : null) {
            if (source != null) {
                copy(items, ends, catalog, source);
                SourceTable.prepare(source);
            }
            Verify verify = new Verify(ends, catalog, source, warehouse, items);
            List<Report> reports = new ArrayList<>();
            TreeSet<String> outputs = new TreeSet<>(ends.files().keySet());
            outputs.addAll(ends.passThrough());
            for (String output : outputs) {
                Report known = clean.get(output);
                reports.add(known == null ? verify.report(output) : known);
            }
            return reports;
        }
    }

    /** Items to where SQL files are run, with the columns that Iceberg has. */
    private static void copy(Map<String, ItemTable> items, Ends ends, Catalog catalog, Connection source)
            throws Exception {
        for (Map.Entry<String, ItemTable> table : items.entrySet()) {
            TableIdentifier name = ends.identifier(table.getKey());
            if (catalog.tableExists(name)) {
                table.getValue().copyTo(source, catalog.loadTable(name).schema());
            }
        }
    }

    private ExpectedTable expected(String output) {
        ItemTable table = items.get(output);
        if (table != null) {
            return table;
        }
        if (source == null) {
            throw new IllegalArgumentException("There is no postgres section that says where " + output
                    + " comes from: name a file that has one with --database");
        }
        return SourceTable.of(source, output, queries);
    }

    private Report report(String output) throws Exception {
        ExpectedTable expected = expected(output);
        Table table;
        try {
            table = catalog.loadTable(ends.identifier(output));
        } catch (NoSuchTableException e) {
            return new Report(output, 0, Outcome.failure("There is no table " + ends.identifier(output)), null);
        }
        // Debezium sends a number without the zeros at its end.
        Set<String> numbers = ends.topicTables().contains(output) ? expected.numbers() : Set.of();
        Set<String> documents = expected.documents();
        List<ColumnForm> columns = new ArrayList<>();
        List<String> absent = new ArrayList<>();
        for (String name : expected.columns(table.schema())) {
            if (ends.isTreated(output, name)) {
                continue;
            }
            Types.NestedField field = table.schema().findField(name);
            if (field == null) {
                absent.add(name);
            } else {
                columns.add(new ColumnForm(name, field.type(), numbers.contains(name), documents.contains(name)));
            }
        }
        if (!absent.isEmpty()) {
            return new Report(output, 0, Outcome.failure("Iceberg lacks the columns " + absent), null);
        }
        List<String> key = keyOf(table.schema());
        if (key.stream().anyMatch(name -> ends.isTreated(output, name))) {
            return new Report(output, 0, Outcome.failure("Its key is hashed, so it cannot be compared"), null);
        }
        Comparison comparison = Comparison.of(
                columns.stream().map(ColumnForm::name).toList(), key, rows -> expected.read(columns, rows));
        Outcome iceberg = comparison.with(rows -> new IcebergTable(table).read(columns, rows));
        Connection target = warehouse;
        Outcome landed = target == null ? null : landed(target, output, columns, comparison);
        return new Report(output, comparison.size(), iceberg, landed);
    }

    private Outcome landed(Connection target, String output, List<ColumnForm> columns, Comparison comparison)
            throws Exception {
        try {
            return comparison.with(
                    rows -> new WarehouseTable(target, ends.warehouseSchema(), output).read(columns, rows));
        } catch (SQLException e) {
            target.rollback();
            if (NO_SUCH_TABLE.equals(e.getSQLState())) {
                return Outcome.failure("There is no table " + ends.warehouseSchema() + "." + output);
            }
            throw e;
        }
    }

    private static List<String> keyOf(Schema schema) {
        return schema.identifierFieldIds().stream().map(schema::findColumnName).toList();
    }

    public static void print(List<Report> reports, PrintStream out) {
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
