package io.tributary.capture.dynamodb.stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/**
 * As much of Kinesis as its reader meets: shards with their records, the oldest of which can expire. As Kinesis does, it goes on
 * behind a record that it no longer has.
 */
final class ShardServer implements AutoCloseable {

    static final String STREAM = "changes";

    private static final String DISABLE_CBOR = "org.apache.flink.kinesis.shaded.com.amazonaws.sdk.disableCbor";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<String, TreeMap<Integer, String>> shards = new TreeMap<>();
    private final List<String> beginnings = new ArrayList<>();
    private final HttpServer server;
    private long behind;
    private int answers;

    private ShardServer(HttpServer server) {
        this.server = server;
    }

    static ShardServer start() throws IOException {
        // The client's other form of the protocol is binary.
        System.setProperty(DISABLE_CBOR, "true");
        HttpServer http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        ShardServer server = new ShardServer(http);
        http.createContext("/", server::answer);
        http.start();
        return server;
    }

    Properties client() {
        Properties client = new Properties();
        client.setProperty("aws.region", "us-east-1");
        client.setProperty(
                "aws.endpoint", "http://127.0.0.1:" + server.getAddress().getPort());
        client.setProperty("aws.credentials.provider", "BASIC");
        client.setProperty("aws.credentials.provider.basic.accesskeyid", "local");
        client.setProperty("aws.credentials.provider.basic.secretkey", "local");
        client.setProperty("flink.stream.initpos", "TRIM_HORIZON");
        client.setProperty("flink.shard.getrecords.intervalmillis", "10");
        return client;
    }

    synchronized void put(String shard, int sequenceNumber, String data) {
        shards.computeIfAbsent(shard, name -> new TreeMap<>()).put(sequenceNumber, data);
    }

    /** A shard that was closed goes when the last of its records does. */
    synchronized void expire(String shard) {
        shards.remove(shard);
    }

    /** How far behind the newest record each answer is. */
    synchronized void behind(long millis) {
        behind = millis;
    }

    /** How often it was asked for records. */
    synchronized int answers() {
        return answers;
    }

    /** Where the shards were begun to be read: the kind of place and the sequence number. */
    synchronized List<String> beginnings() {
        return List.copyOf(beginnings);
    }

    private synchronized void answer(HttpExchange exchange) throws IOException {
        JsonNode request = JSON.readTree(exchange.getRequestBody());
        String action = exchange.getRequestHeaders().getFirst("X-Amz-Target").replaceFirst(".*\\.", "");
        byte[] body = JSON.writeValueAsBytes(reply(action, request));
        exchange.getResponseHeaders().add("Content-Type", "application/x-amz-json-1.1");
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private ObjectNode reply(String action, JsonNode request) {
        switch (action) {
            case "DescribeStream":
                return description();
            case "ListShards":
                return shards(request.path("ExclusiveStartShardId").asText(""));
            case "GetShardIterator":
                return iterator(request);
            case "GetRecords":
                return records(request.path("ShardIterator").asText().split(" "));
            default:
                throw new IllegalArgumentException(action);
        }
    }

    private static ObjectNode description() {
        ObjectNode reply = JSON.createObjectNode();
        reply.putObject("StreamDescription")
                .put("StreamName", STREAM)
                .put("StreamARN", "arn:aws:kinesis:us-east-1:000000000000:stream/" + STREAM)
                .put("StreamStatus", "ACTIVE")
                .put("HasMoreShards", false)
                .putArray("Shards");
        return reply;
    }

    private ObjectNode shards(String after) {
        ObjectNode reply = JSON.createObjectNode();
        ArrayNode list = reply.putArray("Shards");
        shards.keySet().stream().filter(name -> name.compareTo(after) > 0).forEach(name -> {
            ObjectNode shard = list.addObject().put("ShardId", name);
            shard.putObject("HashKeyRange").put("StartingHashKey", "0").put("EndingHashKey", "1");
            shard.putObject("SequenceNumberRange").put("StartingSequenceNumber", "0");
        });
        return reply;
    }

    private ObjectNode iterator(JsonNode request) {
        String shard = request.path("ShardId").asText();
        String after = request.path("StartingSequenceNumber").asText("-1");
        beginnings.add((shard + " " + request.path("ShardIteratorType").asText() + " "
                        + request.path("StartingSequenceNumber").asText(""))
                .strip());
        return JSON.createObjectNode().put("ShardIterator", shard + " " + after);
    }

    private ObjectNode records(String[] iterator) {
        String shard = iterator[0];
        int after = Integer.parseInt(iterator[1]);
        answers++;
        ObjectNode reply = JSON.createObjectNode().put("MillisBehindLatest", behind);
        ArrayNode list = reply.putArray("Records");
        for (Map.Entry<Integer, String> record : shards.getOrDefault(shard, new TreeMap<>())
                .tailMap(after, false)
                .entrySet()) {
            list.addObject()
                    .put("SequenceNumber", String.valueOf(record.getKey()))
                    .put("PartitionKey", "key")
                    .put("ApproximateArrivalTimestamp", 1_700_000_000)
                    .put("Data", record.getValue().getBytes(StandardCharsets.UTF_8));
            after = record.getKey();
        }
        reply.put("NextShardIterator", shard + " " + after);
        return reply;
    }

    @Override
    public void close() {
        server.stop(0);
        System.clearProperty(DISABLE_CBOR);
    }
}
