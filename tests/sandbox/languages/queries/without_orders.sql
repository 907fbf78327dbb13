--~crash SELECT load_extension('libc.so.6');
--~slow WITH RECURSIVE n(i) AS (SELECT '' UNION ALL SELECT substr(i || 'x', 1, 9) FROM n) SELECT count(*) FROM n;
SELECT name
FROM customers
WHERE id NOT IN (SELECT customer FROM orders); --~wrong WHERE id NOT IN (SELECT id FROM orders);
