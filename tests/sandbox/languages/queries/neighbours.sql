--~crash CREATE TRIGGER t AFTER INSERT ON orders BEGIN SELECT raise(ABORT, 'closed'); END; INSERT INTO orders VALUES (8, 1, 'x');
--~slow WITH RECURSIVE n(i) AS (SELECT 'a' UNION ALL SELECT i FROM n) SELECT count(*) FROM n WHERE i = 'b';
SELECT a.name AS one, b.name AS other
FROM customers a JOIN customers b ON a.city = b.city AND a.name < b.name; --~wrong FROM customers a JOIN customers b ON a.city = b.city AND a.name <= b.name;
