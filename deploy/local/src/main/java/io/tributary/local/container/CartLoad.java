package io.tributary.local.container;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.tributary.local.service.dynamodb.Dynamo;
import io.tributary.local.shop.CartWork;
import io.tributary.local.shop.Load;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.Executors;

/**
 * Customers at work on the carts until the process is told to stop; it ends with an error where they cannot go on.
 *
 * <p>A table of DynamoDB cannot be locked. So whoever compares asks them to rest, by {@code /rest} at the port, and to go on, by
 * {@code /work}.
 */
final class CartLoad {

    static final int PORT = 8000;

    private static final int DONE = 204;

    private CartLoad() {}

    public static void main(String[] arguments) throws Exception {
        Dynamo dynamo = Dynamo.at(URI.create(Environment.text("DYNAMODB")));
        long seed = Long.parseLong(Environment.text("LOAD_SEED"));
        Rest rest = new Rest();
        Load load = Load.start(
                "The load on DynamoDB",
                () -> new RestingCarts(new CartWork(dynamo, seed), dynamo, rest),
                Integer.parseInt(Environment.text("ITEM_RATE")));
        HttpServer server = HttpServer.create(new InetSocketAddress(PORT), 0);
        server.setExecutor(Executors.newCachedThreadPool());
        server.createContext("/rest", exchange -> answer(exchange, rest::begin));
        server.createContext("/work", exchange -> answer(exchange, rest::end));
        server.start();
        Runtime.getRuntime().addShutdownHook(new Thread(load::close, "stop"));
        try {
            load.await();
        } catch (IOException e) {
            e.printStackTrace();
            System.exit(1);
        }
    }

    private interface Wish {
        void fulfil() throws InterruptedException;
    }

    private static void answer(HttpExchange exchange, Wish wish) throws IOException {
        try (exchange) {
            wish.fulfil();
            exchange.sendResponseHeaders(DONE, -1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
