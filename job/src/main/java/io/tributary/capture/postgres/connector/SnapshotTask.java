package io.tributary.capture.postgres.connector;

import io.debezium.pipeline.DataChangeEvent;
import io.debezium.relational.TableId;
import io.tributary.capture.Treatment;
import io.tributary.capture.postgres.PostgresSettings;
import io.tributary.capture.postgres.PostgresTable;
import io.tributary.capture.postgres.Sql;
import io.tributary.capture.postgres.row.RowLookup;
import io.tributary.capture.postgres.row.TableColumns;
import io.tributary.capture.postgres.row.TableReader;
import io.tributary.capture.postgres.row.Tuple;
import io.tributary.capture.postgres.row.TypeCatalog;
import io.tributary.capture.postgres.server.Connected;
import io.tributary.capture.postgres.server.SlotPosition;
import io.tributary.capture.postgres.value.Attribute;
import io.tributary.change.Captured;
import io.tributary.change.Position;
import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.flink.cdc.connectors.base.source.meta.split.SnapshotSplit;
import org.apache.flink.cdc.connectors.postgres.source.fetch.PostgresScanFetchTask;
import org.apache.flink.cdc.connectors.postgres.source.utils.PostgresQueryUtils;
import org.apache.flink.util.FlinkRuntimeException;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * Reads one chunk of a table, as text, in one plain statement. The connector's own task reads Java objects, which lose the
 * micros of a time and depend on the time zone of the JVM, and keeps a chunk in memory.
 *
 * <p>A row's position is the place just before that from which the slot is read, and the end of the WAL when the chunk is
 * read: older than every streamed change, and newer than a row of the same chunk that a lost attempt read before.
 */
final class SnapshotTask extends PostgresScanFetchTask {

    private static final String ALL = "SELECT *";

    private final SlotPosition start;

    SnapshotTask(SnapshotSplit split, SlotPosition start) {
        super(split);
        this.start = start;
    }

    @Override
    protected void executeDataSnapshot(Context context) throws Exception {
        FetchContext fetch = (FetchContext) context;
        Connected database = () -> fetch.getConnection().connection();
        PostgresTable table = table(fetch.settings());
        List<Attribute> all = TableColumns.of(table, database).attributes();
        TableReader reader = TableReader.of(
                table, TableColumns.named(table, all), new TypeCatalog(database), new RowLookup(database));
        List<Attribute> attributes = all.stream()
                .filter(attribute -> attribute.treatment() != Treatment.LEFT_OUT)
                .collect(Collectors.toList());
        Consumer<Captured> out = captured -> enqueue(fetch, captured);
        long end = endOfWal(database);
        try (PreparedStatement statement = statement(fetch, attributes);
                ResultSet result = statement.executeQuery()) {
            long now = System.currentTimeMillis();
            Position position = Position.of(start.lsn() - 1, end);
            Tuple row = reader.now();
            while (result.next()) {
                for (int i = 0; i < attributes.size(); i++) {
                    String text = result.getString(i + 1);
                    row.set(i, text == null ? null : text.getBytes(StandardCharsets.UTF_8));
                }
                reader.copied(position, now, out);
            }
        } finally {
            fetch.closeConnection();
        }
    }

    private static long endOfWal(Connected database) throws SQLException {
        try (Statement statement = database.connection().createStatement();
                ResultSet result = statement.executeQuery("SELECT pg_catalog.pg_current_wal_lsn() - '0/0'::pg_lsn")) {
            result.next();
            return result.getLong(1);
        }
    }

    private PreparedStatement statement(FetchContext fetch, List<Attribute> attributes) {
        List<String> uuids = new ArrayList<>();
        String columns = attributes.stream()
                .map(attribute -> Sql.identifier(attribute.name()))
                .collect(Collectors.joining(", "));
        boolean first = snapshotSplit.getSplitStart() == null;
        boolean last = snapshotSplit.getSplitEnd() == null;
        // Parameters are sent without a type, so a uuid needs no cast.
        String sql = PostgresQueryUtils.buildSplitScanQuery(
                snapshotSplit.getTableId(), snapshotSplit.getSplitKeyType(), first, last, uuids);
        if (!sql.startsWith(ALL)) {
            throw new FlinkRuntimeException("The connector reads a chunk by another statement than expected: " + sql);
        }
        return PostgresQueryUtils.readTableSplitDataStatement(
                fetch.getConnection(),
                "SELECT " + columns + sql.substring(ALL.length()),
                first,
                last,
                snapshotSplit.getSplitStart(),
                snapshotSplit.getSplitEnd(),
                snapshotSplit.getSplitKeyType().getFieldCount(),
                fetch.settings().snapshotFetchRows());
    }

    private PostgresTable table(PostgresSettings settings) {
        TableId id = snapshotSplit.getTableId();
        for (PostgresTable table : settings.tables()) {
            if (table.schema().equals(id.schema()) && table.name().equals(id.table())) {
                return table;
            }
        }
        throw new FlinkRuntimeException("Table " + id
                + " is not one of the settings' tables: start the job anew, or put" + " the table back into "
                + settings.key("postgres.tables") + " until its snapshot is complete");
    }

    private static void enqueue(FetchContext fetch, Captured captured) {
        try {
            fetch.getQueue().enqueue(new DataChangeEvent(new SourceRecord(null, null, "", null, captured)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FlinkRuntimeException("Interrupted while the queue was full", e);
        }
    }
}
