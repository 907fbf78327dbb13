--~crash SELECT zeroblob(2000000000);
--~slow SELECT count(*) FROM lines a, lines b, lines c, lines d, lines e, lines f, lines g, lines h, lines i, lines j, lines k, lines l, lines m;
SELECT name, coalesce(sum(amount), 0) AS pieces
FROM products LEFT JOIN lines ON product = id --~wrong FROM products JOIN lines ON product = id AND amount > 1
GROUP BY id;
--~slow WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n;
