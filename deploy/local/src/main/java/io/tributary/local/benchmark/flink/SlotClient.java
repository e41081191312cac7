package io.tributary.local.benchmark.flink;

import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.Properties;
import org.postgresql.PGConnection;
import org.postgresql.PGProperty;
import org.postgresql.replication.LogSequenceNumber;
import org.postgresql.replication.PGReplicationStream;

/** The floor of all reading of changes: a slot read through pgoutput in binary form, its messages thrown away. */
public final class SlotClient {

    private SlotClient() {}

    /** The database's URL, user, password, the slot, the publication, and how many updates there are to read. */
    public static void main(String[] arguments) throws Exception {
        Properties properties = new Properties();
        PGProperty.USER.set(properties, arguments[1]);
        PGProperty.PASSWORD.set(properties, arguments[2]);
        PGProperty.ASSUME_MIN_SERVER_VERSION.set(properties, "14");
        PGProperty.REPLICATION.set(properties, "database");
        PGProperty.PREFER_QUERY_MODE.set(properties, "simple");
        long updates = Long.parseLong(arguments[5]);
        try (Connection connection = DriverManager.getConnection(arguments[0], properties)) {
            Account.Opened account = Account.open();
            PGReplicationStream stream = connection
                    .unwrap(PGConnection.class)
                    .getReplicationAPI()
                    .replicationStream()
                    .logical()
                    .withSlotName(arguments[3])
                    .withSlotOption("proto_version", 1)
                    .withSlotOption("publication_names", arguments[4])
                    .withSlotOption("binary", true)
                    .withStartPosition(LogSequenceNumber.INVALID_LSN)
                    .start();
            long rows = 0;
            while (rows < updates) {
                ByteBuffer message = stream.read();
                if (message.get() == 'U') {
                    rows++;
                }
            }
            System.out.println(account.close(rows));
            stream.close();
        }
    }
}
