package io.tributary.local.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Stands between the job and Kinesis, and answers as Kinesis does when it has too much to do or is not well. It speaks the JSON
 * protocol of Kinesis over plain HTTP 1.1.
 */
final class FaultyKinesis implements AutoCloseable {

    /** What PutRecords is answered. */
    enum Mode {
        PASS,
        /** Every other record is refused: throttled, or for an internal failure. */
        RECORDS_REFUSED,
        /** No request succeeds: throttled, not available, or failed after its records were written. */
        CALLS_REFUSED
    }

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String CONTENT_TYPE = "application/x-amz-json-1.1";
    private static final String THROTTLED = "ProvisionedThroughputExceededException";
    private static final String FAILED = "InternalFailure";

    /** Headers that the client makes itself. */
    private static final Set<String> OF_THE_CONNECTION =
            Set.of("connection", "content-length", "expect", "host", "transfer-encoding", "upgrade");

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicLong requests = new AtomicLong();
    private final AtomicLong refusals = new AtomicLong();
    private final HttpServer server;
    private final URI target;
    private volatile Mode mode = Mode.PASS;

    private FaultyKinesis(HttpServer server, URI target) {
        this.server = server;
        this.target = target;
    }

    static FaultyKinesis before(URI kinesis) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        FaultyKinesis faulty = new FaultyKinesis(server, kinesis);
        server.createContext("/", faulty::handle);
        server.setExecutor(faulty.threads);
        server.start();
        return faulty;
    }

    int port() {
        return server.getAddress().getPort();
    }

    void set(Mode mode) {
        this.mode = mode;
    }

    /** How many records and whole requests were refused so far. */
    long refusals() {
        return refusals.get();
    }

    private void handle(HttpExchange exchange) {
        try (exchange;
                InputStream in = exchange.getRequestBody()) {
            byte[] body = in.readAllBytes();
            String action = exchange.getRequestHeaders().getFirst("X-Amz-Target");
            if (action == null || !action.endsWith(".PutRecords") || mode == Mode.PASS) {
                pass(exchange, body);
                return;
            }
            if (mode == Mode.RECORDS_REFUSED) {
                refuseRecords(exchange, body);
                return;
            }
            refuseCall(exchange, body);
        } catch (IOException e) {
            // The client, or Kinesis, has closed its connection.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void pass(HttpExchange exchange, byte[] body) throws IOException, InterruptedException {
        HttpResponse<byte[]> answer = ask(exchange, body);
        answer(exchange, answer.statusCode(), answer.body());
    }

    private void refuseRecords(HttpExchange exchange, byte[] body) throws IOException, InterruptedException {
        ObjectNode request = (ObjectNode) JSON.readTree(body);
        ArrayNode taken = JSON.createArrayNode();
        boolean[] refused = new boolean[request.path("Records").size()];
        long first = requests.getAndIncrement();
        for (int i = 0; i < refused.length; i++) {
            refused[i] = (first + i) % 2 == 0;
            if (!refused[i]) {
                taken.add(request.path("Records").get(i));
            }
        }
        ObjectNode result = JSON.createObjectNode();
        if (!taken.isEmpty()) {
            HttpResponse<byte[]> answer =
                    ask(exchange, JSON.writeValueAsBytes(request.deepCopy().set("Records", taken)));
            if (answer.statusCode() != 200) {
                answer(exchange, answer.statusCode(), answer.body());
                return;
            }
            result = (ObjectNode) JSON.readTree(answer.body());
        }
        Iterator<JsonNode> written = result.path("Records").iterator();
        ArrayNode records = JSON.createArrayNode();
        int count = 0;
        for (int i = 0; i < refused.length; i++) {
            if (refused[i]) {
                String code = count++ % 2 == 0 ? THROTTLED : FAILED;
                records.addObject().put("ErrorCode", code).put("ErrorMessage", "Refused by a test");
            } else {
                records.add(written.next());
            }
        }
        refusals.addAndGet(count);
        result.put("FailedRecordCount", result.path("FailedRecordCount").asInt() + count);
        result.set("Records", records);
        answer(exchange, 200, JSON.writeValueAsBytes(result));
    }

    private void refuseCall(HttpExchange exchange, byte[] body) throws IOException, InterruptedException {
        refusals.incrementAndGet();
        switch ((int) (requests.getAndIncrement() % 3)) {
            case 0 -> answer(exchange, 400, error(THROTTLED));
            case 1 -> answer(exchange, 503, error("ServiceUnavailable"));
            default -> {
                ask(exchange, body);
                answer(exchange, 500, error(FAILED));
            }
        }
    }

    private static byte[] error(String type) {
        return ("{\"__type\":\"" + type + "\",\"message\":\"Refused by a test\"}").getBytes(StandardCharsets.UTF_8);
    }

    private HttpResponse<byte[]> ask(HttpExchange exchange, byte[] body) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(target).POST(HttpRequest.BodyPublishers.ofByteArray(body));
        exchange.getRequestHeaders().forEach((name, values) -> {
            if (!OF_THE_CONNECTION.contains(name.toLowerCase(Locale.ROOT))) {
                values.forEach(value -> request.header(name, value));
            }
        });
        return http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", CONTENT_TYPE);
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
