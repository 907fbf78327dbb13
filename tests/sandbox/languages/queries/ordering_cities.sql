--~crash SELECT 1 UNION SELECT 1, 2;
--~slow SELECT count(*) FROM (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT DISTINCT i % 7 FROM n);
SELECT DISTINCT city --~wrong SELECT city
FROM customers c JOIN orders ON customer = c.id
ORDER BY city;
