package io.tributary.sink.redshift;

/**
 * The landed records that one reader has not seen: those past its watermark, shard by shard.
 *
 * <p>Assumes that a refresh lands a shard's records in the order of their sequence numbers. The refresh time only spares
 * Redshift the blocks that are long done; ten seconds are taken off it for a leader whose clock was set back.
 */
final class Fresh {

    /** The variable of the procedure that {@link #floor} fills. */
    static final String FLOOR = "v_floor TIMESTAMP";

    /** A sequence number that sorts as text; Kinesis gives up to 128 digits. */
    static final String SEQUENCE = "LPAD(l.sequence_number, 128, '0')";

    private Fresh() {}

    /** The first statement of a reader: concurrent runs of it queue up here, or fail in Redshift and are run again. */
    static String claim(WarehouseNames names, String reader) {
        return "UPDATE " + names.control() + " SET started_at = GETDATE() WHERE table_name = "
                + WarehouseNames.literal(reader);
    }

    static String floor(WarehouseNames names, String reader) {
        return "SELECT COALESCE(MAX(landed_until), '1970-01-02'::TIMESTAMP) - INTERVAL '10 seconds' INTO v_floor\n"
                + "FROM " + names.control() + " WHERE table_name = " + WarehouseNames.literal(reader);
    }

    /** FROM and WHERE; l is the landing. */
    static String from(WarehouseNames names, String reader) {
        return "FROM " + names.landing() + " l\n"
                + "LEFT JOIN " + names.watermark() + " w ON w.table_name = " + WarehouseNames.literal(reader)
                + " AND w.shard_id = l.shard_id\n"
                + "WHERE l.refresh_time >= v_floor\n"
                + "  AND (w.sequence_number IS NULL OR " + SEQUENCE + " > w.sequence_number)";
    }

    /** Moves the watermark to what a temporary table with shard_id and last_sequence holds. */
    static String[] advance(WarehouseNames names, String reader, String reached) {
        return new String[] {
            "DELETE FROM " + names.watermark() + " WHERE table_name = " + WarehouseNames.literal(reader)
                    + " AND shard_id IN (SELECT shard_id FROM " + reached + ")",
            "INSERT INTO " + names.watermark() + " (table_name, shard_id, sequence_number)\n" + "SELECT "
                    + WarehouseNames.literal(reader) + ", shard_id, last_sequence FROM " + reached
        };
    }
}
