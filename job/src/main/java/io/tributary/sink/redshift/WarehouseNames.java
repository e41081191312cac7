package io.tributary.sink.redshift;

import java.util.Collection;
import java.util.Locale;
import java.util.Map;
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
        return quote(externalSchemaName());
    }

    String externalSchemaName() {
        return schema + "_stream";
    }

    String landing() {
        return relation("_landing");
    }

    String control() {
        return relation("_control");
    }

    String watermark() {
        return relation("_watermark");
    }

    String schemas() {
        return relation("_schemas");
    }

    /** Where records are between the landing and their merge. */
    String stage() {
        return relation("_stage");
    }

    /** Tables that have to be filled again. */
    String reloads() {
        return relation("_reloads");
    }

    String rejected() {
        return relation("_rejected");
    }

    /** Tables of which half of a new result has come. */
    String holds() {
        return relation("_holds");
    }

    /** When tables are merged that follow one. */
    String schedules() {
        return relation("_schedules");
    }

    /** Below which version each table that was made anew has nothing. */
    String replacements() {
        return relation("_replacements");
    }

    /** Where {@link TargetColumns} are kept. */
    String columns() {
        return relation("_columns");
    }

    /** The procedure that runs a round. */
    String round() {
        return relation("tributary_merge");
    }

    /** Which files were copied. */
    String loads() {
        return relation("_loads");
    }

    String receiveFiles() {
        return relation("_receive_files");
    }

    String receive() {
        return relation("_receive");
    }

    /** The procedure that calls tables when their time has come. */
    String timetable() {
        return relation("_timetable");
    }

    String table(String table) {
        return relation(lower(table));
    }

    String tombstones(String table) {
        return relation(tombstonesOf(table));
    }

    String merge(String table) {
        return relation("_merge_" + lower(table));
    }

    /** The table that remembers the deleted keys of another, without the schema and as the catalog has it. */
    static String tombstonesOf(String table) {
        return "_tombstones_" + lower(table);
    }

    /** The qualified name of what is in the schema under this one. */
    String relation(String name) {
        return quote(schema) + "." + quote(name);
    }

    /** The tables that are not the user's, as templates call them; {@code _alone} is a name without its schema. */
    Map<String, String> bookkeeping() {
        return Map.ofEntries(
                Map.entry("landing", landing()),
                Map.entry("stage", stage()),
                Map.entry("stage_alone", unqualified(stage())),
                Map.entry("control", control()),
                Map.entry("control_alone", unqualified(control())),
                Map.entry("watermark", watermark()),
                Map.entry("schemas", schemas()),
                Map.entry("source_columns", columns()),
                Map.entry("rejected", rejected()),
                Map.entry("rejected_alone", unqualified(rejected())),
                Map.entry("loads", loads()),
                Map.entry("reloads", reloads()),
                Map.entry("schedules", schedules()),
                Map.entry("holds", holds()),
                Map.entry("holds_alone", unqualified(holds())),
                Map.entry("replacements", replacements()),
                Map.entry("replacements_alone", unqualified(replacements())));
    }

    /** A quoted name of ours without its schema, as a statement refers to the table it changes. */
    String unqualified(String name) {
        return name.substring(schema().length() + 1);
    }

    static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    /**
     * The one way of a name into SQL. Both engines take whatever stands between double quotes for the name, with two for
     * each one in it.
     */
    static String quote(String identifier) {
        if (identifier.isEmpty() || identifier.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("No name in SQL is empty or holds the character NUL");
        }
        return '"' + identifier.replace("\"", "\"\"") + '"';
    }

    static String quoted(Collection<String> identifiers) {
        return identifiers.stream().map(WarehouseNames::quote).collect(Collectors.joining(", "));
    }
}
