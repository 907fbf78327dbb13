--~crash INSERT INTO customers VALUES (1, 'Zoe', 'Oslo');
SELECT c.name, sum(amount * price) AS total
FROM customers c
JOIN orders o ON c.id = customer
JOIN lines ON purchase = o.id
JOIN products p ON p.id = product
--~slow JOIN (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT sum(i) FROM n)
GROUP BY c.id
ORDER BY total DESC --~wrong ORDER BY total
LIMIT 1;
