package io.tributary.local.benchmark.contender;

import io.tributary.local.PostgresServer.Login;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * The table that is read: ten columns of mixed types, made from the row's number alone.
 *
 * <p>Every update touches each row once at most, so that the rows written say how many changes have been read.
 */
public final class Items {

    public static final String TABLE = "items";

    /** The rows as Flink SQL declares them. */
    static final String COLUMNS = "id BIGINT NOT NULL, customer INT NOT NULL, name STRING NOT NULL,"
            + " amount DECIMAL(12,2) NOT NULL, touched INT NOT NULL, score DOUBLE, active BOOLEAN NOT NULL, `day` DATE,"
            + " created_at TIMESTAMP_LTZ(6) NOT NULL, note STRING";

    private static final String CREATE = """
            CREATE TABLE items (
                id bigint PRIMARY KEY, customer integer NOT NULL, name text NOT NULL, amount numeric(12,2) NOT NULL,
                touched integer NOT NULL, score double precision, active boolean NOT NULL, day date,
                created_at timestamptz NOT NULL, note text)""";

    private static final String FILL = """
            INSERT INTO items
            SELECT i, i * 7919 % 100000, 'Item number ' || i, (i * 6151 % 10000000) / 100.0, 0,
                   CASE WHEN i % 11 > 0 THEN sqrt(i) END, i % 3 > 0,
                   CASE WHEN i % 7 > 0 THEN date '1990-01-01' + (i % 12000)::int END,
                   timestamptz '2023-01-01 00:00:00.123456+00' + i * interval '1.000001 seconds',
                   CASE WHEN i % 5 > 0 THEN 'a note about item ' || md5(i::text) END
            FROM\s""";

    private final Login login;
    private final boolean oldRows;

    private Items(Login login, boolean oldRows) {
        this.login = login;
        this.oldRows = oldRows;
    }

    /** Makes the table anew. {@code oldRows}: whether updates carry the whole old row in the WAL. */
    public static Items create(Login login, long rows, boolean oldRows) throws SQLException {
        Items items = new Items(login, oldRows);
        items.run(
                "DROP TABLE IF EXISTS items",
                CREATE,
                "ALTER TABLE items REPLICA IDENTITY " + (oldRows ? "FULL" : "DEFAULT"),
                FILL + "generate_series(1, " + rows + "::bigint) AS i",
                "VACUUM ANALYZE items");
        return items;
    }

    boolean oldRows() {
        return oldRows;
    }

    /** Updates the first rows, once each. */
    public void update(long rows, int rowsPerTransaction) throws SQLException {
        run("SET synchronous_commit = off", """
                DO $$ BEGIN
                    FOR i IN 0..%d BY %d LOOP
                        UPDATE items SET touched = touched + 1, amount = amount + 0.01 WHERE id > i AND id <= i + %d;
                        COMMIT;
                    END LOOP;
                END $$""".formatted(rows - 1, rowsPerTransaction, rowsPerTransaction));
    }

    Checksum checksum() throws SQLException {
        try (Connection connection = login.connect();
                Statement statement = connection.createStatement();
                ResultSet sums = statement.executeQuery(
                        "SELECT count(*), sum(id)::bigint, sum(amount), sum(touched)::bigint FROM items")) {
            sums.next();
            return new Checksum(sums.getLong(1), sums.getLong(2), sums.getBigDecimal(3), sums.getLong(4));
        }
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
