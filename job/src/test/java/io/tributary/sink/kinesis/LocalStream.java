package io.tributary.sink.kinesis;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.tributary.settings.Given;
import io.tributary.settings.Problems;
import io.tributary.settings.Secrets;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.configuration.Configuration;
import org.jspecify.annotations.Nullable;

/** As much of Kinesis as a producer meets, well or not. It speaks JSON, so one at a time in a JVM. */
final class LocalStream implements AutoCloseable {

    static final String NAME = "changes";

    /** What becomes of a request. */
    enum Answer {
        TAKEN,
        /** Every other record, the first included, is refused. */
        HALF_REFUSED,
        /** The answer says nothing of any record. */
        EMPTY,
        FAILED,
        CLOSED
    }

    /** By the number of the request, from 0. */
    @FunctionalInterface
    interface Answers {
        Answer to(int request);
    }

    private static final ObjectMapper JSON = new ObjectMapper();

    private final AtomicInteger requests = new AtomicInteger();
    private final Queue<String> taken = new ConcurrentLinkedQueue<>();
    private final @Nullable String cbor = System.setProperty("aws.cborEnabled", "false");
    private final Answers answers;
    private final String error;
    private final HttpServer server;

    private LocalStream(Answers answers, int status, String error) throws IOException {
        this.answers = answers;
        this.error = error;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> handle(exchange, status));
        server.start();
    }

    static LocalStream start(Answers answers) throws IOException {
        return new LocalStream(answers, 500, "InternalFailure");
    }

    /** Refuses every request. */
    static LocalStream refusing(String error) throws IOException {
        return new LocalStream(request -> Answer.FAILED, 400, error);
    }

    /** What was taken, in the order in which it came. */
    List<String> taken() {
        return List.copyOf(taken);
    }

    int requests() {
        return requests.get();
    }

    KinesisSettings settings(Map<String, String> more) {
        Map<String, String> values = new HashMap<>(more);
        values.put("kinesis.stream", NAME);
        values.put("kinesis.client.aws.region", "us-east-1");
        values.put(
                "kinesis.client.aws.endpoint",
                "http://127.0.0.1:" + server.getAddress().getPort());
        values.put("kinesis.client.aws.http.protocol.version", "HTTP1_1");
        values.put("kinesis.client.aws.credentials.provider", "BASIC");
        values.put("kinesis.client.aws.credentials.provider.basic.accesskeyid", "local");
        values.put("kinesis.client.aws.credentials.provider.basic.secretkey", "env:ANY");
        Problems problems = new Problems();
        KinesisSettings settings = KinesisSettings.from(
                Given.of(Configuration.fromMap(values), new Secrets(name -> "local", name -> null), problems));
        problems.throwIfAny();
        return settings;
    }

    private void handle(HttpExchange exchange, int failure) throws IOException {
        try (exchange) {
            JsonNode records = JSON.readTree(exchange.getRequestBody()).path("Records");
            Answer answer = answers.to(requests.getAndIncrement());
            switch (answer) {
                case CLOSED -> {}
                case FAILED -> send(exchange, failure, "{\"__type\":\"" + error + "\",\"message\":\"as told\"}");
                case EMPTY -> send(exchange, 200, "{\"FailedRecordCount\":0,\"Records\":[]}");
                default -> send(exchange, 200, take(records, answer == Answer.HALF_REFUSED));
            }
        }
    }

    private String take(JsonNode records, boolean refusesSome) throws IOException {
        ObjectNode answer = JSON.createObjectNode();
        ArrayNode results = answer.putArray("Records");
        int refused = 0;
        for (JsonNode record : records) {
            if (refusesSome && results.size() % 2 == 0) {
                refused++;
                results.addObject().put("ErrorCode", "ProvisionedThroughputExceededException");
                continue;
            }
            taken.add(new String(record.get("Data").binaryValue(), StandardCharsets.UTF_8));
            results.addObject().put("SequenceNumber", "1").put("ShardId", "shardId-000000000000");
        }
        return answer.put("FailedRecordCount", refused).toString();
    }

    private static void send(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/x-amz-json-1.1");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        server.stop(0);
        if (cbor == null) {
            System.clearProperty("aws.cborEnabled");
        } else {
            System.setProperty("aws.cborEnabled", cbor);
        }
    }
}
