package io.tributary.sink.redshift;

import io.tributary.change.Column;
import io.tributary.change.Schema;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The procedure that merges one table: what has landed past its watermark, the newest record of each key by version, into
 * the target, all in one transaction.
 *
 * <p>Which records are new is decided by where they landed, which of them is right by their version: so it does not matter
 * in which order, in which batches or how often they arrive. A deleted key leaves a tombstone with its version, that an
 * older record cannot bring the row back. A record whose shape is not registered yet holds its shard's later ones back. At
 * one version a row outranks a delete: a job started from nothing replaces a row it does not know by such a pair.
 */
final class Merge {

    private static final List<String> VARIABLES = List.of(
            Fresh.FLOOR,
            "v_started TIMESTAMP",
            "v_read BIGINT",
            "v_held BIGINT",
            "v_rejected BIGINT",
            "v_late BIGINT",
            "v_outlived BIGINT",
            "v_deleted BIGINT",
            "v_upserted BIGINT",
            "v_source BIGINT");

    private final Schema schema;
    private final WarehouseNames names;
    private final WarehouseDialect dialect;
    private final List<Column> columns;
    private final List<Column> key;

    private Merge(Schema schema, WarehouseNames names, WarehouseDialect dialect) {
        this.schema = schema;
        this.names = names;
        this.dialect = dialect;
        this.columns = schema.columns();
        this.key = schema.keyNames().stream()
                .map(name -> columns.get(schema.indexOf(name)))
                .collect(Collectors.toList());
    }

    static Procedure procedure(Schema schema, Duration tombstoneTtl, WarehouseNames names, WarehouseDialect dialect) {
        return new Merge(schema, names, dialect).procedure(tombstoneTtl);
    }

    private Procedure procedure(Duration tombstoneTtl) {
        List<String> statements = new ArrayList<>();
        stage(statements);
        refuse(statements);
        choose(statements);
        apply(statements, tombstoneTtl);
        account(statements);
        return new Procedure(names.merge(schema.table()), VARIABLES, statements);
    }

    /** What has landed since the last merge, without what has to wait for its shape. */
    private void stage(List<String> statements) {
        String table = schema.table();
        statements.add("v_started := GETDATE()");
        statements.add(Fresh.claim(names, table));
        statements.add(Fresh.floor(names, table));
        statements.add("CREATE TEMP TABLE tributary_landed AS\n"
                + "SELECT l.refresh_time, l.shard_id, " + Fresh.SEQUENCE + " AS last_sequence, l.sequence_number,\n"
                + "       " + dialect.word("l.payload", "_op", 8) + " AS _op,\n"
                + "       " + dialect.word("l.payload", "_version", 64) + " AS _version,\n"
                + "       " + dialect.count("l.payload", "_ts_ms") + " AS _ts_ms,\n"
                + "       " + dialect.count("l.payload", "_schema") + " AS _schema,\n"
                + "       l.payload\n"
                + Fresh.from(names, table) + "\n"
                + "  AND " + dialect.word("l.payload", "_table", 128) + " = " + WarehouseNames.literal(table) + "\n"
                + "  AND " + dialect.word("l.payload", "_op", 8) + " <> 's'\n"
                + "  AND " + dialect.count("l.payload", "_schema") + " IS NOT NULL");
        statements.add("CREATE TEMP TABLE tributary_held AS\n"
                + "SELECT l.shard_id, MIN(l.last_sequence) AS last_sequence FROM tributary_landed l\n"
                + "LEFT JOIN " + names.schemas() + " s ON s.table_name = " + WarehouseNames.literal(table)
                + " AND s.schema_number = l._schema AND s.applied_at IS NOT NULL\n"
                + "WHERE s.schema_number IS NULL GROUP BY l.shard_id");
        statements.add("DELETE FROM tributary_landed USING tributary_held h\n"
                + "WHERE h.shard_id = tributary_landed.shard_id"
                + " AND tributary_landed.last_sequence >= h.last_sequence");
        statements.add("GET DIAGNOSTICS v_held := ROW_COUNT");
        statements.add("CREATE TEMP TABLE tributary_reached AS\n"
                + "SELECT shard_id, MAX(last_sequence) AS last_sequence, MAX(refresh_time) AS refresh_time,\n"
                + "       COUNT(*) AS landed, MAX(_ts_ms) AS source_ts_ms\n"
                + "FROM tributary_landed GROUP BY shard_id");
        statements.add(
                "SELECT COALESCE(SUM(landed), 0), MAX(source_ts_ms) INTO v_read, v_source" + " FROM tributary_reached");
    }

    /** Records that cannot be merged are put aside with the reason. */
    private void refuse(List<String> statements) {
        String keyIsNull = each(key, column -> value("l.payload", column) + " IS NULL", " OR ");
        String reason = "CASE WHEN _op NOT IN ('c', 'u', 'r', 'd') THEN 'The operation is none of c, u, r, d'\n"
                + "            WHEN _version IS NULL OR LENGTH(_version) <> 32 THEN 'The version is not 32 digits'\n"
                + "            WHEN " + keyIsNull + " THEN 'A key column is null' END";
        statements.add("CREATE TEMP TABLE tributary_refused AS\n"
                + "SELECT shard_id, last_sequence, reason\n"
                + "FROM (SELECT shard_id, last_sequence,\n"
                + "       " + reason + " AS reason\n"
                + "      FROM tributary_landed l) AS judged\n"
                + "WHERE reason IS NOT NULL");
        statements.add("INSERT INTO " + names.rejected()
                + " (rejected_at, table_name, reason, shard_id, sequence_number, payload)\n"
                + "SELECT GETDATE(), " + WarehouseNames.literal(schema.table())
                + ", r.reason, l.shard_id, l.sequence_number,"
                + " l.payload\n"
                + "FROM tributary_refused r JOIN tributary_landed l"
                + " ON l.shard_id = r.shard_id AND l.last_sequence = r.last_sequence");
        statements.add("GET DIAGNOSTICS v_rejected := ROW_COUNT");
        statements.add("DELETE FROM tributary_landed USING tributary_refused r\n"
                + "WHERE r.shard_id = tributary_landed.shard_id"
                + " AND r.last_sequence = tributary_landed.last_sequence");
    }

    /** The newest of each key, if it is newer than what the target and the tombstones have. */
    private void choose(List<String> statements) {
        String target = names.table(schema.table());
        String tombstones = names.tombstones(schema.table());
        statements.add("CREATE TEMP TABLE tributary_newest AS\n"
                + "SELECT _op, _version, _ts_ms,\n       "
                + each(columns, column -> value("ranked.payload", column) + " AS " + quoted(column), ",\n       ")
                + "\n"
                + "FROM (SELECT _op, _version, _ts_ms, payload, ROW_NUMBER() OVER (\n"
                + "        PARTITION BY " + each(key, column -> value("l.payload", column), ", ") + "\n"
                + "        ORDER BY _version DESC, CASE WHEN _op = 'd' THEN 1 ELSE 0 END) AS nth\n"
                + "      FROM tributary_landed l) AS ranked\n"
                + "WHERE nth = 1");
        statements.add("DELETE FROM tributary_newest USING " + target + " t\n" + "WHERE "
                + sameKey("t", "tributary_newest") + " AND t._version >= tributary_newest._version");
        statements.add("GET DIAGNOSTICS v_late := ROW_COUNT");
        statements.add("DELETE FROM tributary_newest USING " + tombstones + " t\n"
                + "WHERE " + sameKey("t", "tributary_newest") + " AND (t._version > tributary_newest._version\n"
                + "  OR (t._version = tributary_newest._version AND tributary_newest._op = 'd'))");
        statements.add("GET DIAGNOSTICS v_outlived := ROW_COUNT");
    }

    private void apply(List<String> statements, Duration tombstoneTtl) {
        String target = names.table(schema.table());
        String tombstones = names.tombstones(schema.table());
        String all = each(columns, Merge::quoted, ", ");
        String keys = each(key, Merge::quoted, ", ");
        // Qualified: a column of the user may be named like a variable of the procedure.
        String allValues = each(columns, column -> "n." + quoted(column), ", ");
        String keyValues = each(key, column -> "n." + quoted(column), ", ");
        String same = sameKey("tributary_newest", WarehouseNames.unqualified(target));
        statements.add("DELETE FROM " + target + " USING tributary_newest\n" + "WHERE " + same
                + " AND tributary_newest._op = 'd'");
        statements.add("GET DIAGNOSTICS v_deleted := ROW_COUNT");
        statements.add("DELETE FROM " + target + " USING tributary_newest\n" + "WHERE " + same
                + " AND tributary_newest._op <> 'd'");
        statements.add("INSERT INTO " + target + " (" + all + ", _version, _ts_ms)\n" + "SELECT " + allValues
                + ", n._version, n._ts_ms FROM tributary_newest n WHERE n._op <> 'd'");
        statements.add("GET DIAGNOSTICS v_upserted := ROW_COUNT");
        statements.add("DELETE FROM " + tombstones + " USING tributary_newest\n" + "WHERE "
                + sameKey("tributary_newest", WarehouseNames.unqualified(tombstones)));
        statements.add("INSERT INTO " + tombstones + " (" + keys + ", _version, _deleted_at)\n" + "SELECT " + keyValues
                + ", n._version, GETDATE() FROM tributary_newest n WHERE n._op = 'd'");
        statements.add("DELETE FROM " + tombstones + " WHERE _deleted_at < GETDATE() - INTERVAL '"
                + tombstoneTtl.toSeconds() + " seconds'");
    }

    /** The watermark and the control table. */
    private void account(List<String> statements) {
        statements.addAll(List.of(Fresh.advance(names, schema.table(), "tributary_reached")));
        // While rows are held back the time stays where it was, so that it never passes one of them.
        statements.add("UPDATE " + names.control() + " SET\n"
                + "  rows_merged = rows_merged + v_read,\n"
                + "  rows_held = v_held,\n"
                + "  rows_upserted = rows_upserted + v_upserted,\n"
                + "  rows_deleted = rows_deleted + v_deleted,\n"
                + "  rows_late = rows_late + v_late + v_outlived,\n"
                + "  rows_rejected = rows_rejected + v_rejected,\n"
                + "  merges = merges + 1,\n"
                + "  last_upserted = v_upserted,\n"
                + "  last_deleted = v_deleted,\n"
                + "  last_late = v_late + v_outlived,\n"
                + "  last_duration_ms = " + dialect.millisBetween("v_started", "GETDATE()") + ",\n"
                + "  source_ts_ms = GREATEST(source_ts_ms, v_source),\n"
                + "  landed_until = CASE WHEN v_held > 0 THEN landed_until\n"
                + "    ELSE COALESCE((SELECT MAX(refresh_time) FROM tributary_reached), landed_until) END,\n"
                + "  merged_at = GETDATE(),\n"
                + "  last_error = NULL,\n"
                + "  last_error_at = NULL\n"
                + "WHERE table_name = " + WarehouseNames.literal(schema.table()));
        for (String temporary : List.of("landed", "held", "reached", "refused", "newest")) {
            statements.add("DROP TABLE tributary_" + temporary);
        }
    }

    private String sameKey(String left, String right) {
        return each(key, column -> left + "." + quoted(column) + " = " + right + "." + quoted(column), " AND ");
    }

    private String value(String payload, Column column) {
        return dialect.value(payload, WarehouseNames.lower(column.name()), column);
    }

    private static String quoted(Column column) {
        return WarehouseNames.quote(WarehouseNames.lower(column.name()));
    }

    private static String each(List<Column> columns, Function<Column, String> text, String separator) {
        return columns.stream().map(text).collect(Collectors.joining(separator));
    }
}
