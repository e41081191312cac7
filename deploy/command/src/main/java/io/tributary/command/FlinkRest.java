package io.tributary.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What Flink's REST interface says. */
final class FlinkRest {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** So that an address of many metrics stays short enough. */
    private static final int AT_ONCE = 40;

    private final URI address;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(PATIENCE).build();
    private final ObjectMapper json = new ObjectMapper();

    FlinkRest(URI address) {
        this.address = address;
    }

    URI address() {
        return address;
    }

    JsonNode read(String path) throws IOException, InterruptedException {
        return send(path, HttpRequest.newBuilder().GET());
    }

    /** Asks for something to be done. */
    JsonNode ask(String method, String path, Map<String, ?> body) throws IOException, InterruptedException {
        return send(
                path,
                HttpRequest.newBuilder()
                        .header("Content-Type", "application/json")
                        .method(method, HttpRequest.BodyPublishers.ofString(json.writeValueAsString(body))));
    }

    private JsonNode send(String path, HttpRequest.Builder builder) throws IOException, InterruptedException {
        HttpRequest request =
                builder.uri(address.resolve(path)).timeout(PATIENCE).build();
        HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() / 100 != 2) {
            throw new IOException(request.uri() + ": " + response.body());
        }
        return json.readTree(response.body());
    }

    /** The greatest values that subtasks of the vertex give for metrics whose last part is one of these, by their whole names. */
    Map<String, Double> metrics(String job, String vertex, List<String> names)
            throws IOException, InterruptedException {
        return values("/jobs/" + job + "/vertices/" + vertex + "/subtasks/metrics", "agg=max&", "max", names);
    }

    /** The same of what runs beside the vertex in the job manager. */
    Map<String, Double> coordinatorMetrics(String job, String vertex, List<String> names)
            throws IOException, InterruptedException {
        return values("/jobs/" + job + "/vertices/" + vertex + "/jm-operator-metrics", "", "value", names);
    }

    private Map<String, Double> values(String path, String query, String field, List<String> names)
            throws IOException, InterruptedException {
        List<String> wanted = new ArrayList<>();
        for (JsonNode metric : read(path)) {
            String id = metric.path("id").asText();
            if (names.contains(id.substring(id.lastIndexOf('.') + 1))) {
                wanted.add(id);
            }
        }
        Map<String, Double> values = new TreeMap<>();
        for (int i = 0; i < wanted.size(); i += AT_ONCE) {
            String some = wanted.subList(i, Math.min(wanted.size(), i + AT_ONCE)).stream()
                    .map(id -> URLEncoder.encode(id, StandardCharsets.UTF_8))
                    .collect(Collectors.joining(","));
            for (JsonNode metric : read(path + "?" + query + "get=" + some)) {
                // A gauge that has no value yet comes as text.
                JsonNode value = metric.path(field);
                double number = value.asDouble(Double.NaN);
                if (!Double.isNaN(number)) {
                    values.put(metric.path("id").asText(), number);
                }
            }
        }
        return values;
    }
}
