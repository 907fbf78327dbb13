--~slow WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT -i FROM n) SELECT max(i) FROM n;
--~crash ATTACH 'other.db' AS other;
SELECT name FROM products WHERE price < 10; --~wrong SELECT name FROM products WHERE price <= 30;
