package io.tributary.capture.kafka;

import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tributary.capture.Unreadable;
import io.tributary.capture.debezium.Registry;
import io.tributary.capture.debezium.RegistryException;
import io.tributary.settings.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Asks a registry with Confluent's API for schemas: {@code GET /schemas/ids/<number>}. It is asked once for each number, since a
 * number's schema never changes.
 */
final class RegistryClient implements Registry {

    /** The type of a schema, which the registry leaves out where it is this one. */
    private static final String AVRO = "AVRO";

    private static final int OK = 200;
    private static final int NOT_FOUND = 404;

    /** Of an answer: a schema as JSON, in quotes. */
    private static final int LONGEST = 16 << 20;

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final String url;
    private final @Nullable String authorization;
    private final Duration timeout;
    private final HttpClient client;

    private RegistryClient(String url, @Nullable String authorization, Duration timeout) {
        this.url = url.endsWith("/") ? url : url + "/";
        this.authorization = authorization;
        this.timeout = timeout;
        this.client = HttpClient.newBuilder().connectTimeout(timeout).build();
    }

    /** Null if there is none. */
    static @Nullable RegistryClient of(KafkaSettings settings) {
        String url = settings.brokers().registryUrl();
        if (url == null) {
            return null;
        }
        String username = settings.brokers().registryUsername();
        Secret password = settings.brokers().registryPassword();
        String authorization = username == null
                ? null
                : "Basic "
                        + Base64.getEncoder()
                                .encodeToString((username + ":" + (password == null ? "" : password.value()))
                                        .getBytes(StandardCharsets.UTF_8));
        return new RegistryClient(url, authorization, settings.brokers().timeout());
    }

    @Override
    public @Nullable String schema(int id) throws Unreadable {
        try {
            HttpResponse<InputStream> response = client.send(
                    request("schemas/ids/" + Integer.toUnsignedString(id)), HttpResponse.BodyHandlers.ofInputStream());
            byte[] answer;
            try (InputStream body = response.body()) {
                answer = body.readNBytes(LONGEST + 1);
            }
            if (response.statusCode() == NOT_FOUND) {
                return null;
            }
            if (response.statusCode() != OK) {
                throw new IOException("it answered with the status " + response.statusCode());
            }
            return schema(id, answer);
        } catch (IOException e) {
            throw failed(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failed(new IOException("the wait for it was interrupted", e));
        }
    }

    private static String schema(int id, byte[] answer) throws IOException, Unreadable {
        if (answer.length > LONGEST) {
            throw new Unreadable("The registry's answer for schema " + id + " has more than " + LONGEST + " bytes");
        }
        JsonNode parsed;
        try {
            parsed = MAPPER.readTree(answer);
        } catch (StreamConstraintsException e) {
            throw new Unreadable(
                    "The registry's answer for schema " + id + " cannot be parsed: " + e.getOriginalMessage());
        }
        String type = parsed.path("schemaType").asText(AVRO);
        if (!type.equals(AVRO)) {
            throw new Unreadable(
                    "Schema " + id + " of the registry is of the type " + type + ", which is not read: set the"
                            + " connector's key.converter and value.converter to io.confluent.connect.avro.AvroConverter or"
                            + " org.apache.kafka.connect.json.JsonConverter");
        }
        JsonNode schema = parsed.path("schema");
        if (!schema.isTextual()) {
            throw new Unreadable("The registry's answer for schema " + id + " has no schema in it");
        }
        return schema.asText();
    }

    private HttpRequest request(String path) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(url + path)).timeout(timeout);
        if (authorization != null) {
            request.header("Authorization", authorization);
        }
        return request.build();
    }

    private RegistryException failed(IOException e) {
        return new RegistryException(
                "The schema registry at " + url + " (kafka.registry.url) cannot be used: " + e.getMessage(), e);
    }
}
