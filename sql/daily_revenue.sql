-- What did each product earn on each day (in UTC), cancelled orders left out?
-- key: order_day, product_id
-- inputs: order_details
SELECT
    COALESCE(CAST(ordered_at AS DATE), DATE '1970-01-01') AS order_day,
    product_id,
    COUNT(*) AS order_lines,
    CAST(SUM(CAST(quantity AS BIGINT)) AS BIGINT) AS quantity,
    CAST(SUM(revenue) AS DECIMAL(18, 2)) AS revenue
FROM order_details
WHERE status <> 'cancelled'
GROUP BY COALESCE(CAST(ordered_at AS DATE), DATE '1970-01-01'), product_id
