package io.tributary.command.verify;

import io.tributary.capture.ColumnSettings;
import io.tributary.capture.Treatment;
import io.tributary.capture.dynamodb.DynamoDbSettings;
import io.tributary.capture.postgres.PostgresSettings;
import io.tributary.capture.postgres.PostgresSources;
import io.tributary.capture.postgres.PostgresTable;
import io.tributary.query.QuerySettings;
import io.tributary.settings.Given;
import io.tributary.settings.Problems;
import io.tributary.sink.redshift.RedshiftSettings;
import io.tributary.sink.redshift.WarehouseDialect;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** A pipeline with its two ends open, source and targets, as the settings of its stages name them. */
public final class Verification implements AutoCloseable {

    private static final String ICEBERG = "Iceberg";
    private static final String WAREHOUSE = "warehouse";

    private final Catalog catalog;
    private final Namespace namespace;
    private final ColumnSettings columns;
    private final RedshiftSettings redshift;
    private final @Nullable Connection warehouse;
    private final List<SourceDatabase> databases;
    private final @Nullable DynamoDbClient dynamo;
    private final Map<String, ItemTable> items;
    private final Set<String> copied = new HashSet<>();
    private final Set<String> files;
    private final Set<String> outputs;
    private final Queries queries;

    private Verification(
            Catalog catalog,
            Namespace namespace,
            ColumnSettings columns,
            RedshiftSettings redshift,
            @Nullable Connection warehouse,
            List<SourceDatabase> databases,
            @Nullable DynamoDbClient dynamo,
            Map<String, ItemTable> items,
            Map<String, String> tables,
            Map<String, String> files,
            Set<String> outputs) {
        this.catalog = catalog;
        this.namespace = namespace;
        this.columns = columns;
        this.redshift = redshift;
        this.warehouse = warehouse;
        this.databases = databases;
        this.dynamo = dynamo;
        this.items = items;
        this.files = files.keySet();
        this.outputs = outputs;
        this.queries = new Queries(tables, files);
    }

    /**
     * Adds all that keeps it from being compared to the problems of {@code given}, and fails if there is any.
     *
     * @param database where the tables are that come by way of topics; null if the settings name all
     */
    public static Verification open(Given given, @Nullable Given database, Catalog catalog, Namespace namespace) {
        Problems problems = given.problems();
        ColumnSettings columns = ColumnSettings.from(given);
        List<PostgresSettings> sources = given.hasAny("postgres.") || given.hasAny("sources.")
                ? PostgresSources.from(given, columns, false)
                : List.of();
        QuerySettings query = QuerySettings.from(given);
        RedshiftSettings redshift = RedshiftSettings.from(given);
        Map<String, String> files = query.texts(problems);
        List<PostgresSettings> others = List.of();
        if (database != null) {
            others = PostgresSources.from(database, columns, true);
            database.problems().sentences().forEach(problems::add);
        }
        DynamoDbSettings itemSettings = given.hasAny("dynamodb.") ? DynamoDbSettings.from(given, columns) : null;
        problems.throwIfAny();
        List<SourceDatabase> databases = new ArrayList<>();
        for (PostgresSettings source : sources) {
            add(SourceDatabase.open(source, true, problems), databases);
        }
        for (PostgresSettings source : others) {
            add(SourceDatabase.open(source, false, problems), databases);
        }
        Connection warehouse = redshift.isEnabled() ? connect(redshift, problems) : null;
        Map<String, String> tables = new TreeMap<>();
        for (SourceDatabase of : databases) {
            of.tables().forEach(table -> tables.putIfAbsent(table.alias(), table.quoted()));
        }
        DynamoDbClient dynamo = itemSettings == null ? null : itemSettings.open();
        Map<String, ItemTable> items = new TreeMap<>();
        if (itemSettings != null && dynamo != null) {
            itemSettings.sources().forEach((name, source) -> items.put(name, new ItemTable(dynamo, name, source)));
            items.keySet().forEach(name -> tables.put(name, "pg_temp." + SourceTable.quoted(name)));
        }
        Set<String> outputs = new TreeSet<>(files.keySet());
        // Those that are named are missed, if nothing that is known here has them.
        query.outputs(new Problems()).stream()
                .filter(name -> !name.contains("*") && !name.startsWith("-"))
                .forEach(outputs::add);
        tables.keySet().stream().filter(query.passThrough()::contains).forEach(outputs::add);
        Verification verification = new Verification(
                catalog, namespace, columns, redshift, warehouse, databases, dynamo, items, tables, files, outputs);
        if (!problems.isEmpty()) {
            verification.close();
            throw problems.exception();
        }
        return verification;
    }

    private static void add(@Nullable SourceDatabase database, List<SourceDatabase> databases) {
        if (database != null) {
            databases.add(database);
        }
    }

    private static @Nullable Connection connect(RedshiftSettings settings, Problems problems) {
        try {
            Connection connection = settings.connect();
            connection.setAutoCommit(false);
            return connection;
        } catch (SQLException e) {
            problems.add("redshift.url: " + e.getMessage());
            return null;
        }
    }

    /** What the pipeline makes, in the order of the names. */
    public Set<String> outputs() {
        return outputs;
    }

    /**
     * @param keys how many differing keys are looked for at most
     * @param patience how long the targets are waited for to have what the source has
     */
    public Outcome compare(String output, int keys, Duration patience) throws Exception {
        TableIdentifier name = TableIdentifier.of(namespace, output);
        Table table;
        try {
            table = catalog.loadTable(name);
        } catch (NoSuchTableException e) {
            return Outcome.failure(output, "There is no Iceberg table " + name);
        }
        Comparison.Limits limits = new Comparison.Limits(keys, patience);
        ItemTable item = items.get(output);
        return item != null && !files.contains(output)
                ? ofItems(output, item, table, limits)
                : ofQuery(output, table, limits);
    }

    private Outcome ofItems(String output, ItemTable item, Table table, Comparison.Limits limits) throws Exception {
        Columns found = columns(output, item.columns(table.schema()), Set.of(), Set.of(), table.schema());
        if (found.form == null) {
            return Outcome.failure(output, found.failure);
        }
        RowForm form = found.form;
        Side side = rows -> item.read(form.columns(), rows);
        return new Comparison(output, form, new Untold(side), targets(output, form, table, true), limits).run();
    }

    private Outcome ofQuery(String output, Table table, Comparison.Limits limits) throws Exception {
        Set<String> tables = queries.tablesOf(output);
        SourceDatabase database = having(tables);
        if (database == null) {
            return Outcome.failure(
                    output,
                    tables.isEmpty()
                            ? "No database that is known here has it: name settings with --database whose postgres section"
                                    + " has its tables"
                            : "No database that is known here has all that it is made of (" + String.join(", ", tables)
                                    + "), so there is nothing to compare it with");
        }
        String query = queries.of(output);
        SourceTable.Description description;
        try {
            copyItems(tables, database);
            description = SourceTable.describe(database.connection(), query);
        } catch (SQLException e) {
            return Outcome.failure(
                    output,
                    (files.contains(output)
                                    ? "PostgreSQL does not run the SELECT of " + output + ".sql, or of what it reads: "
                                    : "It cannot be read in PostgreSQL: ")
                            + e.getMessage());
        }
        // Debezium sends a number without the zeros at its end.
        Set<String> numbers = database.isOfJob() ? Set.of() : description.numbers();
        Columns found = columns(output, description.columns(), numbers, description.documents(), table.schema());
        if (found.form == null) {
            return Outcome.failure(output, found.failure);
        }
        SourceTable side = new SourceTable(database.connection(), query, description, found.form);
        List<Target> targets = targets(output, found.form, table, !database.isOfJob());
        return new Comparison(output, found.form, new At(database, side), targets, limits).run();
    }

    /** The first database that has all of these tables but those of DynamoDB. */
    private @Nullable SourceDatabase having(Set<String> tables) {
        Set<String> wanted = new HashSet<>(tables);
        wanted.removeAll(items.keySet());
        for (SourceDatabase database : databases) {
            if (!tables.isEmpty()
                    && database.tables().stream()
                            .map(PostgresTable::alias)
                            .collect(Collectors.toSet())
                            .containsAll(wanted)) {
                return database;
            }
        }
        return null;
    }

    /** Where SQL files join items with tables, these are in temporary tables beside them, with the columns that Iceberg has. */
    private void copyItems(Set<String> tables, SourceDatabase database) throws Exception {
        for (String name : tables) {
            ItemTable item = items.get(name);
            if (item != null && copied.add(name)) {
                item.copyTo(
                        database.connection(),
                        catalog.loadTable(TableIdentifier.of(namespace, name)).schema());
            }
        }
    }

    /** @param form null if they cannot be compared */
    private record Columns(@Nullable RowForm form, String failure) {}

    private Columns columns(
            String output, List<String> names, Set<String> numbers, Set<String> documents, Schema schema) {
        List<String> key =
                schema.identifierFieldIds().stream().map(schema::findColumnName).toList();
        List<ColumnForm> forms = new ArrayList<>();
        List<String> absent = new ArrayList<>();
        for (String column : names) {
            Types.NestedField field = schema.findField(column);
            if (isTreated(output, column)) {
                continue;
            }
            if (field == null) {
                absent.add(column);
            } else {
                forms.add(new ColumnForm(column, field.type(), numbers.contains(column), documents.contains(column)));
            }
        }
        if (!absent.isEmpty()) {
            return new Columns(null, "Its Iceberg table lacks the columns " + String.join(", ", absent));
        }
        if (key.isEmpty()) {
            return new Columns(null, "Its Iceberg table names no key");
        }
        if (key.stream().anyMatch(column -> isTreated(output, column))) {
            return new Columns(null, "Its key is hashed, so its rows cannot be told from each other in the source");
        }
        return new Columns(new RowForm(forms, key), "");
    }

    private List<Target> targets(String output, RowForm form, Table table, boolean isLate) throws SQLException {
        List<Target> targets = new ArrayList<>();
        targets.add(Target.of(ICEBERG, new IcebergSide(table, form), isLate));
        if (warehouse != null) {
            targets.add(warehouse(warehouse, output, form));
        }
        return targets;
    }

    private Target warehouse(Connection connection, String output, RowForm form) throws SQLException {
        WarehouseTable table = WarehouseTable.find(
                connection, redshift.schema(), output, form, redshift.dialect() == WarehouseDialect.POSTGRES);
        if (table == null) {
            return Target.missing(WAREHOUSE, "The warehouse has no table " + redshift.schema() + "." + output);
        }
        List<String> lacking = table.lacking();
        return lacking.isEmpty()
                ? Target.of(WAREHOUSE, table, true)
                : Target.missing(
                        WAREHOUSE,
                        "The table " + redshift.schema() + "." + output + " of the warehouse lacks the columns "
                                + String.join(", ", lacking));
    }

    /** Whether the job leaves out or hashes a column of a captured table, so that the targets do not have what the source has. */
    private boolean isTreated(String output, String column) {
        return !files.contains(output) && columns.of(output).of(column) != Treatment.KEPT;
    }

    private record At(SourceDatabase database, SourceTable side) implements Comparison.Source {

        @Override
        public <T> T atOneMoment(SourceDatabase.Work<T> work) throws Exception {
            return database.atOneMoment(work);
        }

        @Override
        public @Nullable String await(Duration patience) throws Exception {
            return database.await(patience);
        }

        @Override
        public boolean isRead() throws Exception {
            return database.isRead();
        }
    }

    /** Of which nobody tells up to where the targets have it: they are looked at again until they do. */
    private record Untold(Side side) implements Comparison.Source {

        @Override
        public <T> T atOneMoment(SourceDatabase.Work<T> work) throws Exception {
            return work.run();
        }

        @Override
        public @Nullable String await(Duration patience) {
            return null;
        }

        @Override
        public boolean isRead() {
            return true;
        }
    }

    @Override
    public void close() {
        List<AutoCloseable> all = new ArrayList<>(databases);
        if (dynamo != null) {
            all.add(dynamo);
        }
        if (warehouse != null) {
            all.add(warehouse);
        }
        if (catalog instanceof AutoCloseable closeable) {
            all.add(closeable);
        }
        for (AutoCloseable each : all) {
            try {
                each.close();
            } catch (Exception e) {
                // Nothing was written.
            }
        }
    }
}
