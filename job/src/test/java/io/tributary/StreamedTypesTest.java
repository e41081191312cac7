package io.tributary;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.capture.dynamodb.export.read.ExportedLines;
import io.tributary.capture.dynamodb.item.ItemTable;
import io.tributary.capture.dynamodb.stream.StreamedChanges;
import io.tributary.change.Captured;
import io.tributary.change.Change;
import io.tributary.change.ChangelogRow;
import io.tributary.change.Column;
import io.tributary.change.InferredType;
import io.tributary.change.Rejected;
import io.tributary.latest.LatestJob;
import io.tributary.latest.Retention;
import io.tributary.sink.iceberg.Fixture;
import io.tributary.sink.iceberg.IcebergSettings;
import io.tributary.sink.iceberg.SinkHarness;
import io.tributary.sink.iceberg.Warehouse;
import io.tributary.sink.kinesis.EncodedRecords;
import io.tributary.sink.redshift.StandInWarehouse;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From what DynamoDB writes, into the stream and into exports, to both targets. */
class StreamedTypesTest {

    private static final String NUMBER = "-12345678901234567890123456789012345678";
    private static final String EMOJI = "\ud83d\ude42\u00e9";
    private static final byte[] BINARY = {-1, 0, 1, 2};

    /** DynamoDB keeps no empty sets, but what writes records as it does may. */
    private static final String VALUES = "\"big\":{\"N\":\"" + NUMBER + "\"},\"bytes\":{\"B\":\"/wABAg==\"},"
            + "\"empty\":{\"SS\":[]},\"face\":{\"S\":\"" + EMOJI + "\"}";

    @TempDir
    private Path directory;

    @Test
    void valuesOfEveryKindArriveInBothTargetsAsTheyAre() throws Exception {
        StreamedChanges stream = new StreamedChanges(table());
        ExportedLines export = new ExportedLines(table());
        List<Captured> captured = new ArrayList<>();
        stream.read("1", record("INSERT", 2, "streamed", VALUES), captured::add);
        export.read("{\"Item\":{\"id\":{\"S\":\"exported\"}," + VALUES + "}}", captured::add);

        try (Targets targets = new Targets()) {
            targets.take(captured);

            assertThat(targets.iceberg("items").keySet()).containsExactly("exported", "streamed");
            assertThat(targets.iceberg("items").values()).allSatisfy(row -> {
                assertThat(row.getField("big")).isEqualTo(new BigDecimal(NUMBER));
                assertThat(row.getField("bytes")).isEqualTo(ByteBuffer.wrap(BINARY));
                assertThat(row.getField("empty")).isEqualTo("[]");
                assertThat(row.getField("face")).isEqualTo(EMOJI);
            });
            assertThat(targets.warehouse("SELECT id, big, encode(bytes, 'hex'), empty, face FROM %s ORDER BY id"))
                    .containsExactly(
                            "exported|" + NUMBER + "|ff000102|[]|" + EMOJI,
                            "streamed|" + NUMBER + "|ff000102|[]|" + EMOJI);
            assertThat(targets.warehouse("SELECT DISTINCT pg_typeof(big), pg_typeof(bytes), pg_typeof(empty),"
                            + " pg_typeof(face) FROM %s"))
                    .containsExactly("numeric|bytea|jsonb|character varying");
        }
    }

    /** One reader knows the one spelling, another the other. */
    @Test
    void aSecondSpellingOfAnAttributeIsADeadLetterAndStopsNothing() throws Exception {
        StreamedChanges one = new StreamedChanges(table());
        StreamedChanges other = new StreamedChanges(table());
        List<Captured> captured = new ArrayList<>();
        one.read("1", record("INSERT", 1, "a", "\"City\":{\"S\":\"Bonn\"}"), captured::add);
        other.read("2", record("INSERT", 2, "b", "\"city\":{\"S\":\"Ulm\"}"), captured::add);
        other.read("3", record("INSERT", 3, "c", "\"zip\":{\"S\":\"89073\"}"), captured::add);
        one.read("4", record("MODIFY", 4, "a", "\"City\":{\"S\":\"Kiel\"}"), captured::add);

        try (Targets targets = new Targets()) {
            targets.take(captured);

            assertThat(targets.rejected())
                    .extracting(Rejected::reason)
                    .singleElement()
                    .asString()
                    .contains("Column city of table items and its column City", "rename.city");
            assertThat(targets.iceberg("items").values())
                    .extracting(row -> row.getField("id") + " " + row.getField("City"))
                    .containsExactly("a Kiel", "c null");
            assertThat(targets.warehouse("SELECT id, city, zip FROM %s ORDER BY id"))
                    .containsExactly("a|Kiel|null", "c|null|89073");
        }
    }

    private static ItemTable table() {
        List<Column> key = List.of(Column.of("id", InferredType.TEXT));
        return ItemTable.of("items", "items", key, List.of(), Set.of(), false, 100);
    }

    private static byte[] record(String event, long at, String id, String attributes) {
        String key = "\"id\":{\"S\":\"" + id + "\"}";
        return ("{\"awsRegion\":\"eu-central-1\",\"eventID\":\"e" + at + "\",\"eventName\":\"" + event
                        + "\",\"userIdentity\":null,\"recordFormat\":\"application/json\",\"tableName\":\"items\","
                        + "\"dynamodb\":{\"ApproximateCreationDateTime\":" + (1_700_000_000_000_000L + at)
                        + ",\"ApproximateCreationDateTimePrecision\":\"MICROSECOND\",\"Keys\":{" + key
                        + "},\"NewImage\":{" + key + "," + attributes + "},\"SizeBytes\":100},"
                        + "\"eventSource\":\"aws:dynamodb\"}")
                .getBytes(UTF_8);
    }

    /** All that is behind the readers. */
    private final class Targets implements AutoCloseable {

        private final IcebergSettings settings = Fixture.settings(directory);
        private final LatestJob latest = LatestJob.start(Retention.whole());
        private final SinkHarness iceberg = SinkHarness.start(settings);
        private final EncodedRecords records = EncodedRecords.start();
        private final StandInWarehouse warehouse = StandInWarehouse.open();

        private Targets() throws Exception {
            warehouse.apply();
        }

        private void take(List<Captured> captured) throws Exception {
            for (Captured each : captured) {
                Change change = (Change) each;
                latest.take(Change.retyped(change.schema(), change.position(), 1), change);
            }
            List<ChangelogRow> rows = latest.output();
            iceberg.process(rows.toArray(ChangelogRow[]::new));
            iceberg.checkpoint();
            for (String record : records.of(rows)) {
                warehouse.land(record);
            }
            warehouse.merge();
            assertThat(iceberg.rejected()).isEmpty();
        }

        private List<Rejected> rejected() {
            return latest.rejected();
        }

        private Map<String, Record> iceberg(String table) throws Exception {
            Map<String, Record> rows = new TreeMap<>();
            try (Warehouse opened = Warehouse.open(settings);
                    CloseableIterable<Record> all =
                            IcebergGenerics.read(opened.load(table)).build()) {
                all.forEach(row -> rows.put((String) row.getField("id"), row.copy()));
            }
            return rows;
        }

        private List<String> warehouse(String sql) throws Exception {
            return warehouse.query(String.format(sql, warehouse.target("items")));
        }

        @Override
        public void close() throws Exception {
            latest.close();
            iceberg.close();
            records.close();
            warehouse.close();
        }
    }
}
