package io.tributary.local.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tributary.local.AwsEndpoint;
import io.tributary.local.Guard;
import io.tributary.local.KinesisServer;
import io.tributary.local.Waiting;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The stand-ins for what DynamoDB does on Amazon's side: its stream in Kinesis, and its exports. */
final class StreamBridgeTest {

    private static final Path HOME = Path.of(System.getProperty("tributary.home"));
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void theNewestRecordOfEachItemIsTheItemAndAnExportHasThemAll(@TempDir Path folder) throws Exception {
        String classpath = Files.readString(HOME.resolve("deploy/local/dynamodb/target/classpath"));
        try (Guard guard = Guard.start();
                KinesisServer kinesis = KinesisServer.start(guard, HOME.resolve("deploy/local/kinesis"), folder);
                DynamoServer dynamo = DynamoServer.start(guard, folder, classpath)) {
            Carts.create(dynamo);
            kinesis.createStream("items", 1);
            CartWork work = new CartWork(dynamo, 1);
            try (StreamBridge bridge = StreamBridge.start(dynamo, kinesis, "items", Carts.TABLES, 1)) {
                for (int i = 0; i < 300; i++) {
                    work.next();
                }
                Carts.deleteExpired(dynamo);
                long mark = bridge.mark();
                Waiting.until("all is in the stream", PATIENCE, () -> bridge.isDrainedSince(mark));
            }
            List<JsonNode> records = records(kinesis);
            Set<String> ids = new HashSet<>();
            records.forEach(record -> ids.add(record.path("eventID").asText()));
            assertThat(ids).as("some are there twice").hasSizeLessThan(records.size());
            for (StreamedTable table : Carts.TABLES) {
                Map<JsonNode, JsonNode> items = new HashMap<>();
                dynamo.scan(table.name()).read(page -> page.forEach(item -> items.put(key(table.name(), item), item)));
                assertThat(newest(records, table.name())).isEqualTo(items);
                assertThat(exported(dynamo, table.name(), folder)).isEqualTo(items.size());
            }
        }
    }

    @Test
    void aDeleteByTimeToLiveNamesTheService() throws Exception {
        JsonNode change = JSON.readTree("""
                {"eventID":"1","eventName":"REMOVE","dynamodb":{"Keys":{"cart":{"S":"a"}},"SizeBytes":5},
                 "userIdentity":{"PrincipalId":"dynamodb.amazonaws.com","Type":"Service"}}""");
        StreamedTable table = new StreamedTable("carts", StreamedTable.Precision.MILLISECOND);
        assertThat(JSON.readTree(
                        ChangeRecord.of(table, change, 1_700_000_000_000_123L).json()))
                .isEqualTo(JSON.readTree("""
                        {"awsRegion":"us-east-1","eventID":"1","eventName":"REMOVE",
                         "userIdentity":{"principalId":"dynamodb.amazonaws.com","type":"Service"},
                         "recordFormat":"application/json","tableName":"carts",
                         "dynamodb":{"ApproximateCreationDateTime":1700000000000,"Keys":{"cart":{"S":"a"}},"SizeBytes":5,
                         "ApproximateCreationDateTimePrecision":"MILLISECOND"},"eventSource":"aws:dynamodb"}"""));
    }

    private static List<JsonNode> records(KinesisServer kinesis) throws Exception {
        String shards = kinesis.request("ListShards", "{\"StreamName\":\"items\"}");
        String shard =
                JSON.readTree(shards).path("Shards").path(0).path("ShardId").asText();
        String iterator = kinesis.request(
                "GetShardIterator",
                "{\"StreamName\":\"items\",\"ShardId\":\"" + shard + "\",\"ShardIteratorType\":\"TRIM_HORIZON\"}");
        String next = JSON.readTree(iterator).path("ShardIterator").asText();
        List<JsonNode> records = new ArrayList<>();
        while (true) {
            JsonNode page =
                    JSON.readTree(kinesis.request("GetRecords", "{\"ShardIterator\":\"" + next + "\",\"Limit\":2000}"));
            if (page.path("Records").isEmpty()) {
                return records;
            }
            for (JsonNode record : page.path("Records")) {
                records.add(JSON.readTree(record.path("Data").binaryValue()));
            }
            next = page.path("NextShardIterator").asText();
        }
    }

    /** By time, and by the order of the records where that is the same. */
    private static Map<JsonNode, JsonNode> newest(List<JsonNode> records, String table) {
        Map<JsonNode, JsonNode> newest = new HashMap<>();
        for (JsonNode record : records) {
            JsonNode change = record.path("dynamodb");
            JsonNode key = change.path("Keys");
            JsonNode known = newest.get(key);
            if (record.path("tableName").asText().equals(table) && (known == null || time(change) >= time(known))) {
                newest.put(key, change);
            }
        }
        Map<JsonNode, JsonNode> items = new HashMap<>();
        newest.forEach((key, change) -> {
            if (change.has("NewImage")) {
                items.put(key, change.path("NewImage"));
            }
        });
        return items;
    }

    private static long time(JsonNode change) {
        return change.path("ApproximateCreationDateTime").asLong();
    }

    private static JsonNode key(String table, JsonNode item) {
        return JSON.createObjectNode()
                .setAll(
                        table.equals(Carts.CARTS)
                                ? Map.of("cart", item.path("cart"))
                                : Map.of("customer_id", item.path("customer_id"), "device", item.path("device")));
    }

    private static long exported(DynamoServer dynamo, String table, Path folder) throws Exception {
        Path export = FullExport.write(AwsEndpoint.dynamo(dynamo.endpoint()), table, folder);
        long items = 0;
        for (String line : Files.readAllLines(export.resolve("manifest-files.json"))) {
            JsonNode file = JSON.readTree(line);
            assertThat(folder.resolve(file.path("dataFileS3Key").asText())).exists();
            items += file.path("itemCount").asLong();
        }
        JsonNode summary = JSON.readTree(Files.readString(export.resolve("manifest-summary.json")));
        assertThat(summary.path("itemCount").asLong()).isEqualTo(items);
        return items;
    }
}
