package io.tributary.local.demo;

import io.tributary.command.verify.IcebergTable;
import io.tributary.local.service.FlinkRest;
import io.tributary.local.service.Waiting;
import io.tributary.local.service.dynamodb.Dynamo;
import io.tributary.local.service.dynamodb.StreamBridge;
import io.tributary.local.shop.Carts;
import io.tributary.local.verify.Ends;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;

/**
 * Waits until all that the sources have is in the targets, or on its way into the warehouse. Nothing else changes the
 * sources meanwhile.
 *
 * <p>Last changes follow everything else through each source's log: where they are committed, all before them is.
 */
final class Arrival {

    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private final Laptop laptop;
    private final Ends ends;
    private final FlinkRest flink;
    private final String job;
    private final Catalog catalog;

    private Arrival(Laptop laptop, Ends ends, String job) {
        this.laptop = laptop;
        this.ends = ends;
        this.flink = laptop.flink().rest();
        this.job = job;
        this.catalog = ends.catalog();
    }

    static void await(Laptop laptop, Ends ends, String job) throws Exception {
        Arrival arrival = new Arrival(laptop, ends, job);
        Source source = laptop.source();
        if (!source.bySlot().isEmpty()) {
            arrival.waitFor("the snapshot has been read", () -> Progress.chunksLeft(arrival.flink, job) == 0);
        }
        Dynamo dynamo = laptop.dynamo();
        StreamBridge items = laptop.items();
        if (dynamo != null && items != null) {
            arrival.awaitItems(dynamo, items);
        }
        if (source.hasShop()) {
            arrival.awaitShop();
        }
        if (!source.byTopic().isEmpty()) {
            arrival.waitFor("the topics have been read", () -> Progress.recordsLeft(arrival.flink, job) == 0);
        }
        if (source.hasCarts()) {
            arrival.waitFor("the exports are loaded", () -> Progress.exportsLeft(arrival.flink, job) == 0);
        }
        // Rows made by SQL are sent to Kinesis after their checkpoint, a second may pass until their request is full.
        long checkpoints = arrival.flink.completedCheckpoints(job);
        arrival.waitFor(
                "the last rows are in Kinesis", () -> arrival.flink.completedCheckpoints(job) >= checkpoints + 2);
    }

    /** The first of two last changes may still have come with the snapshot of its table, the second cannot. */
    private void awaitShop() throws Exception {
        for (int i = 1; i <= 2; i++) {
            String mark = "last seen " + System.nanoTime();
            try (Connection source = laptop.shop().connect();
                    Statement statement = source.createStatement()) {
                statement.execute("UPDATE products SET name = '" + mark + "' WHERE id = 1");
                statement.execute(
                        "UPDATE orders SET comment = '" + mark + "' WHERE id =" + " (SELECT min(id) FROM orders)");
            }
            waitFor("the last change of a product is in Iceberg", () -> rows("products", "name", mark) == 1);
            waitFor("the last change of an order is in Iceberg", () -> rows("orders", "comment", mark) == 1);
        }
    }

    /** So many items that each shard of the stream has some. */
    private void awaitItems(Dynamo dynamo, StreamBridge items) throws Exception {
        Carts.deleteExpired(dynamo);
        String mark = "last seen " + System.nanoTime();
        int carts = Carts.mark(dynamo, mark);
        long drained = items.mark();
        waitFor("the last changes of items are in their stream", () -> items.isDrainedSince(drained));
        waitFor("the last changes of items are in Iceberg", () -> rows(Carts.CARTS, "status", mark) == carts);
    }

    private long rows(String table, String column, String value) throws Exception {
        TableIdentifier name = ends.identifier(table);
        return catalog.tableExists(name) ? new IcebergTable(catalog.loadTable(name)).rowsWith(column, value) : 0;
    }

    private void waitFor(String what, Callable<Boolean> happened) throws Exception {
        Waiting.until(what, PATIENCE, () -> {
            Demo.checkRunning(flink, job);
            return happened.call();
        });
    }
}
