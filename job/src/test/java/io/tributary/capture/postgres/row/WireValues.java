package io.tributary.capture.postgres.row;

import io.tributary.capture.Unreadable;
import io.tributary.capture.postgres.TestDatabase;
import io.tributary.capture.postgres.server.JdbcOptions;
import io.tributary.capture.postgres.value.Slice;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;
import org.postgresql.replication.PGReplicationStream;

/** The values of a table in each of the four ways in which the server hands them out. */
final class WireValues {

    private WireValues() {}

    /** A session that prints as those of a job do, in the time zone. */
    static Connection session(TestDatabase database, String zone, boolean replication) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", "postgres");
        properties.setProperty("binaryTransfer", "false");
        properties.setProperty("options", JdbcOptions.PRINTING);
        if (replication) {
            properties.setProperty("replication", "database");
            properties.setProperty("preferQueryMode", "simple");
            properties.setProperty("assumeMinServerVersion", "12");
        }
        Connection connection = DriverManager.getConnection(
                "jdbc:postgresql://localhost:" + database.port() + "/" + database.name(), properties);
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET TimeZone = '" + zone + "'");
        }
        return connection;
    }

    static List<Tuple> select(Connection connection, String query, int columns) throws SQLException {
        List<Tuple> rows = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(query)) {
            while (result.next()) {
                Tuple row = new Tuple(columns);
                for (int i = 0; i < columns; i++) {
                    row.set(i, RowLookup.bytes(result, i + 1));
                }
                rows.add(row);
            }
        }
        return rows;
    }

    /** As {@code COPY .. (FORMAT binary)} sends them. */
    static List<Tuple> copy(Connection connection, String query, int columns) throws SQLException {
        CopyOut copy = connection
                .unwrap(PGConnection.class)
                .getCopyAPI()
                .copyOut("COPY (" + query + ") TO STDOUT (FORMAT binary)");
        boolean[] binary = new boolean[columns];
        Arrays.fill(binary, true);
        List<Tuple> rows = new ArrayList<>();
        for (boolean isFirst = true; ; isFirst = false) {
            byte[] bytes = copy.readFromCopy();
            if (bytes == null) {
                return rows;
            }
            ByteBuffer message = ByteBuffer.wrap(bytes);
            if (isFirst) {
                CopyBinary.skipHeader(message);
            }
            if (message.hasRemaining() && !CopyBinary.isTrailer(message)) {
                Tuple row = new Tuple(columns);
                if (!row.readCopied(message, binary)) {
                    throw new AssertionError("another number of columns");
                }
                rows.add(row);
            }
        }
    }

    /** The rows of INSERT messages, or the new ones of UPDATE messages, as the slot sends them. */
    static List<Tuple> stream(
            Connection connection, String slot, String publication, boolean binary, int rows, int columns)
            throws Exception {
        List<Tuple> tuples = new ArrayList<>();
        try (PGReplicationStream stream = connection
                .unwrap(PGConnection.class)
                .getReplicationAPI()
                .replicationStream()
                .logical()
                .withSlotName(slot)
                .withSlotOption("proto_version", 1)
                .withSlotOption("publication_names", publication)
                .withSlotOption("binary", binary)
                .start()) {
            while (tuples.size() < rows) {
                ByteBuffer message = stream.read();
                byte kind = message.get();
                if (kind != 'I' && kind != 'U') {
                    continue;
                }
                message.getInt();
                if (message.get() != 'N') {
                    tuple(message, columns);
                    message.get();
                }
                tuples.add(tuple(message, columns));
            }
        }
        return tuples;
    }

    static byte @Nullable [] bytes(Tuple row, int column) {
        if (row.isNull(column)) {
            return null;
        }
        Slice value = row.value(column, new Slice());
        return Arrays.copyOfRange(value.bytes, value.from, value.to);
    }

    static String text(Tuple row, int column) {
        byte[] bytes = bytes(row, column);
        return bytes == null ? "NULL" : new String(bytes, StandardCharsets.UTF_8);
    }

    private static Tuple tuple(ByteBuffer message, int columns) throws Unreadable {
        Tuple tuple = new Tuple(columns);
        if (!tuple.read(message)) {
            throw new AssertionError("another number of columns");
        }
        return tuple;
    }
}
