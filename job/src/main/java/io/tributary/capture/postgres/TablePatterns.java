package io.tributary.capture.postgres;

import io.tributary.capture.CaptureSettings;
import io.tributary.capture.ColumnSettings;
import io.tributary.settings.Given;
import io.tributary.settings.NamePatterns;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.flink.configuration.MemorySize;
import org.jspecify.annotations.Nullable;

/** The entries of {@code postgres.tables} that are for all tables that fit them, and those for what they leave out. */
public final class TablePatterns implements Serializable {

    private static final long serialVersionUID = 1L;

    /** No table fits it: each has a dot in its name with its schema. */
    private static final String NOTHING = "^$";

    private final ArrayList<TablePattern> patterns;
    private final ArrayList<TablePattern> leftOut;
    /** Tables with what the settings say of them, by alias. */
    private final HashMap<String, PostgresTable> settled = new HashMap<>();

    private final MemorySize maxRowSize;

    private TablePatterns(
            List<TablePattern> patterns,
            List<TablePattern> leftOut,
            Map<String, PostgresTable> settled,
            MemorySize maxRowSize) {
        this.patterns = new ArrayList<>(patterns);
        this.leftOut = new ArrayList<>(leftOut);
        this.settled.putAll(settled);
        this.maxRowSize = maxRowSize;
    }

    static TablePatterns of(
            List<TablePattern> patterns, List<TablePattern> leftOut, Given given, ColumnSettings columns) {
        Map<String, PostgresTable> settled = new HashMap<>();
        for (String alias : given.tables()) {
            settled.put(alias, settled(new PostgresTable("", "", alias, null), given, columns));
        }
        return new TablePatterns(patterns, leftOut, settled, MemorySize.MAX_VALUE);
    }

    /** The table with what the settings say of it by its name in the pipeline. */
    static PostgresTable settled(PostgresTable table, Given given, ColumnSettings columns) {
        return table.withKey(CaptureSettings.key(given, table.alias())).withRules(columns.of(table.alias()));
    }

    TablePatterns limitingRowsTo(MemorySize size) {
        return new TablePatterns(patterns, leftOut, settled, size);
    }

    /** Whether tables may begin to fit while the job runs. */
    public boolean isOpen() {
        return !patterns.isEmpty();
    }

    /** Whether a table that is listed by itself is among what is left out. */
    boolean leavesOut(PostgresTable table) {
        return leftOut.stream().anyMatch(pattern -> pattern.fits(table.schema(), table.name()));
    }

    /** The table as the first pattern that it fits names it; null if it fits none, or is left out. */
    public @Nullable PostgresTable table(String schema, String name) {
        if (leftOut.stream().anyMatch(pattern -> pattern.fits(schema, name))) {
            return null;
        }
        for (TablePattern pattern : patterns) {
            if (pattern.fits(schema, name)) {
                PostgresTable table = pattern.table(schema, name);
                return settled.getOrDefault(table.alias(), table)
                        .named(schema, name)
                        .limitingRowsTo(maxRowSize);
            }
        }
        return null;
    }

    /** The schemas that patterns name. */
    public Set<String> schemas() {
        Set<String> schemas = new LinkedHashSet<>();
        for (TablePattern pattern : patterns) {
            String schema = pattern.schema();
            if (schema != null) {
                schemas.add(schema);
            }
        }
        return schemas;
    }

    /** Those of them of which a pattern takes all tables, and nothing is left out. */
    public Set<String> wholeSchemas() {
        Set<String> whole = new LinkedHashSet<>();
        for (TablePattern pattern : patterns) {
            String schema = pattern.schema();
            if (schema != null
                    && pattern.isWholeSchema()
                    && leftOut.stream().noneMatch(left -> left.mayFitIn(schema))) {
                whole.add(schema);
            }
        }
        return whole;
    }

    /** The patterns that are for tables of more than one schema, for people. */
    public List<String> ofManySchemas() {
        return patterns.stream()
                .filter(pattern -> pattern.schema() == null)
                .map(TablePattern::toString)
                .collect(Collectors.toList());
    }

    /** The patterns that are for no whole schema, for people. */
    public List<String> ofParts() {
        Set<String> whole = wholeSchemas();
        return patterns.stream()
                .filter(pattern -> pattern.schema() == null || !whole.contains(pattern.schema()))
                .map(TablePattern::toString)
                .collect(Collectors.toList());
    }

    /** What tables may be called in the pipeline that fit. */
    public NamePatterns aliases() {
        return NamePatterns.of(patterns.stream().map(TablePattern::aliases).collect(Collectors.toList()));
    }

    /** A regular expression of PostgreSQL for schema and table with a dot between: what the patterns are for. */
    public String regex() {
        return anyOf(patterns);
    }

    /** The same for what is left out. */
    public String regexOfLeftOut() {
        return anyOf(leftOut);
    }

    private static String anyOf(List<TablePattern> patterns) {
        return patterns.isEmpty()
                ? NOTHING
                : patterns.stream().map(TablePattern::regex).collect(Collectors.joining("|"));
    }
}
