package io.tributary.metrics;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/** Answers {@code GET /metrics} with what its parts say at that moment. One request at a time. */
public final class MetricsServer implements AutoCloseable {

    private final HttpServer server;
    private final ExecutorService thread;
    private final List<Consumer<Exposition>> parts;

    private MetricsServer(HttpServer server, ExecutorService thread, List<Consumer<Exposition>> parts) {
        this.server = server;
        this.thread = thread;
        this.parts = parts;
    }

    /** @throws IOException if nobody can listen there */
    public static MetricsServer start(InetSocketAddress address, List<Consumer<Exposition>> parts) throws IOException {
        ExecutorService thread = Executors.newSingleThreadExecutor(task -> {
            Thread made = new Thread(task, "metrics");
            made.setDaemon(true);
            return made;
        });
        MetricsServer metrics = new MetricsServer(HttpServer.create(address, 0), thread, List.copyOf(parts));
        metrics.server.setExecutor(thread);
        metrics.server.createContext("/metrics", metrics::answer);
        metrics.server.start();
        return metrics;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try {
            Exposition exposition = new Exposition();
            parts.forEach(part -> part.accept(exposition));
            byte[] body = exposition.toString().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        } finally {
            exchange.close();
        }
    }

    /** The port, where 0 was asked for. */
    public int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
        thread.shutdownNow();
    }
}
