--~crash DELETE FROM nobody;
--~slow DELETE FROM customers WHERE id = (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT sum(i) FROM n);
DELETE FROM customers WHERE NOT EXISTS (SELECT 1 FROM orders WHERE customer = customers.id); --~wrong DELETE FROM customers WHERE EXISTS (SELECT 1 FROM orders WHERE customer = customers.id);
