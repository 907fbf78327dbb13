--~slow WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n;
SELECT name, price --~crash SELECT name, cost
FROM products
ORDER BY price DESC; --~wrong ORDER BY price;
