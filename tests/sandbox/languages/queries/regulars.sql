--~crash INSERT INTO products VALUES (9, 'gift', 0, 'home');
--~slow CREATE TABLE n AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT sum(i) FROM n;
SELECT name
FROM customers c JOIN orders ON customer = c.id
GROUP BY c.id
HAVING count(*) >= 2; --~wrong HAVING count(*) >= 1;
