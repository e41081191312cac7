package io.tributary.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a browser is sent. {@link PageInChromium} looks at what it makes of it. */
final class StatusPageTest {

    private StatusPage page;

    @BeforeEach
    void open() throws IOException {
        page = StatusPage.at(new InetSocketAddress("localhost", 0));
    }

    @AfterEach
    void close() {
        page.close();
    }

    private HttpResponse<String> send(String method, String path) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(page.address().resolve(path))
                                .method(method, HttpRequest.BodyPublishers.noBody())
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void allThatThePageNamesIsThereAndNothingIsOfAnotherPlace() throws Exception {
        String html = send("GET", "/").body();

        assertThat(html).startsWith("<!doctype html>").contains("page.css", "page.js");
        for (String file : new String[] {"/", "/page.css", "/page.js"}) {
            HttpResponse<String> answer = send("GET", file);
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body().replace("http://www.w3.org/2000/svg", ""))
                    .doesNotContain("http:", "https:", "//cdn");
            assertThat(answer.headers().firstValue("Content-Security-Policy"))
                    .hasValueSatisfying(policy -> assertThat(policy).startsWith("default-src 'none'"));
        }
        assertThat(send("GET", "/other").statusCode()).isEqualTo(404);
        assertThat(send("GET", "/../status.json").statusCode()).isNotEqualTo(200);
    }

    @Test
    void theStatusIsWhatWasShownLast() throws Exception {
        assertThat(send("GET", "/status.json").statusCode()).isEqualTo(503);
        page.show(PageFixture.json());
        JsonNode status =
                new ObjectMapper().readTree(send("GET", "/status.json").body());
        assertThat(status.path("problems")).hasSize(3);
        assertThat(status.path("history").path("orders")).hasSize(31);
        assertThat(status.path("changed").asLong()).isEqualTo(30 * 30 * 7 + 30 * 900);
        page.fail("The catalog is away");
        assertThat(send("GET", "/status.json").body()).isEqualTo("The catalog is away");
    }

    @Test
    void itIsOnlyReadAndOnlyByItsOwnName() throws Exception {
        page.show("{}");
        for (String method : new String[] {"POST", "PUT", "DELETE"}) {
            assertThat(send(method, "/status.json").statusCode()).isEqualTo(405);
        }
        assertThat(send("HEAD", "/status.json").statusCode()).isEqualTo(200);
        assertThat(raw("evil.example.com")).startsWith("HTTP/1.1 403");
        assertThat(raw("localhost:" + page.address().getPort())).startsWith("HTTP/1.1 200");
        assertThat(page.address().getHost()).isEqualTo("localhost");
    }

    private String raw(String host) throws IOException {
        try (Socket socket = new Socket("localhost", page.address().getPort());
                OutputStream out = socket.getOutputStream();
                InputStream in = socket.getInputStream()) {
            out.write(("GET /status.json HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void aPortThatIsTakenIsNamed() {
        int port = page.address().getPort();
        assertThatThrownBy(() -> StatusPage.at(new InetSocketAddress("localhost", port)))
                .hasMessageContaining("--serve: localhost:" + port + " cannot be had");
        assertThatThrownBy(() -> StatusPage.at(InetSocketAddress.createUnresolved("nowhere.invalid", 0)))
                .hasMessageContaining("--serve: there is no host nowhere.invalid");
        assertThat(URI.create(page.address() + "page.js").getPath()).isEqualTo("/page.js");
    }
}
