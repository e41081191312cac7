package io.tributary.local.demo;

import io.tributary.local.service.dynamodb.Dynamo;
import io.tributary.local.shop.CartWork;
import io.tributary.local.shop.Load;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The loads on all that the demo's job reads from. */
final class Loads implements AutoCloseable {

    /** What one item needs, in changed rows of the shop: DynamoDB Local takes each by itself. */
    private static final int ROWS_AN_ITEM = 5;

    private final List<Load> loads = new ArrayList<>();

    private Loads() {}

    static Loads start(Laptop laptop, int rate, long seed) {
        Loads loads = new Loads();
        if (laptop.source().hasShop()) {
            loads.loads.add(Load.ofShop(laptop.shop(), rate, seed));
        }
        Dynamo dynamo = laptop.dynamo();
        if (dynamo != null) {
            loads.loads.add(Load.start(
                    "The load on DynamoDB", () -> new CartWork(dynamo, seed), Math.max(1, rate / ROWS_AN_ITEM)));
        }
        return loads;
    }

    long changes() {
        return loads.stream().mapToLong(Load::changes).sum();
    }

    void stop() throws IOException, InterruptedException {
        for (Load load : loads) {
            load.stop();
        }
    }

    @Override
    public void close() {
        loads.forEach(Load::close);
    }
}
