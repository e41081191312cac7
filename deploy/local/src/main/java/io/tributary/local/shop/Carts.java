package io.tributary.local.shop;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tributary.local.service.dynamodb.Attributes;
import io.tributary.local.service.dynamodb.Dynamo;
import io.tributary.local.service.dynamodb.Dynamo.KeyAttribute;
import io.tributary.local.service.dynamodb.StreamedTable;
import io.tributary.local.service.dynamodb.StreamedTable.Precision;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/**
 * What the shop keeps in DynamoDB: the carts of its customers, with every type of attribute, and the devices they come
 * with, whose keys have two parts.
 */
public final class Carts {

    public static final String CARTS = "carts";
    public static final String DEVICES = "devices";
    public static final List<StreamedTable> TABLES =
            List.of(new StreamedTable(CARTS, Precision.MICROSECOND), new StreamedTable(DEVICES, Precision.UNNAMED));

    static final int CARTS_AT_FIRST = 3_000;
    static final int CUSTOMERS_WITH_DEVICES = 1_000;

    /** Items with a moment in it that has passed are deleted. */
    static final String EXPIRES = "expires_at";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int ITEMS_A_REQUEST = 25;
    private static final int MARKS = 24;

    private Carts() {}

    public static void create(Dynamo dynamo) throws IOException, InterruptedException {
        dynamo.createTable(CARTS, List.of(new KeyAttribute("cart", "S")), EXPIRES);
        dynamo.createTable(
                DEVICES, List.of(new KeyAttribute("customer_id", "N"), new KeyAttribute("device", "S")), EXPIRES);
        fill(dynamo, CARTS, CARTS_AT_FIRST, Carts::cart);
        fill(dynamo, DEVICES, CUSTOMERS_WITH_DEVICES, number -> device(number, "phone"));
    }

    private static void fill(Dynamo dynamo, String table, int items, IntFunction<Attributes> item)
            throws IOException, InterruptedException {
        List<ObjectNode> portion = new ArrayList<>();
        for (int i = 1; i <= items; i++) {
            portion.add(item.apply(i).json());
            if (portion.size() == ITEMS_A_REQUEST || i == items) {
                ObjectNode request = JSON.createObjectNode();
                ArrayNode writes = request.putObject("RequestItems").putArray(table);
                portion.forEach(
                        one -> writes.addObject().putObject("PutRequest").set("Item", one));
                dynamo.ask("BatchWriteItem", request);
                portion.clear();
            }
        }
    }

    static String key(long number) {
        return "cart-%06d".formatted(number);
    }

    /** A cart as they all were before the shop was changed while it ran. */
    static Attributes cart(int number) {
        Attributes cart = new Attributes()
                .text("cart", key(number))
                .number("customer_id", 1 + number * 7919L % 12_000)
                .text("status", number % 3 == 0 ? "ordered" : "open")
                .number(
                        "total",
                        BigDecimal.valueOf(number * 6151L % 1_000_000, 2).toPlainString())
                .number("lines_count", number % 5)
                .number("fingerprint", fingerprint(number))
                .number(
                        "weight",
                        number % 2 == 0 ? "1e-25" : "0." + "123456789".repeat(4).substring(0, number % 30 + 1))
                .number("reference", number)
                .truth("gift", number % 4 == 0);
        switch (number % 4) {
            case 0 -> cart.nothing("note");
            case 1 -> cart.text("note", "🛒 Zoë \"Łó\" \\ ✓ \u0001 " + number);
            case 2 -> cart.text("note", "");
            default -> {}
        }
        if (number % 5 > 0) {
            Attributes[] lines = new Attributes[number % 5];
            for (int i = 0; i < lines.length; i++) {
                lines[i] = new Attributes()
                        .text("sku", "SKU-%06d".formatted((number + i) % 1000))
                        .number("quantity", i + 1)
                        .number("price", "12.50")
                        .truth("wrapped", i % 2 == 0);
            }
            cart.list("lines", lines);
        }
        if (number % 7 > 0) {
            cart.map(
                    "address",
                    new Attributes()
                            .text("city", "Kraków")
                            .nothing("door")
                            .map(
                                    "geo",
                                    new Attributes().number("lat", "50.0614").number("long", "-19.9366"))
                            .texts("rings", "twice", "once"));
        }
        if (number % 6 > 0) {
            cart.texts("coupons", "WELCOME", "N" + number)
                    .numbers("ratings", "5", "-1.5", "1e3")
                    .byteArrays("hashes", new byte[] {0, (byte) number}, new byte[] {-1})
                    .bytes("photo", new byte[] {(byte) 0xff, 0, (byte) number, (byte) (number >> 8)});
        }
        return number % 11 == 0 ? cart.list("lines").map("address", new Attributes()) : cart;
    }

    /** 38 digits, as many as a number can have. */
    private static String fingerprint(int number) {
        return BigInteger.TEN.pow(37).add(BigInteger.valueOf(number)).toString();
    }

    static Attributes device(long customer, String device) {
        return new Attributes()
                .number("customer_id", customer)
                .text("device", device)
                .number("logins", customer % 17)
                .number("score", customer % 100)
                .truth("trusted", customer % 3 == 0)
                .map(
                        "app",
                        new Attributes().text("version", "1." + customer % 9).number("build", customer));
    }

    /** Deletes the items whose time is over and which DynamoDB has not come to yet; it may take hours over that. */
    public static void deleteExpired(Dynamo dynamo) throws IOException, InterruptedException {
        List<JsonNode> expired = new ArrayList<>();
        dynamo.scan(CARTS)
                .read(page -> page.forEach(item -> {
                    if (item.has(EXPIRES)) {
                        expired.add(item.path("cart"));
                    }
                }));
        for (JsonNode cart : expired) {
            ObjectNode request = JSON.createObjectNode().put("TableName", CARTS);
            request.putObject("Key").set("cart", cart);
            dynamo.ask("DeleteItem", request);
        }
    }

    /** Writes the text into the status of some carts of their own; how many those are. */
    public static int mark(Dynamo dynamo, String text) throws IOException, InterruptedException {
        fill(
                dynamo,
                CARTS,
                MARKS,
                number -> new Attributes().text("cart", "mark-" + number).text("status", text));
        return MARKS;
    }
}
