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
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the target tables and the merge procedures to the shapes that the stream told of, one transaction a shape.
 *
 * <p>A table's shape is the union of all that are registered, so an old shape that is told again changes nothing.
 */
final class ShapeRegistry {

    private static final Logger LOG = LoggerFactory.getLogger(ShapeRegistry.class);

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

    /** Applies the shapes that have landed and are not registered, and gives the tables that have one more now. */
    Set<String> applyPending() throws SQLException {
        Set<String> changed = new TreeSet<>();
        for (Pending pending : pending()) {
            Schema told;
            try {
                told = SchemaRecord.read(pending.table, pending.record);
            } catch (IllegalArgumentException e) {
                refuse(pending, Transaction.shortened(String.valueOf(e.getMessage())));
                continue;
            }
            String problem;
            try {
                apply(told, pending.number);
                changed.add(pending.table);
                LOG.info("Table {} has the shape {} now", pending.table, pending.number);
                continue;
            } catch (SchemaConflictException | IllegalArgumentException e) {
                problem = String.valueOf(e.getMessage());
            } catch (SQLException e) {
                if (!connection.isValid(5)) {
                    throw e;
                }
                problem = Transaction.sentence(e);
            }
            problem = Transaction.shortened(problem);
            if (!problem.equals(pending.problem)) {
                LOG.error("The rows of table {} wait, its shape cannot be changed: {}", pending.table, problem);
                report(pending, problem);
            }
        }
        return changed;
    }

    /** Makes the table hold this shape besides all that are registered, without registering it. */
    void ensure(Schema schema) throws SQLException, SchemaConflictException {
        apply(SchemaRecord.lower(schema), null);
    }

    private void apply(Schema schema, @Nullable Long number) throws SQLException, SchemaConflictException {
        Schema union = schema;
        for (String record : records(schema.table())) {
            union = SchemaRecord.read(schema.table(), record).merge(union);
        }
        for (Column column : union.columns()) {
            String problem = dialect.nameProblem(column.name());
            if (problem != null) {
                throw new IllegalArgumentException(problem);
            }
        }
        ExistingTables catalog = new ExistingTables(connection, names);
        union = holding(catalog.columns(WarehouseNames.lower(union.table())), union);
        List<String> statements = new ArrayList<>();
        statements.addAll(reshape(
                TargetTable.rows(union, settings.layout(union.table()), names, dialect),
                WarehouseNames.lower(union.table()),
                union,
                catalog));
        statements.addAll(reshape(
                TargetTable.tombstones(union, names, dialect),
                WarehouseNames.tombstonesOf(union.table()),
                union,
                catalog));
        statements.add(Bookkeeping.controlRow(names, dialect, union.table()));
        statements.add(
                Merge.procedure(union, settings.tombstoneTtl(), names, dialect).create(dialect));
        if (number != null) {
            statements.add(
                    "UPDATE " + names.schemas() + " SET applied_at = GETDATE(), problem = NULL WHERE table_name = "
                            + dialect.literal(union.table()) + " AND schema_number = " + number);
        }
        Transaction.run(connection, statements);
    }

    /**
     * The schema with its inferred columns as wide as they stand already, since the merge has to know what it writes into: a
     * text is not what a cast of the value makes it.
     */
    private Schema holding(Map<String, String> existing, Schema schema) throws SchemaConflictException {
        List<Column> columns = new ArrayList<>();
        for (Column column : schema.columns()) {
            String is = existing.get(column.name());
            Column standing =
                    is == null || !column.isInferred() ? null : dialect.types().columnOf(column.name(), is, true);
            columns.add(standing == null ? column : both(standing, column));
        }
        return Schema.of(schema.table(), columns, schema.keyNames());
    }

    private static Column both(Column standing, Column column) throws SchemaConflictException {
        List<String> name = List.of(column.name());
        return Schema.of("column", List.of(standing), name)
                .merge(Schema.of("column", List.of(column), name))
                .columns()
                .get(0);
    }

    private List<String> reshape(TargetTable wanted, String relation, Schema schema, ExistingTables catalog)
            throws SQLException, SchemaConflictException {
        Map<String, String> existing = catalog.columns(relation);
        if (existing.isEmpty()) {
            return List.of(wanted.create(dialect));
        }
        return wanted.alter(existing, widened(wanted, existing, schema), dialect);
    }

    /** The columns whose existing type is narrower, with the type that holds both. */
    Map<String, String> widened(TargetTable wanted, Map<String, String> existing, Schema schema)
            throws SchemaConflictException {
        Map<String, String> widened = new LinkedHashMap<>();
        for (Column column : schema.columns()) {
            String is = existing.get(column.name());
            String should = wanted.columns().get(column.name());
            if (is == null || should == null || is.equals(should)) {
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

    private List<String> records(String table) throws SQLException {
        List<String> records = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement("SELECT record FROM " + names.schemas()
                + " WHERE table_name = ? AND applied_at IS NOT NULL ORDER BY applied_at, schema_number")) {
            query.setString(1, table);
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    records.add(rows.getString(1));
                }
            }
        }
        return records;
    }

    private List<Pending> pending() throws SQLException {
        List<Pending> found = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT table_name, schema_number, record, problem FROM "
                        + names.schemas() + " WHERE applied_at IS NULL ORDER BY table_name, schema_number")) {
            while (rows.next()) {
                found.add(new Pending(rows.getString(1), rows.getLong(2), rows.getString(3), rows.getString(4)));
            }
        }
        return found;
    }

    /** Puts a shape aside that none of our records can have told. */
    private void refuse(Pending pending, String reason) throws SQLException {
        LOG.warn("A record that tells a shape of table {} is put aside: {}", pending.table, reason);
        String which =
                " WHERE table_name = " + dialect.literal(pending.table) + " AND schema_number = " + pending.number;
        Transaction.run(
                connection,
                List.of(
                        "INSERT INTO " + names.rejected()
                                + " (rejected_at, table_name, reason, shard_id, sequence_number, payload)\n"
                                + "SELECT GETDATE(), table_name, " + dialect.literal(reason.replace('\0', ' '))
                                + ", shard_id, sequence_number, record FROM " + names.schemas() + which,
                        "DELETE FROM " + names.schemas() + which,
                        "UPDATE " + names.control() + " SET rows_rejected = rows_rejected + 1 WHERE table_name = "
                                + dialect.literal(pending.table)));
    }

    private void report(Pending pending, String problem) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(
                "UPDATE " + names.schemas() + " SET problem = ? WHERE table_name = ? AND schema_number = ?")) {
            update.setString(1, problem);
            update.setString(2, pending.table);
            update.setLong(3, pending.number);
            update.executeUpdate();
        }
    }

    /** A shape that has landed and is not registered. */
    private static final class Pending {

        private final String table;
        private final long number;
        private final String record;
        private final @Nullable String problem;

        Pending(String table, long number, String record, @Nullable String problem) {
            this.table = table;
            this.number = number;
            this.record = record;
            this.problem = problem;
        }
    }
}
