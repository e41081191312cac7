-- Which carts are open, and how can we reach those they belong to? Carts of DynamoDB beside customers of PostgreSQL.
-- The customer may not be known, or may have been deleted since: then its columns are NULL.
-- key: cart
-- inputs: carts, clean_customers
SELECT
    k.cart,
    k.customer_id,
    k.total,
    c.name AS customer_name,
    c.email AS customer_email,
    c.segment
FROM carts AS k
LEFT JOIN clean_customers AS c ON c.id = k.customer_id
WHERE k.status = 'open'
