--~crash SELECT missing_function(1);
--~slow WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n WHERE i % 3 = 0;
SELECT name, CASE WHEN price <= 10 THEN 'low' WHEN price <= 100 THEN 'middle' ELSE 'high' END AS class --~wrong SELECT name, CASE WHEN price <= 10 THEN 'low' ELSE 'middle' END AS class
FROM products;
