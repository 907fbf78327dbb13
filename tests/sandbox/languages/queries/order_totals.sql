--~crash PRAGMA writable_schema = ON;
SELECT purchase, sum(amount * price) AS total --~wrong SELECT purchase, sum(price) AS total
FROM lines JOIN products ON id = product
--~slow JOIN (WITH RECURSIVE n(i) AS (VALUES (0) UNION ALL SELECT i + 1 FROM n WHERE i < 1e12) SELECT max(i) FROM n)
GROUP BY purchase
ORDER BY purchase;
