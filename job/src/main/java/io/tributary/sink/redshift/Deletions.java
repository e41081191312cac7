package io.tributary.sink.redshift;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How rows of one table are deleted, as parts of the statements that do it. */
final class Deletions {

    /** In tables whose deleted rows stay: whether the row is one, and since when. */
    static final String DELETED = "_deleted";

    private static final String DELETED_AT = WarehouseDialect.DELETED_AT;

    private final Duration tombstoneTtl;
    private final boolean isSoft;

    /** @param tombstoneTtl how long the key of a deleted row that does not stay is kept */
    Deletions(Duration tombstoneTtl, Deletes deletes) {
        this.tombstoneTtl = tombstoneTtl;
        this.isSoft = deletes == Deletes.SOFT;
    }

    boolean isSoft() {
        return isSoft;
    }

    Duration tombstoneTtl() {
        return tombstoneTtl;
    }

    /** The columns that the table has for it, with their types. */
    Map<String, String> columns() {
        Map<String, String> columns = new LinkedHashMap<>();
        if (isSoft) {
            columns.put(DELETED, "BOOLEAN");
            columns.put(DELETED_AT, "TIMESTAMP");
        }
        return columns;
    }

    /**
     * Deletes all rows that fit.
     *
     * @param target qualified; {@code alone} is its name without the schema
     */
    String all(String target, String alone, String condition) {
        return isSoft
                ? "UPDATE " + target + " SET " + DELETED + " = TRUE, " + DELETED_AT + " = GETDATE()\n    WHERE "
                        + condition + " AND NOT COALESCE(" + alone + "." + DELETED + ", FALSE)"
                : "DELETE FROM " + target + " WHERE " + condition;
    }

    /** Deletes what a reload replaces: what is in it comes behind this, and replaces what has no version, also of the same row. */
    String replaced(String target, String alone, String version) {
        String condition = "COALESCE(" + alone + "._version, '') <= " + version;
        return isSoft
                ? "UPDATE " + target + " SET _version = '', " + DELETED_AT + " = CASE WHEN " + DELETED + " THEN "
                        + DELETED_AT + " ELSE GETDATE() END, " + DELETED + " = TRUE\nWHERE " + condition
                : "DELETE FROM " + target + " WHERE " + condition;
    }

    /** What of the records that are taken replaces a row that stands. */
    String replacing() {
        return isSoft ? "'upsert'" : "'upsert', 'delete'";
    }

    /** Marks the rows that records delete; empty where they go. */
    String marking(String target, String isTaken) {
        return isSoft
                ? "UPDATE " + target + " SET _version = tributary_taken._version, _ts_ms = tributary_taken._ts_ms, "
                        + DELETED
                        + " = TRUE, " + DELETED_AT + " = GETDATE()\n    FROM tributary_taken\n    WHERE " + isTaken
                        + " AND tributary_taken._tributary_fate = 'delete'"
                : "";
    }

    /** Behind the columns of ours of a row that is inserted. */
    String flag() {
        return isSoft ? ", " + DELETED : "";
    }

    String flagOfRow() {
        return isSoft ? ", FALSE" : "";
    }

    /** A row that stays tells its version by itself. */
    String burial() {
        return isSoft ? " AND n._tributary_standing IS NULL" : "";
    }

    /** For a table whose deleted rows stayed until now, and whose columns tell so; their keys are buried. */
    static List<String> ended(String target, String tombstones, List<String> key) {
        String columns = WarehouseNames.quoted(key);
        return List.of(
                "INSERT INTO " + tombstones + " (" + columns + ", _version, " + DELETED_AT + ") SELECT " + columns
                        + ", COALESCE(_version, ''), GETDATE() FROM " + target + " WHERE " + DELETED,
                "DELETE FROM " + target + " WHERE " + DELETED);
    }
}
