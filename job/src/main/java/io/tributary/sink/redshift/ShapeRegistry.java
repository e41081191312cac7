package io.tributary.sink.redshift;

import io.tributary.change.Column;
import io.tributary.change.Schema;
import io.tributary.change.SchemaConflictException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the target tables and the merge procedures to the shapes that the stream told of, one transaction a shape.
 *
 * <p>A table's shape is the union of all that are registered, so an old shape that is told again changes nothing. If its source
 * knows the table by a number, it is that of the newest revision: see {@link Evolution}.
 */
final class ShapeRegistry {

    private static final Logger LOG = LoggerFactory.getLogger(ShapeRegistry.class);

    /** Of SQL's codes: what is to be dropped is used by something. */
    private static final String HAS_DEPENDENTS = "2BP01";

    private static final Pattern DEPENDENT_VIEW = Pattern.compile("view (.+?) depends on");

    private final Connection connection;
    private final RedshiftSettings settings;
    private final WarehouseNames names;
    private final WarehouseDialect dialect;

    ShapeRegistry(Connection connection, RedshiftSettings settings) {
        this.connection = connection;
        this.settings = settings;
        this.names = new WarehouseNames(settings.schema());
        this.dialect = settings.dialect();
    }

    /** Tables of which at least one shape is registered. */
    Set<String> registered() throws SQLException {
        Set<String> tables = new TreeSet<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT DISTINCT table_name FROM " + names.schemas() + " WHERE applied_at IS NOT NULL")) {
            while (rows.next()) {
                tables.add(rows.getString(1));
            }
        }
        return tables;
    }

    /**
     * Lets {@code _receive} take the records of these tables. What it refused of a table that it did not know is taken back as
     * far as it is in the landing still, so that nothing is lost where the job sends a new table before we know of it.
     */
    void admit(Set<String> tables) throws SQLException {
        Set<String> known = new HashSet<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT table_name FROM " + names.control())) {
            while (rows.next()) {
                known.add(rows.getString(1));
            }
        }
        for (String table : tables) {
            if (!known.contains(table)) {
                Transaction.run(connection, Bookkeeping.admit(names, dialect, table));
            }
        }
    }

    /** The tables of which shapes have landed that are not registered. */
    Set<String> pending() throws SQLException {
        Set<String> tables = new TreeSet<>();
        new PendingShapes(connection, names, dialect).read().forEach(pending -> tables.add(pending.table()));
        return tables;
    }

    /** Applies the shapes that have landed and are not registered. */
    void applyPending() throws SQLException {
        for (String table : pending()) {
            applyPending(table);
        }
    }

    /** Applies those of one table, and tells whether it has one more now. */
    boolean applyPending(String table) throws SQLException {
        boolean isChanged = false;
        PendingShapes shapes = new PendingShapes(connection, names, dialect);
        for (PendingShapes.Pending pending : shapes.read(table)) {
            String problem;
            try {
                apply(pending.shape());
                isChanged = true;
                LOG.info(
                        "Table {} has the shape {} now",
                        pending.table(),
                        pending.shape().number());
                continue;
            } catch (SchemaConflictException | IllegalArgumentException e) {
                problem = String.valueOf(e.getMessage());
            } catch (SQLException e) {
                if (!connection.isValid(5)) {
                    throw e;
                }
                problem = Transaction.sentence(e);
                if (HAS_DEPENDENTS.equals(e.getSQLState())) {
                    problem += remedy(String.valueOf(e.getMessage()));
                }
            }
            problem = Transaction.shortened(problem);
            if (!problem.equals(pending.problem())) {
                LOG.error("The rows of table {} wait, its shape cannot be changed: {}", pending.table(), problem);
                shapes.report(pending, problem);
            }
        }
        return isChanged;
    }

    private void apply(ToldShape told) throws SQLException, SchemaConflictException {
        try {
            apply(told.schema(), told.number());
        } catch (SchemaConflictException e) {
            Replacement replacement = new Replacement(settings);
            String table = told.schema().table();
            if (told.schema().relation() > 0 || !replacement.hasLanded(table, told.number(), connection)) {
                throw e;
            }
            List<String> statements = new ArrayList<>(replacement.statements(told.schema(), told.number()));
            statements.addAll(register(table, told.number()));
            Transaction.run(connection, statements);
        }
    }

    /** The views are in the message's later lines, if they are named at all. */
    private static String remedy(String message) {
        String views = DEPENDENT_VIEW
                .matcher(message)
                .results()
                .map(found -> found.group(1))
                .collect(Collectors.joining(", "));
        return ": DROP VIEW " + (views.isEmpty() ? "those that use it" : views)
                + "; what is created again WITH NO SCHEMA BINDING is in nobody's way";
    }

    /** Makes the table hold this shape besides all that are registered, without registering it. */
    void ensure(Schema schema) throws SQLException, SchemaConflictException {
        apply(SchemaRecord.lower(schema), null);
    }

    /** Gives the table the distribution and the order that the settings name, where they name some and it has others. */
    void layOut(String table) throws SQLException {
        for (String change : layoutChanges(table)) {
            LOG.info("{}", change);
            Transaction.execute(connection, List.of(change));
        }
    }

    /** The statements that do so; none where the table has the layout, or there is none. */
    List<String> layoutChanges(String table) throws SQLException {
        ExistingTables catalog = new ExistingTables(connection, names);
        String relation = WarehouseNames.lower(table);
        if (dialect.layouts() == null || !catalog.has(relation)) {
            return List.of();
        }
        return settings.layout(table)
                .within(catalog.columns(relation).keySet())
                .changes(names.table(table), catalog.layout(relation, dialect));
    }

    /** Makes the procedures of all tables again that have a shape, as this release has them. */
    void generateAgain() throws SQLException, SchemaConflictException {
        for (String table : registered()) {
            remake(table);
        }
    }

    /** Makes what is missing of a table that has a shape, and its procedure again. */
    void remake(String table) throws SQLException, SchemaConflictException {
        List<ToldShape> known = registered(table);
        apply(known.get(known.size() - 1).schema(), null);
    }

    /** The newest of a table's registered shapes; null if there is none. */
    @Nullable
    ToldShape newest(String table) throws SQLException {
        List<ToldShape> known = ToldShape.byRevision(registered(table));
        return known.isEmpty() ? null : known.get(known.size() - 1);
    }

    /** What the target is to hold by the shapes that are registered; null if there is none. */
    @Nullable
    Schema layout(String table) throws SQLException, SchemaConflictException {
        List<ToldShape> known = registered(table);
        if (known.isEmpty()) {
            return null;
        }
        Map<String, String> standing = new ExistingTables(connection, names).columns(WarehouseNames.lower(table));
        if (known.stream().anyMatch(shape -> shape.schema().relation() > 0)) {
            TargetColumns columns = TargetColumns.read(connection, names, table);
            Evolution evolution = Evolution.of(known, null, columns, standing.keySet(), dialect.longestName());
            return holding(standing, evolution.layout());
        }
        Schema union = known.get(0).schema();
        for (ToldShape shape : known) {
            union = union.merge(shape.schema());
        }
        return holding(standing, union);
    }

    /** True if the source of the table knows it by a number, so that what becomes of it is told by its shapes. */
    boolean isRelated(String table) throws SQLException {
        return registered(table).stream().anyMatch(shape -> shape.schema().relation() > 0);
    }

    private void apply(Schema schema, @Nullable Long number) throws SQLException, SchemaConflictException {
        List<ToldShape> known = registered(schema.table());
        String impossible = NameProblems.ofShape(schema);
        if (impossible != null) {
            throw new IllegalArgumentException(impossible);
        }
        for (Column column : schema.columns()) {
            String problem = new NameProblems(dialect).ofColumn(column.name());
            if (problem != null) {
                throw new IllegalArgumentException(problem);
            }
        }
        if (schema.relation() > 0
                || known.stream().anyMatch(shape -> shape.schema().relation() > 0)) {
            follow(schema.table(), known, number == null ? null : new ToldShape(number, schema));
            return;
        }
        Schema union = schema;
        for (ToldShape shape : known) {
            union = shape.schema().merge(union);
        }
        ExistingTables catalog = new ExistingTables(connection, names);
        Set<String> documents = documents(schema);
        known.forEach(shape -> documents.addAll(documents(shape.schema())));
        union = readable(holding(catalog.columns(WarehouseNames.lower(union.table())), union), documents);
        TargetTable tombstones = TargetTable.tombstones(union, names, dialect);
        String buried = WarehouseNames.tombstonesOf(union.table());
        List<String> statements = new ArrayList<>(locked(tombstones, catalog.columns(buried)));
        String relation = WarehouseNames.lower(union.table());
        TargetTable rows = TargetTable.rows(
                        union, settings.layout(union.table()), settings.deletions(union.table()), names, dialect)
                .narrowed(settings.widths(union.table()));
        statements.addAll(reshape(rows, relation, union, catalog));
        statements.addAll(reshape(tombstones, buried, union, catalog));
        statements.add(Bookkeeping.controlRow(names, dialect, union.table()));
        statements.add(Merge.procedure(
                        union,
                        Readings.byName(),
                        numbers(known, number),
                        NarrowColumns.of(rows, catalog.columns(relation)),
                        settings.deletions(union.table()),
                        names,
                        dialect)
                .create(dialect));
        if (number != null) {
            statements.addAll(register(union.table(), number));
        }
        Transaction.run(connection, statements);
    }

    private static List<Long> numbers(List<ToldShape> known, @Nullable Long number) {
        Set<Long> numbers = new TreeSet<>();
        known.forEach(shape -> numbers.add(shape.number()));
        if (number != null) {
            numbers.add(number);
        }
        return List.copyOf(numbers);
    }

    /** A merge that runs keeps its table from being altered, and the other way round: both take the tombstones first. */
    private static List<String> locked(TargetTable tombstones, Map<String, String> existing) {
        return existing.isEmpty() ? List.of() : List.of("LOCK TABLE " + tombstones.name());
    }

    /** What has waited for the shape is there to be merged, though no merge has seen anything else land. */
    private List<String> register(String table, long number) {
        String ofTable = " WHERE table_name = " + dialect.literal(table);
        return List.of(
                "UPDATE " + names.schemas() + " SET applied_at = GETDATE(), problem = NULL" + ofTable
                        + " AND schema_number = " + number,
                "UPDATE " + names.control() + " SET rows_seen = 0" + ofTable);
    }

    /** @param told null if the target is to be as the registered shapes say */
    private void follow(String table, List<ToldShape> known, @Nullable ToldShape told)
            throws SQLException, SchemaConflictException {
        ExistingTables catalog = new ExistingTables(connection, names);
        Map<String, String> existing = catalog.columns(WarehouseNames.lower(table));
        Evolution evolution = Evolution.of(
                known, told, TargetColumns.read(connection, names, table), existing.keySet(), dialect.longestName());
        Map<String, String> standing = Renames.applied(existing, evolution.renamed());
        standing.keySet().removeAll(evolution.replaced());
        Schema layout = readable(holding(standing, evolution.layout()), evolution.documents());
        TargetTable rows = TargetTable.rows(
                        layout,
                        settings.layout(table)
                                .within(new HashSet<>(layout.rowType().getFieldNames())),
                        settings.deletions(table),
                        names,
                        dialect)
                .narrowed(settings.widths(table));
        TargetTable tombstones = TargetTable.tombstones(layout, names, dialect);
        Map<String, String> deleted = catalog.columns(WarehouseNames.tombstonesOf(table));
        List<String> statements = new ArrayList<>(locked(tombstones, deleted));
        statements.addAll(follow(rows, WarehouseNames.lower(table), existing, evolution, layout, catalog));
        if (evolution.isRekeyed() && !deleted.isEmpty()) {
            statements.add("DROP TABLE " + tombstones.name());
            statements.add(tombstones.create(dialect));
        } else {
            statements.addAll(
                    follow(tombstones, WarehouseNames.tombstonesOf(table), deleted, evolution, layout, catalog));
        }
        statements.add(Bookkeeping.controlRow(names, dialect, table));
        List<Long> numbers = numbers(known, told == null ? null : told.number());
        statements.add(Merge.procedure(
                        layout,
                        evolution.readings(),
                        numbers,
                        NarrowColumns.of(rows, standing),
                        settings.deletions(table),
                        names,
                        dialect)
                .create(dialect));
        statements.addAll(evolution.columns().statements(names, dialect, table));
        if (told != null) {
            statements.addAll(register(table, told.number()));
        }
        Transaction.run(connection, statements);
    }

    private List<String> follow(
            TargetTable wanted,
            String relation,
            Map<String, String> existing,
            Evolution evolution,
            Schema layout,
            ExistingTables catalog)
            throws SQLException, SchemaConflictException {
        if (existing.isEmpty()) {
            return List.of(wanted.create(dialect));
        }
        List<String> statements =
                new ArrayList<>(Renames.statements(wanted.name(), existing.keySet(), evolution.renamed()));
        Map<String, String> standing = Renames.applied(existing, evolution.renamed());
        Map<String, String> widened = widened(wanted, standing, layout, evolution.replaced());
        boolean isAltered = evolution.isRekeyed()
                || !widened.isEmpty()
                || !evolution.replaced().isEmpty();
        TargetTable own = isAltered ? standing(wanted, relation, evolution.renamed(), catalog) : wanted;
        statements.addAll(
                evolution.isRekeyed()
                        ? own.rekey(standing, widened, evolution.replaced(), !evolution.losesRows(), dialect)
                        : own.alter(standing, widened, evolution.replaced(), dialect));
        return statements;
    }

    private static Set<String> documents(Schema schema) {
        Set<String> documents = new HashSet<>();
        schema.columns().stream().filter(Column::isJson).forEach(column -> documents.add(column.name()));
        return documents;
    }

    /** The schema with columns of text that are told as JSON by some shape, so that what comes nested becomes its text. */
    private static Schema readable(Schema schema, Set<String> documents) {
        List<Column> columns = new ArrayList<>();
        for (Column column : schema.columns()) {
            boolean isText = documents.contains(column.name()) && !column.isJson() && !column.isInferred();
            columns.add(isText ? Column.inferred(column.name(), column.type()) : column);
        }
        return Schema.of(schema.table(), columns, schema.keyNames());
    }

    /**
     * The schema with its inferred columns, and those of JSON, as wide as they stand already, since the merge has to know what it
     * writes into: a text is not what a cast of the value makes it.
     */
    private Schema holding(Map<String, String> existing, Schema schema) throws SchemaConflictException {
        List<Column> columns = new ArrayList<>();
        for (Column column : schema.columns()) {
            String is = existing.get(column.name());
            Column standing = is == null || !(column.isInferred() || column.isJson())
                    ? null
                    : dialect.types().columnOf(column.name(), is, column.isInferred());
            columns.add(standing == null ? column : both(standing, column));
        }
        return Schema.of(schema.table(), columns, schema.keyNames());
    }

    /** The column that holds the values of both. */
    static Column both(Column standing, Column column) throws SchemaConflictException {
        List<String> name = List.of(column.name());
        return Schema.of("column", List.of(standing), name)
                .merge(Schema.of("column", List.of(column), name))
                .columns()
                .get(0);
    }

    /** As it is to be altered if columns change their types: reads what a copy of the table needs. */
    private TargetTable standing(
            TargetTable wanted, String relation, Map<String, String> renamed, ExistingTables catalog)
            throws SQLException {
        return wanted.standing(
                catalog.layout(relation, dialect).renamed(renamed),
                Belongings.read(connection, names, relation, dialect));
    }

    private List<String> reshape(TargetTable wanted, String relation, Schema schema, ExistingTables catalog)
            throws SQLException, SchemaConflictException {
        Map<String, String> existing = catalog.columns(relation);
        if (existing.isEmpty()) {
            return List.of(wanted.create(dialect));
        }
        Map<String, String> widened = widened(wanted, existing, schema);
        TargetTable own = widened.isEmpty() ? wanted : standing(wanted, relation, Map.of(), catalog);
        return own.alter(existing, widened, dialect);
    }

    /** The columns whose existing type is narrower, with the type that holds both. */
    Map<String, String> widened(TargetTable wanted, Map<String, String> existing, Schema schema)
            throws SchemaConflictException {
        return widened(wanted, existing, schema, Set.of());
    }

    private Map<String, String> widened(
            TargetTable wanted, Map<String, String> existing, Schema schema, Set<String> replaced)
            throws SchemaConflictException {
        Map<String, String> widened = new LinkedHashMap<>();
        for (Column column : schema.columns()) {
            String is = existing.get(column.name());
            String should = wanted.columns().get(column.name());
            if (is == null || should == null || is.equals(should) || replaced.contains(column.name())) {
                continue;
            }
            if (NarrowColumns.isKept(wanted, column.name(), is)) {
                continue;
            }
            Column standing = dialect.types().columnOf(column.name(), is, column.isInferred());
            if (standing == null) {
                throw new IllegalArgumentException("Column " + column.name() + " of " + wanted.name() + " is " + is
                        + " and has to be " + should + ": ALTER TABLE " + wanted.name() + " ALTER COLUMN "
                        + WarehouseNames.quote(column.name()) + " TYPE " + should);
            }
            String union = dialect.types().of(both(standing, column));
            if (!union.equals(is)) {
                widened.put(column.name(), union);
            }
        }
        return widened;
    }

    private List<ToldShape> registered(String table) throws SQLException {
        List<ToldShape> shapes = new ArrayList<>();
        try (PreparedStatement query =
                connection.prepareStatement("SELECT schema_number, record FROM " + names.schemas()
                        + " WHERE table_name = ? AND applied_at IS NOT NULL ORDER BY applied_at, schema_number")) {
            query.setString(1, table);
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    shapes.add(new ToldShape(rows.getLong(1), SchemaRecord.read(table, rows.getString(2))));
                }
            }
        }
        return shapes;
    }
}
