package io.tributary.sink.redshift;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The merges of three other ways to mirror a table, in their manner, over records in the forms that they take: whole tables
 * of changes, and targets whose keys are a hint as in a warehouse.
 *
 * <ul>
 *   <li>By arrival: the newest change of a key is the one with the latest arrival timestamp. Each merge reads all that ever
 *       landed, deletes every key with a change, then inserts what is newest.
 *   <li>By procedures: stored procedures loop over the tables found in one stream of items, make tables and columns, all of
 *       them VARCHAR, and load what landed since the last run, newest of a key by the time that the record tells.
 *   <li>By time: one MERGE from a table of changes, newest of a key by ROW_NUMBER over ts_ms; a matched row is updated if the
 *       change is newer by ts_ms.
 * </ul>
 */
final class ReplacedMerges {

    static final String BY_ARRIVAL = "by_arrival";
    static final String BY_PROCEDURES = "items_orders";
    static final String BY_TIME = "by_time";

    static final String ARRIVAL_DELETE = """
            DELETE FROM by_arrival USING changes c
            WHERE by_arrival.id = COALESCE(c.payload->'after'->>'id', c.payload->'before'->>'id')::BIGINT
            """;

    static final String ARRIVAL_INSERT = """
            INSERT INTO by_arrival (id, state, amount)
            SELECT (c.payload->'after'->>'id')::BIGINT, c.payload->'after'->>'state', (c.payload->'after'->>'amount')::INT
            FROM changes c
            JOIN (
              SELECT COALESCE(payload->'after'->>'id', payload->'before'->>'id') AS id,
                MAX(approximate_arrival_timestamp) AS latest
              FROM changes GROUP BY 1
            ) n ON n.id = COALESCE(c.payload->'after'->>'id', c.payload->'before'->>'id')
              AND n.latest = c.approximate_arrival_timestamp
            WHERE c.payload->>'op' <> 'd'
            """;

    private static final String TIME_MERGE = """
            MERGE INTO by_time t USING (
              SELECT * FROM (
                SELECT COALESCE(payload->'before'->>'id', payload->'after'->>'id')::BIGINT AS id, payload->>'op' AS op,
                  payload->'after' AS a, (payload->>'ts_ms')::BIGINT AS ts_ms,
                  ROW_NUMBER() OVER (PARTITION BY COALESCE(payload->'before'->>'id', payload->'after'->>'id')
                    ORDER BY (payload->>'ts_ms')::BIGINT DESC) AS n
                FROM changes WHERE refreshed = (SELECT MAX(refreshed) FROM changes)
              ) numbered WHERE n = 1
            ) s ON t.id = s.id
            WHEN MATCHED AND s.op = 'd' THEN DELETE
            WHEN MATCHED AND s.ts_ms > t.ts_ms THEN
              UPDATE SET state = s.a->>'state', amount = (s.a->>'amount')::INT, ts_ms = s.ts_ms
            WHEN NOT MATCHED AND s.op <> 'd' THEN
              INSERT (id, state, amount, ts_ms) VALUES (s.id, s.a->>'state', (s.a->>'amount')::INT, s.ts_ms)
            """;

    private static final List<String> SET_UP = List.of("""
            CREATE TABLE changes (refreshed INT, approximate_arrival_timestamp TIMESTAMP, payload JSONB)
            """, """
            CREATE TABLE items (refreshed INT, payload JSONB)
            """, """
            CREATE TABLE items_loaded (refreshed INT)
            """, """
            CREATE TABLE by_arrival (id BIGINT, state VARCHAR, amount INT)
            """, """
            CREATE TABLE by_time (id BIGINT, state VARCHAR, amount INT, ts_ms BIGINT)
            """, """
            CREATE PROCEDURE items_shape(target VARCHAR) LANGUAGE plpgsql AS $$
            DECLARE
              attribute RECORD;
            BEGIN
              EXECUTE 'CREATE TABLE IF NOT EXISTS items_' || target || ' (dist_key VARCHAR)';
              FOR attribute IN
                SELECT DISTINCT JSONB_OBJECT_KEYS(payload->'dynamodb'->'NewImage') AS name
                FROM items WHERE payload->>'tableName' = target
              LOOP
                EXECUTE 'ALTER TABLE items_' || target || ' ADD COLUMN IF NOT EXISTS ' || attribute.name || ' VARCHAR';
              END LOOP;
            END $$
            """, """
            CREATE PROCEDURE items_merge(target VARCHAR, since INT) LANGUAGE plpgsql AS $$
            DECLARE
              attribute RECORD;
              columns VARCHAR := 'dist_key';
              expressions VARCHAR := 'key';
            BEGIN
              DROP TABLE IF EXISTS newest;
              CREATE TEMP TABLE newest AS SELECT * FROM (
                SELECT payload->>'eventName' AS event, payload->'dynamodb'->'NewImage' AS image,
                  payload->'dynamodb'->'Keys'->'id'->>'N' AS key,
                  ROW_NUMBER() OVER (PARTITION BY payload->'dynamodb'->'Keys'->'id'->>'N'
                    ORDER BY payload->'dynamodb'->>'ApproximateCreationDateTime' DESC) AS n
                FROM items WHERE payload->>'tableName' = target AND refreshed > since
              ) numbered WHERE n = 1;
              FOR attribute IN
                SELECT column_name AS name FROM information_schema.columns
                WHERE table_schema = CURRENT_SCHEMA() AND table_name = 'items_' || target AND column_name <> 'dist_key'
              LOOP
                columns := columns || ', ' || attribute.name;
                expressions := expressions || ', COALESCE(image->''' || attribute.name || '''->>''S'', image->'''
                  || attribute.name || '''->>''N'')';
              END LOOP;
              EXECUTE 'DELETE FROM items_' || target || ' USING newest WHERE dist_key = newest.key';
              EXECUTE 'INSERT INTO items_' || target || ' (' || columns || ') SELECT ' || expressions
                || ' FROM newest WHERE event <> ''REMOVE''';
            END $$
            """, """
            CREATE PROCEDURE items_load() LANGUAGE plpgsql AS $$
            DECLARE
              target RECORD;
              since INT;
            BEGIN
              SELECT INTO since COALESCE(MAX(refreshed), 0) FROM items_loaded;
              FOR target IN SELECT DISTINCT payload->>'tableName' AS name FROM items WHERE refreshed > since LOOP
                CALL items_shape(target.name);
                CALL items_merge(target.name, since);
              END LOOP;
              INSERT INTO items_loaded SELECT MAX(refreshed) FROM items;
            END $$
            """);

    private final Connection connection;

    /** @param connection one of its own, of which the test's schema becomes the current one */
    ReplacedMerges(Connection connection, WarehouseNames names) throws SQLException {
        this.connection = connection;
        execute("SET search_path TO " + names.schema() + ", public");
        for (String statement : SET_UP) {
            execute(statement);
        }
    }

    /** @param refreshed the number of the refresh that the record comes with */
    void land(RandomStream.Arrival arrival, int refreshed) throws SQLException {
        try (PreparedStatement change = connection.prepareStatement("INSERT INTO changes VALUES (?, ?, ?::JSONB)");
                PreparedStatement item = connection.prepareStatement("INSERT INTO items VALUES (?, ?::JSONB)")) {
            change.setInt(1, refreshed);
            change.setTimestamp(2, new Timestamp(arrival.arrivedMs()));
            change.setString(3, arrival.change().asDebezium());
            change.executeUpdate();
            item.setInt(1, refreshed);
            item.setString(2, arrival.change().asItem());
            item.executeUpdate();
        }
    }

    void merge() throws SQLException {
        execute(ARRIVAL_DELETE);
        execute(ARRIVAL_INSERT);
        execute("CALL items_load()");
        execute(TIME_MERGE);
    }

    /** @return how many rows it concerned */
    int execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
            return statement.getUpdateCount();
        }
    }

    /** What became wrong in each of the targets. */
    Map<String, Outcome> outcomes(StandInWarehouse warehouse, RandomStream stream) throws SQLException {
        return Map.of(
                BY_ARRIVAL, outcome(warehouse, BY_ARRIVAL, stream),
                BY_PROCEDURES, outcome(warehouse, BY_PROCEDURES, stream),
                BY_TIME, outcome(warehouse, BY_TIME, stream));
    }

    private static Outcome outcome(StandInWarehouse warehouse, String target, RandomStream stream) throws SQLException {
        List<String> rows = new ArrayList<>(warehouse.query(
                "SELECT id, state FROM " + warehouse.names().schema() + "." + target + " ORDER BY id, state"));
        return Outcome.of(stream.rows(), rows);
    }
}
