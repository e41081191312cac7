package io.tributary.sink.redshift;

import java.util.Collection;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The qualified names of all that lives in the target schema. Names are lower-case, as Redshift keeps them; what does
 * not belong to the user starts with an underscore.
 */
final class WarehouseNames {

    private final String schema;

    WarehouseNames(String schema) {
        this.schema = lower(schema);
    }

    String schemaName() {
        return schema;
    }

    String schema() {
        return quote(schema);
    }

    /** The external schema in which the stream appears as a table. */
    String externalSchema() {
        return quote(schema + "_stream");
    }

    String landing() {
        return in("_landing");
    }

    String control() {
        return in("_control");
    }

    String watermark() {
        return in("_watermark");
    }

    String schemas() {
        return in("_schemas");
    }

    String rejected() {
        return in("_rejected");
    }

    String receive() {
        return in("_receive");
    }

    String table(String table) {
        return in(lower(table));
    }

    String tombstones(String table) {
        return in("_tombstones_" + lower(table));
    }

    String merge(String table) {
        return in("_merge_" + lower(table));
    }

    private String in(String name) {
        return quote(schema) + "." + quote(name);
    }

    /** The quoted name of a table without its schema, as a statement refers to the table it changes. */
    static String unqualified(String name) {
        return name.substring(name.lastIndexOf(".\"") + 1);
    }

    static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    static String quote(String identifier) {
        return '"' + identifier.replace("\"", "\"\"") + '"';
    }

    static String quoted(Collection<String> identifiers) {
        return identifiers.stream().map(WarehouseNames::quote).collect(Collectors.joining(", "));
    }

    static String literal(String text) {
        return "'" + text.replace("'", "''") + "'";
    }
}
