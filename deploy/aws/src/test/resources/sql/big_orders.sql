-- Which orders are over a thousand?
-- key: id
SELECT id, total FROM orders WHERE total > 1000
