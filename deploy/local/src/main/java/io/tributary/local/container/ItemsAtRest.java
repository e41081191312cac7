package io.tributary.local.container;

import io.tributary.local.verify.Ends;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** The load on DynamoDB rests from the beginning to the close, where there are tables of DynamoDB and a load on them. */
final class ItemsAtRest implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final boolean isNeeded;
    private final URI load;
    private final HttpClient http = HttpClient.newHttpClient();
    private boolean isBegun;

    private ItemsAtRest(boolean isNeeded, URI load) {
        this.isNeeded = isNeeded;
        this.load = load;
    }

    static ItemsAtRest of(Ends ends, String load) {
        return new ItemsAtRest(!ends.itemTables().isEmpty(), URI.create(load));
    }

    void begin() throws IOException, InterruptedException {
        if (!isNeeded) {
            return;
        }
        try {
            ask("/rest");
            isBegun = true;
        } catch (ConnectException e) {
            System.out.println("Nobody is at work on the items: " + load + " does not answer");
        }
    }

    private void ask(String wish) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(load.resolve(wish))
                .timeout(PATIENCE)
                .POST(HttpRequest.BodyPublishers.noBody())
                .build();
        int status = http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        if (status != 204) {
            throw new IOException(load + wish + " answers " + status);
        }
    }

    @Override
    public void close() throws IOException {
        try {
            if (isBegun) {
                ask("/work");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
