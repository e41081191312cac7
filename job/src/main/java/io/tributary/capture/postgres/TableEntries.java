package io.tributary.capture.postgres;

import io.tributary.capture.ColumnSettings;
import io.tributary.change.TableName;
import io.tributary.settings.Given;
import io.tributary.settings.NamePatterns;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The entries of {@code postgres.tables}: tables, patterns, and what the patterns leave out. */
final class TableEntries {

    private final List<PostgresTable> tables = new ArrayList<>();
    private final List<TablePattern> taken = new ArrayList<>();
    private final List<TablePattern> leftOut = new ArrayList<>();
    private final TablePatterns patterns;

    private TableEntries(Given given, ColumnSettings columns) {
        List<String> entries = given.find(PostgresSettings.TABLES);
        for (String entry : entries == null ? List.<String>of() : entries) {
            take(entry, given, columns);
        }
        if (entries == null || entries.isEmpty()) {
            given.problem(PostgresSettings.TABLES, " is missing: list the tables to capture, as schema.table");
        }
        patterns = TablePatterns.of(taken, leftOut, given, columns);
        check(given);
    }

    static TableEntries from(Given given, ColumnSettings columns) {
        return new TableEntries(given, columns);
    }

    private void take(String entry, Given given, ColumnSettings columns) {
        if (NamePatterns.leavesOut(entry)) {
            TablePattern pattern = entry.indexOf('=') < 0 ? TablePattern.parse(entry.substring(1)) : null;
            if (pattern == null) {
                given.problem(
                        PostgresSettings.TABLES, ": '" + entry + "' leaves tables out, so it has to be -schema.table");
            } else {
                leftOut.add(pattern);
            }
            return;
        }
        PostgresTable table = PostgresTable.parse(entry);
        if (table == null) {
            given.problem(PostgresSettings.TABLES, ": '" + entry + "' has to be schema.table or schema.table=alias");
            return;
        }
        TablePattern pattern = NamePatterns.isPattern(table.toString()) ? TablePattern.parse(entry) : null;
        if (pattern != null) {
            taken.add(pattern);
            return;
        }
        String fault = TableName.problem(table.alias());
        if (fault != null) {
            given.problem(PostgresSettings.TABLES, ": " + fault);
            return;
        }
        tables.add(TablePatterns.settled(table, given, columns));
    }

    private void check(Given given) {
        Set<String> names = new HashSet<>();
        Set<String> aliases = new HashSet<>();
        for (PostgresTable table : tables) {
            if (!names.add(table.toString())) {
                given.problem(PostgresSettings.TABLES, " names " + table + " twice");
            }
            if (!aliases.add(table.alias())) {
                given.problem(
                        PostgresSettings.TABLES,
                        ": two tables go by the name " + table.alias() + "; give one of them an alias: " + table
                                + "=<another name>");
            }
            if (patterns.leavesOut(table)) {
                given.problem(
                        PostgresSettings.TABLES,
                        " names " + table + " and leaves it out: take one of the two entries out");
            }
        }
    }

    List<PostgresTable> tables() {
        return tables;
    }

    TablePatterns patterns() {
        return patterns;
    }
}
