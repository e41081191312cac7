package io.tributary;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** As much of Kinesis as a producer meets: it takes all records, and keeps them. */
final class PutRecordsServer implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<JsonNode> records = new CopyOnWriteArrayList<>();
    private final HttpServer server;

    private PutRecordsServer(HttpServer server) {
        this.server = server;
    }

    static PutRecordsServer start() throws IOException {
        // The client's other form of the protocol is binary.
        System.setProperty("aws.cborEnabled", "false");
        HttpServer http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        PutRecordsServer server = new PutRecordsServer(http);
        http.createContext("/", server::answer);
        http.start();
        return server;
    }

    private void answer(HttpExchange exchange) throws IOException {
        ObjectNode reply = JSON.createObjectNode().put("FailedRecordCount", 0);
        ArrayNode results = reply.putArray("Records");
        for (JsonNode entry : JSON.readTree(exchange.getRequestBody()).path("Records")) {
            records.add(JSON.readTree(entry.path("Data").binaryValue()));
            results.addObject()
                    .put("SequenceNumber", String.valueOf(records.size()))
                    .put("ShardId", "shardId-0");
        }
        byte[] body = JSON.writeValueAsBytes(reply);
        exchange.getResponseHeaders().add("Content-Type", "application/x-amz-json-1.1");
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    String address() {
        return "http://localhost:" + server.getAddress().getPort();
    }

    /** The data of all records that came, as JSON. */
    List<JsonNode> records() {
        return List.copyOf(records);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
