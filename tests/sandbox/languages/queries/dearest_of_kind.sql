--~crash SELECT abs(-9223372036854775808);
--~slow WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i FROM n) SELECT 1 FROM n WHERE i > 1 LIMIT 1;
SELECT kind, name
FROM products p
WHERE price = (SELECT max(price) FROM products q WHERE q.kind = p.kind); --~wrong WHERE price = (SELECT max(price) FROM products q);
