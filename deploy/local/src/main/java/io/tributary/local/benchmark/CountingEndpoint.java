package io.tributary.local.benchmark;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/** Takes Kinesis' PutRecords in JSON, says that all records were accepted, and only counts them. */
final class CountingEndpoint implements AutoCloseable {

    private static final byte[] MARK = "\"PartitionKey\"".getBytes(StandardCharsets.US_ASCII);
    private static final String ACCEPTED = "{\"SequenceNumber\":\"1\",\"ShardId\":\"shardId-000000000000\"}";

    private final AtomicLong records = new AtomicLong();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;

    private CountingEndpoint() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::answer);
    }

    static CountingEndpoint start() throws IOException {
        CountingEndpoint endpoint = new CountingEndpoint();
        endpoint.server.start();
        return endpoint;
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    long records() {
        return records.get();
    }

    private void answer(HttpExchange exchange) throws IOException {
        int count = count(exchange.getRequestBody().readAllBytes());
        StringBuilder accepted = new StringBuilder("{\"FailedRecordCount\":0,\"Records\":[");
        for (int i = 0; i < count; i++) {
            accepted.append(i == 0 ? "" : ",").append(ACCEPTED);
        }
        byte[] body = accepted.append("]}").toString().getBytes(StandardCharsets.US_ASCII);
        exchange.getResponseHeaders().add("Content-Type", "application/x-amz-json-1.1");
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
        records.addAndGet(count);
    }

    /** The data is in base 64, so that the mark cannot stand in it. */
    private static int count(byte[] body) {
        int count = 0;
        for (int i = 0; i <= body.length - MARK.length; i++) {
            if (body[i] == '"' && Arrays.equals(body, i, i + MARK.length, MARK, 0, MARK.length)) {
                count++;
            }
        }
        return count;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdown();
    }
}
