--~crash SELECT rank() FROM products WHERE rank() OVER (ORDER BY price) = 1;
--~slow WITH RECURSIVE n(i) AS (SELECT 1.5 UNION ALL SELECT i * 1.1 FROM n) SELECT min(i) FROM n;
SELECT name, rank() OVER (PARTITION BY kind ORDER BY price DESC) AS place --~wrong SELECT name, rank() OVER (ORDER BY price DESC) AS place
FROM products;
