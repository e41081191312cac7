package io.tributary.local.shop;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** The demo's database: customers, products, orders and order lines, a bit over 100,000 rows. */
public final class Shop {

    public static final String NAME = "shop";

    /** The table in which rows change their keys. */
    public static final String RENUMBERED = "customers";

    public static final List<String> TABLES = List.of("customers", "products", "orders", "order_lines");

    static final long CUSTOMERS = 10_000;
    static final int PRODUCTS = 1_000;
    public static final long ORDERS = 30_000;

    private Shop() {}

    /** A table with its schema. */
    public static String qualified(String table) {
        return "public." + table;
    }

    public static void create(Connection connection) throws IOException, SQLException {
        create(connection, ORDERS);
    }

    /** With so many orders, and all that belongs to them. */
    public static void create(Connection connection, long orders) throws IOException, SQLException {
        try (InputStream script = requireNonNull(Shop.class.getResourceAsStream("shop.sql"));
                Statement statement = connection.createStatement()) {
            statement.execute("SET shop.orders = " + orders);
            statement.execute(new String(script.readAllBytes(), StandardCharsets.UTF_8));
        }
    }
}
