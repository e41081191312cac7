package io.tributary.local.service;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.OptionalLong;

/** What the demo asks Flink's REST interface for. */
public final class FlinkRest {

    private static final Duration SAVEPOINT = Duration.ofMinutes(5);

    /** What the interface answers while it looks for its job manager. */
    private static final int UNAVAILABLE = 503;

    private final URI address;
    private final HttpClient http = HttpClient.newHttpClient();
    private final ObjectMapper json = new ObjectMapper();

    FlinkRest(URI address) {
        this.address = address;
    }

    /** Where the web UI is, too. */
    public URI address() {
        return address;
    }

    int slots() throws IOException, InterruptedException {
        return read("/overview").path("slots-total").asInt();
    }

    /** RUNNING, FAILED, ... as Flink names it. */
    public String state(String job) throws IOException, InterruptedException {
        return read("/jobs/" + job).path("state").asText();
    }

    /** Why the job failed, or an empty text. */
    public String failure(String job) throws IOException, InterruptedException {
        return read("/jobs/" + job + "/exceptions").path("root-exception").asText("");
    }

    /** How often the job was restarted since it was submitted. */
    public long restarts(String job) throws IOException, InterruptedException {
        return read("/jobs/" + job + "/metrics?get=numRestarts")
                .path(0)
                .path("value")
                .asLong();
    }

    public long completedCheckpoints(String job) throws IOException, InterruptedException {
        return read("/jobs/" + job + "/checkpoints")
                .path("counts")
                .path("completed")
                .asLong();
    }

    /** The greatest value that any subtask of the operators gives the metric; absent before the first report. */
    public OptionalLong metric(String job, String operators, String name) throws IOException, InterruptedException {
        for (JsonNode vertex : read("/jobs/" + job).path("vertices")) {
            if (!vertex.path("name").asText().startsWith(operators)) {
                continue;
            }
            String metrics = "/jobs/" + job + "/vertices/" + vertex.path("id").asText() + "/subtasks/metrics";
            for (JsonNode metric : read(metrics)) {
                String id = metric.path("id").asText();
                if (id.endsWith("." + name)) {
                    String of = URLEncoder.encode(id, StandardCharsets.UTF_8);
                    JsonNode values = read(metrics + "?agg=max&get=" + of);
                    return OptionalLong.of(values.path(0).path("max").asLong());
                }
            }
        }
        return OptionalLong.empty();
    }

    /** What the coordinator of the operators, in the job manager, gives for the metric; absent before the first report. */
    public OptionalLong coordinatorMetric(String job, String operators, String name)
            throws IOException, InterruptedException {
        for (JsonNode vertex : read("/jobs/" + job).path("vertices")) {
            if (!vertex.path("name").asText().startsWith(operators)) {
                continue;
            }
            String metrics = "/jobs/" + job + "/vertices/" + vertex.path("id").asText() + "/jm-operator-metrics";
            for (JsonNode metric : read(metrics)) {
                String id = metric.path("id").asText();
                if (id.endsWith("." + name)) {
                    String of = URLEncoder.encode(id, StandardCharsets.UTF_8);
                    return OptionalLong.of(
                            read(metrics + "?get=" + of).path(0).path("value").asLong());
                }
            }
        }
        return OptionalLong.empty();
    }

    public JsonNode read(String path) throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(address.resolve(path)).GET().build();
        try {
            return send(request);
        } catch (ConnectException e) {
            throw e;
        } catch (IOException e) {
            // A connection that was idle may be closed just when it is used again.
            return send(request);
        }
    }

    public JsonNode post(String path, String body) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(address.resolve(path))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build());
    }

    /** Ends the job without a savepoint. */
    public void cancel(String job) throws IOException, InterruptedException {
        send(HttpRequest.newBuilder(address.resolve("/jobs/" + job))
                .method("PATCH", HttpRequest.BodyPublishers.noBody())
                .build());
    }

    /** Stops with a savepoint, without draining; returns the savepoint's path. */
    public String stop(String job) throws Exception {
        return stop(job, "CANONICAL");
    }

    /** As above, in one of Flink's formats: NATIVE is faster, and bound to the state backend. */
    public String stop(String job, String format) throws Exception {
        String trigger = post("/jobs/" + job + "/stop", "{\"drain\":false,\"formatType\":\"" + format + "\"}")
                .path("request-id")
                .asText();
        String path = "/jobs/" + job + "/savepoints/" + trigger;
        Waiting.until(
                "the job is stopped with a savepoint",
                SAVEPOINT,
                () -> read(path).path("status").path("id").asText().equals("COMPLETED"));
        JsonNode operation = read(path).path("operation");
        if (!operation.has("location")) {
            throw new IOException("The savepoint failed: "
                    + operation.path("failure-cause").path("stack-trace").asText());
        }
        return operation.path("location").asText();
    }

    private JsonNode send(HttpRequest request) throws IOException, InterruptedException {
        HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() == UNAVAILABLE) {
            throw new ConnectException(request.uri() + " does not serve yet: " + response.body());
        }
        if (response.statusCode() / 100 != 2) {
            throw new IOException(request.method() + " " + request.uri() + ": " + response.body());
        }
        return json.readTree(response.body());
    }
}
