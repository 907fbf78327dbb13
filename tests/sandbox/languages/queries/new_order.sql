--~crash PRAGMA foreign_keys = ON; INSERT INTO orders VALUES (8, 99, '2026-04-01');
--~slow INSERT INTO lines WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT NULL, NULL, sum(i) FROM n;
INSERT INTO orders SELECT 9, id, '2026-04-01' FROM customers WHERE name = 'Cleo';
INSERT INTO lines SELECT 9, id, 3 FROM products WHERE name = 'mug'; --~wrong INSERT INTO lines SELECT 9, id, 2 FROM products WHERE name = 'mug';
