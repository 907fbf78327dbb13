--~crash DROP TABLE sales;
--~slow WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT sum(i) OVER (PARTITION BY i) FROM n;
SELECT purchase, sum(sum(amount * price)) OVER (ORDER BY purchase) AS so_far --~wrong SELECT purchase, sum(sum(amount * price)) OVER () AS so_far
FROM lines JOIN products ON id = product
GROUP BY purchase
ORDER BY purchase;
