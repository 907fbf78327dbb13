--~crash UPDATE products SET price = 0;
--~slow UPDATE products SET price = (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT sum(i) FROM n);
UPDATE products SET price = price * 11 / 10 WHERE kind = 'home'; --~wrong UPDATE products SET price = price * 11 / 10;
