package io.tributary.capture.postgres;

import io.tributary.settings.NamePatterns;
import java.io.Serializable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** An entry of {@code postgres.tables} that is for all tables that fit it. */
final class TablePattern implements Serializable {

    private static final long serialVersionUID = 1L;

    private final String schema;
    private final String name;
    private final String alias;
    private final String regex;
    private final Pattern compiled;

    private TablePattern(String schema, String name, String alias) {
        this.schema = schema;
        this.name = name;
        this.alias = alias;
        // A schema's name ends at the first dot.
        String ofSchema = NamePatterns.regex(schema).replace(".*", "[^.]*");
        this.regex = ofSchema.substring(0, ofSchema.length() - 1) + "\\."
                + NamePatterns.regex(name).substring(1);
        this.compiled = Pattern.compile(regex, Pattern.DOTALL);
    }

    /** {@code schema.table} or {@code schema.table=alias}, where the alias may hold {schema} and {table}; null if it is neither. */
    static @Nullable TablePattern parse(String entry) {
        PostgresTable parsed = PostgresTable.parse(entry);
        return parsed == null
                ? null
                : new TablePattern(parsed.schema(), parsed.name(), entry.indexOf('=') < 0 ? "{table}" : parsed.alias());
    }

    boolean fits(String ofSchema, String ofName) {
        return compiled.matcher(ofSchema + "." + ofName).matches();
    }

    PostgresTable table(String ofSchema, String ofName) {
        String named = alias.replace("{schema}", ofSchema).replace("{table}", ofName);
        return new PostgresTable(ofSchema, ofName, named, null);
    }

    /** For PostgreSQL: what schema and name fit, with a dot between them. */
    String regex() {
        return regex;
    }

    /** What its tables may be called in the pipeline, as {@link NamePatterns} takes it. */
    String aliases() {
        return alias.replace("{schema}", schema).replace("{table}", name);
    }

    /** The name of the one schema whose tables may fit; null if that is a pattern, too. */
    @Nullable
    String schema() {
        return NamePatterns.isPattern(schema) ? null : schema;
    }

    /** Whether every table of its schema fits. */
    boolean isWholeSchema() {
        return schema() != null && name.equals("*");
    }

    /** Whether tables of a schema may fit. */
    boolean mayFitIn(String ofSchema) {
        return Pattern.compile(NamePatterns.regex(schema), Pattern.DOTALL)
                .matcher(ofSchema)
                .matches();
    }

    @Override
    public String toString() {
        return schema + "." + name;
    }
}
