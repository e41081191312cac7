package io.tributary.query;

import io.tributary.change.Column;
import io.tributary.change.Schema;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.flink.table.types.logical.utils.LogicalTypeParser;

/** The shop's tables, as the capture gives them, in the columns that the SQL files read and a few more. */
final class ShopTables {

    static final Schema CUSTOMERS = table(
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

    static final Schema PRODUCTS = table(
            "products",
            "id",
            "id INT NOT NULL",
            "sku STRING",
            "name STRING",
            "category STRING",
            "price DECIMAL(12, 2)",
            "weight_grams SMALLINT",
            "active BOOLEAN");

    static final Schema ORDERS = table(
            "orders", "id", "id BIGINT NOT NULL", "customer_id BIGINT", "status STRING", "ordered_at TIMESTAMP_LTZ(6)");

    static final Schema ORDER_LINES = table(
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

    /** Columns as {@code id BIGINT NOT NULL}. */
    static Schema table(String name, String key, String... columns) {
        List<Column> all = new ArrayList<>();
        for (String column : columns) {
            String[] parts = column.split(" ", 2);
            all.add(Column.of(parts[0], LogicalTypeParser.parse(parts[1], ShopTables.class.getClassLoader())));
        }
        return Schema.of(name, all, Arrays.asList(key.split(", ")));
    }
}
