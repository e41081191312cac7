package io.tributary.query;

import io.tributary.change.Schema;
import java.util.Map;

/** The shop's tables, as the capture gives them, in the columns that the SQL files read and a few more. */
final class ShopTables {

    static final Schema CUSTOMERS = Rows.table(
            "customers",
            "id",
            "id BIGINT NOT NULL",
            "name STRING",
            "email STRING",
            "segment STRING",
            "marketing BOOLEAN",
            "credit_limit DECIMAL(12, 2)",
            "birthday DATE",
            "tags ARRAY<STRING>",
            "notes STRING",
            "photo BYTES",
            "created_at TIMESTAMP_LTZ(6)",
            "updated_at TIMESTAMP(6)");

    static final Schema PRODUCTS = Rows.table(
            "products",
            "id",
            "id INT NOT NULL",
            "sku STRING",
            "name STRING",
            "category STRING",
            "price DECIMAL(12, 2)",
            "weight_grams SMALLINT",
            "active BOOLEAN");

    static final Schema ORDERS = Rows.table(
            "orders", "id", "id BIGINT NOT NULL", "customer_id BIGINT", "status STRING", "ordered_at TIMESTAMP_LTZ(6)");

    static final Schema ORDER_LINES = Rows.table(
            "order_lines",
            "order_id, line",
            "order_id BIGINT NOT NULL",
            "line INT NOT NULL",
            "product_id INT",
            "quantity INT",
            "unit_price DECIMAL(12, 2)",
            "discount DECIMAL(5, 4)");

    static final Map<String, Schema> ALL =
            Map.of("customers", CUSTOMERS, "products", PRODUCTS, "orders", ORDERS, "order_lines", ORDER_LINES);

    private ShopTables() {}
}
