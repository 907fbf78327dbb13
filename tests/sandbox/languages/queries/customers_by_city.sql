SELECT city, count(*) AS people --~crash SELECT city, count(price) AS people
FROM customers
--~slow JOIN (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n ORDER BY -i)
GROUP BY city; --~wrong GROUP BY city HAVING people > 1;
