package io.tributary.local.shop;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * A seeded mix of what happens to tables: inserts, updates, updates that change nothing, deletes, key changes, a key
 * deleted and inserted again, several changes of one key, large values changed or left alone, and transactions rolled
 * back. It alone writes to the shop while it runs, and goes on from what an earlier one left.
 */
final class ShopTransactions implements Work {

    private interface Kind {
        /** How many rows it changed. */
        int run() throws SQLException;
    }

    private record Weighted(int weight, Kind kind) {}

    private final Connection connection;
    private final Random random;
    private final Map<String, PreparedStatement> statements = new HashMap<>();
    private final List<Weighted> kinds = new ArrayList<>();
    private final List<Long> customers = new ArrayList<>();
    private final List<Long> orders = new ArrayList<>();
    private long nextCustomer;
    private long nextOrder;
    private int nextLine;
    private int weights;

    ShopTransactions(Connection connection, long seed) throws SQLException {
        this.connection = connection;
        this.random = new Random(seed);
        connection.setAutoCommit(false);
        read("SELECT id FROM customers ORDER BY id", customers);
        read("SELECT id FROM orders ORDER BY id", orders);
        nextCustomer = customers.get(customers.size() - 1);
        nextOrder = orders.get(orders.size() - 1);
        List<Long> lines = new ArrayList<>();
        read("SELECT greatest(100, max(line)) FROM order_lines", lines);
        nextLine = lines.get(0).intValue();
        add(20, this::placeOrder);
        add(20, this::moveOrderOn);
        add(20, this::touchCustomer);
        add(10, this::changeQuantity);
        add(8, this::changeNothing);
        add(5, this::insertCustomer);
        add(5, this::cancelOrder);
        add(3, this::changePrice);
        add(3, this::rewriteNotes);
        add(3, this::deleteCustomer);
        add(3, this::renumberCustomer);
        add(3, this::renumberLine);
        add(3, this::replaceCustomer);
        add(3, this::comeAndGo);
        add(2, this::changeYourMind);
        add(1, this::clearValues);
    }

    private void read(String query, List<Long> numbers) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(query)) {
            while (result.next()) {
                numbers.add(result.getLong(1));
            }
        }
    }

    private void add(int weight, Kind kind) {
        kinds.add(new Weighted(weight, kind));
        weights += weight;
    }

    /** Runs one transaction. */
    @Override
    public int next() throws SQLException {
        int pick = random.nextInt(weights);
        for (Weighted candidate : kinds) {
            pick -= candidate.weight;
            if (pick < 0) {
                int changed = candidate.kind.run();
                connection.commit();
                return changed;
            }
        }
        throw new IllegalStateException("The weights add up to less than " + weights);
    }

    private int placeOrder() throws SQLException {
        long order = ++nextOrder;
        int changed = execute(
                "INSERT INTO orders VALUES (?, ?, 'new', clock_timestamp(), NULL, NULL, ?)",
                order,
                any(customers),
                random.nextInt(5) == 0 ? "gift wrap, 'please'" : null);
        for (int line = 1; line <= 1 + random.nextInt(4); line++) {
            changed += execute(
                    "INSERT INTO order_lines SELECT ?, ?, id, ?, price, ? FROM products WHERE id = ?",
                    order,
                    line,
                    1 + random.nextInt(9),
                    random.nextInt(3) == 0 ? null : BigDecimal.valueOf(random.nextInt(5000), 4),
                    1 + random.nextInt(Shop.PRODUCTS));
        }
        orders.add(order);
        return changed;
    }

    /** Several changes of one key in one transaction. */
    private int moveOrderOn() throws SQLException {
        long order = any(orders);
        return execute("UPDATE orders SET status = 'paid' WHERE id = ?", order)
                + execute(
                        "UPDATE orders SET status = 'shipped', shipped_on = current_date,"
                                + " delivery_days = ? * interval '1 hour' WHERE id = ?",
                        random.nextInt(200),
                        order);
    }

    /** An update that leaves the large notes alone: they are not in the log. */
    private int touchCustomer() throws SQLException {
        return execute(
                "UPDATE customers SET balance = coalesce(balance, 0) + ?, score = ?, updated_at = clock_timestamp()"
                        + " WHERE id = ?",
                BigDecimal.valueOf(random.nextInt(100_000), 3),
                random.nextFloat(),
                any(customers));
    }

    private int changeQuantity() throws SQLException {
        return execute("UPDATE order_lines SET quantity = ? WHERE order_id = ?", 1 + random.nextInt(20), any(orders));
    }

    private int changeNothing() throws SQLException {
        return execute("UPDATE customers SET name = name WHERE id = ?", any(customers))
                + execute("UPDATE orders SET status = status WHERE id = ?", any(orders));
    }

    private int insertCustomer() throws SQLException {
        long id = ++nextCustomer;
        customers.add(id);
        return insertCustomer(id);
    }

    private int insertCustomer(long id) throws SQLException {
        return execute(
                "INSERT INTO customers (id, name, email, segment, credit_limit, rating, birthday, tags, notes, photo,"
                        + " created_at) VALUES (?, ?, ?, 'retail', ?, 'NaN', '2000-02-29', '{new}',"
                        + " noise(?, 40), '\\x00ff', clock_timestamp())",
                id,
                "Newcomer " + id,
                "New." + id + "@Example.com",
                BigDecimal.valueOf(random.nextInt(1_000_000), 2),
                random.nextLong());
    }

    private int cancelOrder() throws SQLException {
        long order = takeAny(orders);
        return execute("DELETE FROM order_lines WHERE order_id = ?", order)
                + execute("DELETE FROM orders WHERE id = ?", order);
    }

    /** In a join it reaches every order line of the product. */
    private int changePrice() throws SQLException {
        return execute(
                "UPDATE products SET price = round(price * ?, 2) + 0.01 WHERE id = ?",
                BigDecimal.valueOf(95 + random.nextInt(10), 2),
                1 + random.nextInt(Shop.PRODUCTS));
    }

    private int rewriteNotes() throws SQLException {
        return execute(
                "UPDATE customers SET notes = noise(?, ?) WHERE id = ?",
                random.nextLong(),
                40 + random.nextInt(60),
                any(customers));
    }

    private int deleteCustomer() throws SQLException {
        return execute("DELETE FROM customers WHERE id = ?", takeAny(customers));
    }

    /** A key change that takes a large value along without writing it. */
    private int renumberCustomer() throws SQLException {
        long id = ++nextCustomer;
        int changed = execute("UPDATE customers SET id = ? WHERE id = ?", id, takeAny(customers));
        customers.add(id);
        return changed;
    }

    /** One line gets a number that another one had in this very transaction. */
    private int renumberLine() throws SQLException {
        long order = any(orders);
        return execute("UPDATE order_lines SET line = ? WHERE order_id = ? AND line = 1", ++nextLine, order)
                + execute("UPDATE order_lines SET line = 1 WHERE order_id = ? AND line = 2", order);
    }

    private int replaceCustomer() throws SQLException {
        long id = any(customers);
        return execute("DELETE FROM customers WHERE id = ?", id) + insertCustomer(id);
    }

    /** A row that nobody outside its transaction ever sees. */
    private int comeAndGo() throws SQLException {
        long id = ++nextCustomer;
        return insertCustomer(id)
                + execute("UPDATE customers SET name = 'nobody' WHERE id = ?", id)
                + execute("DELETE FROM customers WHERE id = ?", id);
    }

    private int changeYourMind() throws SQLException {
        execute("UPDATE customers SET name = 'rolled back' WHERE id = ?", any(customers));
        execute("DELETE FROM orders WHERE id = ?", any(orders));
        connection.rollback();
        return 0;
    }

    private int clearValues() throws SQLException {
        return execute(
                "UPDATE customers SET email = NULL, segment = '', credit_limit = NULL, rating = 'Infinity', tags = '{}',"
                        + " preferences = NULL, notes = NULL, photo = '' WHERE id = ?",
                any(customers));
    }

    private long any(List<Long> ids) {
        return ids.get(random.nextInt(ids.size()));
    }

    private long takeAny(List<Long> ids) {
        int index = random.nextInt(ids.size());
        long id = ids.get(index);
        ids.set(index, ids.get(ids.size() - 1));
        ids.remove(ids.size() - 1);
        return id;
    }

    private int execute(String sql, @Nullable Object... values) throws SQLException {
        PreparedStatement statement = statements.get(sql);
        if (statement == null) {
            statement = connection.prepareStatement(sql);
            statements.put(sql, statement);
        }
        for (int i = 0; i < values.length; i++) {
            statement.setObject(i + 1, values[i]);
        }
        return statement.executeUpdate();
    }

    @Override
    public void close() throws SQLException {
        connection.rollback();
        for (PreparedStatement statement : statements.values()) {
            statement.close();
        }
        connection.close();
    }
}
