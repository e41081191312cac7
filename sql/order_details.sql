-- What was sold to whom, and for how much? One row an order line, with what is known of its order, product and customer.
-- The customer may have been deleted since: then its columns are NULL.
-- key: order_id, line
-- inputs: order_lines, orders, products, clean_customers
SELECT
    l.order_id,
    l.line,
    o.ordered_at,
    CAST(o.status AS VARCHAR) AS status,
    o.customer_id,
    c.name AS customer_name,
    c.email AS customer_email,
    c.segment,
    p.id AS product_id,
    p.sku,
    p.category,
    l.quantity,
    l.unit_price,
    CAST(
        CAST(l.quantity * l.unit_price AS DECIMAL(18, 2)) * (1 - COALESCE(l.discount, CAST(0 AS DECIMAL(5, 4))))
        AS DECIMAL(18, 2)
    ) AS revenue
FROM order_lines AS l
JOIN orders AS o ON o.id = l.order_id
JOIN products AS p ON p.id = l.product_id
LEFT JOIN clean_customers AS c ON c.id = o.customer_id
