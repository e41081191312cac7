package io.tributary.local.benchmark.flink;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;

/** The floor of every snapshot: COPY in binary form, its rows counted and thrown away. */
public final class CopyClient {

    /** How the last message begins, see PostgreSQL's manual on COPY. */
    private static final byte END = -1;

    private CopyClient() {}

    /** The database's URL, user, password, the table, and how many connections read it, each its share of the pages. */
    public static void main(String[] arguments) throws Exception {
        int connections = Integer.parseInt(arguments[4]);
        ExecutorService threads = Executors.newFixedThreadPool(connections);
        List<Connection> opened = new ArrayList<>();
        try {
            for (int i = 0; i < connections; i++) {
                opened.add(DriverManager.getConnection(arguments[0], arguments[1], arguments[2]));
            }
            long pages = pages(opened.get(0), arguments[3]);
            List<Callable<Long>> shares = new ArrayList<>();
            for (int i = 0; i < connections; i++) {
                String range = "ctid >= '(" + pages * i / connections + ",0)'"
                        + (i + 1 == connections ? "" : " AND ctid < '(" + pages * (i + 1) / connections + ",0)'");
                String copy = "COPY (SELECT * FROM " + arguments[3] + (connections == 1 ? "" : " WHERE " + range)
                        + ") TO STDOUT (FORMAT binary)";
                Connection connection = opened.get(i);
                shares.add(() -> read(connection, copy));
            }
            Account.Opened account = Account.open();
            long rows = 0;
            for (Future<Long> share : threads.invokeAll(shares)) {
                rows += share.get();
            }
            System.out.println(account.close(rows));
        } finally {
            threads.shutdown();
            for (Connection connection : opened) {
                connection.close();
            }
        }
    }

    private static long pages(Connection connection, String table) throws Exception {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(
                        "SELECT pg_relation_size('" + table + "') / current_setting('block_size')::int")) {
            result.next();
            return result.getLong(1);
        }
    }

    /** Each message of the protocol is one row, but for the header, which comes with the first row, and the end. */
    private static long read(Connection connection, String copy) throws Exception {
        CopyOut rows = connection.unwrap(PGConnection.class).getCopyAPI().copyOut(copy);
        long count = 0;
        for (byte[] row = rows.readFromCopy(); row != null; row = rows.readFromCopy()) {
            if (row[0] != END) {
                count++;
            }
        }
        return count;
    }
}
