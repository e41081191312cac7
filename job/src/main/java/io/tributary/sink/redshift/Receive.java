package io.tributary.sink.redshift;

import java.util.ArrayList;
import java.util.List;

/**
 * The procedure that looks at every landed record once: it keeps those that are no record of ours, files the schema
 * records, and counts for each table what its merge has to expect. A table nobody told of gets its row in the control
 * table, so that its records are seen to wait.
 */
final class Receive {

    private static final List<String> VARIABLES = List.of(Fresh.FLOOR, "v_rejected BIGINT");

    private Receive() {}

    static Procedure procedure(WarehouseNames names, WarehouseDialect dialect) {
        String reader = Bookkeeping.RECEIVER;
        List<String> statements = new ArrayList<>();
        statements.add(Fresh.claim(names, reader));
        statements.add(Fresh.floor(names, reader));
        statements.add("CREATE TEMP TABLE tributary_fresh AS\n"
                + "SELECT l.refresh_time, l.shard_id, " + Fresh.SEQUENCE + " AS last_sequence, l.sequence_number,\n"
                + "       " + dialect.word("l.payload", "_table", 128) + " AS table_name,\n"
                + "       " + dialect.word("l.payload", "_op", 8) + " AS op,\n"
                + "       " + dialect.count("l.payload", "_schema") + " AS schema_number,\n"
                + "       " + "l.payload, l.undecoded\n"
                + Fresh.from(names, reader));
        statements.add("CREATE TEMP TABLE tributary_reached AS\n"
                + "SELECT shard_id, MAX(last_sequence) AS last_sequence, MAX(refresh_time) AS refresh_time\n"
                + "FROM tributary_fresh GROUP BY shard_id");
        statements.add("INSERT INTO " + names.rejected()
                + " (rejected_at, table_name, reason, shard_id, sequence_number, payload, undecoded)\n"
                + "SELECT GETDATE(), table_name,\n"
                + "       CASE WHEN payload IS NULL THEN 'The record is not JSON, or a string in it is longer than "
                + WarehouseDialect.MAX_STRING_BYTES + " bytes'\n"
                + "            ELSE 'The record has no _table, no _op or no _schema' END,\n"
                + "       shard_id, sequence_number, payload, undecoded\n"
                + "FROM tributary_fresh WHERE table_name IS NULL OR op IS NULL OR schema_number IS NULL");
        statements.add("GET DIAGNOSTICS v_rejected := ROW_COUNT");
        statements.add("DELETE FROM tributary_fresh WHERE table_name IS NULL OR op IS NULL OR schema_number IS NULL");
        statements.add("INSERT INTO " + names.schemas() + " (table_name, schema_number, record, landed_at)\n"
                + "SELECT f.table_name, f.schema_number, f.payload, GETDATE()\n"
                + "FROM (SELECT table_name, schema_number, payload, ROW_NUMBER() OVER"
                + " (PARTITION BY table_name, schema_number ORDER BY last_sequence) AS nth\n"
                + "      FROM tributary_fresh WHERE op = 's') f\n"
                + "LEFT JOIN " + names.schemas() + " s"
                + " ON s.table_name = f.table_name AND s.schema_number = f.schema_number\n"
                + "WHERE f.nth = 1 AND s.table_name IS NULL");
        statements.add("CREATE TEMP TABLE tributary_counts AS\n"
                + "SELECT table_name, SUM(CASE WHEN op = 's' THEN 0 ELSE 1 END)::BIGINT AS landed\n"
                + "FROM tributary_fresh GROUP BY table_name");
        statements.add("INSERT INTO " + names.control() + " (" + Bookkeeping.ZEROED + ")\n"
                + "SELECT n.table_name, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 FROM tributary_counts n\n"
                + "LEFT JOIN " + names.control() + " c ON c.table_name = n.table_name WHERE c.table_name IS NULL");
        statements.add("UPDATE " + names.control() + " SET rows_landed = rows_landed + n.landed\n"
                + "FROM tributary_counts n WHERE n.table_name = " + WarehouseNames.unqualified(names.control())
                + ".table_name");
        statements.addAll(List.of(Fresh.advance(names, reader, "tributary_reached")));
        statements.add("UPDATE " + names.control() + " SET rows_rejected = rows_rejected + v_rejected,\n"
                + "  merged_at = GETDATE(),\n"
                + "  landed_until = COALESCE((SELECT MAX(refresh_time) FROM tributary_reached), landed_until)\n"
                + "WHERE table_name = " + WarehouseNames.literal(reader));
        statements.add("DROP TABLE tributary_fresh");
        statements.add("DROP TABLE tributary_reached");
        statements.add("DROP TABLE tributary_counts");
        return new Procedure(names.receive(), VARIABLES, statements);
    }
}
