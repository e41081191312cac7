package io.tributary.local.benchmark.contender;

import io.tributary.local.service.PostgresServer.Login;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.runtime.typeutils.RowDataSerializer;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.utils.LogicalTypeParser;

/**
 * The tables that are read: one or more of ten columns of mixed types, and one of customers; all made from the rows' numbers
 * alone.
 *
 * <p>A round of updates touches each row once at most, so that the rows written say how many changes have been read.
 */
public final class Items {

    public static final String TABLE = "items";

    /** The rows as Flink SQL declares them. */
    static final String COLUMNS = "id BIGINT NOT NULL, customer INT NOT NULL, name STRING NOT NULL,"
            + " amount DECIMAL(12,2) NOT NULL, touched INT NOT NULL, score DOUBLE, active BOOLEAN NOT NULL, `day` DATE,"
            + " created_at TIMESTAMP_LTZ(6) NOT NULL, note STRING";

    static final String CUSTOMER_COLUMNS = "id INT NOT NULL, name STRING NOT NULL, email STRING";

    private static final int ITEMS_PER_CUSTOMER = 20;

    private static final String CREATE = """
            CREATE TABLE %1$s (
                id bigint PRIMARY KEY, customer integer NOT NULL, name text NOT NULL, amount numeric(12,2) NOT NULL,
                touched integer NOT NULL, score double precision, active boolean NOT NULL, day date,
                created_at timestamptz NOT NULL, note text);
            ALTER TABLE %1$s REPLICA IDENTITY %2$s;
            INSERT INTO %1$s
            SELECT i, i * 7919 %% %4$d, 'Item number ' || i, (i * 6151 %% 10000000) / 100.0, 0,
                   CASE WHEN i %% 11 > 0 THEN sqrt(i) END, i %% 3 > 0,
                   CASE WHEN i %% 7 > 0 THEN date '1990-01-01' + (i %% 12000)::int END,
                   timestamptz '2023-01-01 00:00:00.123456+00' + i * interval '1.000001 seconds',
                   CASE WHEN i %% 5 > 0 THEN 'a note about item ' || md5(i::text) END
            FROM generate_series(1, %3$d::bigint) AS i""";

    private static final String CREATE_CUSTOMERS = """
            CREATE TABLE customers (id integer PRIMARY KEY, name text NOT NULL, email text);
            ALTER TABLE customers REPLICA IDENTITY %s;
            INSERT INTO customers
            SELECT i, 'Customer ' || i,
                   CASE i %% 4 WHEN 0 THEN ' Ann' || i || '@Example.COM ' WHEN 1 THEN 'none' ELSE 'user' || i || '@example.org' END
            FROM generate_series(0, %d) AS i""";

    /** Row by row in order, a transaction's worth at a time, each in the next table. */
    private static final String UPDATE = """
            DO $$
            DECLARE
                tables text[] := '{%s}';
                name text;
            BEGIN
                FOR low IN 0..%d BY %d LOOP
                    FOREACH name IN ARRAY tables LOOP
                        EXECUTE format('UPDATE %%I SET touched = touched + 1, amount = amount + 0.01 WHERE id > $1 AND id <= $2', name)
                            USING low, least(low + %d, %d);
                        COMMIT;
                    END LOOP;
                END LOOP;
            END $$""";

    private final Login login;
    private final List<String> tables;
    private final boolean oldRows;

    private Items(Login login, List<String> tables, boolean oldRows) {
        this.login = login;
        this.tables = tables;
        this.oldRows = oldRows;
    }

    /**
     * Makes a flow's tables anew. {@code rows} is how many all tables of items have together; {@code oldRows}: whether updates
     * carry the whole old row in the WAL.
     */
    public static Items create(Login login, Flow flow, long rows, boolean oldRows) throws SQLException {
        List<String> tables = flow.captured().stream()
                .filter(table -> !table.equals(Flow.CUSTOMERS))
                .toList();
        Items items = new Items(login, tables, oldRows);
        String identity = oldRows ? "FULL" : "DEFAULT";
        items.drop();
        for (String table : tables) {
            items.run(CREATE.formatted(table, identity, rows / tables.size(), customers(rows)));
        }
        items.run(CREATE_CUSTOMERS.formatted(identity, customers(rows) - 1));
        items.run("VACUUM ANALYZE");
        return items;
    }

    static long customers(long rows) {
        return Math.max(1, rows / ITEMS_PER_CUSTOMER);
    }

    private void drop() throws SQLException {
        run("""
                DO $$ DECLARE name text; BEGIN
                    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
                        EXECUTE format('DROP TABLE %I', name);
                    END LOOP;
                END $$""");
    }

    boolean oldRows() {
        return oldRows;
    }

    /** Updates the first rows of the tables, once each, so many in all. */
    public void update(long rows, int rowsPerTransaction) throws SQLException {
        run(
                "SET synchronous_commit = off",
                UPDATE.formatted(
                        String.join(",", tables),
                        rows / tables.size() - 1,
                        rowsPerTransaction,
                        rowsPerTransaction,
                        rows / tables.size()));
    }

    Checksum checksum(String from) throws SQLException {
        try (Connection connection = login.connect()) {
            return Checksum.of(connection, from);
        }
    }

    /** How many bytes a row has as Flink's binary row, on average of some. */
    public double binaryRowBytes() throws SQLException {
        RowType type = (RowType) LogicalTypeParser.parse("ROW<" + COLUMNS + ">", Items.class.getClassLoader());
        RowDataSerializer serializer = new RowDataSerializer(type);
        long bytes = 0;
        long rows = 0;
        try (Connection connection = login.connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT * FROM " + tables.get(0) + " LIMIT 10000")) {
            for (; row.next(); rows++) {
                GenericRowData data = GenericRowData.of(
                        row.getLong("id"),
                        row.getInt("customer"),
                        StringData.fromString(row.getString("name")),
                        DecimalData.fromBigDecimal(row.getBigDecimal("amount"), 12, 2),
                        row.getInt("touched"),
                        row.getObject("score"),
                        row.getBoolean("active"),
                        row.getDate("day") == null
                                ? null
                                : (int) row.getDate("day").toLocalDate().toEpochDay(),
                        TimestampData.fromTimestamp(row.getTimestamp("created_at")),
                        StringData.fromString(row.getString("note")));
                bytes += serializer.toBinaryRow(data).getSizeInBytes();
            }
        }
        return (double) bytes / rows;
    }

    private void run(String... statements) throws SQLException {
        try (Connection connection = login.connect();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }
}
