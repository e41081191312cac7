package io.tributary.local.shop;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tributary.local.service.dynamodb.Attributes;
import io.tributary.local.service.dynamodb.Dynamo;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A seeded mix of what happens to items: new ones, changed ones, several changes of one in a moment, items put again with
 * fewer attributes, puts that change nothing, deletes, a key deleted and put again, items that expire; attributes that
 * nobody had before, numbers that get wider, and an attribute whose type changes.
 */
public final class CartWork implements Work {

    private static final ObjectMapper JSON = new ObjectMapper();

    private interface Kind {
        /** How many items it changed. */
        int run() throws IOException, InterruptedException;
    }

    private record Weighted(int weight, Kind kind) {}

    private final Dynamo dynamo;
    private final Random random;
    private final List<Weighted> kinds = new ArrayList<>();
    private final List<Integer> carts = new ArrayList<>();
    private int nextCart = Carts.CARTS_AT_FIRST;
    private int weights;

    public CartWork(Dynamo dynamo, long seed) {
        this.dynamo = dynamo;
        this.random = new Random(seed);
        for (int i = 1; i <= Carts.CARTS_AT_FIRST; i++) {
            carts.add(i);
        }
        add(20, this::addCart);
        add(20, this::changeTotal);
        add(15, this::logIn);
        add(10, this::fillCart);
        add(5, this::putAgain);
        add(5, this::changeNothing);
        add(5, this::deleteCart);
        add(5, this::replaceCart);
        add(4, this::forgetDevice);
        add(3, this::expire);
        add(3, this::renameReference);
        add(3, this::score);
    }

    private void add(int weight, Kind kind) {
        kinds.add(new Weighted(weight, kind));
        weights += weight;
    }

    @Override
    public int next() throws IOException, InterruptedException {
        int pick = random.nextInt(weights);
        for (Weighted candidate : kinds) {
            pick -= candidate.weight;
            if (pick < 0) {
                return candidate.kind.run();
            }
        }
        throw new IllegalStateException("The weights add up to less than " + weights);
    }

    /** Carts have a channel only since the shop runs. */
    private int addCart() throws IOException, InterruptedException {
        int number = ++nextCart;
        carts.add(number);
        return put(Carts.CARTS, Carts.cart(number).text("channel", random.nextBoolean() ? "web" : "app"));
    }

    private int changeTotal() throws IOException, InterruptedException {
        String total = random.nextInt(100_000) + "." + (10 + random.nextInt(90));
        return update(anyCart(), "total", new Attributes().number("value", total));
    }

    /** Several changes of one item within a moment, of which some have one time. */
    private int logIn() throws IOException, InterruptedException {
        long customer = 1L + random.nextInt(Carts.CUSTOMERS_WITH_DEVICES);
        String device = random.nextBoolean() ? "phone" : "laptop";
        int changes = 1 + random.nextInt(3);
        for (int i = 0; i < changes; i++) {
            put(Carts.DEVICES, Carts.device(customer, device).number("logins", random.nextInt(1_000_000)));
        }
        return changes;
    }

    private int fillCart() throws IOException, InterruptedException {
        String cart = anyCart();
        int changes = 1 + random.nextInt(3);
        for (int i = 1; i <= changes; i++) {
            update(cart, "lines_count", new Attributes().number("value", random.nextInt(50)));
        }
        return changes;
    }

    /** Without the attributes that only some carts have. */
    private int putAgain() throws IOException, InterruptedException {
        return put(
                Carts.CARTS,
                new Attributes()
                        .text("cart", anyCart())
                        .text("status", "emptied")
                        .number("customer_id", 1));
    }

    private int changeNothing() throws IOException, InterruptedException {
        int number = any();
        return put(Carts.CARTS, Carts.cart(number)) + put(Carts.CARTS, Carts.cart(number));
    }

    private int deleteCart() throws IOException, InterruptedException {
        return delete(Carts.CARTS, new Attributes().text("cart", takeAny()));
    }

    private int replaceCart() throws IOException, InterruptedException {
        int number = any();
        return delete(Carts.CARTS, new Attributes().text("cart", Carts.key(number)))
                + put(Carts.CARTS, Carts.cart(number).text("status", "replaced"));
    }

    private int forgetDevice() throws IOException, InterruptedException {
        long customer = 1L + random.nextInt(Carts.CUSTOMERS_WITH_DEVICES);
        return delete(
                Carts.DEVICES, new Attributes().number("customer_id", customer).text("device", "phone"));
    }

    /** DynamoDB deletes it when it finds it. */
    private int expire() throws IOException, InterruptedException {
        return update(
                takeAny(),
                Carts.EXPIRES,
                new Attributes().number("value", Instant.now().getEpochSecond() - 1));
    }

    /** A number in all carts before. */
    private int renameReference() throws IOException, InterruptedException {
        return update(anyCart(), "reference", new Attributes().text("value", "REF-" + random.nextInt(1000)));
    }

    /** A whole number in all devices before. */
    private int score() throws IOException, InterruptedException {
        long customer = 1L + random.nextInt(Carts.CUSTOMERS_WITH_DEVICES);
        return put(
                Carts.DEVICES,
                Carts.device(customer, "laptop")
                        .number("score", random.nextInt(100) + ".125")
                        .number("tablets", 1));
    }

    private String anyCart() {
        return Carts.key(any());
    }

    private int any() {
        return carts.get(random.nextInt(carts.size()));
    }

    private String takeAny() {
        int index = random.nextInt(carts.size());
        int number = carts.get(index);
        carts.set(index, carts.get(carts.size() - 1));
        carts.remove(carts.size() - 1);
        return Carts.key(number);
    }

    private int put(String table, Attributes item) throws IOException, InterruptedException {
        ObjectNode request = JSON.createObjectNode().put("TableName", table);
        request.set("Item", item.json());
        dynamo.ask("PutItem", request);
        return 1;
    }

    private int update(String cart, String attribute, Attributes value) throws IOException, InterruptedException {
        ObjectNode request = JSON.createObjectNode().put("TableName", Carts.CARTS);
        request.set("Key", new Attributes().text("cart", cart).json());
        request.put("UpdateExpression", "SET #name = :value");
        request.putObject("ExpressionAttributeNames").put("#name", attribute);
        request.putObject("ExpressionAttributeValues")
                .set(":value", value.json().get("value"));
        dynamo.ask("UpdateItem", request);
        return 1;
    }

    private int delete(String table, Attributes key) throws IOException, InterruptedException {
        ObjectNode request = JSON.createObjectNode().put("TableName", table);
        request.set("Key", key.json());
        dynamo.ask("DeleteItem", request);
        return 1;
    }

    @Override
    public void close() {}
}
