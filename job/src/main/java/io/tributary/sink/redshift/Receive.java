package io.tributary.sink.redshift;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * The procedure that takes every landed record once, for all tables: it keeps those that are no record of ours, files the
 * schema records, and puts the others where the merges of their tables take them. Its text is {@code receive.sql}; that of the one for records that
 * come in files, {@code receive-files.sql}.
 *
 * <p>Whoever may write into the stream can land anything, so it takes nothing but what a record of ours could be, of a table
 * that has a row in the control table: see {@link ShapeRegistry#admit}. What it refuses changes nothing. Assumes that a refresh
 * lands a shard's records in the order of their sequence numbers.
 */
final class Receive {

    /** Why a record of a table that nobody named is refused; {@link ShapeRegistry#admit} takes such records back by it. */
    static final String UNKNOWN_TABLE = "The pipeline sends no table of this name";

    /** In the place of a shard, of records that came in files. */
    private static final String FILES = "files";

    private static final SqlTemplate LANDED = SqlTemplate.of("receive.sql");
    private static final SqlTemplate COPIED = SqlTemplate.of("receive-files.sql");

    private Receive() {}

    /** @param retention how long the stream keeps a record */
    static Procedure procedure(WarehouseNames names, Duration retention, WarehouseDialect dialect) {
        Map<String, String> values = judged(dialect);
        values.put("retention_seconds", Long.toString(retention.toSeconds()));
        values.put(
                "gap_of_time",
                dialect.literal("The landing was not refreshed for longer than the stream keeps its records"));
        values.put("gap_of_stream", dialect.literal("The stream was made anew: a shard begins again"));
        values.put("timetable", names.timetable());
        return LANDED.in(names).procedure(names.receive(), values);
    }

    /** That of records which were copied from files. */
    static Procedure ofFiles(WarehouseNames names, WarehouseDialect dialect) {
        Map<String, String> values = judged(dialect);
        values.put("files", dialect.literal(FILES));
        values.put("record_bytes", dialect.recordType());
        return COPIED.in(names).procedure(names.receiveFiles(), values);
    }

    private static Map<String, String> judged(WarehouseDialect dialect) {
        Map<String, String> values = new HashMap<>(LandedFields.all(dialect));
        values.put("receiver", dialect.literal(Bookkeeping.RECEIVER));
        values.put(
                "not_json",
                dialect.literal("The record is not JSON, or a string in it is longer than "
                        + WarehouseDialect.MAX_STRING_BYTES + " bytes"));
        values.put(
                "not_ours",
                dialect.literal("The record has no _table, no _op or no _schema that one of ours could have"));
        values.put("unknown_table", dialect.literal(UNKNOWN_TABLE));
        values.put("unknown_operation", dialect.literal("The operation is none of c, u, r, d, t, h, f"));
        values.put("no_version", dialect.literal("The version is not 32 hexadecimal digits"));
        values.put("no_time", dialect.literal("The record has no _ts_ms that one of ours could have"));
        return values;
    }
}
