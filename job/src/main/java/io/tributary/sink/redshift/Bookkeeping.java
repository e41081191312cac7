package io.tributary.sink.redshift;

import java.util.List;

/** The tables in which the merges keep how far they are, what they know of the tables' shapes, and what they refused. */
final class Bookkeeping {

    /** The name under which {@link Receive} keeps its row of the control table and its watermark. */
    static final String RECEIVER = "_landing";

    private Bookkeeping() {}

    static List<String> statements(WarehouseNames names, WarehouseDialect dialect) {
        return List.of(
                // One row a table. Counts without "last" are over all merges; rows_landed - rows_merged are waiting.
                "CREATE TABLE IF NOT EXISTS " + names.control() + " (\n"
                        + "  table_name VARCHAR(128) NOT NULL,\n"
                        + "  rows_landed BIGINT NOT NULL,\n"
                        + "  rows_merged BIGINT NOT NULL,\n"
                        + "  rows_held BIGINT NOT NULL,\n"
                        + "  rows_upserted BIGINT NOT NULL,\n"
                        + "  rows_deleted BIGINT NOT NULL,\n"
                        + "  rows_late BIGINT NOT NULL,\n"
                        + "  rows_rejected BIGINT NOT NULL,\n"
                        + "  merges BIGINT NOT NULL,\n"
                        + "  last_upserted BIGINT NOT NULL,\n"
                        + "  last_deleted BIGINT NOT NULL,\n"
                        + "  last_late BIGINT NOT NULL,\n"
                        + "  last_duration_ms BIGINT,\n"
                        + "  source_ts_ms BIGINT,\n"
                        + "  landed_until TIMESTAMP,\n"
                        + "  started_at TIMESTAMP,\n"
                        + "  merged_at TIMESTAMP,\n"
                        + "  last_error VARCHAR(4096),\n"
                        + "  last_error_at TIMESTAMP,\n"
                        + "  PRIMARY KEY (table_name))",
                // How far each reader has come in each shard: the sequence number, zeros in front so that it sorts as
                // text.
                "CREATE TABLE IF NOT EXISTS " + names.watermark() + " (\n"
                        + "  table_name VARCHAR(128) NOT NULL,\n"
                        + "  shard_id VARCHAR(64) NOT NULL,\n"
                        + "  sequence_number VARCHAR(128) NOT NULL,\n"
                        + "  PRIMARY KEY (table_name, shard_id))",
                // The shapes that the stream told of; applied_at is null until the target table has them.
                "CREATE TABLE IF NOT EXISTS " + names.schemas() + " (\n"
                        + "  table_name VARCHAR(128) NOT NULL,\n"
                        + "  schema_number BIGINT NOT NULL,\n"
                        + "  record " + dialect.superType() + " NOT NULL,\n"
                        + "  landed_at TIMESTAMP NOT NULL,\n"
                        + "  applied_at TIMESTAMP,\n"
                        + "  problem VARCHAR(4096),\n"
                        + "  PRIMARY KEY (table_name, schema_number))",
                // Landed records that no table can take, each with the reason, and as they came.
                "CREATE TABLE IF NOT EXISTS " + names.rejected() + " (\n"
                        + "  rejected_at TIMESTAMP NOT NULL,\n"
                        + "  table_name VARCHAR(128),\n"
                        + "  reason VARCHAR(1024) NOT NULL,\n"
                        + "  shard_id VARCHAR(64) NOT NULL,\n"
                        + "  sequence_number VARCHAR(128) NOT NULL,\n"
                        + "  payload " + dialect.superType() + ",\n"
                        + "  undecoded " + dialect.recordType() + ")",
                controlRow(names, RECEIVER));
    }

    /** Does nothing where the row exists. */
    static String controlRow(WarehouseNames names, String table) {
        String name = WarehouseNames.literal(table);
        return "INSERT INTO " + names.control() + " (" + ZEROED + ")\n"
                + "SELECT " + name + ", 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0\n"
                + "WHERE NOT EXISTS (SELECT 1 FROM " + names.control() + " WHERE table_name = " + name + ")";
    }

    /** The control table's columns that are never null: the name, then eleven counts. */
    static final String ZEROED = "table_name, rows_landed, rows_merged, rows_held, rows_upserted, rows_deleted,"
            + " rows_late, rows_rejected, merges, last_upserted, last_deleted, last_late";
}
