package io.tributary.capture.postgres;

import static java.util.Objects.requireNonNull;

import io.tributary.capture.ColumnRules;
import io.tributary.capture.Readership;
import java.io.Serializable;
import java.util.HashSet;
import java.util.List;
import org.apache.flink.configuration.MemorySize;
import org.jspecify.annotations.Nullable;

/**
 * A table to be captured: where it is in the database, its name in the pipeline, and its key where the settings name one.
 */
public final class PostgresTable implements Serializable {

    private static final long serialVersionUID = 1L;

    private final String schema;
    private final String name;
    private final String alias;
    private final @Nullable List<String> key;
    private final boolean sendsOldRows;
    private final MemorySize maxRowSize;
    private final @Nullable List<String> plannedKey;
    private final ColumnRules rules;
    private final @Nullable List<String> plannedColumns;
    private final @Nullable Readership readership;

    public PostgresTable(String schema, String name, String alias, @Nullable List<String> key) {
        this(schema, name, alias, key, false, MemorySize.MAX_VALUE, null, ColumnRules.NONE, null, null);
    }

    private PostgresTable(
            String schema,
            String name,
            String alias,
            @Nullable List<String> key,
            boolean sendsOldRows,
            MemorySize maxRowSize,
            @Nullable List<String> plannedKey,
            ColumnRules rules,
            @Nullable List<String> plannedColumns,
            @Nullable Readership readership) {
        this.schema = requireNonNull(schema);
        this.name = requireNonNull(name);
        this.alias = requireNonNull(alias);
        this.key = key;
        this.sendsOldRows = sendsOldRows;
        this.maxRowSize = maxRowSize;
        this.plannedKey = plannedKey;
        this.rules = rules;
        this.plannedColumns = plannedColumns;
        this.readership = readership;
    }

    /** An entry of {@code postgres.tables}: {@code schema.table} or {@code schema.table=alias}; null if it is neither. */
    public static @Nullable PostgresTable parse(String entry) {
        int equals = entry.indexOf('=');
        String source = (equals < 0 ? entry : entry.substring(0, equals)).strip();
        int dot = source.indexOf('.');
        if (dot <= 0 || dot == source.length() - 1) {
            return null;
        }
        String name = source.substring(dot + 1);
        String alias = equals < 0 ? name : entry.substring(equals + 1).strip();
        return alias.isEmpty() ? null : new PostgresTable(source.substring(0, dot), name, alias, null);
    }

    /** What is said of this one, of another. */
    PostgresTable named(String otherSchema, String otherName) {
        return new PostgresTable(
                otherSchema,
                otherName,
                alias,
                key,
                sendsOldRows,
                maxRowSize,
                plannedKey,
                rules,
                plannedColumns,
                readership);
    }

    public PostgresTable withKey(@Nullable List<String> newKey) {
        return new PostgresTable(
                schema, name, alias, newKey, sendsOldRows, maxRowSize, plannedKey, rules, plannedColumns, readership);
    }

    public PostgresTable sendingOldRows(boolean sends) {
        return new PostgresTable(
                schema, name, alias, key, sends, maxRowSize, plannedKey, rules, plannedColumns, readership);
    }

    public PostgresTable limitingRowsTo(MemorySize size) {
        return new PostgresTable(
                schema, name, alias, key, sendsOldRows, size, plannedKey, rules, plannedColumns, readership);
    }

    /** Something downstream was planned with its key: its rows may not come to be known by another one. */
    public PostgresTable keepingKey() {
        return new PostgresTable(
                schema, name, alias, key, sendsOldRows, maxRowSize, key, rules, plannedColumns, readership);
    }

    public PostgresTable withRules(ColumnRules newRules) {
        return new PostgresTable(
                schema, name, alias, key, sendsOldRows, maxRowSize, plannedKey, newRules, plannedColumns, readership);
    }

    /** The table had these columns before the job began. */
    public PostgresTable withColumns(List<String> columns) {
        return new PostgresTable(
                schema, name, alias, key, sendsOldRows, maxRowSize, plannedKey, rules, columns, readership);
    }

    /** Whether the table had these columns, in their order, before the job began, as far as that is known. */
    public boolean hadColumns(List<String> columns) {
        return plannedColumns == null || plannedColumns.equals(columns);
    }

    public PostgresTable readBy(Readership newReadership) {
        return new PostgresTable(
                schema, name, alias, key, sendsOldRows, maxRowSize, plannedKey, rules, plannedColumns, newReadership);
    }

    /** Who takes it; null of a table that was found while the job ran. */
    public @Nullable Readership readership() {
        return readership;
    }

    /** Which of its columns are left out or hashed. */
    public ColumnRules rules() {
        return rules;
    }

    /** Whether rows may come to be known by these columns while the job runs. */
    public boolean mayBeKeyedBy(List<String> columns) {
        return plannedKey == null || new HashSet<>(plannedKey).equals(new HashSet<>(columns));
    }

    public String schema() {
        return schema;
    }

    public String name() {
        return name;
    }

    public String alias() {
        return alias;
    }

    /** Null: the primary key. */
    @Nullable
    public List<String> key() {
        return key;
    }

    /**
     * Whether changes have the row as it was, with all its values: then none of them leaves out a value. So it is with
     * REPLICA IDENTITY FULL; but of a partitioned table each partition has an identity of its own.
     */
    public boolean sendsOldRows() {
        return sendsOldRows;
    }

    /** The most bytes that the values of one row may have. */
    public MemorySize maxRowSize() {
        return maxRowSize;
    }

    /** As SQL wants it. */
    public String quoted() {
        return Sql.identifier(schema, name);
    }

    /** As people write it. */
    @Override
    public String toString() {
        return schema + "." + name;
    }
}
