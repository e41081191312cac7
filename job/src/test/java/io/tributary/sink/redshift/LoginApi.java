package io.tributary.sink.redshift;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * As much of the APIs of Redshift and Redshift Serverless as hands out users and passwords: {@code GetClusterCredentials} and
 * {@code GetClusterCredentialsWithIAM} (the query protocol, version 2012-12-01) and {@code GetCredentials} (JSON 1.1).
 */
final class LoginApi implements AutoCloseable {

    private final String user;
    private final String password;
    private final HttpServer server;
    private final List<Map<String, String>> requests = new CopyOnWriteArrayList<>();
    private volatile Duration validity = Duration.ofHours(1);
    private volatile boolean isDenying;

    LoginApi(String user, String password) throws IOException {
        this.user = user;
        this.password = password;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::handle);
        server.start();
    }

    String address() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** What was asked for, by names of parameters; the operation is {@code Action}, the service that it was signed for {@code For}. */
    List<Map<String, String>> requests() {
        return requests;
    }

    void handsOutFor(Duration time) {
        validity = time;
    }

    void denies() {
        isDenying = true;
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private void handle(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        String authorization = exchange.getRequestHeaders().getFirst("Authorization");
        String target = exchange.getRequestHeaders().getFirst("X-Amz-Target");
        Map<String, String> request = target == null ? form(body) : json(target, body);
        request.put("For", authorization.replaceAll(".*Credential=[^/]+/\\d+/([^/]+/[^/]+)/.*", "$1"));
        requests.add(request);
        String action = request.get("Action");
        if (isDenying) {
            String sentence =
                    "User: arn:aws:sts::123456789012:assumed-role/merge/i-1 is not authorized to perform: redshift:"
                            + action;
            answer(
                    exchange,
                    403,
                    target == null ? error("AccessDenied", sentence) : "{\"message\":\"" + sentence + "\"}");
        } else if (target != null) {
            answer(
                    exchange,
                    200,
                    "{\"dbUser\":\"" + user + "\",\"dbPassword\":\"" + password + "\",\"expiration\":"
                            + expiration().getEpochSecond() + "}");
        } else if (action.startsWith("GetClusterCredentials")) {
            answer(
                    exchange,
                    200,
                    "<" + action + "Response><" + action + "Result><DbUser>" + user + "</DbUser><DbPassword>" + password
                            + "</DbPassword><Expiration>" + expiration() + "</Expiration></" + action + "Result></"
                            + action
                            + "Response>");
        } else {
            // Whether a host is one of the customer's own names: none is.
            answer(exchange, 404, error("CustomCnameAssociationFault", "No such name"));
        }
    }

    private Instant expiration() {
        return Instant.now().plus(validity).truncatedTo(ChronoUnit.SECONDS);
    }

    private static String error(String code, String sentence) {
        return "<ErrorResponse><Error><Type>Sender</Type><Code>" + code + "</Code><Message>" + sentence
                + "</Message></Error><RequestId>1</RequestId></ErrorResponse>";
    }

    private static Map<String, String> form(String body) {
        Map<String, String> parameters = new TreeMap<>();
        for (String parameter : body.split("&")) {
            String[] parts = parameter.split("=", 2);
            parameters.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
        }
        return parameters;
    }

    private static Map<String, String> json(String target, String body) {
        Map<String, String> parameters = new TreeMap<>();
        parameters.put("Action", target);
        for (String member : body.replaceAll("[{}\"]", "").split(",")) {
            String[] parts = member.split(":", 2);
            parameters.put(parts[0], parts[1]);
        }
        return parameters;
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }
}
