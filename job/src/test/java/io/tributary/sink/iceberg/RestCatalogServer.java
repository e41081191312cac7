package io.tributary.sink.iceberg;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.NoSuchNamespaceException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.inmemory.InMemoryCatalog;
import org.apache.iceberg.rest.CatalogHandlers;
import org.apache.iceberg.rest.RESTSerializers;
import org.apache.iceberg.rest.RESTUtil;
import org.apache.iceberg.rest.requests.CommitTransactionRequest;
import org.apache.iceberg.rest.requests.CreateNamespaceRequest;
import org.apache.iceberg.rest.requests.CreateTableRequest;
import org.apache.iceberg.rest.requests.UpdateTableRequest;
import org.apache.iceberg.rest.responses.ConfigResponse;
import org.apache.iceberg.rest.responses.ErrorResponse;
import org.apache.iceberg.shaded.com.fasterxml.jackson.annotation.JsonAutoDetect;
import org.apache.iceberg.shaded.com.fasterxml.jackson.annotation.PropertyAccessor;
import org.apache.iceberg.shaded.com.fasterxml.jackson.databind.DeserializationFeature;
import org.apache.iceberg.shaded.com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.iceberg.shaded.com.fasterxml.jackson.databind.PropertyNamingStrategies;

/**
 * A server of Iceberg's REST specification over HTTP, made of the handlers that Iceberg has for that, over a catalog in memory. One
 * request is served at a time, so a transaction of several tables is all or nothing.
 *
 * <p>The servlet that Iceberg has among its tests does not work with the runtime jar, whose JSON library has another name.
 */
public final class RestCatalogServer implements AutoCloseable {

    /** How transactions of several tables are met. */
    public enum Transactions {
        TAKEN,
        /** The path is not there. */
        UNKNOWN,
        /** They are made, and the answer is lost. */
        UNANSWERED
    }

    private static final ObjectMapper JSON = new ObjectMapper()
            .setVisibility(PropertyAccessor.FIELD, JsonAutoDetect.Visibility.ANY)
            .configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, false)
            .setPropertyNamingStrategy(new PropertyNamingStrategies.KebabCaseStrategy());

    static {
        RESTSerializers.registerAll(JSON);
    }

    private final InMemoryCatalog catalog = new InMemoryCatalog();
    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private final HttpServer server;
    private final List<List<String>> made = new ArrayList<>();
    private volatile Transactions transactions = Transactions.TAKEN;
    private volatile Runnable before = () -> {};

    private RestCatalogServer(String warehouse) throws IOException {
        catalog.initialize("served", Map.of("warehouse", warehouse));
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(thread);
        server.createContext("/", this::serve);
        server.start();
    }

    /** The client makes the tables' files below the warehouse, and keeps them where it likes; their metadata is in the server. */
    public static RestCatalogServer start(String warehouse) throws IOException {
        return new RestCatalogServer(warehouse);
    }

    public String uri() {
        return "http://localhost:" + server.getAddress().getPort();
    }

    void meet(Transactions how) {
        transactions = how;
    }

    /** What a stranger does, in the catalog itself, right before the next transaction of several tables. */
    void beforeTheNext(Runnable action) {
        before = action;
    }

    InMemoryCatalog catalog() {
        return catalog;
    }

    /** The tables of each transaction of several that was made. */
    List<List<String>> made() {
        return made;
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            int status = 200;
            String answer;
            try {
                Object response = response(exchange);
                answer = response == null ? "" : JSON.writeValueAsString(response);
            } catch (NoSuchTableException | NoSuchNamespaceException e) {
                status = 404;
                answer = error(status, e);
            } catch (CommitFailedException | AlreadyExistsException e) {
                status = 409;
                answer = error(status, e);
            } catch (IllegalStateException e) {
                status = 504;
                answer = error(status, e);
            } catch (RuntimeException e) {
                status = 400;
                answer = error(status, e);
            }
            byte[] bytes = answer.getBytes(UTF_8);
            boolean hasBody = bytes.length > 0 && !exchange.getRequestMethod().equals("HEAD");
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(hasBody ? status : status == 200 ? 204 : status, hasBody ? bytes.length : -1);
            if (hasBody) {
                exchange.getResponseBody().write(bytes);
            }
        }
    }

    private static String error(int status, Exception e) throws IOException {
        return JSON.writeValueAsString(ErrorResponse.builder()
                .responseCode(status)
                .withType(e.getClass().getSimpleName())
                .withMessage(e.getMessage())
                .build());
    }

    private Object response(HttpExchange exchange) throws IOException {
        String[] path = exchange.getRequestURI().getRawPath().substring(1).split("/");
        String method = exchange.getRequestMethod();
        String resource = path.length > 1 ? path[1] : "";
        Namespace namespace = path.length > 2 ? RESTUtil.decodeNamespace(path[2]) : Namespace.empty();
        switch (method + " " + resource + " " + path.length) {
            case "GET config 2":
                return ConfigResponse.builder().build();
            case "POST transactions 3":
                transaction(read(exchange, CommitTransactionRequest.class));
                return null;
            case "POST namespaces 2":
                return CatalogHandlers.createNamespace(catalog, read(exchange, CreateNamespaceRequest.class));
            case "GET namespaces 3", "HEAD namespaces 3":
                return CatalogHandlers.loadNamespace(catalog, namespace);
            case "GET namespaces 4":
                return CatalogHandlers.listTables(catalog, namespace);
            case "POST namespaces 4":
                return CatalogHandlers.createTable(catalog, namespace, read(exchange, CreateTableRequest.class));
            default:
        }
        if (path.length < 5) {
            throw new UnsupportedOperationException(method + " " + exchange.getRequestURI());
        }
        TableIdentifier table = TableIdentifier.of(namespace, URLDecoder.decode(path[4], UTF_8));
        switch (method + " " + path.length) {
            case "GET 5", "HEAD 5":
                return CatalogHandlers.loadTable(catalog, table);
            case "POST 5":
                return CatalogHandlers.updateTable(catalog, table, read(exchange, UpdateTableRequest.class));
            case "DELETE 5":
                CatalogHandlers.dropTable(catalog, table);
                return null;
            default:
                // Reports of scans.
                return null;
        }
    }

    private void transaction(CommitTransactionRequest request) {
        if (transactions == Transactions.UNKNOWN) {
            throw new NoSuchTableException("There is nothing here");
        }
        Runnable action = before;
        before = () -> {};
        action.run();
        List<Runnable> commits = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (UpdateTableRequest change : request.tableChanges()) {
            TableOperations operations = ((HasTableOperations) catalog.loadTable(change.identifier())).operations();
            TableMetadata now = operations.current();
            change.requirements().forEach(requirement -> requirement.validate(now));
            TableMetadata.Builder next = TableMetadata.buildFrom(now);
            change.updates().forEach(update -> update.applyTo(next));
            commits.add(() -> operations.commit(now, next.build()));
            names.add(change.identifier().name());
        }
        commits.forEach(Runnable::run);
        made.add(names.stream().sorted().toList());
        if (transactions == Transactions.UNANSWERED) {
            transactions = Transactions.TAKEN;
            throw new IllegalStateException("The answer is lost");
        }
    }

    private static <T> T read(HttpExchange exchange, Class<T> type) throws IOException {
        try (InputStream body = exchange.getRequestBody()) {
            return JSON.readValue(body, type);
        }
    }

    @Override
    public void close() throws IOException {
        server.stop(0);
        thread.shutdownNow();
        catalog.close();
    }
}
