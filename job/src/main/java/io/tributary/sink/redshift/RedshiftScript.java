package io.tributary.sink.redshift;

import io.tributary.change.Schema;
import io.tributary.change.SchemaConflictException;
import io.tributary.settings.Problems;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The SQL that sets the warehouse up for a list of tables: printed, checked against what exists, or run. */
public final class RedshiftScript {

    private final RedshiftSettings settings;
    private final WarehouseNames names;
    private final WarehouseDialect dialect;

    public RedshiftScript(RedshiftSettings settings) {
        this.settings = settings;
        this.names = new WarehouseNames(settings.schema());
        this.dialect = settings.dialect();
    }

    /** All statements, in order, for an empty schema. None ends in a semicolon. */
    public List<String> statements(List<Schema> schemas) {
        List<String> statements = new ArrayList<>(beforeLanding());
        if (settings.loads().isStreamed()) {
            statements.addAll(dialect.landing(names, settings));
        }
        statements.addAll(afterLanding());
        for (Schema given : schemas) {
            Schema schema = SchemaRecord.lower(given);
            TargetTable rows = TargetTable.rows(
                            schema, settings.layout(schema.table()), settings.deletions(schema.table()), names, dialect)
                    .narrowed(settings.widths(schema.table()));
            statements.add(rows.create(dialect));
            statements.add(TargetTable.tombstones(schema, names, dialect).create(dialect));
            statements.add(Bookkeeping.controlRow(names, dialect, schema.table()));
            statements.add(Merge.procedure(
                            schema,
                            Readings.byName(),
                            List.of(),
                            NarrowColumns.of(rows, Map.of()),
                            settings.deletions(schema.table()),
                            names,
                            dialect)
                    .create(dialect));
        }
        return statements;
    }

    /**
     * Adds what would keep {@link #apply} or the merges from working, each with the statement that mends it, and gives what stands
     * otherwise than new tables would, and stays so.
     */
    public List<String> check(List<Schema> schemas, Problems problems) {
        return check(schemas, Set.of(), problems);
    }

    /** As the other, with tables that the job makes anew while it runs: what they are like now does not count. */
    public List<String> check(List<Schema> schemas, Set<String> replaced, Problems problems) {
        List<String> remarks = new ArrayList<>();
        TargetChecks checks = new TargetChecks(settings, problems);
        List<Schema> sound = checks.sound(schemas);
        try (Connection connection = new WarehouseConnector(settings).open()) {
            ExistingTables catalog = new ExistingTables(connection, names);
            if (!catalog.hasSchema()) {
                if (!catalog.mayCreateSchema()) {
                    problems.add("redshift.schema: the schema " + names.schema() + " does not exist and "
                            + settings.username() + " may not create it: CREATE SCHEMA " + names.schema()
                            + " AUTHORIZATION " + WarehouseNames.quote(String.valueOf(settings.username())));
                }
                return remarks;
            }
            if (!catalog.mayCreateInSchema()) {
                problems.add("redshift.schema: " + settings.username() + " may not create tables in " + names.schema()
                        + ": GRANT USAGE, CREATE ON SCHEMA " + names.schema() + " TO "
                        + WarehouseNames.quote(String.valueOf(settings.username())));
            }
            ShapeRegistry shapes = new ShapeRegistry(connection, settings);
            Set<String> related = catalog.has("_schemas") ? related(schemas, shapes) : Set.of();
            for (Schema schema : sound) {
                remarks.addAll(checks.remarks(schema, catalog));
                if (catalog.has("_schemas")) {
                    remarks.addAll(new Drift(connection, settings).of(schema.table()));
                }
                for (String change : shapes.layoutChanges(schema.table())) {
                    remarks.add("Redshift table " + names.table(schema.table())
                            + " is laid out otherwise than the settings say: redshift apply rewrites it by " + change);
                }
                if (!related.contains(schema.table()) && !replaced.contains(schema.table())) {
                    checks.existing(schema, catalog, shapes);
                }
            }
        } catch (SQLException e) {
            problems.add(String.valueOf(e.getMessage()));
        }
        return remarks;
    }

    /** The tables whose targets follow their sources by themselves. */
    private static Set<String> related(List<Schema> schemas, ShapeRegistry shapes) throws SQLException {
        Set<String> related = new HashSet<>();
        for (Schema schema : schemas) {
            if (schema.relation() > 0 && shapes.isRelated(schema.table())) {
                related.add(schema.table());
            }
        }
        return related;
    }

    /** Creates what is missing and adds or widens columns. Does nothing where all is there. */
    public void apply(List<Schema> schemas, Problems problems) {
        apply(schemas, Set.of(), problems);
    }

    /**
     * As the other, with tables that the job makes anew while it runs: those that do not go together with what they are to be stay as
     * they are until the merges meet the record that says so.
     */
    public void apply(List<Schema> schemas, Set<String> replaced, Problems problems) {
        String doing = "connecting";
        try (Connection connection = new WarehouseConnector(settings).open()) {
            doing = "setting up " + names.schema();
            Transaction.execute(connection, beforeLanding());
            ExistingTables catalog = new ExistingTables(connection, names);
            if (settings.loads().isStreamed() && !catalog.has("_landing")) {
                Transaction.execute(connection, dialect.landing(names, settings));
            }
            ShapeRegistry shapes = new ShapeRegistry(connection, settings);
            List<String> additions = Bookkeeping.additions(catalog, names);
            Transaction.execute(connection, additions);
            if (catalog.has("_control") && !catalog.has("_stage")) {
                List<String> statements = new ArrayList<>(Bookkeeping.upgrade(names));
                statements.addAll(afterLanding());
                Transaction.run(connection, statements);
                shapes.generateAgain();
            } else {
                Transaction.execute(connection, afterLanding());
                if (!additions.isEmpty()) {
                    shapes.generateAgain();
                }
            }
            shapes.admit(schemas.stream().map(Schema::table).collect(Collectors.toSet()));
            for (Schema schema : schemas) {
                doing = "setting up table " + schema.table();
                ensure(schema, replaced, shapes);
                new NarrowColumns(connection, settings).lengthenAsTold(schema.table());
                doing = "laying out table " + schema.table();
                shapes.layOut(schema.table());
                endMarked(schema, connection, catalog);
            }
            doing = "taking the shapes that have landed";
            shapes.applyPending();
        } catch (SQLException e) {
            problems.add("Redshift, " + doing + ": " + Transaction.sentence(e));
        } catch (SchemaConflictException | IllegalArgumentException e) {
            problems.add("Redshift, " + doing + ": " + e.getMessage());
        }
    }

    private static void ensure(Schema schema, Set<String> replaced, ShapeRegistry shapes)
            throws SQLException, SchemaConflictException {
        try {
            shapes.ensure(schema);
        } catch (SchemaConflictException e) {
            if (!replaced.contains(schema.table())) {
                throw e;
            }
        }
    }

    /** Rows that are marked as deleted go where deleted rows are to stay no longer. */
    private void endMarked(Schema schema, Connection connection, ExistingTables catalog) throws SQLException {
        String table = schema.table();
        boolean isOwn =
                schema.columns().stream().anyMatch(column -> column.name().equalsIgnoreCase(Deletions.DELETED));
        if (isOwn
                || settings.deletions(table).isSoft()
                || !catalog.columns(WarehouseNames.lower(table)).containsKey(Deletions.DELETED)) {
            return;
        }
        List<String> key = schema.keyNames().stream().map(WarehouseNames::lower).collect(Collectors.toList());
        List<String> statements = new ArrayList<>(List.of("LOCK TABLE " + names.tombstones(table)));
        statements.addAll(Deletions.ended(names.table(table), names.tombstones(table), key));
        Transaction.run(connection, statements);
    }

    /**
     * The statement by which a feeder lands a record in the stand-in: arrival time, partition key, shard, sequence number,
     * the time of this refresh, and the record's bytes. A record that has landed already is left alone.
     */
    public static String landingInsert(RedshiftSettings settings) {
        return "INSERT INTO " + new WarehouseNames(settings.schema()).landing()
                + " (approximate_arrival_timestamp, partition_key, shard_id, sequence_number, refresh_time, kinesis_data)"
                + " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING";
    }

    /** A connection of the driver to the warehouse or to its stand-in. */
    public static Connection connect(RedshiftSettings settings) throws SQLException {
        return new WarehouseConnector(settings).open();
    }

    private List<String> beforeLanding() {
        List<String> statements = new ArrayList<>();
        statements.add("CREATE SCHEMA IF NOT EXISTS " + names.schema());
        statements.addAll(dialect.beforeLanding(names, settings));
        return statements;
    }

    private List<String> afterLanding() {
        List<String> statements = new ArrayList<>(Bookkeeping.statements(names, dialect));
        statements.add(Timetable.procedure(names).create(dialect));
        if (settings.loads().isStreamed()) {
            statements.add(Receive.procedure(names, settings.streamRetention(), dialect)
                    .create(dialect));
        }
        if (settings.loads().isByFiles()) {
            statements.addAll(FileLoads.statements(names, dialect));
        }
        statements.add(Round.create(names, settings, dialect));
        return statements;
    }
}
