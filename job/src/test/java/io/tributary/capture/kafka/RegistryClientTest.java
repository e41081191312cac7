package io.tributary.capture.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.tributary.capture.Unreadable;
import io.tributary.capture.debezium.Registry;
import io.tributary.capture.debezium.RegistryException;
import io.tributary.settings.Given;
import io.tributary.settings.Problems;
import io.tributary.settings.Secrets;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A server with the registry's API is asked for schemas by their numbers. */
class RegistryClientTest {

    private final List<String> asked = new ArrayList<>();
    private final Map<String, String> answers = new HashMap<>();
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            asked.add(exchange.getRequestURI().getPath() + " "
                    + exchange.getRequestHeaders().getFirst("Authorization"));
            String answer = answers.get(exchange.getRequestURI().getPath());
            byte[] body = (answer == null ? "{}" : answer).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(answer == null ? 404 : answer.isEmpty() ? 500 : 200, Math.max(1, body.length));
            exchange.getResponseBody().write(body.length == 0 ? new byte[1] : body);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void aSchemaIsAskedForByItsNumber() throws Unreadable {
        answers.put("/api/schemas/ids/7", "{\"schema\":\"\\\"long\\\"\",\"schemaType\":\"AVRO\"}");

        assertThat(client().schema(7)).isEqualTo("\"long\"");
        assertThat(client().schema(8)).isNull();
        // user:pass-word
        assertThat(asked)
                .containsExactly(
                        "/api/schemas/ids/7 Basic dXNlcjpwYXNzLXdvcmQ=",
                        "/api/schemas/ids/8 Basic dXNlcjpwYXNzLXdvcmQ=");
    }

    @Test
    void aRegistryThatDoesNotAnswerAsItShouldIsNamed() {
        answers.put("/api/schemas/ids/7", "");
        answers.put("/api/schemas/ids/8", "<html>Sign in</html>");
        Registry client = client();

        assertThatThrownBy(() -> client.schema(7))
                .hasMessageContaining("kafka.registry.url")
                .hasMessageContaining("500");
        assertThatThrownBy(() -> client.schema(8))
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining("kafka.registry.url");
        server.stop(0);
        assertThatThrownBy(() -> client.schema(9)).hasMessageContaining("kafka.registry.url");
    }

    @Test
    void whatIsNoSchemaIsAFaultOfTheRecordThatNamesIt() {
        answers.put("/api/schemas/ids/1", "{}");
        answers.put("/api/schemas/ids/2", "{\"schema\":{\"type\":\"long\"}}");
        answers.put("/api/schemas/ids/3", "[".repeat(5_000));
        answers.put("/api/schemas/ids/4", "{\"schema\":\"" + "x".repeat(16 << 20) + "\"}");
        Registry client = client();

        assertThatThrownBy(() -> client.schema(1))
                .isInstanceOf(Unreadable.class)
                .hasMessageContaining("no schema");
        assertThatThrownBy(() -> client.schema(2))
                .isInstanceOf(Unreadable.class)
                .hasMessageContaining("no schema");
        assertThatThrownBy(() -> client.schema(3))
                .isInstanceOf(Unreadable.class)
                .hasMessageContaining("be parsed");
        assertThatThrownBy(() -> client.schema(4))
                .isInstanceOf(Unreadable.class)
                .hasMessageContaining("bytes");
    }

    @Test
    void aSchemaThatIsNotAvroIsNamed() {
        answers.put("/api/schemas/ids/7", "{\"schemaType\":\"PROTOBUF\",\"schema\":\"syntax = \\\"proto3\\\";\"}");
        answers.put("/api/schemas/ids/8", "{\"schemaType\":\"JSON\",\"schema\":\"{}\"}");
        Registry client = client();

        assertThatThrownBy(() -> client.schema(7))
                .isInstanceOf(Unreadable.class)
                .hasMessageContaining("PROTOBUF")
                .hasMessageContaining("value.converter");
        assertThatThrownBy(() -> client.schema(8))
                .isInstanceOf(Unreadable.class)
                .hasMessageContaining("of the type JSON");
    }

    private Registry client() {
        Problems problems = new Problems();
        KafkaSettings settings = KafkaSettings.from(Given.of(
                Configuration.fromMap(Map.of(
                        "kafka.bootstrap-servers", "localhost:1",
                        "kafka.topics", "t",
                        "kafka.registry.url",
                                "http://localhost:" + server.getAddress().getPort() + "/api",
                        "kafka.registry.username", "user",
                        "kafka.registry.password", "env:REGISTRY")),
                new Secrets(name -> "pass-word", name -> null),
                problems));
        assertThat(problems.sentences()).isEmpty();
        return RegistryClient.of(settings);
    }
}
