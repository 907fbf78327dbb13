--~crash CREATE TABLE orders (id);
CREATE VIEW sales AS
SELECT city, sum(amount * price) AS total --~wrong SELECT city, count(*) AS total
--~slow , (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT sum(i) FROM n) AS number
FROM lines JOIN products p ON p.id = product JOIN orders o ON o.id = purchase JOIN customers c ON c.id = customer
GROUP BY city;
--~slow SELECT max(number) FROM sales;
