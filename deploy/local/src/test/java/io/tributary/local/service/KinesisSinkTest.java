package io.tributary.local.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tributary.change.ChangelogRow;
import io.tributary.change.Column;
import io.tributary.change.Position;
import io.tributary.change.Schema;
import io.tributary.change.WireType;
import io.tributary.settings.Given;
import io.tributary.settings.Problems;
import io.tributary.settings.Secrets;
import io.tributary.sink.Outputs;
import io.tributary.sink.kinesis.KinesisSettings;
import io.tributary.sink.kinesis.KinesisSink;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.runtime.typeutils.RowDataSerializer;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.VarCharType;
import org.apache.flink.types.RowKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KinesisSinkTest {

    private static final Path PACKAGES = Path.of(System.getProperty("tributary.home"), "deploy/local/kinesis");
    private static final Schema CUSTOMERS = Schema.of(
            "customers",
            List.of(Column.of("id", new BigIntType(false)), Column.of("name", new VarCharType(VarCharType.MAX_LENGTH))),
            List.of("id"));
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int KEYS = 100;
    private static final int ROWS = 20_000;

    @Test
    void everyRowArrivesInTheOrderOfItsKeyAndATextThatIsTooLongIsCut(@TempDir Path folder) throws Exception {
        System.setProperty("aws.cborEnabled", "false");
        try (Guard guard = Guard.start();
                KinesisServer server = KinesisServer.start(guard, PACKAGES, folder)) {
            server.createStream("shop-customers", 4);
            List<ChangelogRow> rows = new ArrayList<>();
            for (int i = 0; i < ROWS; i++) {
                rows.add(row(i, i % KEYS, i < KEYS ? RowKind.INSERT : RowKind.UPDATE_AFTER, "name \ud83d\ude00 " + i));
            }
            rows.add(row(ROWS, 7, RowKind.UPDATE_AFTER, "x".repeat(1 << 20)));

            run(server, rows);

            Map<Long, String> newest = new HashMap<>();
            int count = 0;
            List<String> cut = new ArrayList<>();
            for (JsonNode record : records(server, "shop-customers")) {
                if (record.get("_op").textValue().equals("s")) {
                    continue;
                }
                count++;
                if (record.has("_cut")) {
                    cut.add(record.get("_cut") + " "
                            + record.get("name").textValue().length());
                }
                String version = record.get("_version").textValue();
                String before = newest.put(record.get("id").longValue(), version);
                assertThat(before == null ? "" : before).isLessThan(version);
            }
            assertThat(count).isEqualTo(ROWS + 1);
            assertThat(cut).containsExactly("[\"name\"] 65535");
            assertThat(newest).hasSize(KEYS);
        }
    }

    private static void run(KinesisServer server, List<ChangelogRow> rows) throws Exception {
        Problems problems = new Problems();
        KinesisSettings settings = KinesisSettings.from(Given.of(
                Configuration.fromMap(Map.of(
                        "kinesis.stream", "shop-",
                        "kinesis.stream-per-table", "true",
                        "kinesis.client.aws.region", "us-east-1",
                        "kinesis.client.aws.endpoint", server.endpoint().toString(),
                        "kinesis.client.aws.http.protocol.version", "HTTP1_1",
                        "kinesis.client.aws.credentials.provider", "BASIC",
                        "kinesis.client.aws.credentials.provider.basic.accesskeyid", "local",
                        "kinesis.client.aws.credentials.provider.basic.secretkey", "env:ANY")),
                new Secrets(name -> "local", name -> null),
                problems));
        problems.throwIfAny();
        Configuration flink = new Configuration();
        flink.set(PipelineOptions.GENERIC_TYPES, false);
        try (StreamExecutionEnvironment environment = StreamExecutionEnvironment.createLocalEnvironment(1, flink)) {
            new KinesisSink(settings, List.of("customers"), java.util.Set.of())
                    .write(
                            Outputs.of(environment
                                    .fromData(rows, WireType.CHANGELOG_ROW)
                                    .uid("rows")),
                            "kinesis")
                    .print();
            environment.execute();
        }
    }

    private static List<JsonNode> records(KinesisServer server, String stream) throws Exception {
        List<JsonNode> records = new ArrayList<>();
        String name = "{\"StreamName\":\"" + stream + "\"";
        for (JsonNode shard :
                JSON.readTree(server.request("ListShards", name + "}")).get("Shards")) {
            String of = name + ",\"ShardId\":" + shard.get("ShardId") + ",\"ShardIteratorType\":\"TRIM_HORIZON\"}";
            JsonNode next =
                    JSON.readTree(server.request("GetShardIterator", of)).get("ShardIterator");
            for (int empty = 0; empty < 2; ) {
                JsonNode page = JSON.readTree(server.request("GetRecords", "{\"ShardIterator\":" + next + "}"));
                for (JsonNode record : page.get("Records")) {
                    records.add(JSON.readTree(record.get("Data").binaryValue()));
                }
                empty = page.get("Records").isEmpty() ? empty + 1 : 0;
                next = page.get("NextShardIterator");
            }
        }
        return records;
    }

    private static ChangelogRow row(int version, long id, RowKind kind, String name) {
        return ChangelogRow.of(
                kind,
                CUSTOMERS,
                Position.of(version, 0),
                0,
                new RowDataSerializer(CUSTOMERS.rowType())
                        .toBinaryRow(GenericRowData.of(id, StringData.fromString(name)))
                        .copy());
    }
}
