package io.tributary.command;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * The status as a page that is looked at with a browser, and only read. What it needs comes from here, so it works without any
 * network.
 *
 * <p>On a loopback address, only browsers that were told so are answered: another site cannot have its own name point here.
 */
final class StatusPage implements AutoCloseable {

    private static final Map<String, String> FILES = Map.of(
            "/", "index.html",
            "/page.css", "page.css",
            "/page.js", "page.js");
    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "json", "application/json");
    private static final String LOCAL = "(localhost|127\\.0\\.0\\.1|\\[::1])(:\\d+)?";
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
            + " img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private final HttpServer server;
    private final boolean isLocal;
    private final ExecutorService threads = Executors.newFixedThreadPool(2, StatusPage::thread);
    private volatile @Nullable String status;
    private volatile String failure = "Nothing is known yet";

    private StatusPage(HttpServer server, boolean isLocal) {
        this.server = server;
        this.isLocal = isLocal;
    }

    /** Fails with a sentence if the address cannot be had. */
    static StatusPage at(InetSocketAddress address) throws IOException {
        if (address.isUnresolved()) {
            throw Problem.of("--serve: there is no host " + address.getHostString());
        }
        HttpServer server;
        try {
            server = HttpServer.create(address, 0);
        } catch (BindException e) {
            throw Problem.of("--serve: " + address.getHostString() + ":" + address.getPort() + " cannot be had ("
                    + e.getMessage() + "): give another port, or 0 for any");
        }
        StatusPage page = new StatusPage(server, address.getAddress().isLoopbackAddress());
        server.createContext("/", page::answer);
        server.setExecutor(page.threads);
        server.start();
        return page;
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "status-page");
        thread.setDaemon(true);
        return thread;
    }

    URI address() {
        InetAddress host = server.getAddress().getAddress();
        return URI.create("http://" + (host.isLoopbackAddress() ? "localhost" : host.getHostAddress()) + ":"
                + server.getAddress().getPort() + "/");
    }

    /** @param json what is shown from now on */
    void show(String json) {
        status = json;
    }

    /** What keeps it from being known, in place of it. */
    void fail(String sentence) {
        status = null;
        failure = sentence;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            String host = String.valueOf(exchange.getRequestHeaders().getFirst("Host"));
            String file = FILES.get(path);
            if (isLocal && !host.matches(LOCAL)) {
                send(exchange, 403, "txt", "This page is for this machine: open it as " + address());
            } else if (!exchange.getRequestMethod().matches("GET|HEAD")) {
                send(exchange, 405, "txt", "This page is only read");
            } else if (path.equals("/status.json")) {
                String now = status;
                send(exchange, now == null ? 503 : 200, now == null ? "txt" : "json", now == null ? failure : now);
            } else if (file != null) {
                try (InputStream in = StatusPage.class.getResourceAsStream("page/" + file)) {
                    send(
                            exchange,
                            200,
                            file.substring(file.indexOf('.') + 1),
                            in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8));
                }
            } else {
                send(exchange, 404, "txt", "There is nothing at " + path);
            }
        }
    }

    private static void send(HttpExchange exchange, int code, String type, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", TYPES.getOrDefault(type, "text/plain; charset=utf-8"));
        exchange.getResponseHeaders().set("Content-Security-Policy", POLICY);
        exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
        exchange.getResponseHeaders().set("Cache-Control", "no-store");
        boolean isHead = exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(code, isHead ? -1 : bytes.length);
        if (!isHead) {
            exchange.getResponseBody().write(bytes);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
