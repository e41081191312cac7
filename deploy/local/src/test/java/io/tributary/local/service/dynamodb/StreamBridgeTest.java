package io.tributary.local.service.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tributary.local.service.AwsEndpoint;
import io.tributary.local.service.Built;
import io.tributary.local.service.Guard;
import io.tributary.local.service.KinesisServer;
import io.tributary.local.service.ListeningSockets;
import io.tributary.local.service.Waiting;
import io.tributary.local.shop.CartWork;
import io.tributary.local.shop.Carts;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The stand-ins for what DynamoDB does on Amazon's side: its stream in Kinesis, and its exports. */
final class StreamBridgeTest {

    private static final Path HOME = Path.of(System.getProperty("tributary.home"));
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void anExportAndTheNewestRecordOfEachItemMakeTheTableAlsoAfterABreak(@TempDir Path folder) throws Exception {
        String classpath = Built.dynamodb(HOME);
        try (Guard guard = Guard.start();
                KinesisServer kinesis = KinesisServer.start(guard, HOME.resolve("deploy/local/kinesis"), folder);
                DynamoServer server = DynamoServer.start(guard, folder, classpath)) {
            Dynamo dynamo = server.dynamo();
            AwsEndpoint endpoint = AwsEndpoint.kinesis(kinesis.endpoint());
            ListeningSockets.assertLocal();
            Carts.create(dynamo);
            kinesis.createStream("items", 1);
            CartWork work = new CartWork(dynamo, 1);
            Map<String, Map<JsonNode, JsonNode>> items = new HashMap<>();
            try (StreamBridge bridge =
                    StreamBridge.start(dynamo, endpoint, "items", Carts.TABLES, 1, PositionTable.in(dynamo))) {
                work(work, 75);
                bridge.isDrainedSince(0);
            }
            work(work, 75);
            try (StreamBridge bridge =
                    StreamBridge.start(dynamo, endpoint, "items", Carts.TABLES, 2, PositionTable.in(dynamo))) {
                for (StreamedTable table : Carts.TABLES) {
                    items.put(table.name(), exported(dynamo, table.name(), folder));
                }
                work(work, 150);
                Carts.deleteExpired(dynamo);
                long mark = bridge.mark();
                Waiting.until("all is in the stream", PATIENCE, () -> bridge.isDrainedSince(mark));
            }
            List<JsonNode> records = records(kinesis);
            Set<String> ids = new HashSet<>();
            records.forEach(record -> ids.add(record.path("eventID").asText()));
            assertThat(ids).as("some are there twice").hasSizeLessThan(records.size());
            for (StreamedTable table : Carts.TABLES) {
                Map<JsonNode, JsonNode> expected = new HashMap<>();
                dynamo.scan(table.name())
                        .read(page -> page.forEach(item -> expected.put(key(table.name(), item), item)));
                Map<JsonNode, JsonNode> newest = newest(records, table.name());
                assertThat(newest)
                        .as("what nobody changed is in the export alone")
                        .hasSizeLessThan(expected.size() / 2);
                Map<JsonNode, JsonNode> found = items.get(table.name());
                newest.forEach((key, change) -> {
                    if (change.has("NewImage")) {
                        found.put(key, change.path("NewImage"));
                    } else {
                        found.remove(key);
                    }
                });
                assertThat(found).isEqualTo(expected);
            }
        }
    }

    private static void work(CartWork work, int pieces) throws Exception {
        for (int i = 0; i < pieces; i++) {
            work.next();
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

    /** The last change of each item: by time, and by the order of the records where that is the same. */
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
        return newest;
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

    private static Map<JsonNode, JsonNode> exported(Dynamo dynamo, String table, Path folder) throws Exception {
        Path export = FullExport.write(AwsEndpoint.dynamo(dynamo.address()), table, folder);
        Map<JsonNode, JsonNode> items = new HashMap<>();
        long count = 0;
        for (String line : Files.readAllLines(export.resolve("manifest-files.json"))) {
            JsonNode file = JSON.readTree(line);
            Path data = folder.resolve(file.path("dataFileS3Key").asText());
            try (InputStream unzipped = new GZIPInputStream(Files.newInputStream(data))) {
                for (String row : new String(unzipped.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
                    JsonNode item = JSON.readTree(row).path("Item");
                    items.put(key(table, item), item);
                }
            }
            count += file.path("itemCount").asLong();
        }
        JsonNode summary = JSON.readTree(Files.readString(export.resolve("manifest-summary.json")));
        assertThat(summary.path("itemCount").asLong()).isEqualTo(count).isEqualTo(items.size());
        return items;
    }
}
